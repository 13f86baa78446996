"""The pages of innovation carriers."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from matchmaker.carriers import alliance_views, body_views, service
from matchmaker.carriers.blueprint import alliances, bodies, conflict_page, found, pages, saved, to
from matchmaker.carriers.errors import ChangedMeanwhile, NameTaken, NothingNew, TooEarly
from matchmaker.carriers.forms import CarrierForm, StageForm
from matchmaker.carriers.service import CarrierFilter
from matchmaker.forms import add_error
from matchmaker.policy import Action
from matchmaker.site import vocabulary, work

__all__ = ["alliance_views", "alliances", "bodies", "body_views", "pages"]


@pages.page("/", Action.CARRIER_READ)
def index() -> str:
    wanted = CarrierFilter.from_query(request.args)
    return render_template("carriers/index.html", listing=service.carriers(work(), wanted), wanted=wanted)


@pages.page("/<int:carrier_id>", Action.CARRIER_READ)
def detail(carrier_id: int) -> str:
    stages = [code for code, _label in vocabulary().choices("member_stage")]
    page = found(service.carrier_page, carrier_id, stages)
    return render_template("carriers/detail.html", page=page, carrier=page.carrier)


@pages.page("/new", Action.CARRIER_EDIT, methods=("GET", "POST"))
def create() -> Any:
    form = CarrierForm(data={"active": True} if request.method == "GET" else None)
    form.offer(vocabulary(), service.organisations_to_choose(work()))
    if form.validate_on_submit():
        try:
            made = service.create_carrier(work(), form.facts())
        except NameTaken:
            add_error(form.name, gettext("已有同名的载体，请核对"))
        else:
            flash(gettext("“%(name)s”已登记。接下来可以登记成员单位。", name=made.name), "success")
            return to("carriers.detail", carrier_id=made.id)
    return render_template("carriers/form.html", form=form, carrier=None), _status(form)


@pages.page("/<int:carrier_id>/edit", Action.CARRIER_EDIT, methods=("GET", "POST"))
def edit(carrier_id: int) -> Any:
    carrier = found(service.find_carrier, carrier_id, Action.CARRIER_EDIT)
    organisations = service.organisations_to_choose(work(), carrier.operator)
    typed = request.form if request.method == "POST" else None
    form = CarrierForm.of(carrier, typed).offer(vocabulary(), organisations)
    if typed is not None and form.validate():
        try:
            saved(service.edit_carrier(work(), carrier, form.facts(), form.seen))
        except NameTaken:
            add_error(form.name, gettext("已有同名的载体，请核对"))
        except ChangedMeanwhile:
            present = CarrierForm.of(carrier).offer(vocabulary(), organisations)
            return conflict_page("carriers/form.html", form, present, carrier.version, carrier=carrier)
        else:
            return to("carriers.detail", carrier_id=carrier.id)
    return render_template("carriers/form.html", form=form, carrier=carrier), _status(form)


@pages.page("/<int:carrier_id>/stages", Action.CARRIER_EDIT, methods=("GET", "POST"))
def set_stage(carrier_id: int) -> Any:
    """A new member, or the next stage of one; `organisation` in the address names it."""
    carrier = found(service.find_carrier, carrier_id, Action.CARRIER_EDIT)
    known = {"organisation": request.args.get("organisation", ""), "since": work().today()}
    form = StageForm(data=known).offer(vocabulary(), service.organisations_to_choose(work()))
    if form.validate_on_submit():
        organisation = form.named(form.organisation)
        assert organisation is not None
        try:
            service.set_stage(
                work(), carrier, organisation, form.stage.data, form.since.data, form.note.data or ""
            )
        except NothingNew:
            add_error(form.stage, gettext("这个单位已经在这一阶段"))
        except TooEarly as early:
            add_error(
                form.since,
                gettext("不能早于现在这一阶段开始的 %(day)s", day=early.standing_since.isoformat()),
            )
        else:
            flash(gettext("“%(name)s”的阶段已登记。", name=organisation.name), "success")
            return to("carriers.detail", carrier_id=carrier.id, _anchor="members")
    return render_template("carriers/stage.html", form=form, carrier=carrier), _status(form)


@pages.page("/stages/<int:membership_id>/take-back", Action.CARRIER_EDIT, methods=("POST",))
def take_back_stage(membership_id: int) -> Any:
    carrier_id = found(service.take_back_stage, membership_id)
    flash(gettext("这一阶段已撤销，之前的阶段恢复。"), "success")
    return to("carriers.detail", carrier_id=carrier_id, _anchor="members")


def _status(form: Any) -> int:
    return 422 if form.errors else 200
