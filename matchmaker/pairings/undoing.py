"""How a step is taken back, of one pairing or of several: by further steps, nothing is erased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.pairings.assignment import assign
from matchmaker.pairings.decisions import last_event, log_event, step, tell_sides, told_of_end
from matchmaker.pairings.errors import ChangeNotFound, TooLateToUndo
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import (
    BulkChange,
    BulkItem,
    BulkKind,
    Interest,
    NextStep,
    Pairing,
    PairingEvent,
    PairingStatus,
    StepStatus,
    ThreadEntry,
    User,
)

UNDO_FOR = timedelta(minutes=10)
ACTIONS: Mapping[BulkKind, Action] = {
    BulkKind.DISMISS: Action.PAIRING_DECIDE,
    BulkKind.SHORTLIST: Action.PAIRING_DECIDE,
    BulkKind.ASSIGN: Action.PAIRING_ASSIGN,
}
WAY_BACK: Mapping[PairingStatus, Sequence[str]] = {
    # From a reopened suggestion to where the pairing stood before it was dismissed or shortlisted.
    PairingStatus.SUGGESTED: (),
    PairingStatus.SHORTLISTED: ("shortlist",),
    PairingStatus.INTRODUCED: ("introduce",),
    PairingStatus.NEGOTIATING: ("introduce", "negotiate"),
}


@dataclass(frozen=True)
class Left:
    """A pairing that was left as it is, and what happened to it last."""

    pairing: Pairing
    event: PairingEvent | None


@dataclass(frozen=True)
class Outcome:
    change: BulkChange | None
    """None: nothing was changed."""
    done: int
    left: Sequence[Left]


@dataclass(frozen=True)
class Undoable:
    change: BulkChange
    count: int
    until: datetime


def undoable(work: Work, of: Pairing | None = None) -> Undoable | None:
    """The last that the actor did and can still take back, of the pairing alone where one is given.

    What nothing is left of, because every pairing has gone on since, is passed over.
    """
    require(work.actor, Action.PAIRING_QUEUE)
    as_left = select(BulkItem.change_id).join(Pairing).where(Pairing.version == BulkItem.version)
    if of is not None:
        as_left = as_left.where(BulkItem.pairing_id == of.id)
    last = work.session.scalar(
        select(BulkChange)
        .where(
            BulkChange.actor_id == work.person.id,
            BulkChange.created_at > work.now() - UNDO_FOR,
            BulkChange.undone_at.is_(None),
            BulkChange.id.in_(as_left),
        )
        .order_by(BulkChange.id.desc())
        .limit(1)
    )
    if last is None:
        return None
    counted = select(func.count(BulkItem.id)).where(BulkItem.change_id == last.id)
    count = work.session.scalar(counted) or 0
    if of is not None and count > 1:
        return None
    return Undoable(last, count, last.created_at + UNDO_FOR)


def undo(work: Work, change_id: int) -> Outcome:
    """Take the change back, as far as nobody has touched a pairing since; the others are left and named.

    Raises ChangeNotFound for one of somebody else's too, TooLateToUndo also where it was undone before.
    """
    require(work.actor, Action.PAIRING_QUEUE)
    take_serial_lock(work.session)
    change = work.session.get(BulkChange, change_id, populate_existing=True)
    if change is None or change.actor_id != work.person.id:
        raise ChangeNotFound(change_id)
    require(work.actor, ACTIONS[change.kind])
    if change.undone_at is not None or work.now() >= change.created_at + UNDO_FOR:
        raise TooLateToUndo(change)
    items = _items(work, change)
    pairings = [each.pairing for each in items]
    touched = _spoken_of_since(work, change)
    going = [
        each for each in items if each.pairing.version == each.version and each.pairing_id not in touched
    ]
    fresh = _fresh(work, change)
    if change.kind is BulkKind.ASSIGN:
        _give_back(work, going)
    else:
        for each in going:
            _bring_back(work, each)
    for each in going:
        each.pairing.acted_on = each.pairing_id not in fresh
    change.undone_at = work.now()
    work.session.flush()
    return Outcome(change, len(going), left_out(work, pairings, [each.pairing for each in going]))


def left_out(work: Work, pairings: Sequence[Pairing], going: Sequence[Pairing]) -> list[Left]:
    """Those of the pairings that do not go."""
    gone = {each.id for each in going}
    return [Left(each, last_event(work, each)) for each in pairings if each.id not in gone]


def _items(work: Work, change: BulkChange) -> Sequence[BulkItem]:
    wanted = select(BulkItem).where(BulkItem.change_id == change.id).order_by(BulkItem.id)
    return work.session.scalars(
        wanted.options(
            joinedload(BulkItem.pairing).options(joinedload(Pairing.problem), joinedload(Pairing.capability)),
            joinedload(BulkItem.broker_before),
        ).execution_options(populate_existing=True)
    ).all()


def _spoken_of_since(work: Work, change: BulkChange) -> set[int]:
    """Pairings of the change on whose thread somebody else has written since; that raises no version."""
    concerned = select(BulkItem.pairing_id).where(BulkItem.change_id == change.id)
    written = select(ThreadEntry.pairing_id).where(
        ThreadEntry.pairing_id.in_(concerned),
        ThreadEntry.created_at >= change.created_at,
        ThreadEntry.author_id != change.actor_id,
    )
    return set(work.session.scalars(written))


def _fresh(work: Work, change: BulkChange) -> set[int]:
    """Pairings of the change that nobody had acted on before, and of which nobody has said anything since."""
    concerned = select(BulkItem.pairing_id).where(
        BulkItem.change_id == change.id, BulkItem.acted_on_before.is_(False)
    )
    spoken_of = [
        select(said.pairing_id).where(said.pairing_id.in_(concerned), said.created_at >= change.created_at)
        for said in (ThreadEntry, Interest)
    ]
    return set(work.session.scalars(concerned)).difference(
        *(work.session.scalars(each) for each in spoken_of)
    )


def _bring_back(work: Work, item: BulkItem) -> None:
    """Reopened, and up to where it stood. Sides that were told that it ended are told that it goes on."""
    was_told = told_of_end(work, item.pairing)
    step(work, item.pairing, "reopen", "", places={})  # what is dismissed has no rank
    for name in WAY_BACK[item.status_before]:
        step(work, item.pairing, name, "")
    if was_told:
        tell_sides(work, item.pairing, "pairing.resumed")


def _give_back(work: Work, items: Sequence[BulkItem]) -> None:
    """To whom each was before; to nobody where nobody had it, or that account was closed meanwhile."""
    to: dict[User, list[int]] = defaultdict(list)
    for each in items:
        if each.broker_before is not None and each.broker_before.active:
            to[each.broker_before].append(each.pairing_id)
        else:
            _release(work, each.pairing)
    for broker, ids in to.items():
        assign(work, ids, broker)


def _release(work: Work, pairing: Pairing) -> None:
    """Nobody's again. Next steps that the actor planned and that went along come back to the actor."""
    log_event(work, pairing, "release", "")
    planned = select(ThreadEntry.step_id).where(ThreadEntry.author_id == work.person.id)
    went_along = select(NextStep).where(
        NextStep.pairing_id == pairing.id,
        NextStep.status == StepStatus.OPEN,
        NextStep.owner_id == pairing.broker_id,
        NextStep.id.in_(planned),
    )
    for each in work.session.scalars(went_along):
        each.owner = work.person
    pairing.broker = None
    audit.record(work, "pairing.released", pairing)
