"""A side that does not want to talk, or not any more: nobody is brought together against that without a deliberate word."""

from __future__ import annotations

from collections.abc import Collection

from matchmaker.pairings.errors import SideRefused
from models import ConsentStatus, Interest, Pairing, Side

REFUSALS = (ConsentStatus.DECLINED, ConsentStatus.WITHDRAWN)


def refusals(pairing: Pairing) -> dict[Side, Interest]:
    """The answers of sides that declined a talk or took their consent back, by side."""
    return {each.side: each for each in pairing.interests if each.status in REFUSALS}


def refuse_against(pairing: Pairing, spoken: Collection[Side]) -> list[Side]:
    """The sides that refused, all of whom the actor has spoken with again since (`spoken`). Raises SideRefused."""
    found = refusals(pairing)
    if not_spoken := [side for side in found if side not in spoken]:
        raise SideRefused(pairing, not_spoken)
    return list(found)
