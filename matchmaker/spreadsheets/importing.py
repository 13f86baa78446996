"""What people do with a table that they hand in: have it checked, look at its rows, decide, import, take it back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.jobs import service as jobs
from matchmaker.listing import Listing, paginate
from matchmaker.policy import Action, Forbidden, allow, condition, require
from matchmaker.spreadsheets import checking, import_rows, reading
from matchmaker.spreadsheets.entering import IMPORT, MODELS, PUBLISH, READ
from matchmaker.spreadsheets.import_rows import Kept
from matchmaker.spreadsheets.reading import BadFile
from matchmaker.work import Work
from models import (
    Handling,
    ImportKind,
    ImportRow,
    Job,
    Likeness,
    RowOutcome,
    RowState,
    SpreadsheetImport,
)
from models.sealed import keys_of

LOOKED_THROUGH = 256 * 1024
"""Bytes of a file that is opened before it is taken; a larger one is opened by the job only."""
SHOWN = 50
OWNERS = (ImportKind.PROBLEM, ImportKind.CAPABILITY)
"""What an enterprise or a liaison may import, all of it of their own organisation."""


class ImportMissing(LookupError):
    """There is none, or it is somebody else's."""


class NotNow(Exception):
    """The import is being checked or carried out, or is over: what was asked for cannot be done now."""


@dataclass(frozen=True)
class Seen:
    """A row as its page shows it; `twin`: the object that it is like, where the actor may read it."""

    row: ImportRow
    kept: Kept
    twin: Any


@dataclass(frozen=True)
class Counts:
    """Rows of an import by what was found and by what became of them."""

    total: int
    states: Mapping[RowState, int]
    alike: int
    outcomes: Mapping[RowOutcome, int]

    @property
    def waiting(self) -> int:
        return self.total - self.states[RowState.BAD] - sum(self.outcomes.values())

    @property
    def refused(self) -> int:
        """Rows that are given back."""
        return self.states[RowState.BAD] + self.outcomes[RowOutcome.FAILED]


SHOWS: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "all": (),
    "bad": (or_(ImportRow.state == RowState.BAD, ImportRow.outcome == RowOutcome.FAILED),),
    "repaired": (ImportRow.state == RowState.REPAIRED,),
    "alike": (ImportRow.likeness.is_not(None), ImportRow.state != RowState.SAME),
    "same": (ImportRow.state == RowState.SAME,),
}
"""Which rows the page can be narrowed to."""


def kinds(work: Work) -> list[ImportKind]:
    """What the actor may import."""
    require(work.actor, Action.SPREADSHEET_IMPORT)
    return [kind for kind in ImportKind if _may(work, kind)]


def may_publish(work: Work, kind: ImportKind) -> bool:
    """Whether the rows of the actor need no check by the bureau. A record is never checked."""
    return kind in PUBLISH and allow(work.actor, PUBLISH[kind])


def take(work: Work, kind: ImportKind, name: str, content: bytes, language: str = "") -> SpreadsheetImport:
    """Take a file in to be checked by a job. Raises BadFile for what can be told at once, and Forbidden."""
    require(work.actor, Action.SPREADSHEET_IMPORT)
    if not _may(work, kind):
        raise Forbidden(IMPORT[kind])
    if len(content) > work.settings.import_max_mb * 1024 * 1024:
        raise BadFile("too_big", most=work.settings.import_max_mb)
    reading.look(content)
    if len(content) <= LOOKED_THROUGH:  # to read a large one takes seconds, for which others could not write
        with reading.opened(content) as sheets:
            if next(checking.data(checking.choose(kind, sheets)), None) is None:
                raise BadFile("no_rows")
    sealed, _key = keys_of(work.session.get_bind().dialect).seal_file(content)
    made = SpreadsheetImport(
        kind=kind,
        file_name=name[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        user=work.person,
        organisation=None if work.person.is_staff else work.person.organisation,
        content=sealed,
        created_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    made.check_job = _job(work, made, "import.check", language)
    audit.record(work, "import.taken", made, kind=kind.value, digest=made.digest)
    return made


def find(work: Work, import_id: int) -> SpreadsheetImport:
    """Raises ImportMissing, also for somebody else's."""
    found = work.session.get(SpreadsheetImport, import_id)
    if found is None or not allow(work.actor, Action.SPREADSHEET_IMPORT, found):
        raise ImportMissing(import_id)
    return found


def mine(work: Work, number: int) -> Listing[SpreadsheetImport]:
    """One page of the actor's imports that are remembered, newest first."""
    wanted = (
        select(SpreadsheetImport)
        .where(condition(work.actor, Action.SPREADSHEET_IMPORT, SpreadsheetImport))
        .order_by(SpreadsheetImport.id.desc())
    )
    return paginate(work.session, wanted, number, work.settings.page_size)


def running(imported: SpreadsheetImport) -> Job | None:
    """The job that is at work on it."""
    for job in (imported.check_job, imported.run_job):
        if job is not None and not job.is_ended:
            return job
    return None


def is_checked(imported: SpreadsheetImport) -> bool:
    return imported.content is None and running(imported) is not imported.check_job


def counts(work: Work, imported: SpreadsheetImport) -> Counts:
    of_it = ImportRow.import_id == imported.id
    session = work.session
    states = {row[0]: row[1] for row in session.execute(_grouped(ImportRow.state).where(of_it))}
    became = _grouped(ImportRow.outcome).where(of_it, ImportRow.outcome.is_not(None))
    outcomes = {row[0]: row[1] for row in session.execute(became)}
    alike = session.scalar(select(func.count(ImportRow.id)).where(of_it, *SHOWS["alike"])) or 0
    return Counts(
        sum(states.values()),
        dict.fromkeys(RowState, 0) | states,
        alike,
        dict.fromkeys(RowOutcome, 0) | outcomes,
    )


def others_published(work: Work, imported: SpreadsheetImport) -> int:
    """How many published texts of other organisations the rows that wait would change by an update."""
    if imported.kind not in OWNERS:
        return 0
    model: Any = MODELS[imported.kind]
    waits = select(ImportRow.twin_id).where(
        ImportRow.import_id == imported.id,
        ImportRow.outcome.is_(None),
        ImportRow.state.in_((RowState.GOOD, RowState.REPAIRED)),
        ImportRow.likeness.is_not(None),
        ImportRow.likeness != Likeness.ROW,
        or_(ImportRow.handling.is_(None), ImportRow.handling == Handling.UPDATE),
    )
    counted = select(func.count(model.id)).where(
        model.id.in_(waits),
        model.status == "published",
        model.organisation_id != work.person.organisation_id,
        condition(work.actor, READ[imported.kind], model),
    )
    return work.session.scalar(counted) or 0


def rows(work: Work, imported: SpreadsheetImport, show: str, number: int) -> Listing[Seen]:
    """One page of its rows, in the order of the file. Raises NoKey where they cannot be opened."""
    wanted = _rows(imported, show)
    found = paginate(work.session, wanted, number, SHOWN)
    return Listing([_seen(work, imported, row) for row in found.items], found.page, found.size, found.total)


def decide(
    work: Work,
    imported: SpreadsheetImport,
    handling: Handling | None,
    publishes: bool | None,
    by_row: Mapping[int, Handling | None],
) -> None:
    """Keep what is wanted of the whole and of single rows. Raises NotNow."""
    _lock(work, imported)
    if handling is not None:
        imported.handling = handling
    if publishes is not None:
        if publishes and not may_publish(work, imported.kind):
            raise Forbidden(PUBLISH.get(imported.kind, IMPORT[imported.kind]))
        imported.publishes = publishes
    for row in work.session.scalars(
        select(ImportRow).where(ImportRow.import_id == imported.id, ImportRow.id.in_(list(by_row)))
    ):
        row.handling = by_row[row.id]


def decide_all(work: Work, imported: SpreadsheetImport, show: str, handling: Handling | None) -> int:
    """The same for every row that the page is narrowed to; returns how many. Raises NotNow."""
    _lock(work, imported)
    chosen = _rows(imported, show).with_only_columns(ImportRow.id).order_by(None)
    changed = work.session.execute(
        update(ImportRow).where(ImportRow.id.in_(chosen)).values(handling=handling)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def start(work: Work, imported: SpreadsheetImport, language: str = "") -> Job:
    """Import what waits; after a cancellation, what is left. Raises NotNow where nothing waits."""
    _lock(work, imported)
    if counts(work, imported).waiting == 0:
        raise NotNow
    imported.run_job = _job(work, imported, "import.run", language)
    audit.record(work, "import.started", imported, kind=imported.kind.value)
    return imported.run_job


def discard(work: Work, imported: SpreadsheetImport) -> None:
    """Forget the file and its rows; what was imported from it stays. Raises NotNow while a job is at work on it."""
    _lock(work, imported)
    audit.record(work, "import.discarded", imported, kind=imported.kind.value)
    work.session.delete(imported)


def forget(work: Work) -> int:
    """Delete files and rows of imports some days after they ended, or were left lying. For a daily job."""
    before = work.now() - timedelta(days=work.settings.job_days)
    last = func.coalesce(SpreadsheetImport.ended_at, SpreadsheetImport.created_at)
    busy = select(Job.id).where(Job.ended_at.is_(None))
    old = SpreadsheetImport.id.in_(
        select(SpreadsheetImport.id).where(
            last < before,
            or_(SpreadsheetImport.run_job_id.is_(None), SpreadsheetImport.run_job_id.not_in(busy)),
            or_(SpreadsheetImport.check_job_id.is_(None), SpreadsheetImport.check_job_id.not_in(busy)),
        )
    )
    number = work.session.scalar(select(func.count(SpreadsheetImport.id)).where(old)) or 0
    if number:
        take_serial_lock(work.session)
        work.session.execute(delete(SpreadsheetImport).where(old))
    return number


def _may(work: Work, kind: ImportKind) -> bool:
    if work.person.is_staff or kind not in OWNERS:
        return work.person.is_staff and allow(work.actor, IMPORT[kind])
    return allow(work.actor, IMPORT[kind], work.person.organisation)


def _job(work: Work, imported: SpreadsheetImport, kind: str, language: str) -> Job:
    parameters = {"import_id": imported.id}
    return jobs.put(work, kind, parameters, page=f"/imports/{imported.id}", language=language)


def _lock(work: Work, imported: SpreadsheetImport) -> None:
    """From here on no job begins with it, and none is at work. Raises NotNow."""
    require(work.actor, Action.SPREADSHEET_IMPORT, imported)
    take_serial_lock(work.session)
    work.session.refresh(imported)
    for job in (imported.check_job, imported.run_job):
        if job is not None:
            work.session.refresh(job)
    if running(imported) is not None:
        raise NotNow


def _grouped(column: Any) -> Select[Any, int]:
    return select(column, func.count(ImportRow.id)).group_by(column)


def _rows(imported: SpreadsheetImport, show: str) -> Select[Any]:
    conditions = SHOWS.get(show, ())
    return select(ImportRow).where(ImportRow.import_id == imported.id, *conditions).order_by(ImportRow.number)


def _seen(work: Work, imported: SpreadsheetImport, row: ImportRow) -> Seen:
    twin = None
    if row.twin_id is not None and row.likeness is not Likeness.ROW:
        found: Any = work.session.get(MODELS[imported.kind], row.twin_id)
        twin = found if found is not None and allow(work.actor, READ[imported.kind], found) else None
    return Seen(row, import_rows.opened(work.session, row), twin)


def refused(work: Work, imported: SpreadsheetImport) -> Sequence[tuple[int, Kept]]:
    """Number and content of the rows that are given back, in the order of the file."""
    found = work.session.scalars(_rows(imported, "bad").execution_options(yield_per=500))
    return [(row.number, import_rows.opened(work.session, row)) for row in found]
