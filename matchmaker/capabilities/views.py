"""The pages of capabilities: lists, the page of one, its steps and its history. Writing them is in `writing`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.capabilities import reading, service, wording, writing
from matchmaker.capabilities.blueprint import pages
from matchmaker.policy import Action
from matchmaker.postings.forms import ReturnForm
from matchmaker.postings.service import Filters, Incomplete, NotVerified, PostingNotFound
from matchmaker.postings.wording import in_words
from matchmaker.site import vocabulary, work
from models import Capability

__all__ = ["pages"]


@pages.page("/capabilities", Action.CAPABILITY_READ)
def index() -> str:
    filters = Filters.from_query(request.args)
    return render_template("capabilities/index.html", found=reading.listed(work(), filters), filters=filters)


@pages.page("/capabilities/mine", Action.CAPABILITY_CREATE)
def mine() -> str:
    filters = reading.OwnFilters.from_query(request.args)
    return render_template("capabilities/mine.html", own=reading.mine(work(), filters), filters=filters)


@pages.page("/capabilities/<int:capability_id>", Action.CAPABILITY_READ)
def detail(capability_id: int) -> str:
    return _detail(capability_id)


@pages.page("/capabilities/<int:capability_id>/history", Action.CAPABILITY_READ_HISTORY)
def history(capability_id: int) -> str:
    try:
        page = reading.history_of(work(), capability_id)
    except PostingNotFound:
        abort(404)
    return render_template(
        "capabilities/history.html",
        page=page,
        event=wording.event,
        field_name=wording.field_name,
        word=lambda name, value: in_words(vocabulary(), name, value),
    )


@pages.page("/capabilities/<int:capability_id>/submit", Action.CAPABILITY_SUBMIT, methods=("POST",))
def submit(capability_id: int) -> Any:
    """From the page of a draft: what is still missing is shown in its form."""
    capability = writing.own(capability_id)
    form = writing.form_of(capability)
    if not form.check(complete=True):
        return writing.form_page(form, capability), 422
    try:
        service.submit(work(), capability)
    except NotVerified:
        writing.flash_not_verified()
    except Incomplete:
        return writing.form_page(form, capability), 422
    else:
        writing.flash_submitted(capability)
    return redirect(url_for("capabilities.detail", capability_id=capability_id), 303)


@pages.page("/capabilities/<int:capability_id>/publish", Action.CAPABILITY_CHECK, methods=("POST",))
def publish(capability_id: int) -> Any:
    return _step(capability_id, service.publish, gettext("已发布，所有人都能看到；发布单位已收到通知。"))


@pages.page("/capabilities/<int:capability_id>/return", Action.CAPABILITY_CHECK, methods=("POST",))
def send_back(capability_id: int) -> Any:
    capability, form = _find(capability_id), ReturnForm()
    if not form.validate_on_submit():
        return _detail(capability_id, form), 422
    service.send_back(work(), capability, form.reason.data or "")
    flash(gettext("已退回，发布单位会收到退回原因。"), "success")
    return redirect(url_for("capabilities.detail", capability_id=capability_id), 303)


@pages.page("/capabilities/<int:capability_id>/archive", Action.CAPABILITY_ARCHIVE, methods=("POST",))
def archive(capability_id: int) -> Any:
    return _step(capability_id, service.archive, gettext("已下架，不再公开。需要时可以恢复为草稿。"))


@pages.page("/capabilities/<int:capability_id>/restore", Action.CAPABILITY_ARCHIVE, methods=("POST",))
def restore(capability_id: int) -> Any:
    """Staff who restore it hand it back: a draft is its author's alone."""
    capability = _find(capability_id)
    service.restore(work(), capability)
    flash(gettext("已恢复为草稿，由发布单位修改后重新提交。"), "success")
    if reading.is_own(work(), capability):
        return redirect(url_for("capabilities.detail", capability_id=capability_id), 303)
    return redirect(url_for("capabilities.index"), 303)


def _find(capability_id: int) -> Capability:
    try:
        return service.find(work(), capability_id)
    except PostingNotFound:
        abort(404)


def _step(capability_id: int, step: Callable[..., None], said: str) -> Any:
    try:
        step(work(), _find(capability_id))
    except NotVerified:
        flash(gettext("发布单位现在没有通过审核，重新通过后才能发布。"), "warning")
    else:
        flash(said, "success")
    return redirect(url_for("capabilities.detail", capability_id=capability_id), 303)


def _detail(capability_id: int, return_form: ReturnForm | None = None) -> str:
    try:
        page = reading.page_of(work(), capability_id)
    except PostingNotFound:
        abort(404)
    return render_template(
        "capabilities/detail.html",
        page=page,
        capability=page.capability,
        return_form=return_form or ReturnForm(formdata=None),
        wanting=wording.wanting(page.wanting),
        event=wording.event,
        field_name=wording.field_name,
        next_step=wording.next_step,
    )
