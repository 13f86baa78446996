"""Who has what open: shown to the others, so that two do not read the same text. Nothing is ever refused for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from matchmaker.database import take_serial_lock
from matchmaker.work import Work
from models import CheckClaim, CheckKind

HOLDS = timedelta(seconds=75)
"""An open page says so every 20 seconds; three that were not heard and it counts as closed."""


def claim(work: Work, kind: CheckKind, number: int) -> None:
    """The actor has this one open now, and what they had before no more."""
    take_serial_lock(work.session)
    held = work.session.get(CheckClaim, work.person.id)
    if held is None:
        held = CheckClaim(user_id=work.person.id)
        work.session.add(held)
    held.kind, held.object_id, held.seen_at = kind, number, work.now()
    work.session.flush()


def release(work: Work) -> None:
    """The actor has nothing open any more."""
    work.session.execute(delete(CheckClaim).where(CheckClaim.user_id == work.person.id))


def of_others(work: Work) -> Mapping[tuple[CheckKind, int], Sequence[str]]:
    """The names of the colleagues who have something open, by what it is."""
    found = work.session.scalars(
        select(CheckClaim)
        .where(CheckClaim.seen_at > work.now() - HOLDS, CheckClaim.user_id != work.person.id)
        .options(joinedload(CheckClaim.user))
        .order_by(CheckClaim.seen_at)
    )
    names: dict[tuple[CheckKind, int], list[str]] = defaultdict(list)
    for each in found:
        names[each.kind, each.object_id].append(each.user.name)
    return names
