"""One step with several pairings at once, and how it is taken back: by further steps, nothing is erased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.pairings.assignment import assign
from matchmaker.pairings.decisions import (
    check_reason,
    end,
    last_event,
    log_event,
    step,
    tell_sides,
)
from matchmaker.pairings.errors import ChangeNotFound, CountChanged, TooLateToUndo, TooManyChosen
from matchmaker.pairings.filters import QueueFilters
from matchmaker.pairings.narrowing import in_state, narrowed
from matchmaker.pairings.reading import ranks
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import (
    BulkChange,
    BulkItem,
    BulkKind,
    NextStep,
    Pairing,
    PairingEvent,
    PairingStatus,
    StepStatus,
    ThreadEntry,
    User,
)

MOST_AT_ONCE = 1000
UNDO_FOR = timedelta(minutes=10)
ACTIONS: Mapping[BulkKind, Action] = {
    BulkKind.DISMISS: Action.PAIRING_DECIDE,
    BulkKind.ASSIGN: Action.PAIRING_ASSIGN,
}
WAY_BACK: Mapping[PairingStatus, Sequence[str]] = {
    # From a reopened suggestion to where the pairing stood before it was dismissed.
    PairingStatus.SUGGESTED: (),
    PairingStatus.SHORTLISTED: ("shortlist",),
    PairingStatus.INTRODUCED: ("introduce",),
    PairingStatus.NEGOTIATING: ("introduce", "negotiate"),
}


@dataclass(frozen=True)
class Chosen:
    """Pairings by id with the version that was seen; or all that the filters find, with the number that was seen."""

    versions: Mapping[int, int] = field(default_factory=dict)
    filters: QueueFilters | None = None
    count: int = 0


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


def dismiss_chosen(work: Work, chosen: Chosen, reason: str, note: str = "") -> Outcome:
    """None of them fits, for the same reason. What is not open, or changed since it was seen, is left.

    Raises UnknownReason and NoteMissing as a single dismissal, CountChanged, TooManyChosen.
    """
    pairings = _chosen(work, chosen, Action.PAIRING_DECIDE)
    check_reason(work, reason, note)
    going = [each for each in pairings if each.is_open and _as_seen(each, chosen)]
    before = {each.id: (each.status, each.broker_id) for each in going}
    places = ranks(work, going)  # those that were before the broker's eyes, not as they close up one by one
    for each in going:
        end(work, each, reason, note, places)
    return _outcome(work, BulkKind.DISMISS, going, before, _left(work, pairings, going))


def assign_chosen(work: Work, chosen: Chosen, broker: User) -> Outcome:
    """They are the broker's from now on. Those that already are, or changed since they were seen, are left.

    Raises UnknownBroker, CountChanged, TooManyChosen.
    """
    pairings = _chosen(work, chosen, Action.PAIRING_ASSIGN)
    going = [each for each in pairings if each.broker_id != broker.id and _as_seen(each, chosen)]
    before = {each.id: (each.status, each.broker_id) for each in going}
    assign(work, [each.id for each in going], broker)
    theirs = [each for each in pairings if each in going or each.broker_id == broker.id]
    return _outcome(work, BulkKind.ASSIGN, going, before, _left(work, pairings, theirs))


def undoable(work: Work) -> Undoable | None:
    """The last that the actor did to several at once, if it can still be undone."""
    require(work.actor, Action.PAIRING_QUEUE)
    last = work.session.scalar(
        select(BulkChange)
        .where(BulkChange.actor_id == work.person.id, BulkChange.created_at > work.now() - UNDO_FOR)
        .order_by(BulkChange.id.desc())
        .limit(1)
    )
    if last is None or last.undone_at is not None:
        return None
    counted = select(func.count(BulkItem.id)).where(BulkItem.change_id == last.id)
    return Undoable(last, work.session.scalar(counted) or 0, last.created_at + UNDO_FOR)


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
    if change.kind is BulkKind.DISMISS:
        for each in going:
            _bring_back(work, each)
    else:
        _give_back(work, going)
    change.undone_at = work.now()
    work.session.flush()
    return Outcome(change, len(going), _left(work, pairings, [each.pairing for each in going]))


def _chosen(work: Work, chosen: Chosen, action: Action) -> Sequence[Pairing]:
    """The pairings as they are now; nobody else changes them from here on."""
    require(work.actor, action)
    take_serial_lock(work.session)
    wanted = select(Pairing).where(condition(work.actor, action, Pairing))
    if chosen.filters is not None:
        all_of = narrowed(work, chosen.filters).where(in_state(chosen.filters.state))
        wanted = wanted.where(Pairing.id.in_(all_of.with_only_columns(Pairing.id)))
    else:
        wanted = wanted.where(Pairing.id.in_(chosen.versions))
    fresh = wanted.order_by(Pairing.id).execution_options(populate_existing=True)
    found = work.session.scalars(
        fresh.options(joinedload(Pairing.problem), joinedload(Pairing.capability))
    ).all()
    if chosen.filters is not None and len(found) != chosen.count:
        raise CountChanged(chosen.count, len(found))
    if len(found) > MOST_AT_ONCE:
        raise TooManyChosen(MOST_AT_ONCE)
    return found


def _as_seen(pairing: Pairing, chosen: Chosen) -> bool:
    return chosen.filters is not None or chosen.versions.get(pairing.id) == pairing.version


def _left(work: Work, pairings: Sequence[Pairing], going: Sequence[Pairing]) -> list[Left]:
    gone = {each.id for each in going}
    return [Left(each, last_event(work, each)) for each in pairings if each.id not in gone]


def _outcome(
    work: Work,
    kind: BulkKind,
    going: Sequence[Pairing],
    before: Mapping[int, tuple[PairingStatus, int | None]],
    left: Sequence[Left],
) -> Outcome:
    if not going:
        return Outcome(None, 0, left)
    work.session.flush()  # versions are counted when rows are written
    change = BulkChange(actor=work.person, kind=kind, created_at=work.now())
    for each in going:
        status, broker_id = before[each.id]
        change.items.append(
            BulkItem(pairing=each, version=each.version, status_before=status, broker_before_id=broker_id)
        )
    work.session.add(change)
    work.session.flush()
    return Outcome(change, len(going), left)


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


def _bring_back(work: Work, item: BulkItem) -> None:
    """Reopened, and up to where it stood. Sides that were told that it ended are told that it goes on."""
    step(work, item.pairing, "reopen", "", places={})  # what is dismissed has no rank
    for name in WAY_BACK[item.status_before]:
        step(work, item.pairing, name, "")
    if "introduce" in WAY_BACK[item.status_before]:
        tell_sides(work, item.pairing, "pairing.introduced")


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
