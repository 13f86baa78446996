"""Organisations: those that joined in a period, and those that did something in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func

from matchmaker.statistics import lists
from matchmaker.statistics.lists import Counted, Kind, Link
from matchmaker.statistics.period import Period
from matchmaker.work import Work
from models import Organisation, OrganisationKind, Verification

KINDS = (
    OrganisationKind.ENTERPRISE,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.INSTITUTE,
    OrganisationKind.INTERMEDIARY,
)
"""The bureau itself is not counted."""


@dataclass(frozen=True)
class Bodies:
    """By kind. Joined: registered in the period and verified by now."""

    joined: Mapping[OrganisationKind, Counted]
    active: Mapping[OrganisationKind, Counted]


def bodies(work: Work, period: Period) -> Bodies:
    return Bodies(
        _by_kind(work, period, status=Verification.VERIFIED.value), _by_kind(work, period, active=1)
    )


def _by_kind(work: Work, period: Period, **asked: Any) -> dict[OrganisationKind, Counted]:
    """One look for all kinds; each leads to the list of its own."""
    rows = work.session.execute(
        lists.organisations(work, period.during(**asked))
        .with_only_columns(Organisation.kind, func.count(Organisation.id))
        .order_by(None)
        .group_by(Organisation.kind)
    )
    counts = {row[0]: row[1] for row in rows}
    return {
        kind: Counted(counts.get(kind, 0), Link(Kind.ORGANISATIONS, period.during(kind=kind.value, **asked)))
        for kind in KINDS
    }
