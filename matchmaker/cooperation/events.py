"""What every change of a record leaves behind: an event in its timeline, one in the audit, a notice to those concerned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matchmaker import amendments
from matchmaker.amendments import FieldChange
from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.work import Work
from models import CooperationRecord, RecordEvent, User

AMENDMENTS = frozenset({"amended", "milestone_amended", "received"})
"""Events whose note holds changes instead of words."""


def note(
    work: Work,
    record: CooperationRecord,
    action: str,
    text: str = "",
    moved: tuple[str, str] | None = None,
    **details: Any,
) -> None:
    """Add the event to timeline and audit. `text` may hold what the parties agreed, so the audit does not get it."""
    record.events.append(
        RecordEvent(
            actor_id=work.person.id,
            action=action,
            from_status=moved[0] if moved else None,
            to_status=moved[1] if moved else None,
            note=text,
            created_at=work.now(),
        )
    )
    if moved:
        details |= {"from": moved[0], "to": moved[1]}
    audit.record(work, f"record.{action}", record, number=record.number, **details)


def note_amended(work: Work, record: CooperationRecord, changes: Sequence[FieldChange]) -> None:
    """Keep what was replaced in the record; nothing where nothing was."""
    if changes:
        fields = [change.field for change in changes]
        note(work, record, "amended", amendments.in_writing(changes), fields=fields)


def tell(work: Work, record: CooperationRecord, kind: str = "record.step", **details: Any) -> None:
    """Tell the members of every party, and the broker."""
    people: list[User] = [record.broker] if record.broker else []
    for party in record.parties:
        people += notices.members(work, party.organisation)
    notices.tell(work, people, kind, path_of(record), number=record.number, **details)


def path_of(record: CooperationRecord) -> str:
    """Where its page is; services run outside requests too, so they can't ask Flask."""
    return f"/cooperation/{record.id}"


def changes_in(event: RecordEvent) -> list[FieldChange]:
    """What an amendment changed; nothing for events that say it in words, whatever people wrote there."""
    if event.action not in AMENDMENTS:
        return []
    return amendments.read(event.note)
