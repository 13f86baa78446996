"""The form of a capability: new or being edited, saved while typing, with what is like it shown beside it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.attachments import service as attachments
from matchmaker.capabilities import reading, service, wording
from matchmaker.capabilities.blueprint import pages
from matchmaker.capabilities.forms import CapabilityForm
from matchmaker.formats import moment
from matchmaker.policy import Action
from matchmaker.postings.forms import change_rows
from matchmaker.postings.service import EditConflict, NotEditable, NotVerified, PostingNotFound
from matchmaker.postings.wording import saved_meanwhile
from matchmaker.site import vocabulary, work
from models import Capability, CapabilityStatus


@pages.page("/capabilities/new", Action.CAPABILITY_CREATE, methods=("GET", "POST"))
def create() -> Any:
    if request.method == "GET":
        form = _prepare(CapabilityForm(data=service.defaults(work())))
        return form_page(form, None)
    return _save(None)


@pages.page("/capabilities/<int:capability_id>/edit", Action.CAPABILITY_EDIT, methods=("GET", "POST"))
def edit(capability_id: int) -> Any:
    capability = own(capability_id)
    if request.method == "POST":
        return _save(capability)
    if capability.status not in service.EDITABLE:
        return redirect(url_for("capabilities.detail", capability_id=capability_id))
    return form_page(form_of(capability), capability)


@pages.page("/capabilities/autosave", Action.CAPABILITY_CREATE, methods=("POST",))
@pages.page("/capabilities/<int:capability_id>/autosave", Action.CAPABILITY_EDIT, methods=("POST",))
def autosave(capability_id: int | None = None) -> Any:
    """What the script of the form asks for every few seconds. Fields that cannot be saved are named and left."""
    capability = None if capability_id is None else own(capability_id)
    form = _prepare(CapabilityForm())
    form.check(complete=False)
    try:
        if capability is None:
            capability = service.create(work(), form.values())
        else:
            service.autosave(work(), capability, form.values(), form.seen)
    except (EditConflict, NotEditable):
        return jsonify(message=gettext("有人改过它，自动保存已停止。请点“保存草稿”，按提示处理。")), 409
    skipped = [str(field.label.text) for field in form if field.errors]
    said = gettext("已自动保存 %(time)s", time=moment(work().now())[-5:])
    if skipped:
        said = gettext("%(saved)s；还没有保存：%(fields)s", saved=said, fields=gettext("、").join(skipped))
    return jsonify(
        message=said,
        version=capability.version,
        skipped=skipped,
        edit_url=url_for("capabilities.edit", capability_id=capability.id),
        autosave_url=url_for("capabilities.autosave", capability_id=capability.id),
    )


@pages.page("/capabilities/similar", Action.CAPABILITY_CREATE, methods=("POST",), reads_only=True)
def similar() -> Any:
    """A part of the form's page: capabilities like the text typed so far, and problems that look promising."""
    form = _prepare(CapabilityForm())
    form.check(complete=False)
    number = request.args.get("capability_id", type=int)
    likeness = reading.likeness_of(work(), form.values(), number)
    return render_template("capabilities/similar.html", likeness=likeness)


def form_of(capability: Capability) -> CapabilityForm:
    """The form filled from what is stored, whatever the request has sent."""
    return _prepare(CapabilityForm(formdata=None, obj=capability, meta={"csrf": False}))


def form_page(
    form: CapabilityForm, capability: Capability | None, warning: str = "", prefill: Any = None
) -> str:
    """`prefill`: what a document said that a new form is filled in from; nothing of it is saved by itself."""
    kept = capability is not None
    return render_template(
        "capabilities/form.html",
        form=form,
        capability=capability,
        warning=warning,
        prefill=prefill,
        is_draft=capability is None or capability.status in service.DRAFTS,
        is_verified=work().person.organisation.is_verified,
        attachments=attachments.of(work(), capability.KIND, capability.id) if kept and capability else (),
    )


def flash_not_verified() -> None:
    flash(gettext("草稿已保存。贵单位还没有通过审核，通过以后就可以提交；审核结果会通知您。"), "warning")


def flash_submitted(capability: Capability) -> None:
    flash(gettext("已提交，等待科技局审核。系统已经找过合适的难题，见下面的推荐。"), "success")
    if warning := wording.wanting(service.wanting(capability)):
        flash(warning, "warning")


def _save(capability: Capability | None) -> Any:
    """Save, and submit if that button was pressed. A form that fails keeps all that was typed."""
    form = _prepare(CapabilityForm())
    if command := request.form.get("rows"):
        change_rows(form, command)
        return form_page(_prepare(form), capability)
    submits = request.form.get("do") == "submit"
    published = capability is not None and capability.status is CapabilityStatus.PUBLISHED
    if not form.check(complete=submits or published):
        return form_page(form, capability), 422
    try:
        if capability is None:
            capability = service.create(work(), form.values())
        else:
            service.save(work(), capability, form.values(), form.seen)
        if submits:
            service.submit(work(), capability)
    except EditConflict:
        assert capability is not None  # a new one has no other editor
        return _conflict_page(form, capability), 409
    except NotEditable:
        warning = gettext("它现在不能修改：可能刚刚提交了审核。您填写的内容还在下面，请先复制保存。")
        return form_page(form, capability, warning), 409
    except NotVerified:
        flash_not_verified()
    else:
        _flash_saved(capability, form, submits, published)
    assert capability is not None  # it was there or has been made
    return redirect(url_for("capabilities.detail", capability_id=capability.id), 303)


def _conflict_page(form: CapabilityForm, capability: Capability) -> str:
    """The form as it was typed, on the newest version: saving once more is a decision."""
    form.version.raw_data, form.version.data = None, capability.version
    return form_page(form, capability, saved_meanwhile(capability.updated_at or work().now()))


def _flash_saved(capability: Capability, form: CapabilityForm, submits: bool, published: bool) -> None:
    if submits:
        flash_submitted(capability)
    elif published:
        flash(gettext("修改已保存并公开，匹配推荐已按新的内容更新。"), "success")
    else:
        flash(gettext("草稿已保存。填完以后请提交审核。"), "success")
        if form.money_unfinished:
            flash(gettext("合作价格还没有填完，提交前请补上金额。"), "warning")


def own(capability_id: int) -> Capability:
    """A capability that the reader may edit at all; one of others is refused, an unknown one is not found."""
    try:
        return service.find_own(work(), capability_id)
    except PostingNotFound:
        abort(404)


def _prepare(form: CapabilityForm) -> CapabilityForm:
    form.prepare(vocabulary(), work().today())
    return form
