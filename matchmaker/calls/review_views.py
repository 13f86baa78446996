"""The pages of a review: naming reviewers, declaring, scoring one proposal after the other, handing in."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.calls import reading, service, wording
from matchmaker.calls.blueprint import found, pages, refused, to_call
from matchmaker.calls.detail_views import page_of_call
from matchmaker.calls.errors import BadTerms, CallNotFound, Unreadable
from matchmaker.calls.forms import DeclareForm, ReviewerForm, ScoresForm
from matchmaker.policy import Action
from matchmaker.site import work
from models import Call, Proposal


@pages.page("/calls/<int:call_id>/reviewers", Action.CALL_DECIDE, methods=("POST",))
def name_reviewer(call_id: int) -> Any:
    call, form = found(call_id, Action.CALL_DECIDE), ReviewerForm()
    if form.validate():
        try:
            reviewer = service.name_reviewer(work(), call, form.login.data or "")
        except BadTerms as bad:
            form.show_faults(bad.faults)
        else:
            flash(gettext("已请%(name)s评审，对方会收到通知。", name=reviewer.user.name), "success")
            return to_call(call, "reviewers")
    return page_of_call(call_id, reviewer_form=form), 422


@pages.page("/calls/<int:call_id>/reviewers/<int:reviewer_id>/remove", Action.CALL_DECIDE, methods=("POST",))
def remove_reviewer(call_id: int, reviewer_id: int) -> Any:
    call = found(call_id, Action.CALL_DECIDE)
    try:
        service.remove_reviewer(work(), call, reviewer_id)
    except CallNotFound:
        abort(404)
    except wording.REFUSED as error:
        flash(wording.refused(error), "danger")
    else:
        flash(gettext("已撤销这位评审人。"), "success")
    return to_call(call, "reviewers")


@pages.page("/calls/<int:call_id>/review", Action.CALL_REVIEW)
def review(call_id: int) -> str:
    return _review_page(found(call_id, Action.CALL_REVIEW))


@pages.page("/calls/<int:call_id>/declare", Action.CALL_REVIEW, methods=("POST",))
def declare(call_id: int) -> Any:
    call, form = found(call_id, Action.CALL_REVIEW), DeclareForm()
    if not form.validate():
        return _review_page(call, form), 422
    reviewer = service.declare(work(), call, form.conflicted.data == "yes", form.declaration.data or "")
    if reviewer.conflicted:
        flash(gettext("已记录您的回避，科技局会另请评审人。谢谢您如实声明。"), "success")
        return to_call(call)
    flash(gettext("声明已记录，请逐份评分。"), "success")
    return _to_review(call)


@pages.page("/proposals/<int:proposal_id>/scores", Action.CALL_REVIEW, methods=("GET", "POST"))
def scores(proposal_id: int) -> Any:
    try:
        proposal = service.find_proposal(work(), proposal_id)
        marks = reading.marks_of(work(), proposal)
    except CallNotFound:
        abort(404)
    criteria = proposal.call.criteria
    form = ScoresForm.of(criteria, marks)
    if request.method == "GET":
        return _scores_page(proposal, form)
    if not form.validate():
        return _scores_page(proposal, form), 422
    try:
        service.save_scores(work(), proposal, form.marks(criteria))
    except wording.REFUSED as error:
        return refused(error, lambda: _scores_page(proposal, form))
    flash(gettext("评分已保存。全部方案评完后一起提交。"), "success")
    return _to_review(proposal.call)


@pages.page("/calls/<int:call_id>/finish", Action.CALL_REVIEW, methods=("POST",))
def finish(call_id: int) -> Any:
    call = found(call_id, Action.CALL_REVIEW)
    try:
        service.finish(work(), call)
    except wording.REFUSED as error:
        return refused(error, lambda: _review_page(call))
    flash(gettext("评分已提交，谢谢。所有评审人都提交以后可以看到排名。"), "success")
    return _to_review(call)


def _review_page(call: Call, form: DeclareForm | None = None) -> str:
    try:
        page = reading.review_page(work(), call.id)
    except CallNotFound:
        abort(404)
    return render_template("calls/review.html", page=page, call=call, form=form or DeclareForm(formdata=None))


def _scores_page(proposal: Proposal, form: ScoresForm) -> str:
    try:
        content = service.handed_in_content(work(), proposal)
    except Unreadable as error:
        flash(wording.refused(error), "danger")
        content = None
    return render_template(
        "calls/scores.html", proposal=proposal, call=proposal.call, content=content, form=form
    )


def _to_review(call: Call) -> Any:
    return redirect(url_for("calls.review", call_id=call.id), 303)
