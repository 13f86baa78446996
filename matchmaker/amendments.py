"""Amendments of what people agreed: the old and the new value of each field, as an event's note keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class FieldChange:
    """A field's old and new value: codes, days as 2026-11-24 and amounts as 60.00; "" where there was nothing."""

    field: str
    old: str
    new: str


def in_writing(changes: Iterable[FieldChange]) -> str:
    """Changes as an event's note keeps them."""
    return json.dumps([vars(change) for change in changes], ensure_ascii=False)


def between(pairs: Iterable[tuple[str, Any, Any]]) -> list[FieldChange]:
    """The changes of (field, old value, new value); those that stay the same are none."""
    return [FieldChange(name, written(old), written(new)) for name, old, new in pairs if old != new]


def read(note: str) -> list[FieldChange]:
    """The changes of a note that `in_writing` made."""
    return [FieldChange(each["field"], each["old"], each["new"]) for each in json.loads(note)]


def written(value: Any) -> str:
    """A value as FieldChange keeps it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
