"""The pages of cooperation: the register, a record, and what staff do with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.cooperation import register, service, wording
from matchmaker.cooperation.detail_views import (
    STEP_FORMS,
    Meanwhile,
    milestone_form,
    milestone_page,
    record_page,
    step_form,
    terms_page,
)
from matchmaker.cooperation.entry_forms import EntryForm
from matchmaker.cooperation.forms import MilestoneForm, NoteForm, TermsForm, show_faults
from matchmaker.cooperation.seen import SeenForm
from matchmaker.cooperation.service import (
    BadTerms,
    ChangedMeanwhile,
    OpenMilestones,
    PartyTaken,
    RecordClosed,
    RecordNotFound,
)
from matchmaker.cooperation.wording import STEP_DONE
from matchmaker.forms import add_error, with_ids
from matchmaker.policy import Action
from matchmaker.site import Pages, vocabulary, work
from matchmaker.typed_numbers import number
from matchmaker.wording import label
from models import CooperationRecord, Milestone, RecordStatus

pages = Pages("cooperation", __name__, url_prefix="/cooperation")


@pages.page("/", Action.RECORD_READ)
def index() -> str:
    filters = register.Filters.from_query(request.args)
    return render_template(
        "cooperation/index.html",
        filters=filters,
        register=register.find(work(), filters),
        sorts=register.Sort,
        states=[(each.value, label(each)) for each in RecordStatus],
    )


@pages.page("/<int:record_id>", Action.RECORD_READ)
def detail(record_id: int) -> str:
    return record_page(_found(record_id))


@pages.page("/new", Action.RECORD_EDIT, methods=("GET", "POST"))
def create() -> Any:
    """An agreement made elsewhere. The button `add_rows` asks for more rows of milestones and keeps what was typed."""
    organisations = service.organisations_to_choose(work())
    form = EntryForm()
    form.offer(vocabulary())
    if request.method == "GET" or "add_rows" in request.form:
        return terms_page(form, organisations)
    if form.check(organisations, work().today()):
        try:
            record = service.enter(work(), form.known_terms(organisations), form.entered())
        except (BadTerms, PartyTaken) as wrong:
            work().session.rollback()  # a new party may be there already
            if isinstance(wrong, BadTerms):
                form.show_faults(wrong.faults, organisations)
            else:
                form.show_taken(wrong)
        else:
            flash(
                gettext("合作记录 %(number)s 已建立，各方成员已收到通知。", number=record.number), "success"
            )
            return redirect(url_for("cooperation.detail", record_id=record.id), 303)
    form.explain_unknown(service.now_called(work(), [each.data for each in form.unknown_parties()]))
    return terms_page(form, organisations), 422


@pages.page("/<int:record_id>/edit", Action.RECORD_EDIT, methods=("GET", "POST"))
def edit(record_id: int) -> Any:
    record = _found(record_id, for_change=request.method == "POST")
    organisations = service.organisations_to_choose(work(), record)
    form = TermsForm.of(record)
    form.offer(vocabulary(), service.brokers_to_choose(work(), record))
    if request.method == "GET":
        return terms_page(form, organisations, record)
    if not form.check(organisations, work().today()):
        return terms_page(form, organisations, record), 422
    form.keep_own()
    version, last_event = number(form.version.data) or 0, form.seen() or 0
    try:
        changes = service.amend(work(), record, form.terms(organisations), version, last_event)
    except BadTerms as bad:
        form.show_faults(bad.faults, organisations)
        return terms_page(form, organisations, record), 422
    except ChangedMeanwhile as conflict:
        form.drawn(record)
        return terms_page(form, organisations, record, conflict), 409
    flash(gettext("修改已保存，原来的内容留在记录历史中。") if changes else gettext("没有改动。"), "success")
    return _to(record)


@pages.page("/<int:record_id>/step", Action.RECORD_EDIT, methods=("POST",))
def step(record_id: int) -> Any:
    record = _found(record_id, for_change=True)
    name = request.form.get("step", "")
    if name not in STEP_FORMS:
        abort(400)
    form = step_form(record, name, sent=True)
    if name not in service.possible(record):
        return _too_late(record, form, wording.not_possible(record.status, wording.step_name(name)))
    if form.validate():
        form.keep_own()
        try:
            _take(record, name, form)
        except BadTerms as bad:
            show_faults(form, bad.faults)
        except OpenMilestones as left:
            names = gettext("、").join(each.name for each in left.milestones)
            add_error(form.note, gettext("还有里程碑没有完成：%(names)s。请先办理完成或取消。", names=names))
        except ChangedMeanwhile as conflict:
            form.drawn(record)
            seen = Meanwhile(*wording.look_again(wording.step_name(name)), conflict.happened)
            return record_page(record, step_forms={name: form}, meanwhile=seen), 409
        else:
            flash(str(STEP_DONE[name]), "success")
            return _to(record)
    return record_page(record, step_forms={name: form}), 422


@pages.page("/<int:record_id>/notes", Action.RECORD_EDIT, methods=("POST",))
def add_note(record_id: int) -> Any:
    record = _found(record_id, for_change=True)
    form = with_ids(NoteForm(), "progress")
    if not form.validate():
        return record_page(record, note_form=form), 422
    service.add_note(work(), record, form.note.data)
    flash(gettext("进展已记下。"), "success")
    return _to(record, "history")


@pages.page("/<int:record_id>/milestones", Action.RECORD_EDIT, methods=("POST",))
def add_milestone(record_id: int) -> Any:
    record = _found(record_id, for_change=True)
    form = with_ids(MilestoneForm().marked(record), "new")
    if form.validate():
        try:
            service.add_milestone(work(), record, form.terms())
        except BadTerms as bad:
            show_faults(form, bad.faults)
        except RecordClosed:
            return _too_late(record, form, wording.closed())
        else:
            flash(gettext("里程碑“%(name)s”已增加。", name=form.name.data), "success")
            return _to(record, "milestones")
    return record_page(record, new_milestone_form=form), 422


@pages.page("/milestones/<int:milestone_id>", Action.RECORD_EDIT, methods=("GET", "POST"))
def edit_milestone(milestone_id: int) -> Any:
    milestone = _found_milestone(milestone_id, for_change=request.method == "POST")
    form = MilestoneForm.of(milestone)
    if request.method == "GET":
        return milestone_page(milestone, form)
    if form.validate():
        form.keep_own()
        try:
            service.amend_milestone(work(), milestone, form.terms(), form.opened_values(), form.seen() or 0)
        except BadTerms as bad:
            show_faults(form, bad.faults)
        except RecordClosed:
            return _too_late(milestone.record, form, wording.closed())
        except ChangedMeanwhile as conflict:
            form.drawn(milestone.record)
            return milestone_page(milestone, form, conflict), 409
        else:
            flash(gettext("里程碑“%(name)s”已保存。", name=milestone.name), "success")
            return _to(milestone.record, "milestones")
    return milestone_page(milestone, form), 422


@pages.page("/milestones/<int:milestone_id>/step", Action.RECORD_EDIT, methods=("POST",))
def milestone_step(milestone_id: int) -> Any:
    """`step` is complete, waive or reopen."""
    milestone = _found_milestone(milestone_id, for_change=True)
    record, name = milestone.record, request.form.get("step", "")
    if name not in milestone.MACHINE.steps:
        abort(400)
    form = milestone_form(milestone, name, sent=True)
    if record.status not in service.RUNNING:
        return _too_late(record, form, wording.closed())
    if name not in milestone.MACHINE.actions(milestone.status):
        said = wording.not_possible(milestone.status, wording.milestone_step(name))
        return _too_late(record, form, said)
    if form.validate():
        try:
            done = _take_milestone(milestone, name, form)
        except BadTerms as bad:
            if name == "reopen":
                flash(gettext("恢复以后付款合计会超过合同金额，请先修改金额。"), "danger")
                return _to(record, "milestones")
            show_faults(form, bad.faults)
        else:
            flash(done, "success")
            return _to(record, "milestones")
    return record_page(record, milestone_forms={(milestone.id, name): form}), 422


def _take(record: CooperationRecord, name: str, form: Any) -> None:
    seen = form.seen()
    if name == "sign":
        agreed = (form.signed_on.data, form.contract_category.data, form.contract_number.data)
        service.sign(work(), record, *agreed, seen=seen)
    elif name == "start":
        service.start(work(), record, form.starts_on.data, form.note.data or "", seen)
    elif name == "accept":
        service.accept(work(), record, form.results(), form.note.data, seen)
    elif name == "terminate":
        service.terminate(work(), record, form.reason.data, seen)
    else:
        service.reopen(work(), record, form.reason.data, seen)


def _take_milestone(milestone: Milestone, name: str, form: Any) -> str:
    if name == "complete":
        received = form.received.data or Decimal(0)
        service.complete_milestone(work(), milestone, form.done_on.data, form.evidence.data or "", received)
        return str(gettext("里程碑“%(name)s”已完成。", name=milestone.name))
    if name == "waive":
        service.waive_milestone(work(), milestone, form.reason.data)
        return str(gettext("里程碑“%(name)s”已取消。", name=milestone.name))
    service.reopen_milestone(work(), milestone)
    return str(gettext("里程碑“%(name)s”已恢复为计划中，已付金额没有改动。", name=milestone.name))


def _found(record_id: int, for_change: bool = False) -> CooperationRecord:
    try:
        return service.find(work(), record_id, for_change)
    except RecordNotFound:
        abort(404)


def _found_milestone(milestone_id: int, for_change: bool = False) -> Milestone:
    try:
        return service.find_milestone(work(), milestone_id, for_change)
    except RecordNotFound:
        abort(404)


def _to(record: CooperationRecord, anchor: str | None = None) -> Any:
    return redirect(url_for("cooperation.detail", record_id=record.id, _anchor=anchor), 303)


def _too_late(record: CooperationRecord, form: SeenForm, said: tuple[str, str]) -> Any:
    """The record as it stands now, with what was typed: there is no such step any more to take with it."""
    happened = service.happened_since(record, form.seen())
    return record_page(record, meanwhile=Meanwhile(*said, happened, form.in_words())), 409
