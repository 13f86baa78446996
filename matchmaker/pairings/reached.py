"""How far pairings came, whatever was taken back later: what figures count, and the board filters by."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, select

from matchmaker.days import Days
from models import CooperationRecord, Pairing, PairingEvent, RecordEvent


class Reached(StrEnum):
    """Stages of a pairing in their order, by the actions of its events; the last two are of its cooperation record.

    Who came further than a stage without an event of it (introduced at once) reached it too.
    """

    SUGGESTED = "suggested"
    SHORTLISTED = "shortlist"
    INTRODUCED = "introduce"
    NEGOTIATED = "negotiate"
    CONFIRMED = "confirm"
    SIGNED = "signed"
    ACCEPTED = "accepted"


STAGES = tuple(Reached)
DATED = (Reached.SUGGESTED, Reached.INTRODUCED, Reached.CONFIRMED)
"""What the board's days can be days of: when the pairing was made, or first came to the stage."""


def furthest() -> Subquery:
    """(pairing_id, place): the place in STAGES of the furthest that each came to, of those that came anywhere."""
    steps = select(PairingEvent.pairing_id, _place(PairingEvent.action).label("place")).where(
        PairingEvent.action.in_(STAGES)
    )
    of_record = (
        select(CooperationRecord.pairing_id, _place(RecordEvent.action))
        .join(RecordEvent, RecordEvent.record_id == CooperationRecord.id)
        .where(CooperationRecord.pairing_id.is_not(None), RecordEvent.action.in_(STAGES))
    )
    all_steps = steps.union_all(of_record).subquery()
    return (
        select(all_steps.c.pairing_id, func.max(all_steps.c.place).label("place"))
        .group_by(all_steps.c.pairing_id)
        .subquery()
    )


def came_to(stage: Reached) -> list[ColumnElement[bool]]:
    """Conditions on pairings that came so far or further."""
    if stage is Reached.SUGGESTED:
        return []
    far = furthest()
    return [Pairing.id.in_(select(far.c.pairing_id).where(far.c.place >= STAGES.index(stage)))]


def in_days(stage: Reached, days: Days) -> list[ColumnElement[bool]]:
    """Conditions on pairings that were made, or first came to one of DATED, on these days."""
    if stage is Reached.SUGGESTED:
        return days.moments(Pairing.created_at)
    first = (
        select(PairingEvent.pairing_id, func.min(PairingEvent.created_at).label("at"))
        .where(PairingEvent.action == stage)
        .group_by(PairingEvent.pairing_id)
        .subquery()
    )
    return [Pairing.id.in_(select(first.c.pairing_id).where(*days.moments(first.c.at)))]


def _place(action: Any) -> ColumnElement[int]:
    return case(*((action == stage.value, place) for place, stage in enumerate(STAGES)), else_=0)
