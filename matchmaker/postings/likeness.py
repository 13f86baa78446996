"""What is already there that is like a text, and what on the other side looks promising for it: also while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from matchmaker.engine import Document, Kind, strength
from matchmaker.policy import public
from matchmaker.postings.errors import Posting
from matchmaker.work import Work
from models import Capability, Problem

MODELS: dict[Kind, Any] = {"problem": Problem, "capability": Capability}
ALIKE = 0.85
"""Texts of one trade score 0.7 to 0.85 without being about the same thing."""
SHOWN = 3
COUNTED = 50
"""Promising ones are counted up to here: more would not tell anything else."""


@dataclass(frozen=True)
class Likeness:
    """For a text of one kind: those like it, and the other side's ones that look promising for it."""

    similar: Sequence[Posting]
    promising: int
    """How many would be suggested, at most COUNTED."""
    good: int
    """How many of them are at least a good match."""
    best: Sequence[Posting]
    """The first few of the promising."""


def likeness(work: Work, document: Document) -> Likeness:
    """Of a document that need not be indexed. Only public ones are found. Raises ModelMissing."""
    ranked = [
        each
        for each in work.engine.rank(work.session, document, COUNTED)
        if each.score >= work.settings.suggestion_floor
    ]
    other: Kind = "capability" if document.kind == "problem" else "problem"
    shown = _public(work, other, [each.id for each in ranked])
    known = {each.id for each in shown}
    return Likeness(
        similar=similar(work, document),
        promising=len(shown),
        good=sum(strength(each.score) != "possible" for each in ranked if each.id in known),
        best=shown[:SHOWN],
    )


def similar(work: Work, document: Document) -> Sequence[Posting]:
    """Public ones of the same kind that say the same, best first, without the document itself."""
    hits = work.engine.similar(work.session, document.kind, document.full_text, SHOWN + 1)
    ids = [hit.id for hit in hits if hit.score >= ALIKE and hit.id != document.id]
    return _public(work, document.kind, ids[:SHOWN])


def _public(work: Work, kind: Kind, ids: list[int]) -> list[Posting]:
    """In the order given, without those that are not public: the engine knows their state, not their organisation's."""
    model = MODELS[kind]
    rows = work.session.scalars(select(model).where(model.id.in_(ids), public(model))).unique()
    found = {each.id: each for each in rows}
    return [found[each] for each in ids if each in found]
