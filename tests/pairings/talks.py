"""A pairing of the enterprise's and the liaison's, and what people write on its thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from matchmaker.work import Work
from models import Notice, Pairing, PairingStatus, User
from tests import factories
from tests.pairings import pairs


def pairing(work: Work, people: dict[str, User], status: PairingStatus = PairingStatus.SUGGESTED) -> Pairing:
    """By hand, in that status; committed."""
    ours = factories.problem(work.session, people["enterprise"])
    theirs = factories.capability(work.session, people["liaison"])
    made = pairs.by_hand(work, ours, theirs, status=status)
    work.session.commit()
    return made


def told(work: Work, person: User) -> list[str]:
    """The kinds of a person's notices, oldest first."""
    wanted = select(Notice.kind).where(Notice.user_id == person.id).order_by(Notice.id)
    return list(work.session.scalars(wanted))


def at(work: Work, moment: datetime) -> Work:
    """The same work at another time."""
    return replace(work, clock=lambda: moment)
