"""Where the heading of a table stands, under titles and in one row or two, and what each of its columns is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from matchmaker.spreadsheets.import_fields import FIELDS, As, Field
from matchmaker.spreadsheets.reading import Cell, Line
from matchmaker.spreadsheets.values import heading, unit_of
from models import ImportKind

LOOKED_AT = 10
"""Rows from the top among which the heading is looked for."""
LEAST_KNOWN = 2
"""Columns that must be known for a row to be a heading."""
SHORTEST_PART = 3
"""Characters of a synonym that may stand inside a longer heading."""
LONGEST_HEADING = 60
SAMPLE = "示例（导入时跳过）"
"""What stands in the first cell of the template's sample row."""
NO_DATA = frozenset({SAMPLE, "示例", "样例", "例", "合计", "总计", "小计"})
"""A row that begins with one of these says nothing of its own."""


@dataclass(frozen=True)
class Column:
    """`field` None: nobody knows what it is. `unit` in 万元, where the heading names one."""

    heading: str
    field: str | None
    unit: Decimal | None = None


@dataclass(frozen=True)
class Head:
    """`last`: the number of the heading's last row; data stand below it."""

    last: int
    columns: tuple[Column, ...]

    @property
    def known(self) -> int:
        return len({each.field for each in self.columns if each.field})


def find(kind: ImportKind, lines: Sequence[Line]) -> Head | None:
    """The heading among the first rows: the row, or the two rows above each other, that name most of the fields.

    None where no row names what must be there.
    """
    fields = FIELDS[kind]
    top = lines[:LOOKED_AT]
    found: list[Head] = []
    for place, line in enumerate(top):
        found.append(_head(fields, line.number, [_text(each) for each in line.cells]))
        if place + 1 < len(top) and top[place + 1].number == line.number + 1:
            below = top[place + 1]
            found.append(_head(fields, below.number, _joined(line.cells, below.cells)))
    usable = [each for each in found if each.known >= LEAST_KNOWN and not lacking(fields, each)]
    # of two that know as much, the one that stands in one row and higher up comes first
    return max(usable, key=lambda each: each.known, default=None)


def lacking(fields: Sequence[Field], head: Head) -> list[Field]:
    """What no row could do without; whose the rows are may be known otherwise."""
    named = {each.field for each in head.columns}
    return [each for each in fields if each.needed and each.name not in named and each.read is not As.NAME]


def is_data(line: Line) -> bool:
    """Whether it is neither the sample nor a sum."""
    first = next((each for each in line.cells if each is not None), None)
    return not (isinstance(first, str) and "".join(first.split()) in NO_DATA)


def _joined(above: Sequence[Cell], below: Sequence[Cell]) -> list[str]:
    """A merged cell stands in its first column only, and is meant for the empty ones behind it too."""
    joined, over = [], ""
    for place in range(max(len(above), len(below))):
        upper = _text(above[place]) if place < len(above) else ""
        lower = _text(below[place]) if place < len(below) else ""
        over = upper or (over if lower else "")
        joined.append(f"{over}\n{lower}" if over and lower else over or lower)
    return joined


def _head(fields: Sequence[Field], last: int, texts: Sequence[str]) -> Head:
    exact = {heading(each): field.name for field in fields for each in (field.label, *field.synonyms)}
    named: list[str | None] = [_exactly(text, exact) for text in texts]
    taken = {each for each in named if each}
    for place, text in enumerate(texts):
        if named[place] is None and text and (guess := _partly(text, exact)) and guess not in taken:
            named[place] = guess
            taken.add(guess)
    seen: set[str] = set()
    columns = []
    for text, name in zip(texts, named, strict=True):
        twice = name in seen
        if name:
            seen.add(name)
        columns.append(
            Column(text.replace("\n", " · ")[:LONGEST_HEADING], None if twice else name, unit_of(text))
        )
    return Head(last, tuple(columns))


def _exactly(text: str, exact: Mapping[str, str]) -> str | None:
    """The lower of two rows, else both together, else the upper."""
    upper, _, lower = text.rpartition("\n")
    for each in (upper + lower, lower, upper) if upper else (text,):
        if found := exact.get(heading(each)):
            return found
    return None


def _partly(text: str, exact: Mapping[str, str]) -> str | None:
    wanted = heading(text)
    if len(wanted) > LONGEST_HEADING:
        return None
    parts = [each for each in exact if len(each) >= SHORTEST_PART and each in wanted]
    return exact[max(parts, key=len)] if parts else None


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
