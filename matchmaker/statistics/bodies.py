"""Organisations: those that joined in a period, and those that did something in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.statistics import lists
from matchmaker.statistics.lists import Counted, Kind
from matchmaker.statistics.period import Period
from matchmaker.work import Work
from models import OrganisationKind, Verification

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
    joined = {"status": Verification.VERIFIED.value}
    return Bodies(
        *(
            {
                kind: lists.count(work, Kind.ORGANISATIONS, period.during(kind=kind.value, **asked))
                for kind in KINDS
            }
            for asked in (joined, {"active": 1})
        )
    )
