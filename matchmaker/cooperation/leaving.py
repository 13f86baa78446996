"""A broker leaves: the records that they follow go to a colleague, and their timelines say so."""

from __future__ import annotations

from collections.abc import Iterable

from matchmaker import amendments
from matchmaker.cooperation import events
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import CooperationRecord, User


def hand_over_all(work: Work, records: Iterable[CooperationRecord], to: User) -> None:
    """These are the colleague's from now on; nobody is told, which the caller does once."""
    require(work.actor, Action.ACCOUNT_HAND_OVER)
    for record in records:
        change = amendments.FieldChange("broker", record.broker.name if record.broker else "", to.name)
        record.broker = to
        events.note_amended(work, record, [change])
