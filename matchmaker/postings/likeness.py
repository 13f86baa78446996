"""What is already there that is like a text, and what on the other side looks promising for it: also while typing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from matchmaker.engine import Document, Kind, strength
from matchmaker.policy import public, served_in_vain
from matchmaker.postings.errors import Posting
from matchmaker.work import Work
from models import Capability, Problem

MODELS: dict[Kind, Any] = {"problem": Problem, "capability": Capability}
ALIKE = 0.92
"""Of 100 sample problems, all different, 99 find no other above 0.9; what scores 0.92 and more is about much
the same thing."""
LIKELY = 0.7
"""Words in common, by rarity, from which a text is likely a copy. Copies with numbers, words or order changed, parts
left out or added have 0.85 and more, 19 of 20 times; of 103 real problems the two most alike have 0.53, of the
sample's 0.13."""
MOST_OWN = 200
SHOWN = 3
COUNTED = 50
"""Promising ones are counted up to here: more would not tell anything else."""


@dataclass(frozen=True)
class Like:
    """One that is like a text; `alike`: the share of words in common, by their rarity, 0 to 1."""

    posting: Posting
    alike: float

    @property
    def is_copy(self) -> bool:
        """Likely the same text, perhaps with small changes; otherwise it is about much the same thing."""
        return self.alike >= LIKELY


@dataclass(frozen=True)
class Likeness:
    """For a text of one kind: those like it, and the other side's ones that look promising for it."""

    similar: Sequence[Like]
    promising: int
    """How many would be suggested, at most COUNTED."""
    good: int
    """How many of them are at least a good match."""
    best: Sequence[Posting]
    """The first few of the promising."""


def likeness(work: Work, document: Document) -> Likeness:
    """Of a document that need not be indexed. Public ones are found, and those like it of the actor's organisation.

    Raises ModelMissing.
    """
    other: Kind = "capability" if document.kind == "problem" else "problem"
    ranked = [
        each
        for each in work.engine.rank(
            work.session, document, COUNTED, without=served_in_vain(work.session, MODELS[other])
        )
        if each.score >= work.settings.suggestion_floor
    ]
    shown = _public(work, other, [each.id for each in ranked])
    known = {each.id for each in shown}
    return Likeness(
        similar=similar(work, document, _own_ids(work, document)),
        promising=len(shown),
        good=sum(strength(each.score) != "possible" for each in ranked if each.id in known),
        best=shown[:SHOWN],
    )


def similar(work: Work, document: Document, also: Collection[int] = ()) -> list[Like]:
    """Likely copies, most alike first, then others of the kind about the same thing; without the document itself.

    Public ones, and copies among those with an id in `also`, which the actor must be allowed to read.
    """
    alike = {hit.id: hit.score for hit in work.engine.twins(work.session, document, SHOWN, also)}
    copies = [each for each, score in alike.items() if score >= LIKELY]
    known = {document.id, *copies, *served_in_vain(work.session, MODELS[document.kind])}
    hits = work.engine.similar(work.session, document.kind, document.full_text, SHOWN, without=known)
    about = [hit.id for hit in hits if hit.score >= ALIKE]
    shown = _public(work, document.kind, copies, also) + _public(work, document.kind, about)
    return [Like(each, alike.get(each.id, 0.0)) for each in shown[:SHOWN]]


def _own_ids(work: Work, document: Document) -> list[int]:
    """The newest of the actor's organisation that are not public: a text is sent in twice most easily by oneself."""
    if work.actor is None:
        return []
    model = MODELS[document.kind]
    own = select(model.id).where(
        model.organisation_id == work.actor.organisation_id,
        model.submitted_at.is_not(None),
        ~public(model),
    )
    return list(work.session.scalars(own.order_by(model.id.desc()).limit(MOST_OWN)))


def _public(work: Work, kind: Kind, ids: list[int], also: Collection[int] = ()) -> list[Posting]:
    """In the order given, without those that are not public: the engine knows their state, not their organisation's."""
    model = MODELS[kind]
    allowed = or_(public(model), model.id.in_(list(also)))
    rows = work.session.scalars(select(model).where(model.id.in_(ids), allowed)).unique()
    found = {each.id: each for each in rows}
    return [found[each] for each in ids if each in found]
