"""Which encoder's vectors are in service: rows, so that every process knows at its next look and after a crash.

A version is registered (preparing), its vectors are made beside those that serve, it is announced, so that
processes load it, and `switch` makes it the active one. Everything here is in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.database import take_serial_lock
from matchmaker.engine import rows
from matchmaker.engine.model_folder import DECISIONS
from models.base import now
from models.indexing import EncoderOrigin, EncoderState, EncoderVersion


class NotComplete(Exception):
    """A version cannot go into service: documents lack its vectors, so many."""

    def __init__(self, lacking: int) -> None:
        super().__init__(f"{lacking} documents lack vectors of this version")
        self.lacking = lacking


@dataclass(frozen=True)
class TrainedOn:
    """The part of the decision log that an encoder, or one that it was trained from, has learnt from."""

    through: int
    """The last entry that was there."""
    problems: frozenset[int]
    """What was decided for these was learnt; for others it was held back, or said nothing of an order."""

    def as_json(self) -> dict[str, Any]:
        return {"through": self.through, "problems": sorted(self.problems)}

    @classmethod
    def from_json(cls, given: Any) -> TrainedOn | None:
        """None: that is not known."""
        try:
            return cls(int(given["through"]), frozenset(int(each) for each in given["problems"]))
        except (TypeError, KeyError, ValueError):
            return None


@dataclass(frozen=True)
class Version:
    """An encoder version as one transaction sees it."""

    id: int | None
    """None where nothing was ever indexed."""
    name: str
    setting: str
    since: datetime | None
    """When it went into service; two times of service of one version are not the same. None: it is coming."""
    announced: datetime | None = None


def in_service(session: Session) -> tuple[Version | None, Version | None]:
    """The active version, and the one that was announced: both as this transaction sees them, in one statement."""
    found: dict[EncoderState, Version] = {}
    for row in session.execute(
        select(
            EncoderVersion.id,
            EncoderVersion.version,
            EncoderVersion.setting,
            EncoderVersion.state,
            EncoderVersion.activated_at,
            EncoderVersion.announced_at,
        ).where(EncoderVersion.state.in_((EncoderState.ACTIVE, EncoderState.PREPARING)))
    ):
        if row.state is EncoderState.ACTIVE:
            found[row.state] = Version(row.id, row.version, row.setting, row.activated_at)
        elif row.announced_at is not None:
            found[row.state] = Version(row.id, row.version, row.setting, None, row.announced_at)
    return found.get(EncoderState.ACTIVE), found.get(EncoderState.PREPARING)


def active(session: Session) -> EncoderVersion | None:
    return _in_state(session, EncoderState.ACTIVE)


def preparing(session: Session) -> EncoderVersion | None:
    return _in_state(session, EncoderState.PREPARING)


def named(session: Session, name: str) -> EncoderVersion | None:
    return session.scalar(select(EncoderVersion).where(EncoderVersion.version == name))


def before(session: Session) -> EncoderVersion | None:
    """The version that served before the active one."""
    return session.scalar(
        select(EncoderVersion)
        .where(EncoderVersion.state != EncoderState.ACTIVE, EncoderVersion.activated_at.is_not(None))
        .order_by(EncoderVersion.activated_at.desc(), EncoderVersion.id.desc())
        .limit(1)
    )


def trained_on(version: EncoderVersion) -> TrainedOn | None:
    """None: not on a decision log, or nobody wrote down on which part of it."""
    return TrainedOn.from_json(version.figures.get(DECISIONS))


def was_taken_back(session: Session) -> bool:
    """Whether what serves came back because somebody did not want the trained one that served after it."""
    serving, last = active(session), before(session)
    if serving is None or last is None:
        return False
    return last.origin is EncoderOrigin.TRAINED and last.id > serving.id


def retired(session: Session) -> list[int]:
    """Ids of the versions whose vectors nobody needs."""
    return list(
        session.scalars(select(EncoderVersion.id).where(EncoderVersion.state == EncoderState.RETIRED))
    )


def register(
    session: Session, name: str, setting: str, origin: EncoderOrigin, figures: Mapping[str, Any] | None = None
) -> EncoderVersion:
    """The version of that name, preparing; another that was preparing is given up.

    The first of all is active at once, because nothing serves yet. The active one stays as it is. An empty
    `setting` is where the version was last.
    """
    take_serial_lock(session)
    version = named(session, name)
    serving = active(session)
    if version is None:
        version = EncoderVersion(
            version=name, setting=setting, origin=origin, figures={}, state=EncoderState.RETIRED
        )
        session.add(version)
    elif setting:
        version.setting, version.origin = setting, origin
    if figures is not None:
        version.figures = dict(figures)
    other = preparing(session)
    if other is not None and other is not version:
        other.state, other.announced_at = EncoderState.RETIRED, None
        session.flush()  # before the next one: there is one place
    if serving is None:
        version.state, version.activated_at = EncoderState.ACTIVE, now()
    elif version is not serving and version is not other:
        version.state, version.announced_at, version.matched_through = EncoderState.PREPARING, None, None
    session.flush()
    return version


def announce(session: Session, version: EncoderVersion) -> None:
    """Ask every process to load a version that is as good as complete."""
    take_serial_lock(session)
    session.execute(
        update(EncoderVersion)
        .where(EncoderVersion.id == version.id, EncoderVersion.state == EncoderState.PREPARING)
        .values(announced_at=now())
    )


def switch(session: Session, version: EncoderVersion, actor_id: int | None = None) -> EncoderVersion | None:
    """Put a preparing version into service; returns the one that served. Raises NotComplete.

    Nobody writes documents until the transaction ends, so what is complete now is complete for good: from
    then on whoever writes a document writes this version's vectors.
    """
    take_serial_lock(session)
    session.refresh(version)
    serving = active(session)
    if serving is version:
        return None
    if version.state is not EncoderState.PREPARING:
        raise ValueError(f"encoder version {version.version} is {version.state}, not preparing")
    lacking = rows.count_lacking(session, version.id)
    if lacking:
        raise NotComplete(lacking)
    moment = now()
    if serving is not None:
        serving.state, serving.retired_at = EncoderState.RETIRED, moment
        session.flush()  # before the next one: there is one place
    version.state, version.activated_at, version.activated_by = EncoderState.ACTIVE, moment, actor_id
    version.announced_at, version.retired_at, version.matched_through = None, None, 0
    session.flush()
    return serving


def _in_state(session: Session, state: EncoderState) -> EncoderVersion | None:
    wanted = select(EncoderVersion).where(EncoderVersion.state == state)
    return session.scalar(wanted.execution_options(populate_existing=True))
