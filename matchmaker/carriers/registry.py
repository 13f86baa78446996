"""Innovation carriers 创新载体: describing them, and the stages of their member companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.audit import service as audit
from matchmaker.carriers.errors import NothingNew, NotListed, TooEarly
from matchmaker.carriers.facts import LONGEST_QUERY, clean, members_by, refuse_taken, write
from matchmaker.database import take_serial_lock
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, allow, condition, require
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import Carrier, CarrierMembership, Organisation, OrganisationKind, RecognitionLevel, Verification


@dataclass(frozen=True)
class CarrierFacts:
    """What is said of a carrier; codes of the vocabulary."""

    kind: str
    name: str
    level: RecognitionLevel | None = None
    year: int | None = None
    county: str | None = None
    field: str | None = None
    industry: str = ""
    introduction: str = ""
    operator_id: int | None = None
    active: bool = True


@dataclass(frozen=True)
class CarrierFilter:
    """What of the list is wanted; nothing set: all."""

    q: str = ""
    kind: str = ""
    county: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> CarrierFilter:
        """From an address; what makes no sense is passed over."""
        return cls(
            clean(query.get("q")),
            clean(query.get("kind")),
            clean(query.get("county")),
            number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != CarrierFilter(page=self.page)


@dataclass(frozen=True)
class CarrierEntry:
    """A carrier in the list, and how many organisations belong to it."""

    carrier: Carrier
    members: int


def carriers(work: Work, wanted: CarrierFilter) -> Listing[CarrierEntry]:
    """Those that the reader may know of, by kind and name."""
    require(work.actor, Action.CARRIER_READ)
    found = paginate(work.session, _matching(work, wanted), wanted.page, work.settings.page_size)
    ids = [each.id for each in found.items]
    counts = members_by(work, CarrierMembership.carrier_id, ids, _standing_known(work))
    entries = [CarrierEntry(each, counts.get(each.id, 0)) for each in found.items]
    return Listing(entries, found.page, found.size, found.total)


def all_carriers(work: Work, wanted: CarrierFilter) -> Rows[Carrier]:
    """The whole list, for an export."""
    require(work.actor, Action.CARRIER_READ)
    return stream(work.session, _matching(work, wanted).options(joinedload(Carrier.operator)))


def members_of_carriers(work: Work, wanted: CarrierFilter) -> Rows[CarrierMembership]:
    """How the organisations that the reader may know of stand in the carriers of the list now."""
    require(work.actor, Action.CARRIER_READ)
    listed = _matching(work, wanted).with_only_columns(Carrier.id).order_by(None)
    query = (
        select(CarrierMembership)
        .join(CarrierMembership.carrier)
        .join(Organisation, CarrierMembership.organisation_id == Organisation.id)
        .where(CarrierMembership.carrier_id.in_(listed), *_standing_known(work))
        .order_by(Carrier.name, CarrierMembership.id)
        .options(contains_eager(CarrierMembership.carrier))
    )
    return stream(work.session, query)


def _standing_known(work: Work) -> list[ColumnElement[bool]]:
    return [
        CarrierMembership.until.is_(None),
        CarrierMembership.stage != CarrierMembership.LEFT,
        condition(work.actor, Action.ORGANISATION_READ, Organisation),
    ]


def _matching(work: Work, wanted: CarrierFilter) -> Select[Carrier]:
    query = (
        select(Carrier)
        .where(condition(work.actor, Action.CARRIER_READ, Carrier))
        .order_by(Carrier.active.desc(), Carrier.kind, Carrier.name)
    )
    if wanted.q:
        q = wanted.q[:LONGEST_QUERY]
        query = query.where(
            or_(Carrier.name.icontains(q, autoescape=True), Carrier.industry.icontains(q, autoescape=True))
        )
    if wanted.kind:
        query = query.where(Carrier.kind == wanted.kind)
    if wanted.county:
        query = query.where(Carrier.county == wanted.county)
    return query


def names_of_carriers(work: Work) -> list[tuple[str, str]]:
    """(number, name) of those that lists can be filtered by."""
    rows = work.session.execute(
        select(Carrier.id, Carrier.name)
        .where(condition(work.actor, Action.CARRIER_READ, Carrier))
        .order_by(Carrier.kind, Carrier.name)
    )
    return [(str(row[0]), row[1]) for row in rows]


def find_carrier(work: Work, carrier_id: int, action: Action = Action.CARRIER_READ) -> Carrier:
    """The carrier, for the action. Raises NotListed also for one that the reader may not know of."""
    found = work.session.get(Carrier, carrier_id)
    if found is None or not allow(work.actor, Action.CARRIER_READ, found):
        raise NotListed(f"carrier {carrier_id}")
    require(work.actor, action, found)
    return found


def create_carrier(work: Work, facts: CarrierFacts) -> Carrier:
    """Raises NameTaken."""
    require(work.actor, Action.CARRIER_EDIT)
    refuse_taken(work, Carrier, facts.name)
    made = Carrier(**asdict(facts))
    work.session.add(made)
    work.session.flush()
    audit.record(work, "carrier.created", made, name=made.name)
    return made


def edit_carrier(work: Work, carrier: Carrier, facts: CarrierFacts, seen: int) -> list[str]:
    """Describe it anew. Raises NameTaken and ChangedMeanwhile."""
    require(work.actor, Action.CARRIER_EDIT, carrier)
    refuse_taken(work, Carrier, facts.name, but=carrier.id)
    return write(work, carrier, facts, seen)


def set_stage(
    work: Work, carrier: Carrier, organisation: Organisation, stage: str, since: date, note: str = ""
) -> CarrierMembership:
    """From that day the organisation is in this stage; the one before ends then and stays as history.

    Raises NothingNew and TooEarly.
    """
    require(work.actor, Action.CARRIER_EDIT, carrier)
    take_serial_lock(work.session)
    standing = standing_in(work, carrier, organisation)
    if standing is not None:
        if standing.stage == stage:
            raise NothingNew(stage)
        if since < standing.since:
            raise TooEarly(standing.since)
        standing.until = since
        work.session.flush()
    made = CarrierMembership(carrier=carrier, organisation=organisation, stage=stage, since=since, note=note)
    work.session.add(made)
    work.session.flush()
    audit.record(
        work,
        "carrier.stage_set",
        carrier,
        organisation=organisation.id,
        stage=stage,
        since=since.isoformat(),
    )
    return made


def take_back_stage(work: Work, membership_id: int) -> int:
    """Remove a stage that was entered by mistake; where it stood, the one before it stands again.

    Returns the carrier's number. Raises NotListed.
    """
    found = work.session.get(CarrierMembership, membership_id)
    if found is None:
        raise NotListed(f"membership {membership_id}")
    carrier = found.carrier
    require(work.actor, Action.CARRIER_EDIT, carrier)
    take_serial_lock(work.session)
    before = work.session.scalars(
        select(CarrierMembership)
        .where(
            CarrierMembership.carrier_id == carrier.id,
            CarrierMembership.organisation_id == found.organisation_id,
            CarrierMembership.id < found.id,
        )
        .order_by(CarrierMembership.id.desc())
    ).first()
    until, organisation_id, stage = found.until, found.organisation_id, found.stage
    work.session.delete(found)
    work.session.flush()
    if before is not None and before.until is not None:
        before.until = until
        work.session.flush()
    audit.record(work, "carrier.stage_taken_back", carrier, organisation=organisation_id, stage=stage)
    return carrier.id


def organisations_to_choose(work: Work, *also: Organisation | None) -> dict[str, Organisation]:
    """By name: those that may become members, operators and leads, and what is named there already."""
    require(work.actor, Action.CARRIER_EDIT)
    found = work.session.scalars(
        select(Organisation)
        .where(Organisation.status == Verification.VERIFIED, Organisation.kind != OrganisationKind.BUREAU)
        .order_by(Organisation.name)
    )
    return {each.name: each for each in (*found, *also) if each is not None}


def standing_in(work: Work, carrier: Carrier, organisation: Organisation) -> CarrierMembership | None:
    """The last stage that the organisation has there."""
    return work.session.scalar(
        select(CarrierMembership).where(
            CarrierMembership.carrier_id == carrier.id,
            CarrierMembership.organisation_id == organisation.id,
            CarrierMembership.until.is_(None),
        )
    )


def carriers_of(work: Work, organisation: Organisation) -> list[CarrierMembership]:
    """Where the organisation stands now, in carriers that the reader may know of."""
    return list(
        work.session.scalars(
            select(CarrierMembership)
            .join(Carrier, CarrierMembership.carrier_id == Carrier.id)
            .where(
                CarrierMembership.organisation_id == organisation.id,
                CarrierMembership.until.is_(None),
                condition(work.actor, Action.CARRIER_READ, Carrier),
            )
            .order_by(Carrier.name)
        )
    )
