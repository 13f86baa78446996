"""Pairings: how far those of a period came, and from which fields to which institutions they led."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func

from matchmaker.pairings import service as pairings
from matchmaker.pairings.service import STAGES, Reached
from matchmaker.postings.service import UNSTATED
from matchmaker.statistics import lists
from matchmaker.statistics.lists import Counted, Kind, Link
from matchmaker.statistics.period import Period
from matchmaker.work import Work
from models import Capability, Organisation, Pairing, Problem


class Way(StrEnum):
    """What led from a field to an institution."""

    INTRODUCED = "introduce"
    CONFIRMED = "confirm"


@dataclass(frozen=True)
class Stage:
    """Pairings of the period that reached a stage."""

    name: str
    count: int
    of_before: float | None
    """Share of those that reached the stage before; None for the first, and where there were none."""
    link: Link


@dataclass(frozen=True)
class Flow:
    """Pairings from a field of problems to the institution of the capability."""

    field: str
    institution: str
    """Its name."""
    pairings: Counted


def stages(work: Work, period: Period) -> list[Stage]:
    """Of pairings made in the period; who came further than a stage without an event of it reached it too."""
    query = period.during(state="all")
    far = pairings.furthest()
    place = func.coalesce(far.c.place, 0)
    rows = work.session.execute(
        lists.of_pairings(work, query)
        .outerjoin(far, far.c.pairing_id == Pairing.id)
        .with_only_columns(place, func.count(Pairing.id))
        .group_by(place)
    )
    at = {row[0]: row[1] for row in rows}
    counts = [sum(number for where, number in at.items() if where >= place) for place in range(len(STAGES))]
    return [
        Stage(
            stage.value,
            count,
            count / before if before else None,
            Link(Kind.PAIRINGS, query if stage is Reached.SUGGESTED else query | {"reached": stage.value}),
        )
        for stage, count, before in zip(STAGES, counts, (0, *counts), strict=False)
    ]


def introductions(work: Work, period: Period) -> Counted:
    """Pairings first introduced in the period, whenever they were suggested."""
    return lists.count_pairings(work, period.during(state="all", happened=Reached.INTRODUCED.value))


def flows(work: Work, period: Period, way: Way) -> Sequence[Flow]:
    """The largest first."""
    query = period.during(state="all", happened=way.value)
    counted = func.count(Pairing.id)
    rows = work.session.execute(
        lists.of_pairings(work, query)
        .join(Organisation, Organisation.id == Capability.organisation_id)
        .with_only_columns(Problem.field, Organisation.id, Organisation.name, counted)
        .group_by(Problem.field, Organisation.id, Organisation.name)
        .order_by(counted.desc(), Organisation.id, Problem.field)
    )
    return [
        Flow(
            field or "",
            name,
            Counted(
                number,
                Link(Kind.PAIRINGS, query | {"field": field or UNSTATED, "institution": id}),
            ),
        )
        for field, id, name, number in rows
    ]
