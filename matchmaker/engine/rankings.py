"""Which ranking model serves: a row, so that every process knows at its next look and after a crash.

Everything here is in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.database import take_serial_lock
from matchmaker.engine import versions
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
    """Put a model into service; returns the one that it replaces, None for the ranking as delivered.

    Suggestions are looked for anew from here on (EncoderVersion.matched_through).
    """
    take_serial_lock(session)
    session.refresh(row)
    before = active(session)
    if before is row:
        return before
    moment = now()
    _retire(session, before, moment, rolled_back=False)
    row.replaced_id = before.id if before else None
    _serve(session, row, moment, actor_id)
    return before


def go_back(
    session: Session, actor_id: int | None = None
) -> tuple[LearntRanking, LearntRanking | None] | None:
    """Put back what served before the active model; returns both, None where none is active.

    The second is None where the ranking as delivered comes back.
    """
    take_serial_lock(session)
    leaving = active(session)
    if leaving is None:
        return None
    moment = now()
    returning = session.get(LearntRanking, leaving.replaced_id) if leaving.replaced_id else None
    _retire(session, leaving, moment, rolled_back=True)
    _serve(session, returning, moment, actor_id)
    return leaving, returning


def was_rolled_back(session: Session) -> bool:
    """Whether what serves now came back because somebody did not want what served after it."""
    last = session.scalar(select(func.max(LearntRanking.retired_at)).where(LearntRanking.rolled_back))
    serving_now = active(session)
    return last is not None and (
        serving_now is None or serving_now.adopted_at is None or serving_now.adopted_at <= last
    )


def is_current(engine_version: str, encoder: str) -> bool:
    """Whether a pairing's features, stored with this version, are those that are computed now."""
    name, _, made_by = engine_version.partition("+")
    base = name.rpartition(".")[0] or name
    return made_by == encoder and base == DEFAULT_MODEL.name


def _retire(session: Session, row: LearntRanking | None, moment: datetime, rolled_back: bool) -> None:
    if row is not None:
        row.state, row.retired_at, row.rolled_back = RankingState.RETIRED, moment, rolled_back
        session.flush()  # before the next one: there is one place


def _serve(session: Session, row: LearntRanking | None, moment: datetime, actor_id: int | None) -> None:
    if row is not None:
        row.state, row.adopted_at, row.adopted_by = RankingState.ACTIVE, moment, actor_id
        row.retired_at, row.rolled_back = None, False
    encoder = versions.active(session)
    if encoder is not None:
        encoder.matched_through = 0
    session.flush()
