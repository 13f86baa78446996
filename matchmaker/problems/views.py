"""The pages of problems: lists, the page of one, its steps and its history. Writing them is in `writing`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.policy import Action
from matchmaker.postings.forms import ReturnForm
from matchmaker.postings.service import Filters, Incomplete, NotVerified, PostingNotFound
from matchmaker.postings.wording import HAPPENED, in_words
from matchmaker.problems import reading, service, wording, writing
from matchmaker.problems.blueprint import pages
from matchmaker.site import vocabulary, work
from matchmaker.wording import label
from models import Problem, Urgency

__all__ = ["pages"]


@pages.page("/problems", Action.PROBLEM_READ)
def index() -> str:
    filters = Filters.from_query(request.args)
    return render_template(
        "problems/index.html",
        found=reading.listed(work(), filters),
        filters=filters,
        urgencies=[(each.value, label(each)) for each in Urgency],
        happened=[(each.value, words) for each, words in HAPPENED.items()],
        budget_is_open=lambda problem: reading.budget_is_open(work(), problem),
    )


@pages.page("/problems/mine", Action.PROBLEM_CREATE)
def mine() -> str:
    return render_template("problems/mine.html", cards=reading.mine(work()), next_step=wording.next_step)


@pages.page("/problems/<int:problem_id>", Action.PROBLEM_READ)
def detail(problem_id: int) -> str:
    return _detail(problem_id)


@pages.page("/problems/<int:problem_id>/history", Action.PROBLEM_READ_HISTORY, leaves_trace=True)
def history(problem_id: int) -> str:
    try:
        page = reading.history_of(work(), problem_id)
    except PostingNotFound:
        abort(404)
    return render_template(
        "problems/history.html",
        page=page,
        event=wording.event,
        field_name=wording.field_name,
        word=lambda name, value: in_words(vocabulary(), name, value),
    )


@pages.page("/problems/<int:problem_id>/submit", Action.PROBLEM_SUBMIT, methods=("POST",))
def submit(problem_id: int) -> Any:
    """From the page of a draft: what is still missing is shown in its form."""
    problem = writing.own(problem_id)
    form = writing.form_of(problem)
    if not form.check(complete=True):
        return writing.form_read_page(form, problem), 422
    try:
        service.submit(work(), problem)
    except NotVerified:
        writing.flash_not_verified()
    except Incomplete:
        return writing.form_read_page(form, problem), 422
    else:
        flash(gettext("已提交，等待科技局审核。系统已经找过合适的成果，见下面的推荐。"), "success")
    return redirect(url_for("problems.detail", problem_id=problem_id), 303)


@pages.page("/problems/<int:problem_id>/publish", Action.PROBLEM_CHECK, methods=("POST",))
def publish(problem_id: int) -> Any:
    return _step(problem_id, service.publish, gettext("已发布，所有人都能看到；发布单位已收到通知。"))


@pages.page("/problems/<int:problem_id>/return", Action.PROBLEM_CHECK, methods=("POST",))
def send_back(problem_id: int) -> Any:
    problem, form = _find(problem_id), ReturnForm()
    if not form.validate_on_submit():
        return _detail(problem_id, return_form=form), 422
    service.send_back(work(), problem, form.reason.data or "")
    flash(gettext("已退回，发布单位会收到退回原因。"), "success")
    return redirect(url_for("problems.detail", problem_id=problem_id), 303)


@pages.page("/problems/<int:problem_id>/withdraw", Action.PROBLEM_WITHDRAW, methods=("POST",))
def withdraw(problem_id: int) -> Any:
    return _step(problem_id, service.withdraw, gettext("已撤回，不再公开。需要时可以恢复为草稿。"))


@pages.page("/problems/<int:problem_id>/restore", Action.PROBLEM_WITHDRAW, methods=("POST",))
def restore(problem_id: int) -> Any:
    """Staff who restore it hand it back: a draft is its author's alone."""
    problem = _find(problem_id)
    service.restore(work(), problem)
    flash(gettext("已恢复为草稿，由发布单位修改后重新提交。"), "success")
    if reading.is_own(work(), problem):
        return redirect(url_for("problems.detail", problem_id=problem_id), 303)
    return redirect(url_for("problems.index"), 303)


@pages.page("/problems/<int:problem_id>/reveal", Action.PROBLEM_READ_CONFIDENTIAL, methods=("POST",))
def reveal(problem_id: int) -> Any:
    """Not a redirect: the text is shown once, to whoever asked, and the asking is recorded."""
    confidential = service.reveal(work(), _find(problem_id))
    if request.headers.get("HX-Request"):
        return render_template("problems/confidential.html", confidential=confidential)
    return _detail(problem_id, confidential=confidential)


def _find(problem_id: int) -> Problem:
    try:
        return service.find(work(), problem_id)
    except PostingNotFound:
        abort(404)


def _step(problem_id: int, step: Callable[..., None], said: str) -> Any:
    try:
        step(work(), _find(problem_id))
    except NotVerified:
        flash(gettext("发布单位现在没有通过审核，重新通过后才能发布。"), "warning")
    else:
        flash(said, "success")
    return redirect(url_for("problems.detail", problem_id=problem_id), 303)


def _detail(problem_id: int, confidential: str | None = None, return_form: ReturnForm | None = None) -> str:
    try:
        page = reading.page_of(work(), problem_id)
    except PostingNotFound:
        abort(404)
    return render_template(
        "problems/detail.html",
        page=page,
        problem=page.problem,
        confidential=confidential,
        return_form=return_form or ReturnForm(formdata=None),
        event=wording.event,
        field_name=wording.field_name,
        next_step=wording.next_step,
    )
