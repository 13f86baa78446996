"""The pages of alliances."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from matchmaker.carriers import service
from matchmaker.carriers.blueprint import alliances, conflict_page, found, saved, to
from matchmaker.carriers.errors import ChangedMeanwhile, LeadStays, NameTaken, NothingNew, TooEarly
from matchmaker.carriers.forms import AllianceForm, EndForm, MemberForm
from matchmaker.carriers.service import AllianceFilter
from matchmaker.forms import add_error
from matchmaker.policy import Action
from matchmaker.site import vocabulary, work


@alliances.page("/", Action.ALLIANCE_READ)
def index() -> str:
    wanted = AllianceFilter.from_query(request.args)
    return render_template(
        "carriers/alliances.html", listing=service.alliances(work(), wanted), wanted=wanted
    )


@alliances.page("/<int:alliance_id>", Action.ALLIANCE_READ)
def detail(alliance_id: int) -> str:
    page = found(service.alliance_page, alliance_id)
    return render_template("carriers/alliance.html", page=page, alliance=page.alliance)


@alliances.page("/new", Action.ALLIANCE_EDIT, methods=("GET", "POST"))
def create() -> Any:
    form = AllianceForm(data={"active": True} if request.method == "GET" else None)
    form.offer(vocabulary(), service.organisations_to_choose(work()))
    if form.validate_on_submit():
        try:
            made = service.create_alliance(work(), form.facts())
        except NameTaken:
            add_error(form.name, gettext("已有同名的联盟，请核对"))
        else:
            flash(gettext("“%(name)s”已登记，牵头单位是第一个成员。", name=made.name), "success")
            return to("alliances.detail", alliance_id=made.id)
    return render_template("carriers/alliance_form.html", form=form, alliance=None), _status(form)


@alliances.page("/<int:alliance_id>/edit", Action.ALLIANCE_EDIT, methods=("GET", "POST"))
def edit(alliance_id: int) -> Any:
    alliance = found(service.find_alliance, alliance_id, Action.ALLIANCE_EDIT)
    organisations = service.organisations_to_choose(work(), alliance.lead)
    typed = request.form if request.method == "POST" else None
    form = AllianceForm.of(alliance, typed).offer(vocabulary(), organisations)
    if typed is not None and form.validate():
        try:
            saved(service.edit_alliance(work(), alliance, form.facts(), form.seen))
        except NameTaken:
            add_error(form.name, gettext("已有同名的联盟，请核对"))
        except ChangedMeanwhile:
            present = AllianceForm.of(alliance).offer(vocabulary(), organisations)
            return conflict_page(
                "carriers/alliance_form.html", form, present, alliance.version, alliance=alliance
            )
        else:
            return to("alliances.detail", alliance_id=alliance.id)
    return render_template("carriers/alliance_form.html", form=form, alliance=alliance), _status(form)


@alliances.page("/<int:alliance_id>/members", Action.ALLIANCE_EDIT, methods=("GET", "POST"))
def add_member(alliance_id: int) -> Any:
    alliance = found(service.find_alliance, alliance_id, Action.ALLIANCE_EDIT)
    form = MemberForm(data={"since": work().today()}).offer(
        vocabulary(), service.organisations_to_choose(work())
    )
    if form.validate_on_submit():
        organisation = form.named(form.organisation)
        assert organisation is not None
        try:
            service.add_member(work(), alliance, organisation, form.since.data, form.note.data or "")
        except NothingNew:
            add_error(form.organisation, gettext("这个单位已经是成员"))
        except TooEarly as early:
            add_error(form.since, gettext("不能早于上次退出的 %(day)s", day=early.standing_since.isoformat()))
        else:
            flash(gettext("“%(name)s”已加入联盟。", name=organisation.name), "success")
            return to("alliances.detail", alliance_id=alliance.id, _anchor="members")
    return render_template("carriers/member.html", form=form, alliance=alliance), _status(form)


@alliances.page("/members/<int:membership_id>/end", Action.ALLIANCE_EDIT, methods=("GET", "POST"))
def end_membership(membership_id: int) -> Any:
    membership = found(service.find_membership, membership_id)
    form = EndForm(data={"until": work().today()})
    if form.validate_on_submit():
        try:
            service.end_membership(work(), membership_id, form.until.data)
        except TooEarly as early:
            add_error(form.until, gettext("不能早于加入的 %(day)s", day=early.standing_since.isoformat()))
        except LeadStays:
            form.form_errors.append(gettext("牵头单位不能退出，请先在“修改”里更换牵头单位"))
        else:
            flash(gettext("“%(name)s”已退出联盟。", name=membership.organisation.name), "success")
            return to("alliances.detail", alliance_id=membership.alliance_id, _anchor="members")
    return render_template("carriers/leaving.html", form=form, membership=membership), _status(form)


def _status(form: Any) -> int:
    return 422 if form.errors else 200
