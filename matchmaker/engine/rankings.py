"""Which ranking model serves: a row, so that every process knows at its next look and after a crash.

Everything here is in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.database import take_serial_lock
from matchmaker.engine.ranking import DEFAULT_MODEL, RankingModel
from models.base import now
from models.ranking import LearntRanking, RankingState


def serving(session: Session, encoder: str) -> RankingModel:
    """The model for the vectors of this encoder: the active one if it was learnt on them, else the one delivered."""
    row = session.execute(
        select(
            LearntRanking.name,
            LearntRanking.base,
            LearntRanking.encoder,
            LearntRanking.weights,
            LearntRanking.bias,
            LearntRanking.cuts,
        ).where(LearntRanking.state == RankingState.ACTIVE)
    ).first()
    if row is None or row.base != DEFAULT_MODEL.name or row.encoder != encoder:
        return DEFAULT_MODEL
    return _model(row)


def model_of(row: LearntRanking) -> RankingModel:
    return _model(row)


def _model(row: Any) -> RankingModel:
    low, middle, high = row.cuts
    return RankingModel(row.name, MappingProxyType(dict(row.weights)), row.bias, (low, middle, high))


def active(session: Session) -> LearntRanking | None:
    """Whether it serves or was learnt for something that is not in service now."""
    wanted = select(LearntRanking).where(LearntRanking.state == RankingState.ACTIVE)
    return session.scalar(wanted.execution_options(populate_existing=True))


def newest(session: Session) -> LearntRanking | None:
    """The one that was learnt last, whatever became of it."""
    return session.scalar(select(LearntRanking).order_by(LearntRanking.id.desc()).limit(1))


def next_name(session: Session) -> str:
    """The base's, a point, and a number that no other has."""
    last = newest(session)
    return f"{DEFAULT_MODEL.name}.{(last.id if last else 0) + 1}"


def keep(
    session: Session,
    model: RankingModel,
    encoder: str,
    figures: Mapping[str, Any],
    learnt_through: int,
    state: RankingState,
) -> LearntRanking:
    """Write a learnt model down, as a candidate or refused."""
    take_serial_lock(session)
    row = LearntRanking(
        name=model.name,
        base=DEFAULT_MODEL.name,
        encoder=encoder,
        state=state,
        weights=dict(model.weights),
        bias=model.bias,
        cuts=list(model.cuts),
        figures=dict(figures),
        learnt_through=learnt_through,
    )
    session.add(row)
    session.flush()
    return row


def adopt(session: Session, row: LearntRanking, actor_id: int | None = None) -> LearntRanking | None:
    """Put a model into service; returns the one that it replaces, None for the ranking as delivered."""
    take_serial_lock(session)
    session.refresh(row)
    before = active(session)
    if before is row:
        return before
    _retire(session, before, rolled_back=False)
    row.replaced_id = before.id if before else None
    _serve(row, actor_id)
    session.flush()
    return before


def go_back(session: Session, actor_id: int | None = None) -> tuple[LearntRanking, LearntRanking | None] | None:
    """Put back what served before the active model; returns both, None where none is active.

    The second is None where the ranking as delivered comes back.
    """
    take_serial_lock(session)
    leaving = active(session)
    if leaving is None:
        return None
    returning = session.get(LearntRanking, leaving.replaced_id) if leaving.replaced_id else None
    _retire(session, leaving, rolled_back=True)
    if returning is not None:
        _serve(returning, actor_id)
    session.flush()
    return leaving, returning


def _retire(session: Session, row: LearntRanking | None, rolled_back: bool) -> None:
    if row is not None:
        row.state, row.retired_at, row.rolled_back = RankingState.RETIRED, now(), rolled_back
        session.flush()  # before the next one: there is one place


def _serve(row: LearntRanking, actor_id: int | None) -> None:
    row.state, row.adopted_at, row.adopted_by = RankingState.ACTIVE, now(), actor_id
    row.retired_at, row.rolled_back = None, False
