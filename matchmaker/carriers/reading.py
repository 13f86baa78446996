"""What the page of a carrier or an alliance shows: its members, and what they have posted and agreed, in one view.

Every part is asked for as its own list asks, so that nobody reads here what they could not read there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from sqlalchemy import func, select

from matchmaker.attachments import service as attachments
from matchmaker.belonging import Belonging, of_alliance, of_carrier
from matchmaker.carriers import bodies
from matchmaker.carriers.alliances import find_alliance
from matchmaker.carriers.registry import find_carrier
from matchmaker.cooperation import register
from matchmaker.policy import Action, allow, condition, public
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import (
    Alliance,
    AllianceMembership,
    Attachment,
    Capability,
    Carrier,
    CarrierMembership,
    Organisation,
    Problem,
    ProblemStatus,
    ResearchBody,
)

SHOWN = 5


@dataclass(frozen=True)
class Records:
    """The first records of its members that the reader may read, and what those that are signed add up to, in 万元."""

    entries: Sequence[register.Entry]
    total: int
    amount: Decimal
    signed: Mapping[str, str]
    """How the register's address asks for those that are added up."""


@dataclass(frozen=True)
class Members:
    """What the organisations that belong to it have, as the reader may see it. None: not for this reader."""

    belonging: Belonging
    organisations: int
    problems: Sequence[Problem]
    problem_count: int
    solved: int
    capabilities: Sequence[Capability]
    capability_count: int
    bodies: Sequence[ResearchBody]
    body_count: int
    records: Records | None


@dataclass(frozen=True)
class Stay:
    """An organisation in a carrier: where it stands now, and the stages before, the last first."""

    now: CarrierMembership
    before: Sequence[CarrierMembership]


@dataclass(frozen=True)
class CarrierPage:
    carrier: Carrier
    stages: Sequence[tuple[str, Sequence[Stay]]]
    """(code of the stage, who is in it), the stages of the vocabulary in the order of its codes' positions."""
    members: Members


@dataclass(frozen=True)
class AlliancePage:
    alliance: Alliance
    standing: Sequence[AllianceMembership]
    former: Sequence[AllianceMembership]
    may_read_agreement: bool
    attachments: Sequence[Attachment]
    removed: Sequence[Attachment]
    members: Members


def carrier_page(work: Work, carrier_id: int, stage_order: Sequence[str]) -> CarrierPage:
    """`stage_order` are the codes of the stages as they are to be listed. Raises NotListed."""
    carrier = find_carrier(work, carrier_id)
    rows = work.session.scalars(
        select(CarrierMembership)
        .join(Organisation, CarrierMembership.organisation_id == Organisation.id)
        .where(
            CarrierMembership.carrier_id == carrier.id,
            condition(work.actor, Action.ORGANISATION_READ, Organisation),
        )
        .order_by(CarrierMembership.organisation_id, CarrierMembership.id.desc())
    ).all()
    stays = []
    for _organisation, group in groupby(rows, key=lambda each: each.organisation_id):
        first, *before = group
        if allow(work.actor, Action.CARRIER_EDIT, carrier) or first.stage != CarrierMembership.LEFT:
            stays.append(Stay(first, before))
    known = {code: place for place, code in enumerate(stage_order)}
    stays.sort(key=lambda stay: (known.get(stay.now.stage, len(known)), stay.now.organisation.name))
    stages = [(stage, list(found)) for stage, found in groupby(stays, key=lambda stay: stay.now.stage)]
    return CarrierPage(carrier, stages, _members(work, Belonging(carrier=carrier.id)))


def alliance_page(work: Work, alliance_id: int) -> AlliancePage:
    """Raises NotListed."""
    alliance = find_alliance(work, alliance_id)
    rows = work.session.scalars(
        select(AllianceMembership)
        .join(Organisation, AllianceMembership.organisation_id == Organisation.id)
        .where(
            AllianceMembership.alliance_id == alliance.id,
            condition(work.actor, Action.ORGANISATION_READ, Organisation),
        )
        .order_by(AllianceMembership.since, AllianceMembership.id)
    ).all()
    standing = [each for each in rows if each.until is None]
    standing.sort(key=lambda each: each.organisation_id != alliance.lead_id)
    edits = allow(work.actor, Action.ALLIANCE_EDIT, alliance)
    agreed = allow(work.actor, Action.ALLIANCE_READ_AGREEMENT, alliance)
    return AlliancePage(
        alliance=alliance,
        standing=standing,
        former=[each for each in rows if each.until is not None] if edits else [],
        may_read_agreement=agreed,
        attachments=attachments.of(work, "alliance", alliance.id) if agreed else [],
        removed=attachments.removed_from(work, "alliance", alliance.id),
        members=_members(work, Belonging(alliance=alliance.id)),
    )


def _members(work: Work, belonging: Belonging) -> Members:
    wanted = postings.Filters(carrier=belonging.carrier, alliance=belonging.alliance)
    problems = postings.find(work, Problem, wanted).listing
    capabilities = postings.find(work, Capability, wanted).listing
    found = bodies.bodies(work, bodies.BodyFilter(belonging=belonging))
    return Members(
        belonging=belonging,
        organisations=_count(work, belonging),
        problems=problems.items[:SHOWN],
        problem_count=problems.total,
        solved=_solved(work, belonging),
        capabilities=capabilities.items[:SHOWN],
        capability_count=capabilities.total,
        bodies=found.items[:SHOWN],
        body_count=found.total,
        records=_records(work, belonging),
    )


def _records(work: Work, belonging: Belonging) -> Records | None:
    if not allow(work.actor, Action.RECORD_READ):
        return None
    filters = register.Filters(carrier=belonging.carrier, alliance=belonging.alliance)
    found = register.find(work, filters).listing
    return Records(
        found.items[:SHOWN],
        found.total,
        register.amount(work, replace(filters, signed=register.SIGNED_EVER)),
        {"signed_since": str(register.SIGNED_EVER.since)},
    )


def _count(work: Work, belonging: Belonging) -> int:
    wanted = (
        of_carrier(belonging.carrier)
        if belonging.carrier is not None
        else of_alliance(belonging.alliance or 0)
    )
    return (
        work.session.scalar(
            select(func.count(Organisation.id)).where(
                Organisation.id.in_(wanted), condition(work.actor, Action.ORGANISATION_READ, Organisation)
            )
        )
        or 0
    )


def _solved(work: Work, belonging: Belonging) -> int:
    return (
        work.session.scalar(
            select(func.count(Problem.id)).where(
                public(Problem),
                Problem.status == ProblemStatus.SOLVED,
                condition(work.actor, Action.PROBLEM_READ, Problem),
                *belonging.of(Problem.organisation_id),
            )
        )
        or 0
    )
