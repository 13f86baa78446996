"""The page of a record and that of its terms, as they are drawn at first and again after something could not be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from matchmaker.amendments import FieldChange
from matchmaker.attachments import service as attachments
from matchmaker.cooperation import events, service
from matchmaker.cooperation.forms import (
    AcceptForm,
    CompleteForm,
    MilestoneForm,
    NoteForm,
    ReasonForm,
    SignForm,
    StartForm,
    TermsForm,
)
from matchmaker.cooperation.seen import SeenForm
from matchmaker.cooperation.service import ChangedMeanwhile
from matchmaker.cooperation.wording import FIELD_NAMES, step_name, value_in_words
from matchmaker.forms import with_ids
from matchmaker.policy import Action, allow
from matchmaker.site import vocabulary, work
from matchmaker.wording import label
from models import CooperationRecord, Milestone, RecordEvent, RecordStatus

STEP_FORMS: dict[str, type[Any]] = {
    "sign": SignForm,
    "start": StartForm,
    "accept": AcceptForm,
    "terminate": ReasonForm,
    "reopen": ReasonForm,
}
BLANK_ROWS = 3


@dataclass(frozen=True)
class Meanwhile:
    """Why nothing was done: what others did since the page was drawn."""

    title: str
    text: str
    happened: Sequence[RecordEvent]
    typed: Sequence[tuple[str, str]] = ()
    """(label, text) of a form that is no longer on the page, to be copied."""


def step_form(record: CooperationRecord, name: str, sent: bool = False) -> Any:
    """The step's form with what the record knows already; `sent`: and with what was typed."""
    known = {each: getattr(record, each) for each in ("signed_on", "contract_category", "contract_number")}
    known |= {"starts_on": record.starts_on or record.signed_on}
    known |= {each: getattr(record, each) for each in vars(CooperationRecord) if each.startswith("result_")}
    if name == "accept":
        known["note"] = record.acceptance_note
    form = STEP_FORMS[name](**_given(sent), data=known)
    if name == "sign":
        form.offer(vocabulary())
    return with_ids(form.marked(record), name)


def milestone_form(milestone: Milestone, name: str, sent: bool = False) -> Any:
    """As `step_form`, of one of its milestones; to reopen one takes no words."""
    kind = {"complete": CompleteForm, "waive": ReasonForm}.get(name, SeenForm)
    known = {"done_on": work().today()} if name == "complete" else {}
    form = kind(**_given(sent), data=known)
    return with_ids(form.marked(milestone.record), f"{name}-{milestone.id}")


def _given(sent: bool) -> dict[str, Any]:
    """What a form is made of: the request, where it was this form that was sent."""
    return {} if sent else {"formdata": None}


def record_page(
    record: CooperationRecord,
    step_forms: dict[str, Any] | None = None,
    note_form: Any = None,
    new_milestone_form: Any = None,
    milestone_forms: dict[tuple[int, str], Any] | None = None,
    meanwhile: Meanwhile | None = None,
) -> str:
    """The record; a form that failed stands open, the others are empty or filled with what is known."""
    may_edit = allow(work().actor, Action.RECORD_EDIT, record)
    failed = [*(step_forms or {}).values(), note_form, new_milestone_form, *(milestone_forms or {}).values()]
    step_forms, milestone_forms = dict(step_forms or {}), dict(milestone_forms or {})
    running = record.status in service.RUNNING
    if may_edit:
        for name in service.possible(record):
            step_forms.setdefault(name, step_form(record, name))
        for each in record.milestones if running else ():
            for name in each.MACHINE.actions(each.status):
                milestone_forms.setdefault((each.id, name), milestone_form(each, name))
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
        note_form=note_form or with_ids(NoteForm(formdata=None), "progress"),
        milestone_form=new_milestone_form or with_ids(MilestoneForm(formdata=None).marked(record), "new"),
        milestone_forms=milestone_forms,
        payments=service.agreed_payments(record),
        history=_told(reversed(record.events)),
        meanwhile=meanwhile,
        happened=_told(meanwhile.happened) if meanwhile else [],
        attachments=attachments.of(work(), "record", record.id),
        removed=attachments.removed_from(work(), "record", record.id),
        **_history_words(),
    )


def milestone_page(
    milestone: Milestone, form: MilestoneForm, conflict: ChangedMeanwhile | None = None
) -> str:
    return render_template(
        "cooperation/milestone.html",
        record=milestone.record,
        milestone=milestone,
        form=form,
        conflict=conflict,
        happened=_told(conflict.happened) if conflict else [],
        **_history_words(),
    )


def _told(happened: Iterable[RecordEvent]) -> list[tuple[RecordEvent, list[FieldChange]]]:
    """Events with what each changed, for the history."""
    return [(event, events.changes_in(event)) for event in happened]


def _history_words() -> dict[str, Any]:
    """What the history of a record needs to be read."""
    return {
        "field_names": FIELD_NAMES,
        "in_words": lambda field, value: value_in_words(vocabulary(), field, value),
        "status_words": {each.value: label(each) for each in RecordStatus},
    }


def terms_page(
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
        happened=_told(conflict.happened) if conflict else [],
        **_history_words(),
    )
