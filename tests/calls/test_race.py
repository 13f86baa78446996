"""Two members of staff award the same call at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from matchmaker.calls import service
from matchmaker.calls.errors import AlreadyAwarded
from matchmaker.database import Database
from matchmaker.work import Work
from models import Call, Capability, CooperationRecord, User
from tests.calls.calling import Calling

RACERS = 4


def test_a_race_for_the_award_makes_one_record(calling: Calling, database: Database) -> None:
    calling.to_notice()
    calling.end_of_notice()
    calling.work.session.commit()
    start = Barrier(RACERS)

    def award(_: int) -> str:
        with database.open() as session:
            work = Work(
                session,
                session.get_one(User, calling.people["staff"].id),
                calling.work.engine,
                calling.work.settings,
                clock=lambda: calling.at,
            )
            call = session.get_one(Call, calling.call.id)
            capability = session.get_one(Capability, calling.capabilities["liaison"].id)
            session.rollback()  # everybody has looked, and nobody has the lock
            start.wait()
            try:
                number = service.award(work, call, capability).number
                session.commit()
            except AlreadyAwarded as done:
                return f"already {done.record.number}"
            return number

    with ThreadPoolExecutor(RACERS) as pool:
        answers = sorted(pool.map(award, range(RACERS)))

    (number,) = {each.removeprefix("already ") for each in answers}
    assert answers.count(number) == 1
    assert calling.work.session.scalar(select(func.count(CooperationRecord.id))) == 1
