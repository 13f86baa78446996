"""Whose a pairing is: a broker takes it on, or hands it to a colleague with everything that is open on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.pairings.decisions import log_event, path_of, refuse_stale, renew
from matchmaker.pairings.errors import UnknownBroker
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import NextStep, Pairing, PairingEvent, Role, StepStatus, User

STEPS_PATH = "/pairings/next-steps"
"""The list of a broker's next steps, and of their pairings without one."""


def brokers(work: Work) -> list[User]:
    """Whom a pairing can be given to."""
    return notices.staff(work)


def broker_of(work: Work, user_id: int) -> User:
    """A member of staff by number. Raises UnknownBroker."""
    found = work.session.get(User, user_id)
    if found is None or not _is_broker(found):
        raise UnknownBroker(user_id)
    return found


def hand_over(work: Work, pairing: Pairing, broker: User, version: int, note: str = "") -> bool:
    """The pairing is the broker's from now on, who is told; returns whether that is a change.

    Open next steps of the broker before go along. Raises StaleDecision where somebody changed the pairing since
    `version` was read, UnknownBroker, PairingNotFound.
    """
    require(work.actor, Action.PAIRING_ASSIGN, pairing)
    renew(work, pairing)
    if pairing.broker_id == broker.id:
        return False
    refuse_stale(work, pairing, version)
    _assign(work, [pairing], broker, note)
    return True


def assign(work: Work, ids: Sequence[int], broker: User, note: str = "") -> int:
    """Give several pairings at once to a broker; returns how many changed hands.

    Those that are the broker's already, or gone, are passed over. Each keeps an event of its own; the people
    concerned get one notice. Raises UnknownBroker.
    """
    require(work.actor, Action.PAIRING_ASSIGN)
    take_serial_lock(work.session)
    wanted = (
        select(Pairing)
        .where(Pairing.id.in_(ids), condition(work.actor, Action.PAIRING_ASSIGN, Pairing))
        .order_by(Pairing.id)
        .execution_options(populate_existing=True)
    )
    changing = [each for each in work.session.scalars(wanted) if each.broker_id != broker.id]
    _assign(work, changing, broker, note)
    return len(changing)


def _assign(work: Work, pairings: Sequence[Pairing], broker: User, note: str) -> None:
    if not _is_broker(broker):
        raise UnknownBroker(broker.id)
    before: dict[User, list[Pairing]] = defaultdict(list)
    for pairing in pairings:
        if pairing.broker is not None:
            before[pairing.broker].append(pairing)
        give(work, pairing, broker, note)
    work.session.flush()
    _tell(work, [broker], "pairing.assigned", pairings, work.person)
    for colleague, lost in before.items():
        _tell(work, [colleague], "pairing.taken_over", lost, broker)


def give(work: Work, pairing: Pairing, broker: User, note: str) -> PairingEvent:
    """It is the broker's, with the open next steps of the one before; neither asks nor tells."""
    previous = pairing.broker or work.person
    event = log_event(work, pairing, "take_on" if broker is work.actor else "hand_over", note)
    event.broker = broker
    pairing.broker = broker
    going_along = select(NextStep).where(
        NextStep.pairing_id == pairing.id,
        NextStep.status == StepStatus.OPEN,
        NextStep.owner_id == previous.id,
    )
    for step in work.session.scalars(going_along):
        step.owner = broker
    audit.record(work, "pairing.assigned", pairing, broker=broker.id)
    return event


def _tell(work: Work, people: list[User], kind: str, pairings: Sequence[Pairing], name: User) -> None:
    """One notice, however many pairings it is about."""
    if len(pairings) == 1:
        title = pairings[0].problem.title
        notices.tell(work, people, kind, path_of(pairings[0]), name=name.name, title=title)
    elif pairings:
        notices.tell(work, people, f"{kind}_many", STEPS_PATH, name=name.name, count=len(pairings))


def _is_broker(user: User) -> bool:
    return user.active and user.role is Role.STAFF
