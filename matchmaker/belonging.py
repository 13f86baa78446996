"""Which organisations belong to a carrier or an alliance, in SQL: what every list filters by.

An organisation belongs to a carrier while the last stage it has there is not that of having left, and to an
alliance while its membership has no end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from matchmaker.typed_numbers import number
from models import AllianceMembership, CarrierMembership


@dataclass(frozen=True)
class Belonging:
    """The carrier and the alliance, by number, that organisations are asked to belong to; None: to any or none."""

    carrier: int | None = None
    alliance: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Belonging:
        """From an address; numbers that are none are passed over, those of nothing find nothing."""
        return cls(number(query.get("carrier")), number(query.get("alliance")))

    def of(self, organisation_id: Any) -> list[ColumnElement[bool]]:
        """Conditions on a column that names an organisation; none where nothing is asked."""
        found = []
        if self.carrier is not None:
            found.append(organisation_id.in_(of_carrier(self.carrier)))
        if self.alliance is not None:
            found.append(organisation_id.in_(of_alliance(self.alliance)))
        return found

    def __bool__(self) -> bool:
        return self.carrier is not None or self.alliance is not None


ANYWHERE = Belonging()


def of_carrier(carrier_id: int) -> Select[Any]:
    """Ids of the organisations that belong to it."""
    return (
        select(CarrierMembership.organisation_id)
        .where(
            CarrierMembership.carrier_id == carrier_id,
            CarrierMembership.until.is_(None),
            CarrierMembership.stage != CarrierMembership.LEFT,
        )
        .correlate(None)
    )


def of_alliance(alliance_id: int) -> Select[Any]:
    """Ids of the organisations that belong to it."""
    return (
        select(AllianceMembership.organisation_id)
        .where(AllianceMembership.alliance_id == alliance_id, AllianceMembership.until.is_(None))
        .correlate(None)
    )
