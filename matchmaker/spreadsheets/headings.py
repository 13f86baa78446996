"""Where the heading of a table stands, under titles and in one row or two, and what each of its columns is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from matchmaker.spreadsheets.import_fields import FIELDS, SECOND_MEANINGS, As, Field
from matchmaker.spreadsheets.reading import Cell, Line
from matchmaker.spreadsheets.values import heading, unit_above, unit_name, unit_of
from models import ImportKind

LOOKED_AT = 10
"""Rows from the top among which the heading is looked for."""
LEAST_KNOWN = 2
"""Columns that must be known for a row to be a heading."""
SHORTEST_PART = 3
"""Characters of a synonym that may stand inside a longer heading."""
LONGEST_HEADING = 60
OVER = " · "
"""Between the two rows of a heading, in the one row of a file that is given back."""
SAMPLE = "示例（导入时跳过）"
"""What stands in the first cell of the template's sample row."""
NO_DATA = frozenset({SAMPLE, "示例", "样例", "例", "合计", "总计", "小计"})
"""A row that begins with one of these says nothing of its own."""
BELOW = re.compile("填表|填报人|填报日期|制表|审核|备注|注[:：]")
"""What every filled cell of a footer begins with."""


@dataclass(frozen=True)
class Column:
    """`field` None: nobody knows what it is. `unit` in 万元, where the heading names one, or the rows above it do."""

    heading: str
    field: str | None
    unit: Decimal | None = None
    unit_above: bool = False


@dataclass(frozen=True)
class Head:
    """`last`: the number of the heading's last row; data stand below it."""

    last: int
    columns: tuple[Column, ...]
    rows: int = 1
    exact: int = 0
    """Fields that are named by their label or a synonym of it, not by a part of a longer heading."""

    @property
    def known(self) -> int:
        return len({each.field for each in self.columns if each.field})


def find(kind: ImportKind, lines: Sequence[Line]) -> Head | None:
    """The heading among the first rows: the row, or the two rows above each other, that name most of the fields.

    None where no row names what must be there.
    """
    fields = FIELDS[kind]
    found = [each for each in _candidates(fields, lines[:LOOKED_AT]) if not lacking(fields, each)]
    best = max(found, key=_rank, default=None)
    return None if best is None else _with_unit(fields, best, lines)


def nearest(kind: ImportKind, lines: Sequence[Line]) -> Head | None:
    """The row that names most of the fields where none names all that must be there: for saying what is lacking."""
    return max(_candidates(FIELDS[kind], lines[:LOOKED_AT]), key=_rank, default=None)


def lacking(fields: Sequence[Field], head: Head) -> list[Field]:
    """What no row could do without; whose the rows are may be known otherwise."""
    named = {each.field for each in head.columns}
    return [each for each in fields if each.needed and each.name not in named and each.read is not As.NAME]


def is_data(line: Line) -> bool:
    """Whether it is neither the sample nor a sum, nor who filled in the table and what they remark below it."""
    filled = ["".join(str(each).split()) for each in line.cells if each is not None]
    return not filled or not (filled[0] in NO_DATA or all(map(BELOW.match, filled)))


def _candidates(fields: Sequence[Field], top: Sequence[Line]) -> list[Head]:
    """Single rows first: of two that know as much, the one that stands in one row and higher up is the heading."""
    exact = _exact(fields)
    found = [
        _head(exact, each.number, [_text(cell).replace(OVER, "\n") for cell in each.cells]) for each in top
    ]
    for above, below in pairwise(top):
        if below.number == above.number + 1 and _goes_on(fields, exact, above.cells, below.cells):
            found.append(_head(exact, below.number, _joined(above.cells, below.cells), rows=2))
    return [each for each in found if each.known >= LEAST_KNOWN and each.exact]


def _rank(head: Head) -> tuple[int, int, int]:
    """What two rows know beyond one by parts of longer headings only, a title above may have said."""
    return head.exact, -head.rows, head.known


def _goes_on(
    fields: Sequence[Field], exact: Mapping[str, str], above: Sequence[Cell], below: Sequence[Cell]
) -> bool:
    """Whether the lower row is part of the heading: it names fields itself, or what is under a merged cell.

    A row of data is not, whatever words stand in it: it says something where the upper row already names a field
    that must be there.
    """
    needed = {each.name for each in fields if each.needed}
    alone: set[str] = set()
    under: set[str] = set()
    joined = _joined(above, below)
    for place, cell in enumerate(below):
        lower = _text(cell)
        if not lower:
            continue
        upper = _text(above[place]) if place < len(above) else ""
        own = exact.get(heading(lower))
        both = own or exact.get(heading("".join(joined[place].split("\n"))))
        if both is None and exact.get(heading(upper)) in needed:
            return False
        if own:
            alone.add(own)
        if both and not upper and joined[place] != lower:
            under.add(both)
    return len(alone) >= LEAST_KNOWN or bool(under)


def _with_unit(fields: Sequence[Field], head: Head, lines: Sequence[Line]) -> Head:
    """With the unit of money that rows above the heading name, for columns whose own heading names none.

    It is put into the heading too: rows that are given back stand under it without the rows above.
    """
    first = head.last - head.rows + 1
    said = [unit_above(_text(cell)) for line in lines if line.number < first for cell in line.cells]
    unit = next((each for each in reversed(said) if each is not None), None)
    if unit is None:
        return head
    money = {each.name for each in fields if each.read in (As.MONEY, As.WAN)}
    columns = [
        replace(each, heading=f"{each.heading}（{unit_name(unit)}）", unit=unit, unit_above=True)
        if each.field in money and each.unit is None
        else each
        for each in head.columns
    ]
    return replace(head, columns=tuple(columns))


def _joined(above: Sequence[Cell], below: Sequence[Cell]) -> list[str]:
    """A merged cell stands in its first column only, and is meant for the empty ones behind it too."""
    joined, over = [], ""
    for place in range(max(len(above), len(below))):
        upper = _text(above[place]) if place < len(above) else ""
        lower = _text(below[place]) if place < len(below) else ""
        over = upper or (over if lower else "")
        joined.append(f"{over}\n{lower}" if over and lower else over or lower)
    return joined


def _exact(fields: Sequence[Field]) -> dict[str, str]:
    return {heading(each): field.name for field in fields for each in (field.label, *field.synonyms)}


def _head(exact: Mapping[str, str], last: int, texts: Sequence[str], rows: int = 1) -> Head:
    named: list[str | None] = [_exactly(text, exact) for text in texts]
    for place, text in enumerate(texts):
        second, first = SECOND_MEANINGS.get(heading(text)), named[place]
        others = [name for other, name in enumerate(named) if other != place]
        if second and first and first in others and second not in named:
            named[place] = second
    taken = {each for each in named if each}
    sure = len(taken)
    for place, text in enumerate(texts):
        upper = text.partition("\n")[0]  # a lower row may be about anything
        if named[place] is None and upper and (guess := _partly(upper, exact)) and guess not in taken:
            named[place] = guess
            taken.add(guess)
    seen: set[str] = set()
    columns = []
    for text, name in zip(texts, named, strict=True):
        twice = name in seen
        if name:
            seen.add(name)
        columns.append(
            Column(text.replace("\n", OVER)[:LONGEST_HEADING], None if twice else name, unit_of(text))
        )
    return Head(last, tuple(columns), rows, sure)


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
