"""The pages of proposals. What is typed is kept before anything else is asked, so that a refusal loses nothing."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from matchmaker.attachments.service import Refused, Upload
from matchmaker.calls import reading, service, wording
from matchmaker.calls.blueprint import found, found_proposal, pages, refused, to_call
from matchmaker.calls.errors import (
    BadTerms,
    CallNotFound,
    StaleProposal,
    TooLate,
    TooManyProposals,
    Unreadable,
)
from matchmaker.calls.forms import ProposalForm
from matchmaker.policy import Action
from matchmaker.site import keep_on_failure, settings, work
from models import Call, Proposal


@pages.page("/calls/<int:call_id>/proposals/new", Action.CALL_ANSWER, methods=("GET", "POST"))
def new_proposal(call_id: int) -> Any:
    call = found(call_id, Action.CALL_ANSWER)
    form = ProposalForm()
    form.offer(service.own_capabilities(work()), ())
    if request.method == "GET":
        return _form_page(form, call) if call.accepts(work().now()) else to_call(call)
    if not form.validate():
        return _form_page(form, call), 422
    try:
        proposal = service.start(work(), call, form.content())
    except TooManyProposals as error:
        return refused(error, lambda: _form_page(form, call))
    return _keep(proposal, form, proposal.version)


@pages.page("/proposals/<int:proposal_id>/edit", Action.PROPOSAL_EDIT, methods=("GET", "POST"))
def edit_proposal(proposal_id: int) -> Any:
    proposal = found_proposal(proposal_id, Action.PROPOSAL_EDIT)
    own = reading.own_proposal(work(), proposal)
    if own.content is None or (request.method == "GET" and not proposal.call.accepts(work().now())):
        return _to_proposal(proposal)
    form = ProposalForm.of(own.content, proposal.version)
    form.offer(service.own_capabilities(work()), own.content.files)
    if request.method == "GET":
        return _form_page(form, proposal.call, proposal)
    if not form.validate():
        return _form_page(form, proposal.call, proposal), 422
    typed = form.version.data or ""
    return _keep(proposal, form, int(typed) if typed.isdecimal() and len(typed) < 10 else 0)


@pages.page("/proposals/<int:proposal_id>", Action.PROPOSAL_READ)
def proposal(proposal_id: int) -> Any:
    """For its proposer what it says now, for those let in after the opening what was handed in."""
    proposal = found_proposal(proposal_id)
    is_own = proposal.organisation_id == work().person.organisation_id
    try:
        handed_in = service.handed_in_content(work(), proposal)
        draft = service.draft_of(work(), proposal) if is_own and proposal.draft is not None else None
    except Unreadable as error:
        return _unreadable(error, proposal, is_own)
    return _page(proposal, is_own, handed_in, draft)


@pages.page("/proposals/<int:proposal_id>/files/<int:file_id>", Action.PROPOSAL_READ)
def proposal_file(proposal_id: int, file_id: int) -> Response:
    proposal = found_proposal(proposal_id)
    try:
        note, data = service.file_of(work(), proposal, file_id)
    except (CallNotFound, Unreadable):
        abort(404)
    return send_file(BytesIO(data), mimetype=note.media_type, as_attachment=True, download_name=note.name)


@pages.page("/proposals/<int:proposal_id>/withdraw", Action.PROPOSAL_EDIT, methods=("POST",))
def withdraw_proposal(proposal_id: int) -> Any:
    proposal = found_proposal(proposal_id, Action.PROPOSAL_EDIT)
    try:
        service.withdraw(work(), proposal)
    except TooLate:
        flash(gettext("已经截止，方案不能再撤回。"), "danger")
    else:
        flash(gettext("方案已撤回，内容留作草稿；截止前可以再提交。"), "success")
    return to_call(proposal.call, "mine")


def _keep(proposal: Proposal, form: ProposalForm, version: int) -> Any:
    """Save what was typed, with its files; then hand it in if that was asked."""
    uploads = cast(list[Upload], [each for each in form.files.data or () if each and each.filename])
    removed = [int(each) for each in form.removed.data or ()]
    try:
        service.save(work(), proposal, form.content(), version, uploads, removed)
    except StaleProposal as error:
        return refused(error, lambda: _form_page(form.renewed(proposal.version), proposal.call, proposal))
    except TooLate as error:
        return refused(error, lambda: _form_page(form, proposal.call, proposal))
    except Refused as error:
        keep_on_failure()
        form.files.errors = [wording.file_refused(error, settings())]
        return _again(proposal, form), 422
    if "hand_in" not in request.form:
        flash(gettext("草稿已保存，还没有提交。"), "success")
        return redirect(url_for("calls.edit_proposal", proposal_id=proposal.id), 303)
    try:
        service.hand_in(work(), proposal)
    except BadTerms as bad:
        keep_on_failure()
        form.show_faults(bad.faults)
        return _again(proposal, form), 422
    except wording.REFUSED as error:
        keep_on_failure()
        return refused(error, lambda: _again(proposal, form))
    flash(gettext("方案已密封提交。截止前可以替换或撤回，其他人看不到。"), "success")
    return _to_proposal(proposal)


def _again(proposal: Proposal, form: ProposalForm) -> str:
    """The form of what is a stored draft by now, with the files that it has."""
    own = reading.own_proposal(work(), proposal)
    form.offer(service.own_capabilities(work()), own.content.files if own.content else ())
    return _form_page(form.renewed(proposal.version), proposal.call, proposal)


def _form_page(form: ProposalForm, call: Call, proposal: Proposal | None = None) -> str:
    return render_template(
        "calls/proposal_form.html",
        form=form,
        call=call,
        proposal=proposal,
        accepts=call.accepts(work().now()),
    )


def _to_proposal(proposal: Proposal) -> Any:
    return redirect(url_for("calls.proposal", proposal_id=proposal.id), 303)


def _page(proposal: Proposal, is_own: bool, handed_in: Any, draft: Any) -> str:
    call = proposal.call
    return render_template(
        "calls/proposal.html",
        proposal=proposal,
        call=call,
        is_own=is_own,
        handed_in=handed_in,
        draft=draft,
        accepts=call.accepts(work().now()),
    )


def _unreadable(error: Unreadable, proposal: Proposal, is_own: bool) -> str:
    """Not an error of the reader's: the page says what is wrong."""
    flash(wording.refused(error), "danger")
    return _page(proposal, is_own, None, None)
