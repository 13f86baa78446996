"""A page of a list: what is shown, which page it is, how many there are in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """`page` counts from 1; a page beyond the last is the last."""

    items: Sequence[Item]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def paginate(
    session: Session, wanted: Select[Any], page: int, size: int, total: int | None = None
) -> Listing[Any]:
    """One page of an ordered ORM select of one class, with the number of rows it has without pages, if not `total`
    says it.

    What is sorted and counted are numbers alone: a database that sorts whole rows carries every long text along.
    """
    key = wanted.column_descriptions[0]["entity"].id
    keys = wanted.with_only_columns(key, maintain_column_froms=True)
    if total is None:
        total = session.scalar(select(func.count()).select_from(keys.order_by(None).subquery())) or 0
    page = max(1, min(page, -(-total // size) or 1))
    shown = session.scalars(keys.limit(size).offset((page - 1) * size)).all() if total else []
    items = session.scalars(wanted.where(key.in_(shown))).unique().all() if shown else []
    return Listing(items, page, size, total)


@dataclass(frozen=True)
class Rows(Generic[Item]):
    """All of a list, for an export: gone through once, some at a time."""

    total: int
    items: Iterable[Item]


STREAMED = 500
"""Rows held at a time."""


def stream(session: Session, wanted: Select[Any]) -> Rows[Any]:
    """All rows of an ordered ORM select, without holding them all."""
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    return Rows(total, session.scalars(wanted.execution_options(yield_per=STREAMED)))


def page_of(found: Sequence[Item], page: int, size: int) -> Listing[Item]:
    """One page of what is in memory already, such as the hits of a search."""
    page = max(1, min(page, -(-len(found) // size) or 1))
    return Listing(found[(page - 1) * size : page * size], page, size, len(found))
