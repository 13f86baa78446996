"""Whether what a row says is here already: by code or number, by name, or by nearly the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from matchmaker.engine import Document
from matchmaker.policy import allow, condition
from matchmaker.postings.documents import document_of
from matchmaker.postings.service import LIKELY
from matchmaker.spreadsheets.entering import MODELS, READ, Entry, Imported, differs, draft
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    ImportKind,
    Likeness,
    Organisation,
    Problem,
    RecordParty,
)

GONE = ("withdrawn", "archived", "expired")
"""What was taken down is no reason to leave a row out."""
MOST_TWINS = 3
WAITING = ("submitted", "returned")
"""What the engine does not search: on its way to be public."""
MOST_WAITING = 500
SHARED = 0.5
"""Share of the shorter text's pairs of characters from which two are worth the engine's look."""


class Waiting:
    """The newest texts that wait to be public, as the actor may know of them, for comparing a whole table with.

    Held as sets of pairs of characters, some megabytes at most: to read them anew for every row would take minutes.
    """

    def __init__(self, work: Work, kind: ImportKind) -> None:
        self._pairs: dict[int, frozenset[str]] = {}
        if kind not in (ImportKind.PROBLEM, ImportKind.CAPABILITY):
            return
        model: Any = MODELS[kind]
        wanted = select(model).where(model.status.in_(WAITING), condition(work.actor, READ[kind], model))
        for each in work.session.scalars(wanted.order_by(model.id.desc()).limit(MOST_WAITING)).unique():
            self._pairs[each.id] = _pairs_of(document_of(each, False))

    def near(self, document: Document) -> list[int]:
        """Those that share much with a text, most first."""
        ours = _pairs_of(document)
        shares = {
            id: len(ours & theirs) / max(min(len(ours), len(theirs)), 1) for id, theirs in self._pairs.items()
        }
        found = sorted((id for id, share in shares.items() if share >= SHARED), key=lambda id: -shares[id])
        return found[:MOST_TWINS]


def _pairs_of(document: Document) -> frozenset[str]:
    text = "".join(f"{document.title}{document.full_text}".split())
    return frozenset(map("".join, pairwise(text)))


@dataclass(frozen=True)
class Twin:
    """What a row is like; `same`: importing it would change nothing."""

    likeness: Likeness
    id: int
    same: bool


def twin(work: Work, kind: ImportKind, entry: Entry, waiting: Waiting | None = None) -> Twin | None:
    """What is here already and like the row, of what the actor may know of; None where there is nothing.

    With `waiting` also by nearly the same text, which costs some milliseconds.
    """
    for likeness, found in _by_name(work, kind, entry):
        if found:
            same = next((each for each in found if not differs(kind, each, entry)), None)
            return Twin(likeness, (same or found[0]).id, same is not None)
    if waiting is not None and kind in (ImportKind.PROBLEM, ImportKind.CAPABILITY):
        return _by_words(work, kind, entry, waiting)
    return None


def key(kind: ImportKind, entry: Entry) -> str:
    """The same for two rows of a file that are about the same thing; empty where a row does not say."""
    values = entry.values
    if kind is ImportKind.ORGANISATION:
        return str(values.get("code") or values.get("name") or "")
    if kind is ImportKind.RECORD:
        number = values.get("contract_number") or values.get("registration_number")
        parts: Sequence[Any] = (
            (number,) if number else (values.get("title"), values.get("party_a_id"), values.get("party_b_id"))
        )
    else:
        parts = (values.get("organisation_id"), values.get("title"))
    return "\n".join(str(each) for each in parts) if all(parts) else ""


def _by_name(work: Work, kind: ImportKind, entry: Entry) -> list[tuple[Likeness, Sequence[Imported]]]:
    values = entry.values
    if kind is ImportKind.ORGANISATION:
        return [
            (Likeness.CODE, _found(work, kind, Organisation.code == values.get("code"))),
            (Likeness.TITLE, _found(work, kind, Organisation.name == values.get("name"))),
        ]
    if kind is ImportKind.RECORD:
        return _records(work, entry)
    model: Any = MODELS[kind]
    named = _found(
        work,
        kind,
        model.organisation_id == values.get("organisation_id"),
        model.title == values.get("title"),
        model.status.not_in([each for each in model.status.type.enums if each in GONE]),
    )
    return [(Likeness.TITLE, named)]


def _records(work: Work, entry: Entry) -> list[tuple[Likeness, Sequence[Imported]]]:
    values, kind = entry.values, ImportKind.RECORD
    numbers = [
        column == values[name]
        for name, column in (
            ("contract_number", CooperationRecord.contract_number),
            ("registration_number", CooperationRecord.registration_number),
        )
        if values.get(name)
    ]
    parties = [
        CooperationRecord.id.in_(
            select(RecordParty.record_id).where(RecordParty.organisation_id == values.get(name))
        )
        for name in ("party_a_id", "party_b_id")
    ]
    titled = _found(work, kind, CooperationRecord.title == values.get("title"), *parties)
    return [(Likeness.CODE, _found(work, kind, or_(*numbers)) if numbers else []), (Likeness.TITLE, titled)]


def _found(work: Work, kind: ImportKind, *conditions: ColumnElement[bool]) -> Sequence[Imported]:
    """Oldest first; drafts of others are nobody's business."""
    model: Any = MODELS[kind]
    wanted = select(model).where(*conditions, condition(work.actor, READ[kind], model)).order_by(model.id)
    return work.session.scalars(wanted.limit(MOST_TWINS)).unique().all()


def _by_words(work: Work, kind: ImportKind, entry: Entry, waiting: Waiting) -> Twin | None:
    model: Any = Problem if kind is ImportKind.PROBLEM else Capability
    posting = draft(work, kind, entry)
    posting.organisation = work.session.get_one(Organisation, int(entry.values["organisation_id"]))
    posting.id = 0
    document = document_of(posting, False)
    for hit in work.engine.twins(work.session, document, MOST_TWINS, also=waiting.near(document)):
        if hit.score < LIKELY:
            break
        found = work.session.get(model, hit.id)
        if found is not None and allow(work.actor, READ[kind], found):
            return Twin(Likeness.TEXT, hit.id, same=False)
    return None
