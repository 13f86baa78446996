"""The job that imports the rows of a table, some at a time; each says what became of it in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, or_, select

from matchmaker.audit import service as audit
from matchmaker.cooperation.service import BadTerms, ChangedMeanwhile
from matchmaker.engine import EncodedDocument
from matchmaker.jobs.service import Run
from matchmaker.notices import service as notices
from matchmaker.organisations.errors import OrganisationTaken
from matchmaker.policy import Forbidden
from matchmaker.postings.documents import document_of
from matchmaker.postings.service import EditConflict, Incomplete, NotEditable, NotVerified, is_served
from matchmaker.spreadsheets import comparing, entering, import_rows
from matchmaker.spreadsheets.entering import Entry
from matchmaker.spreadsheets.import_rows import Kept
from matchmaker.work import Work
from models import (
    Handling,
    ImportKind,
    ImportRow,
    Likeness,
    Organisation,
    RecordParty,
    RowOutcome,
    RowState,
    SpreadsheetImport,
    User,
)

CHUNK = 25
"""Rows of one piece: what a cancelled import waits for, a killed one repeats, and other writers wait for."""
FAILURES: Mapping[type[Exception], str] = {
    NotVerified: "not_verified_now",
    NotEditable: "not_editable",
    EditConflict: "changed_meanwhile",
    ChangedMeanwhile: "changed_meanwhile",
    Incomplete: "incomplete",
    OrganisationTaken: "taken",
    BadTerms: "bad_terms",
    Forbidden: "forbidden",
}
"""Why a row that was good cannot be entered after all."""


def store(run: Run) -> None:
    """Import what waits. What earlier pieces or runs did is not done again."""
    import_id = run.parameters["import_id"]
    with run.piece() as piece:
        total = _count(piece.work, import_id, ImportRow.state != RowState.BAD)
        piece.note(total - _count(piece.work, import_id, *WAITING), total, "writing")
    while True:
        with run.reading() as work:
            imported = work.session.get_one(SpreadsheetImport, import_id)
            numbers = _next(work, import_id)
            encoded = _encoded(work, imported, numbers)
        if not numbers:
            break
        with run.piece() as piece:
            imported = piece.work.session.get_one(SpreadsheetImport, import_id)
            outcomes = [_enter(piece.work, imported, id, encoded.get(id)) for id in numbers]
            counts = {each.value: outcomes.count(each) for each in set(outcomes)}
            result = {name: piece.result.get(name, 0) + count for name, count in counts.items()}
            piece.note(piece.job.done + len(numbers), **result)
    with run.piece() as piece:
        _finish(piece.work, import_id)


WAITING = (ImportRow.outcome.is_(None), ImportRow.state != RowState.BAD)


def _next(work: Work, import_id: int) -> Sequence[int]:
    wanted = select(ImportRow.id).where(ImportRow.import_id == import_id, *WAITING)
    return work.session.scalars(wanted.order_by(ImportRow.number).limit(CHUNK)).all()


def _count(work: Work, import_id: int, *conditions: Any) -> int:
    counted = select(func.count(ImportRow.id)).where(ImportRow.import_id == import_id, *conditions)
    return work.session.scalar(counted) or 0


def _encoded(work: Work, imported: SpreadsheetImport, ids: Sequence[int]) -> dict[int, EncodedDocument]:
    """What takes longest, before others are kept from writing: the texts of rows that will be new."""
    if imported.kind not in (ImportKind.PROBLEM, ImportKind.CAPABILITY):
        return {}
    documents = {}
    for row in work.session.scalars(select(ImportRow).where(ImportRow.id.in_(ids))):
        entry = import_rows.opened(work.session, row).entry
        if row.state is RowState.SAME or not _is_new(row, _handling(imported, row)):
            continue
        posting = entering.draft(work, imported.kind, entry)
        posting.organisation = work.session.get_one(Organisation, int(entry.values["organisation_id"]))
        # identifiers of rows, which no object of the kind has: the real one comes with the transaction
        posting.id = -row.id
        documents[row.id] = document_of(posting, is_served(posting))
    made = work.engine.encode_ahead(list(documents.values()), work.session)
    return {id: each for id, each in zip(documents, made, strict=True) if isinstance(each, EncodedDocument)}


def _is_new(row: ImportRow, handling: Handling) -> bool:
    return row.likeness is None or handling is Handling.BOTH


def _handling(imported: SpreadsheetImport, row: ImportRow) -> Handling:
    """What is wanted of a row: its own choice, else the import's for those that are like something.

    To update is meant of what was here before: of two rows of one table neither is written over the other unasked.
    """
    if row.handling is None and row.likeness is Likeness.ROW and imported.handling is Handling.UPDATE:
        return Handling.SKIP
    return row.handling or imported.handling


def _enter(
    work: Work, imported: SpreadsheetImport, row_id: int, encoded: EncodedDocument | None
) -> RowOutcome:
    row = work.session.get_one(ImportRow, row_id)
    kept = import_rows.opened(work.session, row)
    try:
        with work.session.begin_nested():
            row.outcome = _entered(work, imported, row, replace(kept.entry, encoded=encoded))
    except tuple(FAILURES) as failure:
        row = work.session.get_one(ImportRow, row_id)
        row.outcome = RowOutcome.FAILED
        reason = next(code for error, code in FAILURES.items() if isinstance(failure, error))
        details = {"lacks": list(failure.missing)} if isinstance(failure, Incomplete) else {}
        noted = Kept(kept.cells, kept.values, [*kept.faults, ("", reason, details)], kept.repairs)
        row.content = import_rows.sealed(work.session, noted)
    return row.outcome


def _entered(work: Work, imported: SpreadsheetImport, row: ImportRow, entry: Entry) -> RowOutcome:
    """Looked at once more: since the check others, or rows above, may have entered the same."""
    if row.handling is Handling.SKIP:
        return RowOutcome.SKIPPED
    found = comparing.twin(work, imported.kind, entry)
    if found is not None and found.same:
        row.object_id = found.id
        return RowOutcome.UNCHANGED
    if found is None and row.likeness is Likeness.TEXT and row.twin_id is not None:
        found = comparing.Twin(Likeness.TEXT, row.twin_id, same=False)
    if found is None and row.likeness is Likeness.ROW and row.handling is None:
        # the row that it is like was left out or refused
        found = _above(work, row)
    handling = _handling(imported, row)
    if found is None or handling is Handling.BOTH:
        row.object_id = entering.add(work, imported.kind, entry, imported.publishes).id
        return RowOutcome.ADDED
    if handling is Handling.SKIP:
        row.object_id = found.id
        return RowOutcome.SKIPPED
    present: Any = work.session.get_one(entering.MODELS[imported.kind], found.id)
    row.object_id = found.id
    changed = entering.update(work, imported.kind, present, entry)
    return RowOutcome.UPDATED if changed else RowOutcome.UNCHANGED


def _above(work: Work, row: ImportRow) -> comparing.Twin | None:
    """What the row further up became; None where it became nothing."""
    object_id = work.session.scalar(
        select(ImportRow.object_id).where(
            ImportRow.import_id == row.import_id, ImportRow.number == row.twin_id
        )
    )
    return comparing.Twin(Likeness.ROW, object_id, same=False) if object_id is not None else None


def _finish(work: Work, import_id: int) -> None:
    """Once, also where the job is repeated behind its last row."""
    imported = work.session.get_one(SpreadsheetImport, import_id)
    if imported.ended_at is not None:
        return
    imported.ended_at = work.now()
    rows = select(ImportRow.outcome, func.count(ImportRow.id)).where(
        ImportRow.import_id == import_id, or_(ImportRow.outcome.is_not(None), ImportRow.state == RowState.BAD)
    )
    counts = {
        outcome.value if outcome else "bad": number
        for outcome, number in work.session.execute(rows.group_by(ImportRow.outcome))
    }
    audit.record(work, "import.finished", imported, kind=imported.kind.value, **counts)
    added = counts.get(RowOutcome.ADDED.value, 0)
    if added and not imported.publishes and imported.kind is not ImportKind.RECORD:
        notices.tell(
            work,
            [each for each in notices.staff(work) if each.id != imported.user_id],
            f"import.{imported.kind.value}",
            _WAITING_LISTS[imported.kind],
            name=work.person.organisation.name,
            count=added,
        )
    if imported.organisation_id is None and imported.kind in _OWN_LISTS:
        _tell_owners(work, imported, RowOutcome.ADDED, "entered")
        _tell_owners(work, imported, RowOutcome.UPDATED, "updated")


def _tell_owners(work: Work, imported: SpreadsheetImport, outcome: RowOutcome, deed: str) -> None:
    """Whoever belongs to an organisation is told once of what the bureau entered for it, or changed of its own."""
    owner: Any = RecordParty.organisation_id
    entered: Any = RecordParty.record_id
    if imported.kind is not ImportKind.RECORD:
        model: Any = entering.MODELS[imported.kind]
        owner, entered = model.organisation_id, model.id
    counted = (
        select(owner, func.count(entered.distinct()))
        .join(ImportRow, ImportRow.object_id == entered)
        .where(
            ImportRow.import_id == imported.id,
            ImportRow.outcome == outcome,
            owner.in_(select(User.organisation_id).where(User.active)),
        )
        .group_by(owner)
        .order_by(owner)
    )
    for organisation_id, number in work.session.execute(counted):
        organisation = work.session.get_one(Organisation, organisation_id)
        notices.tell(
            work,
            notices.members(work, organisation),
            f"{imported.kind.value}.{deed}",
            _OWN_LISTS[imported.kind],
            count=number,
        )


_OWN_LISTS: Mapping[ImportKind, str] = {
    ImportKind.PROBLEM: "/problems/mine",
    ImportKind.CAPABILITY: "/capabilities/mine",
    ImportKind.RECORD: "/cooperation/",
}
_WAITING_LISTS: Mapping[ImportKind, str] = {
    ImportKind.PROBLEM: "/problems/?status=submitted",
    ImportKind.CAPABILITY: "/capabilities/?status=submitted",
    ImportKind.ORGANISATION: "/organisations/?status=pending",
}
