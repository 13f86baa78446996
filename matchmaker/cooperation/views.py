"""The pages of cooperation: the register, a record, and what staff do with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.attachments import service as attachments
from matchmaker.cooperation import events, register, service
from matchmaker.cooperation.entry_forms import EntryForm
from matchmaker.cooperation.forms import (
    AcceptForm,
    CompleteForm,
    MilestoneForm,
    NoteForm,
    ReasonForm,
    SignForm,
    StartForm,
    TermsForm,
    show_faults,
)
from matchmaker.cooperation.service import (
    BadTerms,
    ChangedMeanwhile,
    OpenMilestones,
    PartyTaken,
    RecordClosed,
    RecordNotFound,
)
from matchmaker.cooperation.wording import FIELD_NAMES, STEP_DONE, step_name, value_in_words
from matchmaker.forms import add_error, with_ids
from matchmaker.policy import Action, allow
from matchmaker.site import Pages, vocabulary, work
from matchmaker.typed_numbers import number
from matchmaker.wording import label
from models import CooperationRecord, IllegalStep, Milestone, MilestoneStatus, RecordStatus

pages = Pages("cooperation", __name__, url_prefix="/cooperation")

STEP_FORMS: dict[str, type[Any]] = {
    "sign": SignForm,
    "start": StartForm,
    "accept": AcceptForm,
    "terminate": ReasonForm,
    "reopen": ReasonForm,
}
BLANK_ROWS = 3


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
    return _record_page(_found(record_id))


@pages.page("/new", Action.RECORD_EDIT, methods=("GET", "POST"))
def create() -> Any:
    """An agreement made elsewhere. The button `add_rows` asks for more rows of milestones and keeps what was typed."""
    organisations = service.organisations_to_choose(work())
    form = EntryForm()
    form.offer(vocabulary())
    if request.method == "GET" or "add_rows" in request.form:
        return _terms_page(form, organisations)
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
    return _terms_page(form, organisations), 422


@pages.page("/<int:record_id>/edit", Action.RECORD_EDIT, methods=("GET", "POST"))
def edit(record_id: int) -> Any:
    record = _found(record_id, for_change=request.method == "POST")
    organisations = service.organisations_to_choose(work(), record)
    form = TermsForm.of(record)
    form.offer(vocabulary(), service.brokers_to_choose(work(), record))
    if request.method == "GET":
        return _terms_page(form, organisations, record)
    if not form.check(organisations, work().today()):
        return _terms_page(form, organisations, record), 422
    version, last_event = (number(each.data) or 0 for each in (form.version, form.last_event))
    try:
        changes = service.amend(work(), record, form.terms(organisations), version, last_event)
    except BadTerms as bad:
        form.show_faults(bad.faults, organisations)
        return _terms_page(form, organisations, record), 422
    except ChangedMeanwhile as conflict:
        return _terms_page(form.renewed(record), organisations, record, conflict), 409
    flash(gettext("修改已保存，原来的内容留在记录历史中。") if changes else gettext("没有改动。"), "success")
    return _to(record)


@pages.page("/<int:record_id>/step", Action.RECORD_EDIT, methods=("POST",))
def step(record_id: int) -> Any:
    record = _found(record_id, for_change=True)
    name = request.form.get("step", "")
    if name not in STEP_FORMS:
        abort(400)
    if name not in service.possible(record):
        raise IllegalStep(record, record.status, name)
    form = _step_form(record, name)
    if form.validate():
        try:
            _take(record, name, form)
        except BadTerms as bad:
            show_faults(form, bad.faults)
        except OpenMilestones as left:
            names = gettext("、").join(each.name for each in left.milestones)
            add_error(form.note, gettext("还有里程碑没有完成：%(names)s。请先办理完成或取消。", names=names))
        else:
            flash(str(STEP_DONE[name]), "success")
            return _to(record)
    return _record_page(record, step_forms={name: form}), 422


@pages.page("/<int:record_id>/notes", Action.RECORD_EDIT, methods=("POST",))
def add_note(record_id: int) -> Any:
    record = _found(record_id, for_change=True)
    form = with_ids(NoteForm(), "progress")
    if not form.validate():
        return _record_page(record, note_form=form), 422
    service.add_note(work(), record, form.note.data)
    flash(gettext("进展已记下。"), "success")
    return _to(record, "history")


@pages.page("/<int:record_id>/milestones", Action.RECORD_EDIT, methods=("POST",))
def add_milestone(record_id: int) -> Any:
    record = _found(record_id, for_change=True)
    form = with_ids(MilestoneForm(), "new")
    if form.validate():
        try:
            service.add_milestone(work(), record, form.terms())
        except BadTerms as bad:
            show_faults(form, bad.faults)
        except RecordClosed:
            return _closed(record)
        else:
            flash(gettext("里程碑“%(name)s”已增加。", name=form.name.data), "success")
            return _to(record, "milestones")
    return _record_page(record, milestone_form=form), 422


@pages.page("/milestones/<int:milestone_id>", Action.RECORD_EDIT, methods=("GET", "POST"))
def edit_milestone(milestone_id: int) -> Any:
    milestone = _found_milestone(milestone_id, for_change=request.method == "POST")
    form = MilestoneForm.of(milestone)
    if request.method == "POST" and form.validate():
        try:
            service.amend_milestone(work(), milestone, form.terms())
        except BadTerms as bad:
            show_faults(form, bad.faults)
        except RecordClosed:
            return _closed(milestone.record)
        else:
            flash(gettext("里程碑“%(name)s”已保存。", name=milestone.name), "success")
            return _to(milestone.record, "milestones")
    page = render_template(
        "cooperation/milestone.html", record=milestone.record, milestone=milestone, form=form
    )
    return page, 422 if request.method == "POST" else 200


@pages.page("/milestones/<int:milestone_id>/step", Action.RECORD_EDIT, methods=("POST",))
def milestone_step(milestone_id: int) -> Any:
    """`step` is complete, waive or reopen."""
    milestone = _found_milestone(milestone_id, for_change=True)
    record, name = milestone.record, request.form.get("step", "")
    if name not in milestone.MACHINE.steps:
        abort(400)
    if name not in milestone.MACHINE.actions(milestone.status):
        raise IllegalStep(milestone, milestone.status, name)
    form = _milestone_form(milestone, name)
    if form is None or form.validate():
        try:
            said = _take_milestone(milestone, name, form)
        except BadTerms as bad:
            if form is None:
                flash(gettext("恢复以后付款合计会超过合同金额，请先修改金额。"), "danger")
                return _to(record, "milestones")
            show_faults(form, bad.faults)
        except RecordClosed:
            return _closed(record)
        else:
            flash(said, "success")
            return _to(record, "milestones")
    return _record_page(record, milestone_forms={(milestone.id, name): form}), 422


def _take(record: CooperationRecord, name: str, form: Any) -> None:
    if name == "sign":
        service.sign(
            work(), record, form.signed_on.data, form.contract_category.data, form.contract_number.data
        )
    elif name == "start":
        service.start(work(), record, form.starts_on.data, form.note.data or "")
    elif name == "accept":
        service.accept(work(), record, form.results(), form.note.data)
    elif name == "terminate":
        service.terminate(work(), record, form.reason.data)
    else:
        service.reopen(work(), record, form.reason.data)


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


def _closed(record: CooperationRecord) -> Any:
    flash(gettext("合作已经结束，里程碑不能再改。如有需要，请先恢复合作。"), "warning")
    return _to(record)


def _step_form(record: CooperationRecord, name: str) -> Any:
    """The step's form with what the record knows already."""
    known = {each: getattr(record, each) for each in ("signed_on", "contract_category", "contract_number")}
    known |= {"starts_on": record.starts_on or record.signed_on}
    known |= {each: getattr(record, each) for each in vars(CooperationRecord) if each.startswith("result_")}
    if name == "accept":
        known["note"] = record.acceptance_note
    form = STEP_FORMS[name](data=known)
    if name == "sign":
        form.offer(vocabulary())
    return with_ids(form, name)


def _milestone_form(milestone: Milestone, name: str) -> Any:
    if name == "reopen":
        return None
    form = CompleteForm(data={"done_on": work().today()}) if name == "complete" else ReasonForm()
    return with_ids(form, f"{name}-{milestone.id}")


def _record_page(
    record: CooperationRecord,
    step_forms: dict[str, Any] | None = None,
    note_form: Any = None,
    milestone_form: Any = None,
    milestone_forms: dict[tuple[int, str], Any] | None = None,
) -> str:
    """The record; a form that failed stands open, the others are empty or filled with what is known."""
    may_edit = allow(work().actor, Action.RECORD_EDIT, record)
    failed = [*(step_forms or {}).values(), note_form, milestone_form, *(milestone_forms or {}).values()]
    step_forms, milestone_forms = dict(step_forms or {}), dict(milestone_forms or {})
    running = record.status in service.RUNNING
    if may_edit:
        for name in service.possible(record):
            step_forms.setdefault(name, _step_form(record, name))
        for each in record.milestones if running else ():
            for name in ("complete", "waive") if each.status is MilestoneStatus.PLANNED else ():
                milestone_forms.setdefault((each.id, name), _milestone_form(each, name))
    return render_template(
        "cooperation/detail.html",
        record=record,
        problem=service.problem_of(work(), record),
        capability=service.capability_of(work(), record),
        may_edit=may_edit,
        running=running,
        late_ones=[each for each in record.milestones if running and each.is_late(work().today())],
        failed=next((form for form in failed if form is not None), None),
        steps=service.possible(record) if may_edit else (),
        step_forms=step_forms,
        step_name=step_name,
        note_form=note_form or with_ids(NoteForm(), "progress"),
        milestone_form=milestone_form or with_ids(MilestoneForm(), "new"),
        milestone_forms=milestone_forms,
        payments=service.agreed_payments(record),
        history=[(event, events.changes_in(event)) for event in reversed(record.events)],
        attachments=attachments.of(work(), "record", record.id),
        removed=attachments.removed_from(work(), "record", record.id),
        **_history_words(),
    )


def _history_words() -> dict[str, Any]:
    """What the history of a record needs to be read."""
    return {
        "field_names": FIELD_NAMES,
        "in_words": lambda field, value: value_in_words(vocabulary(), field, value),
        "status_words": {each.value: label(each) for each in RecordStatus},
    }


def _terms_page(
    form: TermsForm,
    organisations: dict[str, Any],
    record: CooperationRecord | None = None,
    conflict: ChangedMeanwhile | None = None,
) -> str:
    if record is None:
        form.add_blank_rows(BLANK_ROWS)
    return render_template(
        "cooperation/form.html",
        form=form,
        organisations=organisations,
        record=record,
        conflict=conflict,
        happened=[(event, events.changes_in(event)) for event in conflict.happened] if conflict else [],
        **_history_words(),
    )
