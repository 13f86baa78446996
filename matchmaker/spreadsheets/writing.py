"""Sheets written as .xlsx or CSV, row by row, so that memory does not grow with them; nothing in them is a formula.

A text that a spreadsheet program would take for a formula (it begins with = + - @, a tab or a line end) stays what
it is in .xlsx: the cell's type is text, and its quote prefix keeps it text when somebody edits it. CSV has no types:
there such a text gets an apostrophe in front, which reading it back takes away. Numbers and days are numbers and days.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from matchmaker.spreadsheets.sheets import AnySheet, Cell, Column, Kind
from matchmaker.work import LOCAL_ZONE

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings that make a spreadsheet program compute; also behind blanks, which some of them pass over."""
LONGEST_CELL = 32_767
LONGEST_TITLE = 31
WIDTHS = {
    Kind.TEXT: 16,
    Kind.LONG: 48,
    Kind.WHOLE: 8,
    Kind.MONEY: 14,
    Kind.SHARE: 10,
    Kind.DAY: 12,
    Kind.MOMENT: 17,
}
"""In characters of a digit's width; a Chinese character takes two."""
FORMATS = {
    Kind.WHOLE: "0",
    Kind.MONEY: "#,##0.00",
    Kind.SHARE: "0%",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
HEAD_FONT, HEAD_FILL = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
TOLD_EVERY = 200
"""Rows between two words on the progress."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")

Progress = Callable[[int], None]
"""Told how many rows were written so far; may raise to stop."""


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet program may take the text for something to compute."""
    return text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS)


def write_workbook(target: IO[bytes], sheets: Iterable[AnySheet], progress: Progress | None = None) -> int:
    """The sheets as one .xlsx with frozen heads and filters; returns how many rows below the heads."""
    book, written = Workbook(write_only=True), 0
    for sheet in sheets:
        written = _add(book, sheet, written, progress)
    book.save(target)
    return written


def write_csv(target: IO[bytes], sheet: AnySheet, progress: Progress | None = None) -> int:
    """One sheet as CSV, in UTF-8 with a byte order mark, by which Excel and WPS know the encoding."""
    written = 0
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([_in_csv(column.heading) for column in sheet.columns])
    for written, item in enumerate(sheet.rows, 1):
        writer.writerow([_in_csv(column.value(item), column.kind) for column in sheet.columns])
        _tell(progress, written)
    text.detach()
    return written


def _add(book: Any, sheet: AnySheet, before: int, progress: Progress | None) -> int:
    page = book.create_sheet(_NO_TITLE.sub(" ", sheet.title)[:LONGEST_TITLE])
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = _width(column)
    page.append([_head(page, column.heading) for column in sheet.columns])
    written = before
    for written, item in enumerate(sheet.rows, before + 1):
        page.append([_in_workbook(page, column.kind, column.value(item)) for column in sheet.columns])
        _tell(progress, written)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{written - before + 1}"
    return written


def _tell(progress: Progress | None, written: int) -> None:
    if progress is not None and written % TOLD_EVERY == 0:
        progress(written)


def _width(column: Column[Any]) -> int:
    return max(WIDTHS[column.kind], sum(2 if ord(letter) > 0x2E7F else 1 for letter in column.heading) + 4)


def _head(page: Any, heading: str) -> Any:
    cell = WriteOnlyCell(page, heading)
    cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, Alignment(vertical="center")
    return cell


def _in_workbook(page: Any, kind: Kind, value: Cell) -> Any:
    """A plain value where nothing is to be said about it, which is much quicker than a cell."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text(page, value)
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    cell = WriteOnlyCell(page, value)
    if kind in FORMATS:
        cell.number_format = FORMATS[kind]
    return cell


def _text(page: Any, value: str) -> Any:
    value = _written(value)
    if not is_dangerous(value) and value not in ERROR_CODES:
        return value
    cell = WriteOnlyCell(page, value)
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _in_csv(value: Cell, kind: Kind = Kind.TEXT) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}" if kind is Kind.MONEY else f"{value:f}"
    if isinstance(value, str):
        value = _written(value)
        return f"'{value}" if is_dangerous(value) else value
    return str(value)


def _written(text: str) -> str:
    """Without what no file of this kind may hold; lines end as Unix ends them."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n"))[:LONGEST_CELL]


def one_line(texts: Sequence[str]) -> str:
    """Several in one cell, without those that are empty: 检出率 ≥ 98 %；节拍 ≤ 4.5 秒."""
    return "；".join(each for each in texts if each)
