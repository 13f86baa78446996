"""Of records whose party was merged into another organisation: their timelines say under which name it stood there."""

from __future__ import annotations

from sqlalchemy import select

from matchmaker import amendments
from matchmaker.cooperation import events
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import CooperationRecord, Organisation, RecordParty


def note_merged_party(work: Work, merged: Organisation, main: Organisation) -> None:
    """In each record in which `main` takes the place of `merged`; where both are parties, both stay."""
    require(work.actor, Action.ORGANISATION_MERGE)
    of_main = select(RecordParty.record_id).where(RecordParty.organisation_id == main.id)
    parties = work.session.execute(
        select(RecordParty, CooperationRecord)
        .join(CooperationRecord, CooperationRecord.id == RecordParty.record_id)
        .where(RecordParty.organisation_id == merged.id, RecordParty.record_id.not_in(of_main))
    ).all()
    for party, record in parties:
        change = amendments.FieldChange(f"party_{party.role.value}", merged.name, main.name)
        events.note_amended(work, record, [change])
