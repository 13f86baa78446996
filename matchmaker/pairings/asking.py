"""Sides are asked whether they want to talk: by the other side's wish, by a proposal or an introduction of staff."""

from __future__ import annotations

from collections.abc import Iterable

from matchmaker.work import Work
from models import Interest, Pairing, Side


def ask(work: Work, pairing: Pairing, sides: Iterable[Side] = tuple(Side)) -> list[Side]:
    """Those of the sides that were never asked are, by the actor. What was answered stays as it is."""
    known = {each.side for each in pairing.interests}
    fresh = [side for side in sides if side not in known]
    for side in fresh:
        pairing.interests.append(Interest(side=side, user=work.person, created_at=work.now()))
    work.session.flush()
    return fresh
