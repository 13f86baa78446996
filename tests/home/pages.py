"""Pairings with an interest, for these tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import ConsentStatus, Interest, Pairing, Side, User, now
from tests.cooperation import records


def interest(session: Session, pairing: Pairing, person: User, side: Side, **given: Any) -> Interest:
    given = {"status": ConsentStatus.AGREED} | given
    made = Interest(pairing=pairing, user=person, side=side, message="想当面谈一谈", **given)
    pairing.acted_on = True
    session.add(made)
    session.flush()
    return made


def quiet_pairing(session: Session, people: dict[str, User], days: int, **given: Any) -> Pairing:
    """Without any step for so many days."""
    return records.pairing(
        session, people["enterprise"], people["liaison"], changed_at=now() - timedelta(days=days), **given
    )
