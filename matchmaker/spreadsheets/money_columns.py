"""Money in three columns, as our own exports write it: how it is given, the amount or lower limit, the upper limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from matchmaker.spreadsheets import values
from matchmaker.spreadsheets.cells import Row
from matchmaker.spreadsheets.headings import Column
from matchmaker.spreadsheets.reading import Cell
from models import MoneyKind

MONEY, LOW, HIGH = COLUMNS = "money", "money_low", "money_high"
"""Fields of the three; the first alone holds money in one cell."""
EXACT, RANGE = "确定金额", "金额区间"
"""How it is given, in the words of the export; any other word says the money itself, as 面议 does."""


def read(
    row: Row, given: Mapping[str, tuple[Column, Cell]], into: Callable[[Row, Column, Cell], None]
) -> None:
    """Put into the row what its cells say together; `given`: by field, those that are not empty; `into` reads one."""
    word = values.plain(given[MONEY][1]) if MONEY in given else ""
    if word and word not in (EXACT, RANGE):
        into(row, *given[MONEY])
        return
    for name in (LOW,) if word == EXACT else (LOW, HIGH):
        if name in given:
            into(row, *given[name])
    read_so = [row.values.pop(name) for name in (LOW, HIGH) if name in row.values]
    ends = sorted({Decimal(each) for each in read_so})
    if len(ends) > 1:
        row.values[MONEY] = [MoneyKind.RANGE.value, *map(str, ends)]
    elif ends:
        row.values[MONEY] = [MoneyKind.EXACT.value, str(ends[0]), None]
