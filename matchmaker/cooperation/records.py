"""Cooperation records: opened from a pairing or by hand, amended, noted, and found again."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import flag_modified

from matchmaker import amendments
from matchmaker.amendments import FieldChange
from matchmaker.cooperation import events
from matchmaker.cooperation.terms import (
    TERM_FIELDS,
    BadTerms,
    Fault,
    Parties,
    RecordTerms,
    faults,
)
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.organisations import choosing
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import (
    CooperationRecord,
    FormerName,
    Milestone,
    MilestoneStatus,
    Organisation,
    Pairing,
    PartyRole,
    RecordEvent,
    RecordParty,
    RecordStatus,
    User,
    Verification,
)


class RecordNotFound(LookupError):
    """There is none, or the actor may not know of it."""


class AlreadyRecorded(Exception):
    """The pairing has its cooperation record already; carries it."""

    def __init__(self, record: CooperationRecord) -> None:
        super().__init__(f"pairing {record.pairing_id} is record {record.number}")
        self.record = record


class NothingToNote(ValueError):
    """A progress note without text."""


class ChangedMeanwhile(Exception):
    """Someone changed the record since the actor opened the form; nothing was written.

    `happened` are the events since then, `differences` what stands now (old) beside what the actor wants (new); of a
    step there are none.
    """

    def __init__(
        self, record: CooperationRecord, happened: list[RecordEvent], differences: list[FieldChange]
    ) -> None:
        super().__init__(f"record {record.number} is at version {record.version}")
        self.record = record
        self.happened = happened
        self.differences = differences


def open_record(work: Work, pairing: Pairing, terms: RecordTerms) -> CooperationRecord:
    """The record of a pairing that is being confirmed. Pairing and problem are moved by the caller, who also tells.

    Raises AlreadyRecorded, also for the second of two who confirm at once, and BadTerms.
    """
    require(work.actor, Action.RECORD_EDIT)
    take_serial_lock(work.session)
    existing = work.session.scalar(
        select(CooperationRecord).where(CooperationRecord.pairing_id == pairing.id)
    )
    if existing is not None:
        raise AlreadyRecorded(existing)
    sides = (
        (PartyRole.A, pairing.problem.organisation_id),
        (PartyRole.B, pairing.capability.organisation_id),
    )
    full = replace(terms, parties=terms.parties or sides, field=terms.field or pairing.problem.field)
    record = _made(work, full, keep={organisation_id for _, organisation_id in sides})
    record.pairing = pairing
    return _opened(work, record)


def create(work: Work, terms: RecordTerms, tells: bool = True) -> CooperationRecord:
    """A record of an agreement that was made elsewhere; its parties' members are told, unless it is one of a table.

    Raises BadTerms.
    """
    require(work.actor, Action.RECORD_EDIT)
    record = _opened(work, _made(work, replace(terms, parties=terms.parties or ())))
    if tells:
        events.tell(work, record, "record.opened", title=record.title)
    return record


def find(work: Work, record_id: int, for_change: bool = False) -> CooperationRecord:
    """With its milestones and events. `for_change`: nobody else changes it until this work is committed.

    Raises RecordNotFound.
    """
    if for_change:
        take_serial_lock(work.session)
    found = work.session.scalar(
        select(CooperationRecord)
        .where(
            CooperationRecord.id == record_id, condition(work.actor, Action.RECORD_READ, CooperationRecord)
        )
        .options(
            joinedload(CooperationRecord.broker),
            joinedload(CooperationRecord.pairing).joinedload(Pairing.problem),
            joinedload(CooperationRecord.pairing).joinedload(Pairing.capability),
            selectinload(CooperationRecord.milestones),
            selectinload(CooperationRecord.events).joinedload(RecordEvent.actor),
        )
        .execution_options(populate_existing=for_change)
    )
    if found is None:
        raise RecordNotFound(record_id)
    return found


def happened_since(record: CooperationRecord, seen: int | None) -> list[RecordEvent]:
    """What was done to the record after the event `seen`, but for notes of progress; the last of it where None is known."""
    done = [event for event in record.events if event.action != "noted"]
    return done[-1:] if seen is None else [event for event in done if event.id > seen]


def check_seen(record: CooperationRecord, seen: int | None) -> None:
    """Raises ChangedMeanwhile where something was done after the event `seen`; None: it was done from no page."""
    happened = happened_since(record, seen)
    if seen is not None and happened:
        raise ChangedMeanwhile(record, happened, [])


def amend(
    work: Work, record: CooperationRecord, terms: RecordTerms, version: int, last_event: int = 0
) -> list[FieldChange]:
    """Write the terms over the record's and keep what they replaced; returns what changed.

    `version` and `last_event` are those of the form. Raises ChangedMeanwhile and BadTerms.
    """
    require(work.actor, Action.RECORD_EDIT, record)
    changes = _differences(work, record, terms)
    if version != record.version:
        happened = [event for event in record.events if event.id > last_event]
        raise ChangedMeanwhile(record, happened, changes)
    wrong = faults(terms, work.today()) + _faults_beside(work, record, terms)
    if wrong:
        raise BadTerms(wrong)
    if not changes:
        return []
    for name in TERM_FIELDS:
        setattr(record, name, getattr(terms, name))
    if terms.broker_id is not None:
        record.broker = work.session.get_one(User, terms.broker_id)
    if terms.parties is not None:
        _set_parties(work, record, terms.parties)
    events.note_amended(work, record, changes)
    return changes


def add_note(work: Work, record: CooperationRecord, text: str) -> None:
    """A progress note in the timeline; its parties read it too. Raises NothingToNote."""
    require(work.actor, Action.RECORD_EDIT, record)
    if not text.strip():
        raise NothingToNote
    events.note(work, record, "noted", text.strip())


def organisations_to_choose(work: Work, record: CooperationRecord | None = None) -> dict[str, Organisation]:
    """By name: those that may become parties, and those that are parties of the record already."""
    require(work.actor, Action.RECORD_EDIT)
    return choosing.partners(work, [party.organisation for party in record.parties] if record else [])


def now_called(work: Work, names: Iterable[str]) -> dict[str, str]:
    """By former name, or name of an organisation that was merged: what a verified one bears it under now."""
    require(work.actor, Action.RECORD_EDIT)
    found = work.session.execute(
        select(FormerName.name.label("former"), Organisation.name.label("present"))
        .join(Organisation, Organisation.id == FormerName.organisation_id)
        .where(FormerName.name.in_(set(names)), Organisation.status == Verification.VERIFIED)
        .order_by(FormerName.id)
    )
    return {each.former: each.present for each in found}


def brokers_to_choose(work: Work, record: CooperationRecord) -> list[User]:
    """The bureau's staff, and whoever brokers the record now."""
    return notices.brokers(work, record.broker)


def agreed_payments(record: CooperationRecord) -> Decimal:
    """What falls due with its milestones, those that were waived left out."""
    counted = (each.payment for each in record.milestones if each.status is not MilestoneStatus.WAIVED)
    return sum((each for each in counted if each is not None), Decimal(0))


def _made(work: Work, terms: RecordTerms, keep: Set[int] = frozenset()) -> CooperationRecord:
    """`keep`: organisations that may be parties although they are not verified (any more)."""
    parties = terms.parties or ()
    wrong = faults(terms, work.today()) + _unknown_parties(work, parties, keep)
    if wrong:
        raise BadTerms(wrong)
    record = CooperationRecord(number=_next_number(work), broker=work.person, status=RecordStatus.INTENDED)
    for name in TERM_FIELDS:
        setattr(record, name, getattr(terms, name))
    record.parties = [RecordParty(role=role, organisation_id=each) for role, each in parties]
    record.milestones = [
        Milestone(name=each.name, due_on=each.due_on, payment=each.payment) for each in terms.milestones
    ]
    return record


def _opened(work: Work, record: CooperationRecord) -> CooperationRecord:
    work.session.add(record)
    work.session.flush()
    moved = ("", record.status.value)
    events.note(work, record, "opened", moved=moved, pairing=record.pairing_id)
    work.session.flush()
    return record


def _next_number(work: Work) -> str:
    """2026-0001 and on, in the bureau's year; under the serial lock, so that no two records get the same."""
    take_serial_lock(work.session)
    year = work.today().year
    last = work.session.scalar(
        select(CooperationRecord.number)
        .where(CooperationRecord.number.like(f"{year}-%"))
        .order_by(func.length(CooperationRecord.number).desc(), CooperationRecord.number.desc())
        .limit(1)
    )
    return f"{year}-{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def _unknown_parties(work: Work, parties: Parties, keep: Set[int]) -> list[tuple[str, Fault]]:
    """Parties that are not verified organisations; those to `keep` are parties already."""
    wanted = {each for _, each in parties} - keep
    verified = work.session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))
    known = {each.id for each in verified if each.is_verified}
    return [("parties", Fault.UNKNOWN_ORGANISATION)] if wanted - known else []


def _faults_beside(work: Work, record: CooperationRecord, terms: RecordTerms) -> list[tuple[str, Fault]]:
    """What is wrong with new terms because of what the record has already."""
    wrong = _unknown_parties(work, terms.parties or (), {party.organisation_id for party in record.parties})
    if agreed_payments(record) > (terms.amount or Decimal(0)):
        wrong.append(("amount", Fault.AMOUNT_BELOW_PAYMENTS))
    if record.status not in (RecordStatus.INTENDED, RecordStatus.TERMINATED):
        if terms.signed_on is None:
            wrong.append(("signed_on", Fault.SIGNED_NEEDS_DAY))
        if terms.contract_category is None:
            wrong.append(("contract_category", Fault.SIGNED_NEEDS_CATEGORY))
    return wrong


def _differences(work: Work, record: CooperationRecord, terms: RecordTerms) -> list[FieldChange]:
    changes = amendments.between((name, getattr(record, name), getattr(terms, name)) for name in TERM_FIELDS)
    if terms.broker_id is not None and terms.broker_id != record.broker_id:
        broker = work.session.get_one(User, terms.broker_id)
        changes.append(FieldChange("broker", record.broker.name if record.broker else "", broker.name))
    before = {party.role: party.organisation for party in record.parties}
    after = {
        role: work.session.get(Organisation, each)
        for role, each in (terms.parties if terms.parties is not None else ())
    }
    for role in PartyRole if terms.parties is not None else ():
        old_party, new_party = before.get(role), after.get(role)
        if old_party is not new_party:
            changes.append(
                FieldChange(
                    f"party_{role.value}",
                    old_party.name if old_party else "",
                    new_party.name if new_party else "",
                )
            )
    return changes


def _set_parties(work: Work, record: CooperationRecord, parties: Parties) -> None:
    if [(party.role, party.organisation_id) for party in record.parties] == sorted(parties):
        return
    record.parties = []
    work.session.flush()  # the old ones go first: a role and an organisation stand once in a record
    record.parties = [RecordParty(role=role, organisation_id=each) for role, each in parties]
    flag_modified(record, "title")  # rows of others alone would not count its version up
