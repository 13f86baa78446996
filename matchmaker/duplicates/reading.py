"""What pages say about duplicates: of one posting, and the staff's list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.duplicates.statuses import LIVE
from matchmaker.engine import Kind
from matchmaker.listing import Listing, paginate
from matchmaker.policy import Action, allow, condition, require
from matchmaker.postings.documents import document_of
from matchmaker.postings.service import LIKELY, MODELS, READ, Like, Posting, PostingNotFound
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import LikelyDuplicate

SHOWN = 5
WAITING_LOOKED_AT = 200


@dataclass(frozen=True)
class Notes:
    """What the page of a posting says to its reader. All but `main` is for staff alone."""

    is_duplicate: bool
    main: Posting | None
    """What it is the same as; None also where the reader may not read that."""
    may_decide: bool
    followers: Sequence[Posting]
    """Those that are the same as it."""
    likely: Sequence[Like]
    told_apart: Sequence[Posting]


class State(StrEnum):
    LIKELY = "likely"
    SAME = "same"
    APART = "apart"


@dataclass(frozen=True)
class Filters:
    state: State = State.LIKELY
    kind: Kind = "problem"
    page: int = 1
    belonging: Belonging = ANYWHERE
    """To what either side's organisation belongs."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """From an address; what makes no sense is passed over."""
        state, kind, page = query.get("state", ""), query.get("kind", ""), query.get("page", "")
        return cls(
            State(state) if state in list(State) else State.LIKELY,
            kind if kind in MODELS else "problem",
            number(page) or 1,
            Belonging.from_query(query),
        )


@dataclass(frozen=True)
class Pair:
    """Two of a kind. Of linked ones `left` is the main; of others the one that was there first."""

    left: Any
    right: Any
    alike: float | None
    decision: LikelyDuplicate | None = None
    """Who told them apart and when."""


@dataclass(frozen=True)
class Duplicates:
    filters: Filters
    listing: Listing[Pair]
    counts: Mapping[tuple[Kind, State], int]


def find(work: Work, kind: str, posting_id: int) -> Posting:
    """Raises PostingNotFound, also for one that the actor may not know of."""
    model = MODELS[cast(Kind, kind)]
    posting = work.session.get(model, posting_id)
    if posting is None or not allow(work.actor, READ[model], posting):
        raise PostingNotFound(kind, posting_id)
    return cast(Posting, posting)


def notes_of(work: Work, posting: Posting) -> Notes:
    """For whoever reads the posting's page."""
    main = posting.same_as
    if main is not None and not allow(work.actor, READ[type(posting)], main):
        main = None
    notes = Notes(posting.same_as_id is not None, main, False, (), (), ())
    if not allow(work.actor, Action.DUPLICATE_DECIDE, posting):
        return notes
    apart = _told_apart(work, posting)
    return replace(
        notes,
        may_decide=True,
        followers=_followers(work, posting),
        likely=() if notes.is_duplicate else _likely(work, posting, {each.id for each in apart}),
        told_apart=apart,
    )


def duplicates(work: Work, filters: Filters) -> Duplicates:
    """The staff's list: likely ones most alike first, the others newest first."""
    require(work.actor, Action.DUPLICATE_LIST)
    counts = {
        (kind, state): work.session.scalar(
            select(func.count()).select_from(_numbers(_wanted(work, kind, state, filters.belonging)))
        )
        or 0
        for kind in MODELS
        for state in State
    }
    wanted = _wanted(work, filters.kind, filters.state, filters.belonging)
    found = paginate(work.session, wanted, filters.page, work.settings.page_size)
    pairs = _linked(work, found.items) if filters.state is State.SAME else _paired(work, filters, found.items)
    return Duplicates(
        replace(filters, page=found.page), Listing(pairs, found.page, found.size, found.total), counts
    )


def _numbers(wanted: Select[Any]) -> Subquery:
    """To be counted: texts are not carried along."""
    key = wanted.column_descriptions[0]["entity"].id
    return wanted.with_only_columns(key, maintain_column_froms=True).order_by(None).subquery()


def _wanted(work: Work, kind: Kind, state: State, belonging: Belonging) -> Select[Any]:
    """Linked postings, or pairs: of them those that the reader may know of, and that still matter."""
    model: Any = MODELS[kind]
    if state is State.SAME:
        linked = [model.same_as_id.is_not(None), condition(work.actor, READ[model], model)]
        if belonging:
            main = aliased(model)
            of_main = select(main.id).where(*belonging.of(main.organisation_id))
            linked.append(or_(and_(*belonging.of(model.organisation_id)), model.same_as_id.in_(of_main)))
        return select(model).where(*linked).order_by(model.updated_at.desc(), model.id.desc())
    first, second = aliased(model), aliased(model)
    wanted = (
        select(LikelyDuplicate)
        .join(first, first.id == LikelyDuplicate.first_id)
        .join(second, second.id == LikelyDuplicate.second_id)
        .where(LikelyDuplicate.kind == kind)
    )
    if belonging:
        sides = (belonging.of(each.organisation_id) for each in (first, second))
        wanted = wanted.where(or_(*(and_(*side) for side in sides)))
    if state is State.APART:
        told = LikelyDuplicate.told_apart_at
        return wanted.where(told.is_not(None)).order_by(told.desc(), LikelyDuplicate.id.desc())
    matters: list[ColumnElement[bool]] = [LikelyDuplicate.told_apart_at.is_(None)]
    for each in (first, second):
        matters.append(and_(each.status.in_(LIVE[model]), each.same_as_id.is_(None)))
    return wanted.where(*matters).order_by(LikelyDuplicate.alike.desc(), LikelyDuplicate.id.desc())


def _linked(work: Work, found: Sequence[Posting]) -> list[Pair]:
    return [Pair(each.same_as, each, None) for each in found]


def _paired(work: Work, filters: Filters, found: Sequence[LikelyDuplicate]) -> list[Pair]:
    by_id = _by_id(
        work, filters.kind, [number for pair in found for number in (pair.first_id, pair.second_id)]
    )
    pairs = []
    for pair in found:
        left, right = sorted((by_id[pair.first_id], by_id[pair.second_id]), key=_since)
        pairs.append(Pair(left, right, pair.alike, pair if pair.told_apart_at else None))
    return pairs


def _since(posting: Posting) -> tuple[Any, int]:
    """Public ones before others, the longer the sooner."""
    moment = posting.published_at or posting.submitted_at or posting.created_at
    return posting.published_at is None, moment, posting.id  # type: ignore[return-value]


def _by_id(work: Work, kind: Kind, ids: Sequence[int]) -> dict[int, Posting]:
    model = MODELS[kind]
    rows = work.session.scalars(select(model).where(model.id.in_(ids))).unique()
    return {each.id: each for each in rows}


def _followers(work: Work, posting: Posting) -> Sequence[Posting]:
    model: Any = type(posting)
    wanted = select(model).where(model.same_as_id == posting.id).order_by(model.id)
    return cast(Sequence[Posting], work.session.scalars(wanted).unique().all())


def _told_apart(work: Work, posting: Posting) -> list[Posting]:
    pairs = work.session.execute(
        select(LikelyDuplicate.first_id, LikelyDuplicate.second_id).where(
            LikelyDuplicate.kind == posting.KIND,
            LikelyDuplicate.told_apart_at.is_not(None),
            or_(LikelyDuplicate.first_id == posting.id, LikelyDuplicate.second_id == posting.id),
        )
    )
    others = [second if first == posting.id else first for first, second in pairs]
    found = _by_id(work, cast(Kind, posting.KIND), others)
    return [found[each] for each in sorted(found)]


def _likely(work: Work, posting: Posting, apart: set[int]) -> list[Like]:
    """As things are now, also among those that wait to be checked."""
    model: Any = type(posting)
    if posting.status not in LIVE[model]:
        return []
    waiting = select(model.id).where(model.status == "submitted", model.same_as_id.is_(None))
    also = work.session.scalars(waiting.order_by(model.id.desc()).limit(WAITING_LOOKED_AT)).all()
    hits = work.engine.twins(work.session, document_of(posting, False), SHOWN + len(apart), also)
    scores = {hit.id: hit.score for hit in hits if hit.score >= LIKELY and hit.id not in apart}
    found = _by_id(work, cast(Kind, posting.KIND), list(scores))
    return [Like(found[each], score) for each, score in scores.items() if each in found][:SHOWN]
