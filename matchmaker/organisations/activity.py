"""Which organisations did something in some days: published, were introduced, or signed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from matchmaker.days import Days
from models import (
    Capability,
    CooperationRecord,
    Organisation,
    Pairing,
    PairingEvent,
    Problem,
    RecordParty,
)


def is_active(days: Days) -> ColumnElement[bool]:
    """Published a problem or capability for the first time, had one introduced, or is a party to what was signed."""
    introduced = (
        select(PairingEvent.pairing_id)
        .where(PairingEvent.action == "introduce", *days.moments(PairingEvent.created_at))
        .correlate(None)
    )
    published = [
        select(model.organisation_id).where(
            model.first_published_at.is_not(None), *days.moments(model.first_published_at)
        )
        for model in (Problem, Capability)
    ]
    in_touch = [
        select(model.organisation_id).join(Pairing, of_pairing == model.id).where(Pairing.id.in_(introduced))
        for model, of_pairing in ((Problem, Pairing.problem_id), (Capability, Pairing.capability_id))
    ]
    signed = (
        select(RecordParty.organisation_id)
        .join(CooperationRecord, CooperationRecord.id == RecordParty.record_id)
        .where(CooperationRecord.signed_on.is_not(None), *days.dates(CooperationRecord.signed_on))
    )
    return or_(*(Organisation.id.in_(each) for each in (*published, *in_touch, signed)))
