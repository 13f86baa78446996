"""Two of staff at once, pairing after pairing: one record each, no update lost, nobody left waiting.

MATCHMAKER_RACES=500 makes the races as long as a whole day's work; the suite runs shorter ones.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import func, select

from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.service import ChangedMeanwhile, RecordTerms
from matchmaker.database import Database
from matchmaker.pairings import service as pairings
from matchmaker.pairings.errors import AlreadyConfirmed, StaleDecision, StaleStep
from matchmaker.work import Work
from models import (
    AuditEvent,
    CooperationRecord,
    NextStep,
    Pairing,
    PairingEvent,
    PairingStatus,
    RecordEvent,
    Role,
    StepStatus,
    ThreadEntry,
    User,
)
from tests import factories
from tests.cooperation import records

RACES = int(os.environ.get("MATCHMAKER_RACES", "12"))
TERMS = RecordTerms(title="阀门密封面激光熔覆", mode="commissioned", amount=Decimal(1000))
PATIENCE = 600


def both(
    work: Work, people: dict[str, User], database: Database, race: Callable[[Work, int, int], str]
) -> list[str]:
    """What each of two said of each of RACES rounds, each round begun together, in a transaction of its own."""
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation)
    work.session.commit()
    ids = [people["staff"].id, colleague.id]
    work.session.commit()
    together = threading.Barrier(2, timeout=PATIENCE)
    outcomes: list[str] = []

    def run(person: int) -> None:
        for number in range(RACES):
            together.wait()
            outcomes.append(race(replace(work, actor=None), number, person))

    threads = [threading.Thread(target=run, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def test_of_two_who_confirm_the_same_one_makes_the_record_and_the_other_is_told(
    work: Work, people: dict[str, User], database: Database
) -> None:
    ids = [records.pairing(work.session, people["enterprise"], people["liaison"]).id for _ in range(RACES)]

    def confirm(blank: Work, number: int, person: int) -> str:
        with database.session() as session:
            mine = replace(blank, session=session, actor=session.get_one(User, person))
            pairing = session.get_one(Pairing, ids[number])
            try:
                return f"made {pairings.confirm(mine, pairing, TERMS, pairing.version).number}"
            except AlreadyConfirmed as told:
                return f"told {told.record.number}"
            except StaleDecision:
                return "stale"

    outcomes = both(work, people, database, confirm)
    assert Counter(each.split()[0] for each in outcomes) == {"made": RACES, "told": RACES}
    assert {each[5:] for each in outcomes if each.startswith("told")} == {
        each[5:] for each in outcomes if each.startswith("made")
    }
    found = work.session.scalars(select(Pairing).where(Pairing.id.in_(ids))).all()
    assert {each.status for each in found} == {PairingStatus.CONFIRMED}
    assert work.session.scalar(select(func.count(CooperationRecord.id))) == RACES
    confirmed = select(func.count(PairingEvent.id)).where(PairingEvent.action == "confirm")
    assert work.session.scalar(confirmed) == RACES


def test_of_two_who_edit_the_same_none_overwrites_the_other_unseen(
    work: Work, people: dict[str, User], database: Database
) -> None:
    record = records.paired_record(work.session, people, amount=Decimal(9000), paid=Decimal(0))
    terms = replace(
        TERMS,
        amount=Decimal(9000),
        signed_on=record.signed_on,
        contract_category=record.contract_category,
    )

    def edit(blank: Work, number: int, person: int) -> str:
        refused = 0
        while True:
            with database.session(write=False) as session:
                seen = session.get_one(CooperationRecord, record_id)
                version, paid = seen.version, seen.paid
            with database.session() as session:
                mine = replace(blank, session=session, actor=session.get_one(User, person))
                found = cooperation.find(mine, record_id, for_change=True)
                try:
                    cooperation.amend(mine, found, replace(terms, paid=paid + 1), version)
                except ChangedMeanwhile:
                    refused += 1
                    continue
            return f"after {refused}"

    record_id = record.id
    outcomes = both(work, people, database, edit)
    assert len(outcomes) == 2 * RACES
    assert records.again(work, record).paid == 2 * RACES
    amended = select(func.count(RecordEvent.id)).where(RecordEvent.action == "amended")
    assert work.session.scalar(amended) == 2 * RACES


def test_of_two_at_the_same_next_step_one_finishes_or_hands_it_over_and_the_other_is_told(
    work: Work, people: dict[str, User], database: Database
) -> None:
    pairing = records.pairing(work.session, people["enterprise"], people["liaison"])
    staff = work.as_actor(people["staff"])
    steps = [
        pairings.plan(staff, pairing, f"打电话{n}", staff.today(), people["staff"]).id for n in range(RACES)
    ]
    planned = work.session.scalar(select(func.count(ThreadEntry.id))) or 0
    pairing_id = pairing.id

    def finish_or_hand_over(blank: Work, number: int, person: int) -> str:
        with database.session() as session:
            mine = replace(blank, session=session, actor=session.get_one(User, person))
            step = session.get_one(NextStep, steps[number])
            try:
                if (number + (person == owner)) % 2:
                    pairings.change(mine, step, "finish", 1)
                    return "finished"
                colleague = next(each for each in pairings.brokers(mine) if each.id != owner)
                pairings.move(mine, step, mine.today(), colleague, 1)
                return "moved"
            except StaleStep:
                return "told"

    owner = people["staff"].id
    outcomes = both(work, people, database, finish_or_hand_over)
    counted = Counter(outcomes)
    assert counted["told"] == counted["finished"] + counted["moved"] == RACES
    found = work.session.scalars(select(NextStep).where(NextStep.id.in_(steps))).all()
    assert Counter(each.version for each in found) == {2: RACES}
    assert sum(each.status is StepStatus.DONE for each in found) == counted["finished"]
    assert sum(each.owner_id != owner for each in found) == counted["moved"]
    assert work.session.scalar(select(func.count(ThreadEntry.id))) == planned + RACES
    audited = select(func.count(AuditEvent.id)).where(
        AuditEvent.object_kind == "pairing",
        AuditEvent.object_id == pairing_id,
        AuditEvent.action.in_(("next_step.done", "next_step.moved")),
    )
    assert work.session.scalar(audited) == RACES
