"""Ranking models that were learnt from decisions: one serves, the others are its history."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Row, UtcDateTime, choice


class RankingState(StrEnum):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"
    REFUSED = "refused"


class LearntRanking(Row, Base):
    """Weights that were learnt. At most one is active; where none is, the service ranks as it was delivered.

    A candidate could serve and waits for somebody to say so; a refused one was not better on held-back problems.
    """

    __tablename__ = "ranking_model"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("state <> 'active' OR adopted_at IS NOT NULL", name="active_since"),
        Index(
            "uq_ranking_model_active",
            "state",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    name: Mapped[str] = mapped_column(String(40))
    """The model that it was drawn towards, a point, and a number: stored with every pairing that it scores."""
    base: Mapped[str] = mapped_column(String(40))
    """The model that it was drawn towards: with another one's features it makes no sense."""
    encoder: Mapped[str] = mapped_column(String(80))
    """The encoder version on whose vectors it was learnt: with another one's it does not serve."""
    state: Mapped[RankingState] = mapped_column(choice(RankingState, "ranking_state"))
    weights: Mapped[dict[str, float]] = mapped_column(JSON)
    bias: Mapped[float] = mapped_column(Float)
    cuts: Mapped[list[float]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How many decisions it was learnt from, and how it and the one before did on held-back problems."""
    learnt_through: Mapped[int] = mapped_column(Integer)
    """The last entry of the decision log that it knows."""
    replaced_id: Mapped[int | None] = mapped_column(Integer)
    """The one that served before it; none: it followed the ranking as delivered."""
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    adopted_by: Mapped[int | None] = mapped_column(Integer)
    """The account; none: the nightly job or a command."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rolled_back: Mapped[bool] = mapped_column(default=False)
    """Somebody took it out of service, rather than a better one."""
