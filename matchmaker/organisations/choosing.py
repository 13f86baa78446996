"""Which organisations can be chosen where something is agreed with them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from matchmaker.work import Work
from models import Organisation, OrganisationKind, Verification


def partners(work: Work, beside: Iterable[Organisation]) -> dict[str, Organisation]:
    """By name: the verified ones but the bureau, and those `beside`, which take part already. The caller asks the policy."""
    found = work.session.scalars(
        select(Organisation)
        .where(Organisation.status == Verification.VERIFIED, Organisation.kind != OrganisationKind.BUREAU)
        .order_by(Organisation.name)
    )
    return {each.name: each for each in (*found, *beside)}
