"""Learning: a ranking model from the decision log, adopted if it is better on held-back problems, and taken back.

Reading, learning and writing are three steps, so that nobody waits while the model is fitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.engine import rankings
from matchmaker.engine.held_back import Comparison, compare
from matchmaker.engine.learning import Example, fit
from matchmaker.engine.ranking import DEFAULT_MODEL, RankingModel
from matchmaker.learning.decisions import Decision, Log, read
from matchmaker.notices import service as notices
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import LearntRanking, RankingState, Role, User

LEAST_DECISIONS = 50
LEAST_TELLING = 10
"""Problems with both a kept and a dismissed suggestion."""
PAGE = "/quality/"
SHOWN = 20


class Result(StrEnum):
    """What came of an attempt to learn."""

    TOO_FEW = "too_few"
    NOTHING_NEW = "nothing_new"
    OVERTAKEN = "overtaken"
    """Somebody else learnt, adopted or went back meanwhile."""
    REFUSED = "refused"
    WAITING = "waiting"
    """Better, but the last one was taken back by a person: so a person says whether this one serves."""
    ADOPTED = "adopted"


class NothingToTakeBack(LookupError):
    """The ranking serves as it was delivered."""


class NotAdoptable(LookupError):
    """There is no such model, it serves already, or it was learnt for other features or another encoder."""


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from, and what served when it was read."""

    log: Log
    encoder: str
    name: str
    """Of the model that would be learnt."""
    known: Sequence[bool] | None
    """Which examples the serving model was learnt from; None: it is the one that was delivered."""
    serving_id: int | None
    newest_id: int | None
    learnt_through: int
    telling: int
    """Problems with both a kept and a dismissed suggestion."""

    @property
    def examples(self) -> list[Example]:
        return [each.example for each in (*self.log.decided, *self.log.passed_over)]

    @property
    def lacking(self) -> tuple[int, int]:
        """How many decisions, and how many telling problems, it takes more."""
        return lacking(self.log.decided)

    @property
    def is_enough(self) -> bool:
        return self.lacking == (0, 0)

    @property
    def is_new(self) -> bool:
        """Whether anything was decided since the last attempt."""
        return self.log.last_entry > self.learnt_through


@dataclass(frozen=True)
class Learnt:
    model: RankingModel
    comparison: Comparison


@dataclass(frozen=True)
class Standing:
    """What serves, for the page: None where it is the ranking as delivered."""

    active: LearntRanking | None
    serves: bool
    """False: it was learnt for another encoder or other features, so the ranking as delivered serves."""
    before: LearntRanking | None
    candidate: LearntRanking | None
    history: Sequence[LearntRanking]
    """Newest first."""
    least_decisions: int = LEAST_DECISIONS
    least_problems: int = LEAST_TELLING


def study(work: Work) -> Lesson:
    """Read the decision log. Writes nothing."""
    session = work.session
    encoder = work.engine.in_service.version(session).name
    serving, newest = rankings.active(session), rankings.newest(session)
    serves = serving is not None and work.engine.ranking(session).name == serving.name
    log = read(work)
    known = None
    if serving is not None and serves:
        known = [each.entry <= serving.learnt_through for each in (*log.decided, *log.passed_over)]
    return Lesson(
        log=log,
        encoder=encoder,
        name=rankings.next_name(session),
        known=known,
        serving_id=serving.id if serving else None,
        newest_id=newest.id if newest else None,
        learnt_through=newest.learnt_through if newest and newest.encoder == encoder else 0,
        telling=telling(log.decided),
    )


def telling(decided: Iterable[Decision]) -> int:
    """Problems with both a kept and a dismissed suggestion."""
    said: dict[int, set[bool | None]] = {}
    for each in decided:
        said.setdefault(each.problem, set()).add(each.example.is_fit)
    return sum({True, False} <= found for found in said.values())


def lacking(decided: Sequence[Decision]) -> tuple[int, int]:
    """How many decisions, and how many telling problems, it takes more than these."""
    return max(0, LEAST_DECISIONS - len(decided)), max(0, LEAST_TELLING - telling(decided))


def learn_from(lesson: Lesson) -> Learnt:
    """The long part, outside any transaction. Needs a lesson that is enough."""
    examples = lesson.examples
    comparison = compare(examples, DEFAULT_MODEL, DEFAULT_MODEL if lesson.known is None else lesson.known)
    return Learnt(fit(examples, DEFAULT_MODEL, lesson.name), comparison)


def conclude(work: Work, lesson: Lesson, learnt: Learnt) -> Result:
    """Write the model down, and put it into service if it is better and nobody objects."""
    session = work.session
    take_serial_lock(session)
    serving, newest = rankings.active(session), rankings.newest(session)
    if (serving.id if serving else None, newest.id if newest else None) != (
        lesson.serving_id,
        lesson.newest_id,
    ):
        return Result.OVERTAKEN
    better = learnt.comparison.is_better
    state = RankingState.CANDIDATE if better else RankingState.REFUSED
    row = rankings.keep(
        session, learnt.model, lesson.encoder, _figures(lesson, learnt), lesson.log.last_entry, state
    )
    if not better:
        return Result.REFUSED
    _supersede(work, row)
    if rankings.was_rolled_back(session):
        notices.tell(work, _administrators(work), "ranking.waiting", PAGE, name=row.name)
        return Result.WAITING
    _adopt(work, row)
    return Result.ADOPTED


def learn(work: Work) -> Result:
    """All three steps in one transaction: for whoever need not care that others wait."""
    lesson = study(work)
    if not lesson.is_enough:
        return Result.TOO_FEW
    if not lesson.is_new:
        return Result.NOTHING_NEW
    return conclude(work, lesson, learn_from(lesson))


def standing(work: Work) -> Standing:
    """What serves and what served."""
    require(work.actor, Action.QUALITY_READ)
    session = work.session
    active = rankings.active(session)
    rows = session.scalars(select(LearntRanking).order_by(LearntRanking.id.desc()).limit(SHOWN)).all()
    return Standing(
        active=active,
        serves=active is not None and _suits(work, active),
        before=session.get(LearntRanking, active.replaced_id) if active and active.replaced_id else None,
        candidate=next(
            (row for row in rows if row.state is RankingState.CANDIDATE and _suits(work, row)), None
        ),
        history=rows,
    )


def adopt(work: Work, model_id: int) -> LearntRanking:
    """Put a learnt model into service because a person says so. Raises NotAdoptable."""
    require(work.actor, Action.LEARNING_ADOPT)
    take_serial_lock(work.session)
    row = work.session.get(LearntRanking, model_id, populate_existing=True)
    if row is None or row.state is not RankingState.CANDIDATE or not _suits(work, row):
        raise NotAdoptable(model_id)
    _adopt(work, row)
    return row


def roll_back(work: Work, serving_id: int | None = None) -> tuple[LearntRanking, LearntRanking | None]:
    """Put back what served before: the model that leaves, and the one that comes, None for the one delivered.

    `serving_id`: the model that the person saw in service; if it is not the one now, nothing is done.
    Raises NothingToTakeBack.
    """
    require(work.actor, Action.LEARNING_ADOPT)
    return take_back(work, serving_id)


def take_back(work: Work, serving_id: int | None = None) -> tuple[LearntRanking, LearntRanking | None]:
    """As `roll_back`, for whoever runs commands. Raises NothingToTakeBack."""
    take_serial_lock(work.session)
    serving = rankings.active(work.session)
    if serving is None or serving_id not in (None, serving.id):
        raise NothingToTakeBack
    found = rankings.go_back(work.session, work.actor.id if work.actor else None)
    if found is None:
        raise NothingToTakeBack
    leaving, returning = found
    came = returning.name if returning else DEFAULT_MODEL.name
    audit.record(work, "ranking.rolled_back", leaving, before=leaving.name, after=came)
    notices.tell(work, _administrators(work), "ranking.rolled_back", PAGE, name=leaving.name, after=came)
    return leaving, returning


def _adopt(work: Work, row: LearntRanking) -> None:
    before = rankings.adopt(work.session, row, work.actor.id if work.actor else None)
    came_from = before.name if before else DEFAULT_MODEL.name
    decisions = row.figures.get("decisions", 0)
    audit.record(work, "ranking.adopted", row, before=came_from, after=row.name, decisions=decisions)
    notices.tell(work, _administrators(work), "ranking.adopted", PAGE, name=row.name, decisions=decisions)


def _supersede(work: Work, row: LearntRanking) -> None:
    """Of those that wait only the newest is worth deciding on."""
    waiting = select(LearntRanking).where(
        LearntRanking.state == RankingState.CANDIDATE, LearntRanking.id != row.id
    )
    for each in work.session.scalars(waiting):
        each.state = RankingState.RETIRED


def _suits(work: Work, row: LearntRanking) -> bool:
    encoder = work.engine.in_service.version(work.session).name
    return row.encoder == encoder and row.base == DEFAULT_MODEL.name


def _figures(lesson: Lesson, learnt: Learnt) -> dict[str, Any]:
    log = lesson.log
    return {
        "decisions": len(log.decided),
        "kept": log.kept,
        "passed_over": len(log.passed_over),
        "problems": len({each.problem for each in log.decided}),
        "outdated": log.outdated,
        "comparison": learnt.comparison.as_json(),
    }


def _administrators(work: Work) -> list[User]:
    wanted = select(User).where(User.role == Role.ADMINISTRATOR, User.active)
    return list(work.session.scalars(wanted.order_by(User.id)))
