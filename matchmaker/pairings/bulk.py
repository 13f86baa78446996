"""One step with several pairings at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.database import take_serial_lock
from matchmaker.pairings.assignment import assign
from matchmaker.pairings.decisions import check_reason, end
from matchmaker.pairings.errors import CountChanged, TooManyChosen
from matchmaker.pairings.filters import QueueFilters
from matchmaker.pairings.kept_changes import Before, keep
from matchmaker.pairings.narrowing import in_state, narrowed
from matchmaker.pairings.reading import ranks
from matchmaker.pairings.undoing import Left, Outcome, left_out
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import BulkKind, Pairing, User

MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Chosen:
    """Pairings by id with the version that was seen; or all that the filters find, with the number that was seen."""

    versions: Mapping[int, int] = field(default_factory=dict)
    filters: QueueFilters | None = None
    count: int = 0


def dismiss_chosen(work: Work, chosen: Chosen, reason: str, note: str = "") -> Outcome:
    """None of them fits, for the same reason. What is not open, or changed since it was seen, is left.

    Raises UnknownReason and NoteMissing as a single dismissal, CountChanged, TooManyChosen.
    """
    pairings = _chosen(work, chosen, Action.PAIRING_DECIDE)
    check_reason(work, reason, note)
    going = [each for each in pairings if each.is_open and _as_seen(each, chosen)]
    before = {each.id: Before.of(each) for each in going}
    places = ranks(work, going)  # those that were before the broker's eyes, not as they close up one by one
    for each in going:
        end(work, each, reason, note, places)
    return _outcome(work, BulkKind.DISMISS, going, before, left_out(work, pairings, going))


def assign_chosen(work: Work, chosen: Chosen, broker: User) -> Outcome:
    """They are the broker's from now on. Those that already are, or changed since they were seen, are left.

    Raises UnknownBroker, CountChanged, TooManyChosen.
    """
    pairings = _chosen(work, chosen, Action.PAIRING_ASSIGN)
    going = [each for each in pairings if each.broker_id != broker.id and _as_seen(each, chosen)]
    before = {each.id: Before.of(each) for each in going}
    assign(work, [each.id for each in going], broker)
    theirs = [each for each in pairings if each in going or each.broker_id == broker.id]
    return _outcome(work, BulkKind.ASSIGN, going, before, left_out(work, pairings, theirs))


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


def _outcome(
    work: Work,
    kind: BulkKind,
    going: Sequence[Pairing],
    before: Mapping[int, Before],
    left: Sequence[Left],
) -> Outcome:
    if not going:
        return Outcome(None, 0, left)
    return Outcome(keep(work, kind, going, before), len(going), left)
