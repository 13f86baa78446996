"""The form of a problem: new or being edited, saved while typing, with what is like it shown beside it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.attachments import service as attachments
from matchmaker.formats import moment
from matchmaker.policy import Action
from matchmaker.postings.forms import change_rows
from matchmaker.postings.service import EditConflict, NotEditable, NotVerified, PostingNotFound
from matchmaker.postings.wording import saved_meanwhile
from matchmaker.problems import reading, service
from matchmaker.problems.blueprint import pages
from matchmaker.problems.forms import ProblemForm
from matchmaker.site import keep_on_failure, vocabulary, work
from models import Problem, ProblemStatus
from models.sealed import NoKey, Unreadable


@pages.page("/problems/new", Action.PROBLEM_CREATE, methods=("GET", "POST"))
def create() -> Any:
    if request.method == "GET":
        form = ProblemForm(data=service.defaults(work()))
        _prepare(form)
        return form_page(form, None)
    return _save(None)


@pages.page(
    "/problems/<int:problem_id>/edit", Action.PROBLEM_EDIT, methods=("GET", "POST"), leaves_trace=True
)
def edit(problem_id: int) -> Any:
    problem = own(problem_id)
    if request.method == "POST":
        return _save(problem)
    if problem.status not in service.EDITABLE:
        return redirect(url_for("problems.detail", problem_id=problem_id))
    return form_read_page(form_of(problem), problem)


@pages.page("/problems/autosave", Action.PROBLEM_CREATE, methods=("POST",))
@pages.page("/problems/<int:problem_id>/autosave", Action.PROBLEM_EDIT, methods=("POST",))
def autosave(problem_id: int | None = None) -> Any:
    """What the script of the form asks for every few seconds. Fields that cannot be saved are named and left."""
    problem = None if problem_id is None else own(problem_id)
    form = _prepare(ProblemForm())
    form.check(complete=False)
    try:
        if problem is None:
            problem = service.create(work(), form.values())
        else:
            service.autosave(work(), problem, form.values(), form.seen)
        work().session.flush()
    except (EditConflict, NotEditable):
        return jsonify(message=gettext("有人改过它，自动保存已停止。请点“保存草稿”，按提示处理。")), 409
    except NoKey:
        return jsonify(message=_no_key()), 503
    skipped = [str(field.label.text) for field in form if field.errors]
    said = gettext("已自动保存 %(time)s", time=moment(work().now())[-5:])
    if skipped:
        said = gettext("%(saved)s；还没有保存：%(fields)s", saved=said, fields=gettext("、").join(skipped))
    return jsonify(
        message=said,
        version=problem.version,
        skipped=skipped,
        edit_url=url_for("problems.edit", problem_id=problem.id),
        autosave_url=url_for("problems.autosave", problem_id=problem.id),
    )


@pages.page("/problems/similar", Action.PROBLEM_CREATE, methods=("POST",), reads_only=True)
def similar() -> Any:
    """A part of the form's page: problems like the text typed so far, and capabilities that look promising."""
    form = _prepare(ProblemForm())
    form.check(complete=False)
    number = request.args.get("problem_id", type=int)
    return render_template(
        "problems/similar.html", likeness=reading.likeness_of(work(), form.values(), number)
    )


def form_of(problem: Problem) -> ProblemForm:
    """The form filled from what is stored, whatever the request has sent."""
    return _prepare(ProblemForm(formdata=None, obj=problem, meta={"csrf": False}))


def form_read_page(form: ProblemForm, problem: Problem) -> str:
    """The form filled from what is stored: whoever opens it reads what is confidential, and that leaves a trace."""
    service.reveal(work(), problem, "form")
    keep_on_failure()
    return form_page(form, problem)


def form_page(form: ProblemForm, problem: Problem | None, warning: str = "", prefill: Any = None) -> str:
    """`prefill`: what a document said that a new form is filled in from; nothing of it is saved by itself."""
    return render_template(
        "problems/form.html",
        form=form,
        problem=problem,
        warning=warning,
        prefill=prefill,
        is_draft=problem is None or problem.status in service.DRAFTS,
        unreadable=problem is not None and isinstance(problem.confidential, Unreadable),
        is_verified=work().person.organisation.is_verified,
        attachments=attachments.of(work(), problem.KIND, problem.id) if problem else (),
    )


def flash_not_verified() -> None:
    flash(
        gettext("草稿已保存。贵单位还没有通过审核，通过以后就可以提交；审核结果会通知您。"),
        "warning",
    )


def _save(problem: Problem | None) -> Any:
    """Save, and submit if that button was pressed. A form that fails keeps all that was typed."""
    form = _prepare(ProblemForm())
    if command := request.form.get("rows"):
        change_rows(form, command)
        return form_page(form, problem)
    submits = request.form.get("do") == "submit"
    published = problem is not None and problem.status is ProblemStatus.PUBLISHED
    if not form.check(complete=submits or published):
        return form_page(form, problem), 422
    try:
        if problem is None:
            problem = service.create(work(), form.values())
        else:
            service.save(work(), problem, form.values(), form.seen)
        if submits:
            service.submit(work(), problem)
    except EditConflict as conflict:
        return _conflict_page(form, conflict), 409
    except NotEditable:
        return form_page(
            form, problem, gettext("它现在不能修改：可能刚刚提交了审核。您填写的内容还在下面，请先复制保存。")
        ), 409
    except NoKey:
        work().session.rollback()
        return form_page(form, problem if problem and problem.id else None, _no_key()), 503
    except NotVerified:
        flash_not_verified()
    else:
        _flash_saved(form, submits, published)
    assert problem is not None  # it was there or has been made
    return redirect(url_for("problems.detail", problem_id=problem.id), 303)


def _no_key() -> str:
    return str(
        gettext("现在不能保存保密内容：服务器上缺少密钥，请联系管理员。您填写的内容还在，请先不要关闭页面。")
    )


def _conflict_page(form: ProblemForm, conflict: EditConflict) -> str:
    """The form as it was typed, on the newest version: saving once more is a decision."""
    problem = conflict.posting
    assert isinstance(problem, Problem)
    form.version.raw_data, form.version.data = None, problem.version
    return form_page(form, problem, saved_meanwhile(problem.updated_at or work().now()))


def _flash_saved(form: ProblemForm, submits: bool, published: bool) -> None:
    if submits:
        flash(gettext("已提交，等待科技局审核。系统已经找过合适的成果，见下面的推荐。"), "success")
    elif published:
        flash(gettext("修改已保存并公开，匹配推荐已按新的内容更新。"), "success")
    else:
        flash(gettext("草稿已保存。填完以后请提交审核。"), "success")
        if form.money_unfinished:
            flash(gettext("计划投入还没有填完，提交前请补上金额。"), "warning")


def own(problem_id: int) -> Problem:
    """A problem that the reader may edit at all; one of others is refused, an unknown one is not found."""
    try:
        return service.find_own(work(), problem_id)
    except PostingNotFound:
        abort(404)


def _prepare(form: ProblemForm) -> ProblemForm:
    form.prepare(vocabulary(), work().today())
    return form
