"""Suggested pairings: stored for both sides when a posting is indexed, scored again when its text changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from matchmaker.database import take_serial_lock
from matchmaker.engine import Kind, NotIndexed, Ranked
from matchmaker.policy import served_in_vain
from matchmaker.postings.documents import Posting
from matchmaker.work import Work
from models import Capability, Pairing, PairingEvent, Problem

_TABLE = cast(Table, Pairing.__table__)
_HAS_HISTORY = exists().where(PairingEvent.pairing_id == Pairing.id)
_DROPPABLE = (Pairing.acted_on.is_(False), ~_HAS_HISTORY)
"""A step that was undone leaves its events, which are never lost."""
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def own_column(posting: Posting) -> InstrumentedAttribute[int]:
    """Where pairings keep this posting's id."""
    return Pairing.problem_id if isinstance(posting, Problem) else Pairing.capability_id


def other_column(posting: Posting) -> InstrumentedAttribute[int]:
    """Where pairings keep the id of what this posting is paired with."""
    return Pairing.capability_id if isinstance(posting, Problem) else Pairing.problem_id


def suggest(work: Work, posting: Posting) -> None:
    """Store the best pairings of an indexed posting, public or not, with what is public on the other side.

    Those of before that nobody acted on are scored again, and dropped if they are now below the floor; what
    is merely no longer among the best stays, because it may be among the best of its other side, and so does
    what has a history of steps that were undone. Pairings that somebody acted on are not touched. Raises NotIndexed.
    """
    session, floor = work.session, work.settings.suggestion_floor
    take_serial_lock(session)  # nobody else inserts between our look at what is there and our insert
    best = {each.id: each for each in _best(work, posting)}
    known = {
        other: (pairing_id, acted_on, has_history)
        for pairing_id, other, acted_on, has_history in session.execute(
            select(Pairing.id, other_column(posting), Pairing.acted_on, _HAS_HISTORY).where(
                own_column(posting) == posting.id
            )
        )
    }
    untouched = {other: pairing_id for other, (pairing_id, acted_on, _) in known.items() if not acted_on}
    scored = _score_again(work, posting, untouched.keys() - best.keys()) | best
    kept = {
        other for other in untouched if other in scored and (scored[other].score >= floor or known[other][2])
    }
    _drop(session, [untouched[other] for other in untouched.keys() - kept])
    _rescore(work, [(untouched[other], scored[other]) for other in sorted(kept)])
    _add(work, posting, [each for each in best.values() if each.id not in known and each.score >= floor])


def _best(work: Work, posting: Posting) -> list[Ranked]:
    """What the engine puts first of what is public: it serves some of organisations that are not verified now."""
    other: type[Posting] = Capability if isinstance(posting, Problem) else Problem
    return work.engine.rank(
        work.session,
        (_kind(posting), posting.id),
        work.settings.suggestions,
        without=served_in_vain(work.session, other),
    )


def pair(work: Work, problem: Problem, capability: Capability) -> Pairing:
    """The pairing of the two; one that the engine did not suggest is made, with the score that it gives.

    Raises NotIndexed for what was never submitted.
    """
    take_serial_lock(work.session)
    found = work.session.scalar(
        select(Pairing).where(Pairing.problem_id == problem.id, Pairing.capability_id == capability.id)
    )
    if found is not None:
        return found
    ranked = work.engine.score(work.session, problem.id, capability.id)
    values = _score_values(work, work.engine.version(work.session), ranked)
    made = Pairing(
        problem=problem, capability=capability, created_at=work.now(), changed_at=work.now(), **values
    )
    work.session.add(made)
    work.session.flush()
    return made


def retract(work: Work, posting: Posting) -> None:
    """Drop the suggestions of a posting that leaves public view; what somebody ever acted on stays."""
    take_serial_lock(work.session)
    work.session.execute(delete(Pairing).where(own_column(posting) == posting.id, *_DROPPABLE))


def _kind(posting: Posting) -> Kind:
    return "problem" if isinstance(posting, Problem) else "capability"


def _score_again(work: Work, posting: Posting, others: Collection[int]) -> dict[int, Ranked]:
    """Scores with others that are not among the best any more; those the engine has forgotten are left out."""
    if not others:
        return {}
    kind = _kind(posting)
    found = {
        each.id: each for each in work.engine.rank(work.session, (kind, posting.id), None, within=others)
    }
    for other in others - found.keys():  # waiting for their check: not served, but paired from their side
        pair = (posting.id, other) if kind == "problem" else (other, posting.id)
        try:
            found[other] = work.engine.score(work.session, *pair)
        except NotIndexed:
            continue
    return found


def _drop(session: Session, pairing_ids: list[int]) -> None:
    if pairing_ids:
        session.execute(delete(Pairing).where(Pairing.id.in_(pairing_ids), *_DROPPABLE))


def _rescore(work: Work, scored: Iterable[tuple[int, Ranked]]) -> None:
    """Without a new row version: a version counts what people did, and nobody did anything."""
    version = work.engine.version(work.session)
    rows = [{"pairing_id": pairing_id, **_score_values(work, version, each)} for pairing_id, each in scored]
    if not rows:
        return
    statement = update(_TABLE).where(_TABLE.c.id == bindparam("pairing_id"), _TABLE.c.acted_on.is_(False))
    work.session.execute(statement, rows)
    for loaded in list(work.session.identity_map.values()):
        if isinstance(loaded, Pairing):
            work.session.expire(loaded)


def _add(work: Work, posting: Posting, ranked: list[Ranked]) -> None:
    """New suggestions; a pairing that is there after all is left as it is."""
    if not ranked:
        return
    own, other = own_column(posting).key, other_column(posting).key
    insert = _INSERT[work.session.get_bind().dialect.name]
    statement = insert(_TABLE).on_conflict_do_nothing(index_elements=["problem_id", "capability_id"])
    moment, version = work.now(), work.engine.version(work.session)
    rows = [
        {own: posting.id, other: each.id, "created_at": moment, "changed_at": moment}
        | _score_values(work, version, each)
        for each in ranked
    ]
    work.session.execute(statement, rows)


def _score_values(work: Work, version: str, ranked: Ranked) -> dict[str, Any]:
    return {
        "score": ranked.score,
        "parts": ranked.parts,
        "engine_version": version,
        "scored_at": work.now(),
    }
