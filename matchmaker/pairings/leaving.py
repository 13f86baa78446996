"""A broker leaves: the pairings and next steps that they have in hand go to a colleague, and the threads say so."""

from __future__ import annotations

from sqlalchemy import select

from matchmaker.pairings.assignment import give
from matchmaker.pairings.next_steps import enter
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import EntryKind, NextStep, Pairing, PairingStatus, StepStatus, User


def hand_over_all(work: Work, user: User, to: User, note: str) -> None:
    """All pairings that are not dismissed, and all open next steps; nobody is told, which the caller does once."""
    require(work.actor, Action.ACCOUNT_HAND_OVER)
    pairings = select(Pairing).where(Pairing.broker_id == user.id, Pairing.status != PairingStatus.DISMISSED)
    for pairing in work.session.scalars(pairings.order_by(Pairing.id)).all():
        give(work, pairing, to, note)
    work.session.flush()
    steps = select(NextStep).where(NextStep.owner_id == user.id, NextStep.status == StepStatus.OPEN)
    for step in work.session.scalars(steps.order_by(NextStep.id)).all():
        step.owner = to
        work.session.flush()
        enter(work, step, EntryKind.STEP_MOVED, note)
