"""Foreign tables read: .xlsx and CSV, row by row, values only, with bounds on everything that a file can exaggerate.

What a file claims is looked at before anything is unpacked: a reader of XML keeps a whole row in memory, and a zip
archive of a few kilobytes can hold gigabytes. No link of a file is followed and no formula computed.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any

import structlog
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.cell import range_boundaries

Cell = str | int | float | Decimal | date | datetime | None

MOST_ROWS = 20_000
"""Rows that say something, below the heading."""
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
MOST_PARTS = 1000
SHEET_BYTES, OTHER_BYTES = 100 * 1024 * 1024, 40 * 1024 * 1024
"""Unpacked: of one sheet, and of everything else together. Ten thousand full rows take some 40 MB."""
MOST_TAGS_IN_ROW, MOST_TAGS_BEHIND = 20_000, 300_000
"""Behind the rows stand merged cells, links and validations."""
MOST_ROW_TAGS = 200_000
"""Rows that only have a format count too."""
SCANNED_AT_ONCE = 1024 * 1024

_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_END_OF_ROWS = re.compile(rb"</(?:\w+:)?sheetData")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']"
)
MOST_BYTES_OF_TAG = 300
DELIMITERS = ",;\t|"
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK"
_FOREIGN = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"%PDF",
    b"RIFF",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)

log = structlog.get_logger()


class BadFile(Exception):
    """It cannot be read as a table; `code` is worded by import_wording.FILE_FAULTS with `details`."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Line:
    """A row that says something, by its number in the sheet, without empty cells at its end.

    `merged`: by place, what its empty cells say that are merged with the cell above them.
    """

    number: int
    cells: tuple[Cell, ...]
    merged: Mapping[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetSource:
    """`lines()` begins anew at each call, and raises BadFile on its way."""

    title: str
    lines: Callable[[], Iterator[Line]]


def look(content: bytes) -> None:
    """Refuse what can be told without unpacking anything. Raises BadFile."""
    head = content[:8]
    if not content.strip(b"\x00 \r\n\t"):
        raise BadFile("empty")
    if head.startswith(OLE):
        raise BadFile("old_or_locked")
    if head.startswith(_FOREIGN):
        raise BadFile("not_a_table")
    if head.startswith(ZIP):
        _sheets_of(content)


@contextmanager
def opened(content: bytes) -> Iterator[Sequence[SheetSource]]:
    """The visible sheets of a file; a CSV file is one without a title. Raises BadFile."""
    look(content)
    if content.startswith(ZIP):
        with _workbook(content) as sheets:
            yield sheets
    else:
        yield [SheetSource("", _lines_of(_decoded(content)))]


# .xlsx


@contextmanager
def _workbook(content: bytes) -> Iterator[list[SheetSource]]:
    _check_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and validations that it does not know
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # a foreign file makes the library raise whatever it likes
        raise _damaged(error) from error
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not shown:
            raise BadFile("empty")
        yield [_source(sheet) for sheet in shown]
    finally:
        book.close()


def _source(sheet: Any) -> SheetSource:
    """Its merged cells are looked for once, however often its rows are read."""
    spans = cache(partial(_spans, sheet))
    return SheetSource(sheet.title, lambda: _lines(sheet, spans))


_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What reading a damaged archive raises."""


def _sheets_of(content: bytes) -> list[zipfile.ZipInfo]:
    """The parts that are sheets, by the archive's directory: no part is read beyond the size that it gives there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except _BROKEN as error:
        raise _damaged(error) from error
    if len(parts) > MOST_PARTS:
        raise BadFile("unpacks_too_large")
    sheets = [part for part in parts if _SHEET_PART.fullmatch(part.filename)]
    if not sheets or not any(part.filename == "[Content_Types].xml" for part in parts):
        raise BadFile("not_a_table")
    others = sum(part.file_size for part in parts) - sum(part.file_size for part in sheets)
    if others > OTHER_BYTES or any(part.file_size > SHEET_BYTES for part in sheets):
        raise BadFile("unpacks_too_large")
    return sheets


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in _sheets_of(content):
                _check_rows(archive, part)
    except _BROKEN as error:
        raise _damaged(error) from error


def _check_rows(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse rows of so many cells that one would fill the memory, without building anything of them."""
    tags, rows, rest, most = 0, 0, b"", MOST_TAGS_IN_ROW
    with archive.open(part) as file:
        while chunk := file.read(SCANNED_AT_ONCE):
            if b"<!ENTITY" in chunk:
                raise BadFile("damaged")
            pieces = _ROW.split(rest + chunk)
            rest = pieces[-1][-20:]  # a tag may stand across the border
            for place, piece in enumerate(pieces):
                behind = most == MOST_TAGS_BEHIND  # nothing there is forgotten while it is read
                tags = piece.count(b"<") + (tags if place == 0 or behind else 0)
                if _END_OF_ROWS.search(piece):
                    most = MOST_TAGS_BEHIND
                if tags > most:
                    raise BadFile("too_many_columns", most=MOST_COLUMNS)
            rows += len(pieces) - 1
            if rows > MOST_ROW_TAGS:
                raise BadFile("too_many_rows", most=MOST_ROWS)


def _lines(sheet: Any, spans: Callable[[], Sequence[_Span]]) -> Iterator[Line]:
    sheet.reset_dimensions()  # a file may claim a million columns
    rows = ([_value(each) for each in row] for row in sheet.iter_rows(values_only=True))
    try:
        yield from _with_merged(_bounded(rows), spans())
    except BadFile:
        raise
    except Exception as error:  # as above
        raise _damaged(error) from error


@dataclass(frozen=True)
class _Span:
    """The first column of a merged cell of several rows, by the numbers of its rows and its place."""

    first: int
    last: int
    place: int


def _spans(sheet: Any) -> list[_Span]:
    """The merged cells of several rows, from the top. They stand behind the rows, where the reader does not look."""
    found, rest = [], b""
    with sheet._get_source() as file:
        while chunk := file.read(SCANNED_AT_ONCE):
            text, end = rest + chunk, 0
            for tag in _MERGED.finditer(text):
                left, top, _right, bottom = range_boundaries(tag[1].decode())
                if bottom > top and left <= MOST_COLUMNS:
                    found.append(_Span(top, bottom, left - 1))
                end = tag.end()
            rest = text[max(end, len(text) - MOST_BYTES_OF_TAG) :]  # a tag may stand across the border
    return sorted(found, key=lambda each: each.first)


def _with_merged(lines: Iterable[Line], spans: Sequence[_Span]) -> Iterator[Line]:
    """With what a merged cell says, for the rows behind its first."""
    waiting = deque(spans)
    begun: dict[int, tuple[int, Cell]] = {}
    for line in lines:
        begun = {place: (last, said) for place, (last, said) in begun.items() if last >= line.number}
        merged = {place: said for place, (_, said) in begun.items()}
        yield replace(line, merged=merged) if merged else line
        while waiting and waiting[0].first <= line.number:
            span = waiting.popleft()
            said = line.cells[span.place] if span.place < len(line.cells) else None
            if span.first == line.number and said is not None:
                begun[span.place] = span.last, said


def _value(value: Any) -> Cell:
    if value is None or (isinstance(value, str) and value in ERROR_CODES):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, str):
        return value.replace("_x000D_", "").strip() or None
    return value if isinstance(value, int | float | date) else str(value)


def _damaged(error: Exception) -> BadFile:
    log.info("spreadsheet.damaged", error=type(error).__name__, reason=str(error)[:200])
    return BadFile("damaged")


# CSV


def _decoded(content: bytes) -> str:
    """UTF-8, with or without its mark, UTF-16 with one, else GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if _CONTROLS.search(text):
            raise BadFile("not_a_table")
        if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml")):
            raise BadFile("not_a_table")
        return text
    raise BadFile("encoding")


def _lines_of(text: str) -> Callable[[], Iterator[Line]]:
    def lines() -> Iterator[Line]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        try:
            yield from _bounded([_in_csv(each) for each in row] for row in reader)
        except csv.Error as error:
            raise _damaged(error) from error

    return lines


def _delimiter(text: str) -> str:
    head = "".join(text[:20_000].splitlines(keepends=True)[:10])
    return max(DELIMITERS, key=head.count)


def _in_csv(text: str) -> Cell:
    """The apostrophe that made a text harmless when it was written is taken away."""
    text = text.strip()
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r\n":
        text = text[1:]
    return text or None


def _bounded(rows: Iterable[list[Cell]]) -> Iterator[Line]:
    """What says something, by its number in the table. Raises BadFile beyond the most rows and columns."""
    found = 0
    for number, row in enumerate(rows, 1):
        cells = _trimmed(row)
        if len(cells) > MOST_COLUMNS:
            raise BadFile("too_many_columns", most=MOST_COLUMNS)
        if not cells:
            continue
        found += 1
        if found > MOST_ROWS + 20:
            raise BadFile("too_many_rows", most=MOST_ROWS)
        yield Line(number, cells)


def _trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)
