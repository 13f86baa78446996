"""What a spreadsheet is made of before it is a file: sheets, their columns, and the rows they are filled from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")

Cell = str | int | Decimal | date | datetime | None
"""Money in 万元 as Decimal, moments with their zone; a code is put in words before."""


class Kind(StrEnum):
    """How a column's cells are shown."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    MONEY = "money"
    """万元 with two places."""
    SHARE = "share"
    """From 0 to 1, as per cent."""
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column(Generic[Item]):
    """`heading` is in the reader's language, `value` what stands in an item's cell."""

    heading: str
    value: Callable[[Item], Cell]
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Sheet(Generic[Item]):
    """`rows` are gone through once, one by one: they may come straight from the database."""

    title: str
    columns: Sequence[Column[Item]]
    rows: Iterable[Item]


AnySheet = Sheet[Any]


@dataclass(frozen=True)
class Opened:
    """A list ready to be written: how many rows its first sheet has, and the sheets."""

    total: int
    sheets: Sequence[AnySheet]
