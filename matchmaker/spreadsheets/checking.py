"""The job that reads a table: every row understood, repaired, compared with what is here, and kept for a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from matchmaker.jobs.service import JobFailed, Run
from matchmaker.spreadsheets import comparing, headings, import_rows, reading
from matchmaker.spreadsheets.cells import Lists, Row
from matchmaker.spreadsheets.directory import Directory
from matchmaker.spreadsheets.entering import Entry
from matchmaker.spreadsheets.guessing import Guesser
from matchmaker.spreadsheets.headings import Head
from matchmaker.spreadsheets.import_fields import FIELDS
from matchmaker.spreadsheets.import_rows import Kept
from matchmaker.spreadsheets.near_rows import NearRows
from matchmaker.spreadsheets.reading import BadFile, Line, SheetSource
from matchmaker.spreadsheets.understanding import Context, filled, understood
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import ImportKind, ImportRow, Likeness, RowState, SpreadsheetImport
from models.sealed import keys_of

OF_NEW_ONLY = ("past_day", "no_contact", "needed_of_organisation")
"""Faults that would keep something new from being published."""
CHUNK = 100
"""Rows of one piece: what a killed worker repeats at most."""


@dataclass(frozen=True)
class Chosen:
    """The sheet with the best heading."""

    sheet: SheetSource
    head: Head


def choose(kind: ImportKind, sheets: Sequence[SheetSource]) -> Chosen:
    """Raises BadFile, also where no sheet has a heading that says enough."""
    best: Chosen | None = None
    nearest: list[Head] = []
    for sheet in sheets:
        top = list(islice(sheet.lines(), headings.LOOKED_AT + 1))
        head = headings.find(kind, top)
        nearest += [each for each in (headings.nearest(kind, top),) if each is not None]
        if head is not None and (best is None or head.known > best.head.known):
            best = Chosen(sheet, head)
    if best is None:
        raise _without_heading(kind, nearest)
    return best


def _without_heading(kind: ImportKind, nearest: Sequence[Head]) -> BadFile:
    """With what was found and what is lacking, where a row names some of the fields."""
    if not nearest:
        return BadFile("no_heading")
    head = max(nearest, key=lambda each: each.known)
    found = dict.fromkeys(each.field for each in head.columns if each.field)
    lacks = [each.name for each in headings.lacking(FIELDS[kind], head)]
    return BadFile("heading_lacks", found=list(found), lacks=lacks)


def check(run: Run) -> None:
    """Read the file of an import into its rows. A killed check goes on behind the last row that it kept."""
    import_id = run.parameters["import_id"]
    with run.reading() as work:
        imported = work.session.get_one(SpreadsheetImport, import_id)
        content = _content(work, imported)
        context = _context(work, imported)
        guesser = Guesser(work, Vocabulary(work.session)) if _guesses(imported.kind) else None
        seen, last = _seen(work, imported)
        waiting = comparing.Waiting(work, imported.kind)
    if content is None:
        return
    try:
        with reading.opened(content) as sheets:
            chosen = choose(imported.kind, sheets)
            context.columns = chosen.head.columns
            total = sum(1 for _ in data(chosen))
            if total == 0:
                raise BadFile("no_rows")
            with run.piece() as piece:
                found = piece.work.session.get_one(SpreadsheetImport, import_id)
                found.columns, found.sheet = columns_of(chosen.head), chosen.sheet.title[:100]
                piece.note(piece.job.done, total, "comparing")
            lines = (filled(context, line) for line in data(chosen) if line.number > last)
            while chunk := list(islice(lines, CHUNK)):
                rows = [understood(context, line) for line in chunk]
                if guesser is not None:
                    _guess(guesser, context, rows)
                with run.piece() as piece:
                    for line, row in zip(chunk, rows, strict=True):
                        _keep(piece.work, imported, line, import_rows.kept(line, row), seen, waiting)
                    piece.note(piece.job.done + len(chunk), total)
    except BadFile as fault:
        raise JobFailed(f"file.{fault.code}") from fault
    with run.piece() as piece:
        found = piece.work.session.get_one(SpreadsheetImport, import_id)
        found.content = None


def data(chosen: Chosen) -> Iterator[Line]:
    """The rows below the heading, without the template's sample row."""
    for line in chosen.sheet.lines():
        if line.number > chosen.head.last and headings.is_data(line):
            yield line


def _content(work: Work, imported: SpreadsheetImport) -> bytes | None:
    """None where it has been read already."""
    if imported.content is None:
        return None
    opened = keys_of(work.session.get_bind().dialect).open_file(imported.content)
    if opened is None:
        raise JobFailed("no_key")
    return opened


def _context(work: Work, imported: SpreadsheetImport) -> Context:
    organisations = Directory(work)
    owner = imported.organisation
    return Context(
        imported.kind,
        (),
        Lists(Vocabulary(work.session)),
        work.today(),
        work.person,
        organisations.called(owner.code) if owner is not None else None,
        organisations,
    )


def _guesses(kind: ImportKind) -> bool:
    return kind in (ImportKind.PROBLEM, ImportKind.CAPABILITY)


def _guess(guesser: Guesser, context: Context, rows: Sequence[Row]) -> None:
    """Put the engine's proposal where a row that can be told by its title says no field."""
    lacking = [row for row in rows if not row.values.get("field") and row.text("title")]
    for row, code in zip(lacking, guesser.fields([row.text("title") for row in lacking]), strict=True):
        row.values["field"] = code
        row.repaired("field", "guessed", value=context.lists.label("field", code))


class _Seen:
    """What the rows kept so far are about, each with its number."""

    def __init__(self, kind: ImportKind) -> None:
        self._kind = kind
        self._by_key: dict[str, int] = {}
        self._near = NearRows(kind)

    def add(self, number: int, entry: Entry) -> int | None:
        """The number of the row above that is about the same, or says nearly the same."""
        near = self._near.find_or_add(number, entry.values)
        key = comparing.key(self._kind, entry)
        if key in self._by_key:
            return self._by_key[key]
        if key:
            self._by_key[key] = number
        return near


def _seen(work: Work, imported: SpreadsheetImport) -> tuple[_Seen, int]:
    """What the rows kept so far are about, and the last one's number."""
    seen = _Seen(imported.kind)
    rows = work.session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == imported.id)
        .order_by(ImportRow.number)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        if row.state is not RowState.BAD:
            seen.add(row.number, import_rows.opened(work.session, row).entry)
    last = work.session.scalar(select(func.max(ImportRow.number)).where(ImportRow.import_id == imported.id))
    return seen, last or 0


def _keep(
    work: Work,
    imported: SpreadsheetImport,
    line: Line,
    row: Kept,
    seen: _Seen,
    waiting: comparing.Waiting,
) -> None:
    row = _passed(work, imported.kind, row)
    made = ImportRow(
        import_id=imported.id,
        number=line.number,
        state=import_rows.state_of(row),
        content=import_rows.sealed(work.session, row),
    )
    if made.state is not RowState.BAD:
        found = comparing.twin(work, imported.kind, row.entry, waiting)
        above = seen.add(line.number, row.entry)
        if found is not None and found.same:
            made.state, made.likeness, made.twin_id = RowState.SAME, found.likeness, found.id
        elif above is not None:
            made.likeness, made.twin_id = Likeness.ROW, above
        elif found is not None:
            made.likeness, made.twin_id = found.likeness, found.id
    work.session.add(made)


def _passed(work: Work, kind: ImportKind, row: Kept) -> Kept:
    """Without the faults that something new would have, where the row says nothing but what is here already."""
    if not row.faults or any(code not in OF_NEW_ONLY for _, code, _ in row.faults):
        return row
    found = comparing.twin(work, kind, row.entry)
    return replace(row, faults=[]) if found is not None and found.same else row


def columns_of(head: Head) -> list[dict[str, Any]]:
    """As the import keeps them."""
    return [{"heading": each.heading, "field": each.field} for each in head.columns]
