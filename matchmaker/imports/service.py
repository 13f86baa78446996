"""Importing texts: good lines become published problems and capabilities, chunk by chunk; bad ones are listed.

Nobody's rights are asked: it is the operator's command, and what it makes belongs to the organisation given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.engine import Document, EncodedDocument, Kind, MatchingEngine
from matchmaker.engine.runs import BadLine, read_lines
from matchmaker.imports.drafts import TooLong, draft_of
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.work import Work
from models import Capability, Organisation, OrganisationKind, Problem, advance

CHUNK = 200
"""Lines that become one transaction: what an interruption costs at most."""
LONGEST_ID = 120
CLASSES: dict[str, type[Problem] | type[Capability]] = {"problem": Problem, "capability": Capability}


class NoOwner(LookupError):
    """There is no organisation of that name or code, or no bureau where none was named."""


@dataclass(frozen=True)
class Line:
    """A good line: the identifier in its file, and what it says; `document.id` is its number."""

    external_id: str
    document: Document


@dataclass(frozen=True)
class Rejected:
    """A line that was left out; `fault` is a key of commands.FAULTS."""

    path: Path
    line: int
    fault: str


@dataclass(frozen=True)
class Prepared:
    """A draft and what the engine needs of it, made outside the transaction that will store it."""

    external_id: str
    draft: Problem | Capability
    encoded: EncodedDocument


def owner(work: Work, name: str | None) -> Organisation:
    """The organisation of that name or credit code; without one, the bureau. Raises NoOwner."""
    wanted = select(Organisation).order_by(Organisation.id).limit(1)
    if name is None:
        wanted = wanted.where(Organisation.kind == OrganisationKind.BUREAU)
    else:
        wanted = wanted.where((Organisation.name == name) | (Organisation.code == name))
    found = work.session.scalar(wanted)
    if found is None:
        raise NoOwner(name or "")
    return found


def lines(path: Path, kind: Kind) -> Iterator[Line | Rejected]:
    """Every line of a file, in order. Raises OSError."""
    for each in read_lines(path, kind):
        if isinstance(each, BadLine):
            yield Rejected(path, each.line, each.fault.name)
        elif len(each[0]) > LONGEST_ID:
            yield Rejected(path, each[1].id, "ID_TOO_LONG")
        else:
            yield Line(*each)


def chunks(found: Iterator[Line | Rejected]) -> Iterator[list[Line | Rejected]]:
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def already_there(work: Work, kind: Kind, external_ids: Collection[str]) -> set[str]:
    """Those of the identifiers that were imported before."""
    model = CLASSES[kind]
    return set(work.session.scalars(select(model.external_id).where(model.external_id.in_(external_ids))))


def prepare(
    engine: MatchingEngine, path: Path, wanted: Sequence[Line], organisation: Organisation
) -> tuple[list[Prepared], list[Rejected]]:
    """Drafts with their vectors. The long part; needs no transaction. Raises ModelMissing."""
    drafts: list[tuple[Line, Problem | Capability]] = []
    rejected = []
    for line in wanted:
        try:
            drafts.append((line, draft_of(line.document)))
        except TooLong:
            rejected.append(Rejected(path, line.document.id, "TEXT_TOO_LONG"))
    documents = []
    for line, draft in drafts:
        draft.organisation = organisation
        documents.append(replace(document_of(draft, True), id=line.document.id))
    encoded = engine.encode_ahead(documents)
    prepared = [
        Prepared(line.external_id, draft, each)
        for (line, draft), each in zip(drafts, encoded, strict=True)
        if isinstance(each, EncodedDocument)
    ]
    return prepared, rejected


def store(work: Work, prepared: Sequence[Prepared]) -> None:
    """Publish the drafts, index them, and look for their counterparts, in the caller's transaction."""
    if not prepared:
        return
    moment = work.now()
    for each in prepared:
        draft = each.draft
        draft.external_id = each.external_id
        draft.submitted_at = draft.published_at = moment
        draft.valid_until = postings.months_after(work.today(), work.settings.valid_months)
        work.session.add(draft)
    work.session.flush()
    for each in prepared:
        advance(each.draft, "submit")
        advance(each.draft, "publish")
    work.session.flush()
    work.engine.index(
        work.session,
        [
            replace(each.encoded, document=replace(each.encoded.document, id=each.draft.id))
            for each in prepared
        ],
    )
    first = prepared[0].draft
    audit.record(work, f"{first.KIND}.imported", first.organisation, ids=[each.draft.id for each in prepared])
    if _has_counterparts(work, first):
        for each in prepared:
            pairings.suggest(work, each.draft)


def _has_counterparts(work: Work, draft: Problem | Capability) -> bool:
    """Whether there is anything on the other side; without, there is nothing to look for."""
    other = Capability if isinstance(draft, Problem) else Problem
    return work.session.scalar(select(other.id).limit(1)) is not None
