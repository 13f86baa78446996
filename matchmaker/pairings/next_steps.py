"""What is to be done next about a pairing, by whom and until when. A broker's list of them loses none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from matchmaker.audit import service as audit
from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.database import take_serial_lock
from matchmaker.listing import Listing, paginate
from matchmaker.notices import service as notices
from matchmaker.pairings.assignment import brokers
from matchmaker.pairings.decisions import path_of, renew
from matchmaker.pairings.errors import DueInPast, StaleStep, StepNotFound, UnknownBroker
from matchmaker.pairings.reading import with_sides
from matchmaker.pairings.repeats import just_written
from matchmaker.policy import Action, condition, require
from matchmaker.work import Work
from models import (
    OPEN_STATUSES,
    Audience,
    Capability,
    EntryKind,
    NextStep,
    Pairing,
    PairingStatus,
    Problem,
    Role,
    StepStatus,
    ThreadEntry,
    User,
    advance,
)

SOON_DAYS = 7
WITHOUT_SHOWN = 20
KINDS = {"finish": EntryKind.STEP_DONE, "drop": EntryKind.STEP_DROPPED, "reopen": EntryKind.STEP_REOPENED}


@dataclass(frozen=True)
class MySteps:
    """A broker's open next steps, the longest overdue first, and their pairings that have none."""

    of: User
    listing: Listing[NextStep]
    overdue: int
    without: Sequence[Pairing]
    without_count: int
    brokers: Sequence[User]


def plan(work: Work, pairing: Pairing, what: str, due_on: date, owner: User) -> NextStep:
    """Something is to be done until that day. The owner is told, if it is another. Of the same sent twice the first is
    kept. Raises DueInPast, UnknownBroker.
    """
    require(work.actor, Action.NEXT_STEP_EDIT, pairing)
    _check(work, due_on, owner)
    renew(work, pairing)
    if (planned := _planned_before(work, pairing, what.strip(), due_on, owner)) is not None:
        return planned
    pairing.acted_on = True
    step = NextStep(pairing=pairing, what=what.strip(), due_on=due_on, owner=owner)
    work.session.add(step)
    work.session.flush()
    enter(work, step, EntryKind.STEP_PLANNED, "")
    _tell_owner(work, step)
    return step


def move(work: Work, step: NextStep, due_on: date, owner: User, version: int, note: str = "") -> None:
    """It is to be done by another day or colleague. Raises DueInPast, UnknownBroker, and as `change` does."""
    require(work.actor, Action.NEXT_STEP_EDIT, step)
    _begin(work, step, version)
    if step.status is not StepStatus.OPEN:
        raise StaleStep(step, last_entry(work, step))
    _check(work, due_on, owner)
    given = owner.id != step.owner_id
    step.due_on, step.owner = due_on, owner
    work.session.flush()
    enter(work, step, EntryKind.STEP_MOVED, note)
    if given:
        _tell_owner(work, step)


def change(work: Work, step: NextStep, action: str, version: int, note: str = "") -> None:
    """ "finish" it, "drop" it because it is not needed any more, or "reopen" it.

    Raises StaleStep where somebody changed it since `version` was read, and IllegalStep.
    """
    require(work.actor, Action.NEXT_STEP_EDIT, step)
    _begin(work, step, version)
    advance(step, action)
    step.closed_at = None if action == "reopen" else work.now()
    work.session.flush()
    enter(work, step, KINDS[action], note)


def find_step(work: Work, step_id: int) -> NextStep:
    """With its pairing. Raises StepNotFound, also for a step that the actor may not know of."""
    found = work.session.scalar(
        select(NextStep)
        .where(NextStep.id == step_id, condition(work.actor, Action.NEXT_STEP_EDIT, NextStep))
        .options(joinedload(NextStep.pairing), joinedload(NextStep.owner))
    )
    if found is None:
        raise StepNotFound(step_id)
    return found


def steps_of(work: Work, pairing: Pairing) -> Sequence[NextStep]:
    """The open next steps of a pairing, the first due first; nothing for those who do not keep them."""
    wanted = (
        select(NextStep)
        .where(
            NextStep.pairing_id == pairing.id,
            NextStep.status == StepStatus.OPEN,
            condition(work.actor, Action.NEXT_STEP_EDIT, NextStep),
        )
        .order_by(NextStep.due_on, NextStep.id)
        .options(joinedload(NextStep.owner))
    )
    return work.session.scalars(wanted).all()


def my_steps(work: Work, page: int = 1, of: int | None = None, belonging: Belonging = ANYWHERE) -> MySteps:
    """The actor's own list, or that of a colleague whom they stand in for; `belonging`: only of pairings of which a
    side belongs there. Raises UnknownBroker.
    """
    require(work.actor, Action.NEXT_STEP_EDIT)
    colleagues = brokers(work)
    owner = next((each for each in colleagues if each.id == (of or work.person.id)), None)
    if owner is None:
        raise UnknownBroker(of)
    members = _of_members(belonging)
    of_members = NextStep.pairing_id.in_(select(Pairing.id).where(*members))
    steps = _open(work, owner).where(of_members)
    listing = paginate(work.session, steps, page, work.settings.page_size)
    without = _without_step(work, owner).where(*members)
    total = work.session.scalar(select(func.count()).select_from(without.order_by(None).subquery())) or 0
    return MySteps(
        of=owner,
        listing=listing,
        overdue=_due_count(work, owner, and_(NextStep.due_on < work.today(), of_members)),
        without=work.session.scalars(with_sides(without).limit(WITHOUT_SHOWN)).all() if total else (),
        without_count=total,
        brokers=colleagues,
    )


def soon(work: Work, limit: int) -> Listing[NextStep]:
    """The first of the actor's steps that are overdue or due within a week."""
    latest = work.today() + timedelta(days=SOON_DAYS)
    return paginate(work.session, _open(work, work.person).where(NextStep.due_on <= latest), 1, limit)


def due_count(work: Work) -> int:
    """How many of the actor's own steps are overdue or due today; 0 for those who have none."""
    if work.actor is None or work.actor.role is not Role.STAFF:
        return 0
    return _due_count(work, work.actor, NextStep.due_on <= work.today())


def last_entry(work: Work, step: NextStep) -> ThreadEntry | None:
    """What happened to it last."""
    wanted = select(ThreadEntry).where(ThreadEntry.step_id == step.id).order_by(ThreadEntry.id.desc())
    return work.session.scalar(wanted.limit(1))


def _of_members(belonging: Belonging) -> list[ColumnElement[bool]]:
    """Each by itself, as on the board."""
    found: list[ColumnElement[bool]] = []
    for each in (Belonging(carrier=belonging.carrier), Belonging(alliance=belonging.alliance)):
        if each:
            asking = select(Problem.id).where(*each.of(Problem.organisation_id))
            offering = select(Capability.id).where(*each.of(Capability.organisation_id))
            found.append(or_(Pairing.problem_id.in_(asking), Pairing.capability_id.in_(offering)))
    return found


def _open(work: Work, owner: User) -> Select[NextStep]:
    return (
        select(NextStep)
        .where(
            NextStep.owner_id == owner.id,
            NextStep.status == StepStatus.OPEN,
            condition(work.actor, Action.NEXT_STEP_EDIT, NextStep),
        )
        .order_by(NextStep.due_on, NextStep.id)
        .options(
            joinedload(NextStep.pairing).options(joinedload(Pairing.problem), joinedload(Pairing.capability))
        )
    )


def _due_count(work: Work, owner: User, due: ColumnElement[bool]) -> int:
    wanted = select(func.count(NextStep.id)).where(
        NextStep.owner_id == owner.id, NextStep.status == StepStatus.OPEN, due
    )
    return work.session.scalar(wanted) or 0


def _without_step(work: Work, owner: User) -> Select[Pairing]:
    """The broker's open pairings for which nothing is planned, the longest untouched first."""
    planned = (
        select(NextStep.id)
        .where(NextStep.pairing_id == Pairing.id, NextStep.status == StepStatus.OPEN)
        .correlate(Pairing)
        .exists()
    )
    return (
        select(Pairing)
        .where(
            Pairing.broker_id == owner.id,
            Pairing.status.in_(OPEN_STATUSES),
            Pairing.status != PairingStatus.SUGGESTED,
            ~planned,
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(Pairing.changed_at, Pairing.id)
    )


def _planned_before(work: Work, pairing: Pairing, what: str, due_on: date, owner: User) -> NextStep | None:
    """The same, just planned by the same person."""
    last = just_written(work, pairing)
    if last is None or last.kind is not EntryKind.STEP_PLANNED or last.step is None:
        return None
    same = (last.step.what, last.step.due_on, last.step.owner_id) == (what, due_on, owner.id)
    return last.step if same else None


def _begin(work: Work, step: NextStep, version: int) -> None:
    take_serial_lock(work.session)
    work.session.refresh(step)
    if step.version != version:
        raise StaleStep(step, last_entry(work, step))


def _check(work: Work, due_on: date, owner: User) -> None:
    if due_on < work.today():
        raise DueInPast(due_on)
    if not owner.active or owner.role is not Role.STAFF:
        raise UnknownBroker(owner.id)


def enter(work: Work, step: NextStep, kind: EntryKind, note: str) -> None:
    """What happened to a step stands in the thread."""
    work.session.add(
        ThreadEntry(
            pairing_id=step.pairing_id,
            kind=kind,
            author=work.person,
            audience=Audience.STAFF,
            day=step.due_on,
            text=note.strip(),
            step=step,
            created_at=work.now(),
        )
    )
    audit.record(work, f"next_step.{kind.value.removeprefix('step_')}", step.pairing, step=step.id)


def _tell_owner(work: Work, step: NextStep) -> None:
    path, day = path_of(step.pairing), step.due_on.isoformat()
    notices.tell(work, [step.owner], "next_step.given", path, name=work.person.name, what=step.what, day=day)
