"""Duplicates: looked for when a text comes in, linked or told apart by staff, and undone.

"Same as" keeps one of the two as the main one. Nothing is deleted: the other stays at its address, says with which
it is the same, and is not worked: it has no suggestions, searches and lists leave it out while the main is public.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, func, or_, select

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.duplicates.errors import AlreadyDuplicate, NotAlike, SameItself
from matchmaker.duplicates.statuses import LIVE
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.documents import document_of
from matchmaker.postings.service import LIKELY, MODELS, Posting
from matchmaker.work import Work
from models import LikelyDuplicate

MOST = 5
"""Likely duplicates kept of one text; a text that was sent in ten times is found by these as well."""
WAITING = "submitted"


def link(work: Work, duplicate: Posting, main: Posting) -> None:
    """`duplicate` is the same as `main`, which is worked on instead. What was the same as it follows to `main`.

    Pairings that somebody acted on stay. Raises SameItself, AlreadyDuplicate, NotAlike for one of another kind.
    """
    _begin(work, duplicate, main)
    if duplicate.same_as_id == main.id:
        return
    for each in (duplicate, main):
        if each.same_as_id is not None:
            raise AlreadyDuplicate(each)
    moved = _followers(work, duplicate)
    for each in (duplicate, *moved):
        each.same_as_id = main.id
    work.session.flush()
    postings.hide(work, duplicate)
    pairings.retract(work, duplicate)
    _record(work, "same_as", duplicate, main=main.id, moved=[each.id for each in moved])
    steps.tell_owner(work, duplicate, f"{duplicate.KIND}.same_as")


def unlink(work: Work, duplicate: Posting) -> None:
    """It is not the same after all: found and matched again as before. Nothing happens if it is linked to none."""
    _begin(work, duplicate)
    main = duplicate.same_as_id
    if main is None:
        return
    duplicate.same_as_id = None
    work.session.flush()
    if postings.is_served(duplicate) or duplicate.status == WAITING:
        postings.index(work, duplicate)
        pairings.suggest(work, duplicate)
        look(work, duplicate)
    _record(work, "separated", duplicate, main=main)
    steps.tell_owner(work, duplicate, f"{duplicate.KIND}.separated")


def tell_apart(work: Work, posting: Posting, other: Posting) -> None:
    """They are not the same, however alike: the hint goes away for good."""
    _begin(work, posting, other)
    pair = _pair(work, posting, other)
    if pair is None:
        pair = LikelyDuplicate(
            kind=posting.KIND,
            first_id=min(posting.id, other.id),
            second_id=max(posting.id, other.id),
            alike=_how_alike(work, posting, other),
        )
        work.session.add(pair)
    elif pair.told_apart_at is not None:
        return
    pair.told_apart_at, pair.told_apart_by = work.now(), work.person
    _record(work, "told_apart", posting, other=other.id)


def reconsider(work: Work, posting: Posting, other: Posting) -> None:
    """Take back that they were told apart: the hint is there again."""
    _begin(work, posting, other)
    pair = _pair(work, posting, other)
    if pair is None or pair.told_apart_at is None:
        return
    pair.told_apart_at = pair.told_apart_by_id = None
    _record(work, "reconsidered", posting, other=other.id)


def look(work: Work, posting: Posting) -> None:
    """Note which others of its kind an indexed posting is likely a copy of; what is alike no more is dropped.

    What staff told apart stays so.
    """
    take_serial_lock(work.session)
    known = {_other_id(pair, posting): pair for pair in _pairs(work, posting)}
    found: dict[int, float] = {}
    if posting.same_as_id is None:
        hits = work.engine.twins(work.session, document_of(posting, False), MOST)
        found = {hit.id: hit.score for hit in hits if hit.score >= LIKELY}
    gone = [pair.id for other, pair in known.items() if other not in found and pair.told_apart_at is None]
    if gone:
        work.session.execute(delete(LikelyDuplicate).where(LikelyDuplicate.id.in_(gone)))
    for other, alike in found.items():
        if other in known:
            known[other].alike = alike
        else:
            first, second = sorted((posting.id, other))
            work.session.add(
                LikelyDuplicate(kind=posting.KIND, first_id=first, second_id=second, alike=alike)
            )
    work.session.flush()


def look_at_all(work: Work, kind: str, after: int, count: int) -> int | None:
    """`look` at the next few public ones after an id; returns the id to go on after, None at the end."""
    model: Any = MODELS[kind]  # type: ignore[index]
    wanted = select(model).where(model.id > after, model.status.in_(LIVE[model]), model.same_as_id.is_(None))
    found = work.session.scalars(wanted.order_by(model.id).limit(count)).unique().all()
    for posting in found:
        look(work, posting)
    return found[-1].id if len(found) == count else None


def count_likely(work: Work) -> dict[str, int]:
    """Pairs of each kind that staff have not judged."""
    rows = work.session.execute(
        select(LikelyDuplicate.kind, func.count(LikelyDuplicate.id))
        .where(LikelyDuplicate.told_apart_at.is_(None))
        .group_by(LikelyDuplicate.kind)
    )
    return dict.fromkeys(MODELS, 0) | {row[0]: row[1] for row in rows}


def _begin(work: Work, posting: Posting, other: Posting | None = None) -> None:
    """The right to decide about both; from now on nobody else does, and we see what the last one did."""
    both = [posting] if other is None else [posting, other]
    for each in both:
        require(work.actor, Action.DUPLICATE_DECIDE, each)
    if other is not None and type(other) is not type(posting):
        raise NotAlike(posting, other)
    if other is not None and other.id == posting.id:
        raise SameItself(posting)
    take_serial_lock(work.session)
    for each in both:
        work.session.refresh(each)


def _record(work: Work, what: str, posting: Posting, **details: Any) -> None:
    audit.record(work, f"{posting.KIND}.{what}", posting, **details)


def _followers(work: Work, posting: Posting) -> Sequence[Posting]:
    model: Any = type(posting)
    found: Sequence[Posting] = (
        work.session.scalars(select(model).where(model.same_as_id == posting.id).order_by(model.id))
        .unique()
        .all()
    )
    return found


def _pairs(work: Work, posting: Posting) -> Sequence[LikelyDuplicate]:
    return work.session.scalars(
        select(LikelyDuplicate).where(
            LikelyDuplicate.kind == posting.KIND,
            or_(LikelyDuplicate.first_id == posting.id, LikelyDuplicate.second_id == posting.id),
        )
    ).all()


def _pair(work: Work, posting: Posting, other: Posting) -> LikelyDuplicate | None:
    first, second = sorted((posting.id, other.id))
    return work.session.scalar(
        select(LikelyDuplicate).where(
            and_(
                LikelyDuplicate.kind == posting.KIND,
                LikelyDuplicate.first_id == first,
                LikelyDuplicate.second_id == second,
            )
        )
    )


def _other_id(pair: LikelyDuplicate, posting: Posting) -> int:
    return pair.second_id if pair.first_id == posting.id else pair.first_id


def _how_alike(work: Work, posting: Posting, other: Posting) -> float:
    hits = work.engine.twins(work.session, document_of(posting, False), also=[other.id], only=True)
    return hits[0].score if hits else 0.0
