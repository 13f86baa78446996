"""A pile of what waits: its first items and how many there are in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from matchmaker.work import Work
from models import PairingStatus

BEFORE_INTRODUCTION = (PairingStatus.SUGGESTED, PairingStatus.SHORTLISTED)
"""Pairings that staff have not brought together yet."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Pile(Generic[Item]):
    items: Sequence[Item]
    total: int


def pile(work: Work, wanted: Select[Any], shown: int) -> Pile[Any]:
    """The first of an ordered select of one thing a row."""
    total = work.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    items = work.session.scalars(wanted.limit(shown)).unique().all() if total else []
    return Pile(items, total)
