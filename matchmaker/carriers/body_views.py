"""The pages of R&D bodies."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from matchmaker.carriers import service
from matchmaker.carriers.blueprint import bodies, conflict_page, found, saved, to
from matchmaker.carriers.errors import ChangedMeanwhile, NameTaken
from matchmaker.carriers.forms import BodyForm
from matchmaker.carriers.service import BodyFilter
from matchmaker.forms import add_error
from matchmaker.organisations.pages import find
from matchmaker.policy import Action
from matchmaker.site import vocabulary, work
from models import RecognitionLevel


@bodies.page("/", Action.ORGANISATION_READ)
def index() -> str:
    wanted = BodyFilter.from_query(request.args)
    return render_template(
        "carriers/bodies.html",
        listing=service.bodies(work(), wanted),
        wanted=wanted,
        levels=list(RecognitionLevel),
    )


@bodies.page("/of/<int:organisation_id>", Action.RESEARCH_BODY_EDIT, methods=("GET", "POST"))
def create(organisation_id: int) -> Any:
    organisation = find(organisation_id, Action.RESEARCH_BODY_EDIT)
    form = BodyForm().offer(vocabulary())
    if form.validate_on_submit():
        try:
            made = service.add_body(work(), organisation, form.facts())
        except NameTaken:
            add_error(form.name, gettext("这个单位已有同名的研发机构"))
        else:
            flash(gettext("“%(name)s”已登记。", name=made.name), "success")
            return to("organisations.detail", organisation_id=organisation.id)
    return _page(form, organisation)


@bodies.page("/<int:body_id>/edit", Action.RESEARCH_BODY_EDIT, methods=("GET", "POST"))
def edit(body_id: int) -> Any:
    body = found(service.find_body, body_id)
    typed = request.form if request.method == "POST" else None
    form = BodyForm.of(body, typed).offer(vocabulary())
    if typed is not None and form.validate():
        try:
            saved(service.edit_body(work(), body, form.facts(), form.seen))
        except NameTaken:
            add_error(form.name, gettext("这个单位已有同名的研发机构"))
        except ChangedMeanwhile:
            present = BodyForm.of(body).offer(vocabulary())
            return conflict_page(
                "carriers/body.html", form, present, body.version, organisation=body.organisation, body=body
            )
        else:
            return to("organisations.detail", organisation_id=body.organisation_id)
    return _page(form, body.organisation, body)


@bodies.page("/<int:body_id>/remove", Action.RESEARCH_BODY_EDIT, methods=("POST",))
def remove(body_id: int) -> Any:
    body = found(service.find_body, body_id)
    organisation_id, name = body.organisation_id, body.name
    service.remove_body(work(), body)
    flash(gettext("“%(name)s”已删除。", name=name), "success")
    return to("organisations.detail", organisation_id=organisation_id)


def _page(form: BodyForm, organisation: Any, body: Any = None) -> Any:
    page = render_template("carriers/body.html", form=form, organisation=organisation, body=body)
    return page, 422 if form.errors else 200
