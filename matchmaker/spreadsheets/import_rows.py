"""The rows of an import as they are kept: sealed, because a table may say what is confidential."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.spreadsheets.cells import Note, Row
from matchmaker.spreadsheets.entering import Entry
from matchmaker.spreadsheets.reading import Cell, Line
from models import ImportRow, RowState
from models.sealed import NoKey, keys_of

PROPOSED = frozenset(
    {
        "by_address",
        "by_category",
        "by_name",
        "by_title",
        "from_text",
        "guessed",
        "of_organisation",
        "usual",
    }
)
"""Repairs that put in what the file does not say: they add to a new object and change none that is here."""
PARTED = "from_beginning"
"""One text of the file was parted in two: both say what the file does."""
REASONS = 1000
"""Characters of a failure that is noted at a row."""


@dataclass(frozen=True)
class Kept:
    """A row as it was read: its cells as text, its values by field, and what is noted of them."""

    cells: Sequence[str]
    values: Mapping[str, Any]
    faults: Sequence[Note]
    repairs: Sequence[Note]

    @property
    def entry(self) -> Entry:
        put_in = {name for name, code, _ in self.repairs if code in PROPOSED}
        given = {name: value for name, value in self.values.items() if name not in put_in}
        whole = next((details["whole"] for _, code, details in self.repairs if code == PARTED), "")
        return Entry(self.values, given, whole)


def kept(line: Line, row: Row) -> Kept:
    return Kept([_text(each) for each in line.cells], row.values, row.faults, row.repairs)


def state_of(row: Kept) -> RowState:
    if row.faults:
        return RowState.BAD
    return RowState.REPAIRED if row.repairs else RowState.GOOD


def sealed(session: Session, row: Kept) -> bytes:
    """As it is stored. Raises NoKey."""
    written = json.dumps(vars(row), ensure_ascii=False, separators=(",", ":"), default=list)
    content, _key = keys_of(session.get_bind().dialect).seal_file(written.encode())
    return content


def opened(session: Session, row: ImportRow) -> Kept:
    """Raises NoKey where the key is not at hand."""
    written = keys_of(session.get_bind().dialect).open_file(row.content)
    if written is None:
        raise NoKey("the row cannot be opened")
    found = json.loads(written)
    notes = {name: [(each[0], each[1], each[2]) for each in found[name]] for name in ("faults", "repairs")}
    return Kept(found["cells"], found["values"], notes["faults"], notes["repairs"])


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return (
        cell.isoformat(" ")
        if isinstance(cell, datetime)
        else cell.isoformat()
        if isinstance(cell, date)
        else str(cell)
    )
