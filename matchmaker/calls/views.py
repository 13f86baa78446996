"""The pages of calls: the list, one call with its steps, writing it, its public notice, objections."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, request
from flask_babel import gettext

from matchmaker.belonging import Belonging
from matchmaker.calls import (
    proposal_views,  # noqa: F401 - its routes
    reading,
    review_views,  # noqa: F401 - its routes
    service,
    wording,
)
from matchmaker.calls.blueprint import found, pages, refused, to_call
from matchmaker.calls.detail_views import STEP_FORMS, page_of_call, step_form
from matchmaker.calls.errors import AlreadyCalled, BadTerms, CallNotFound, StaleCall
from matchmaker.calls.forms import (
    NOBODY,
    AnswerForm,
    CallForm,
    ObjectionForm,
)
from matchmaker.calls.reading import CallPage, Stage
from matchmaker.policy import Action
from matchmaker.site import work
from matchmaker.typed_numbers import number
from models import Call, IllegalStep, Problem

__all__ = ["pages"]

BLANK_ROWS = 1


@pages.page("/calls", Action.CALL_READ)
def index() -> str:
    given, page = request.args.get("stage", ""), request.args.get("page", default=1, type=int)
    stage = Stage(given) if given in list(Stage) else Stage.OPEN
    found = reading.listed(work(), stage, page, Belonging.from_query(request.args))
    return render_template("calls/index.html", found=found, stages=Stage, present=work().now())


@pages.page("/calls/<int:call_id>/notice", Action.CALL_READ)
def notice(call_id: int) -> Any:
    """The public notice by itself, to be printed or linked to."""
    page = reading.page_of(work(), found(call_id).id)
    if page.call.announced_at is None:
        return to_call(page.call)
    return render_template("calls/notice.html", page=page, call=page.call)


@pages.page("/problems/<int:problem_id>/call", Action.CALL_CREATE, methods=("GET", "POST"))
def create(problem_id: int) -> Any:
    try:
        problem = reading.problem_to_call(work(), problem_id)
    except CallNotFound:
        abort(404)
    form = CallForm() if request.method == "POST" else CallForm.for_problem(problem)
    _offer(form, problem)
    if request.method == "GET" or "add_rows" in request.form:
        return _form_page(form, problem)
    if not form.check(work().now()):
        return _form_page(form, problem), 422
    try:
        call = service.create(work(), problem, form.terms())
    except BadTerms as bad:
        form.show_faults(bad.faults)
        return _form_page(form, problem), 422
    except wording.REFUSED as error:
        if isinstance(error, AlreadyCalled):
            flash(wording.refused(error), "warning")
            return to_call(error.call)
        return refused(error, lambda: _form_page(form, problem))
    flash(
        gettext("草稿已保存。核对后张榜。")
        if work().person.is_staff
        else gettext("草稿已保存。核对后申请张榜。"),
        "success",
    )
    return to_call(call)


@pages.page("/calls/<int:call_id>/edit", Action.CALL_EDIT, methods=("GET", "POST"))
def edit(call_id: int) -> Any:
    call = found(call_id, Action.CALL_EDIT)
    form = CallForm.of(call)
    _offer(form, call.problem, call)
    if request.method == "GET" or "add_rows" in request.form:
        return _form_page(form, call.problem, call)
    if not form.check(work().now()):
        return _form_page(form, call.problem, call), 422
    try:
        service.edit(work(), call, form.terms(), number(form.version.data) or 0)
    except BadTerms as bad:
        form.show_faults(bad.faults)
        return _form_page(form, call.problem, call), 422
    except StaleCall as error:
        return refused(error, lambda: _form_page(form.renewed(call), call.problem, call))
    flash(gettext("修改已保存。"), "success")
    return to_call(call)


@pages.page("/calls/<int:call_id>/submit", Action.CALL_EDIT, methods=("POST",))
def submit(call_id: int) -> Any:
    call = found(call_id, Action.CALL_EDIT)
    try:
        service.submit(work(), call)
    except BadTerms as bad:
        form = CallForm.of(call)
        _offer(form, call.problem, call)
        form.show_faults(bad.faults)
        return _form_page(form, call.problem, call), 422
    flash(str(wording.STEP_DONE["submit"]), "success")
    return to_call(call)


@pages.page("/calls/<int:call_id>/step", Action.CALL_DECIDE, methods=("POST",))
def step(call_id: int) -> Any:
    """`step` is one of STEP_FORMS."""
    call, name = found(call_id, Action.CALL_DECIDE), request.form.get("step", "")
    if name not in STEP_FORMS:
        abort(400)
    page = reading.page_of(work(), call_id)
    form = step_form(page, name)
    if not form.validate():
        return page_of_call(call_id, {name: form}), 422
    try:
        _take(page, name, form)
    except BadTerms as bad:
        form.show_faults([(each if each in form else "reason", fault) for each, fault in bad.faults])
        return page_of_call(call_id, {name: form}), 422
    except wording.REFUSED as error:
        form.version.raw_data, form.version.data = None, call.version
        return refused(error, lambda: page_of_call(call_id, {name: form}))
    flash(str(wording.STEP_DONE[name]), "success")
    return to_call(call)


@pages.page("/calls/<int:call_id>/objections", Action.CALL_OBJECT, methods=("POST",))
def object_to(call_id: int) -> Any:
    call, form = found(call_id, Action.CALL_OBJECT), ObjectionForm()
    if not form.validate():
        return page_of_call(call_id, objection_form=form), 422
    try:
        service.object_to(work(), call, form.text.data or "")
    except wording.REFUSED as error:
        return refused(error, lambda: page_of_call(call_id, objection_form=form))
    flash(gettext("异议已提交，答复后会通知您。"), "success")
    return to_call(call, "objections")


@pages.page("/calls/objections/<int:objection_id>/answer", Action.CALL_DECIDE, methods=("POST",))
def answer(objection_id: int) -> Any:
    try:
        objection = reading.find_objection(work(), objection_id)
    except CallNotFound:
        abort(404)
    call, form = found(objection.call_id, Action.CALL_DECIDE), AnswerForm(prefix=f"o{objection_id}")
    if not form.validate():
        return page_of_call(call.id, answer_forms={objection_id: form}), 422
    service.answer(work(), objection, call, form.answer.data or "")
    flash(gettext("答复已保存，提出人会收到通知。"), "success")
    return to_call(call, "objections")


def _take(page: CallPage, name: str, form: Any) -> None:
    call, version = page.call, form.version.data
    if name == "extend":
        service.extend(work(), call, form.closes_at.moment, form.reason.data, version)
    elif name == "decide":
        chosen = form.winner.data
        winner = None if chosen == NOBODY else service.find_proposal(work(), number(chosen) or 0)
        service.decide(work(), call, winner, form.reasons.data, version)
    elif name == "award":
        by_id = {str(each.id): each for each in page.capabilities}
        service.award(work(), call, by_id[form.capability.data])
    elif name in ("return", "cancel", "reconsider", "end_without_award"):
        take = {
            "return": service.send_back,
            "cancel": service.cancel,
            "reconsider": service.reconsider,
            "end_without_award": service.end_without_award,
        }[name]
        take(work(), call, form.reason.data, version)
    elif name == "unseal":
        service.unseal(work(), call, version)
    else:
        {"publish": service.publish, "announce": service.announce}[name](work(), call, version)


def _offer(form: CallForm, problem: Problem, call: Call | None = None) -> None:
    keep = [each.organisation_id for each in call.named] if call else []
    form.offer(reading.organisations_to_name(work(), problem.organisation_id, keep))


def _form_page(form: CallForm, problem: Problem, call: Call | None = None) -> Any:
    if call is not None and not service.is_editable(work(), call):
        raise IllegalStep(call, call.status, "edit")
    form.add_blank_rows(BLANK_ROWS)
    return render_template("calls/form.html", form=form, problem=problem, call=call)
