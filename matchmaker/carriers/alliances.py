"""Alliances 产业技术创新战略联盟: describing them, and who belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.audit import service as audit
from matchmaker.carriers.errors import LeadStays, NothingNew, NotListed, TooEarly
from matchmaker.carriers.facts import LONGEST_QUERY, clean, members_by, refuse_taken, write
from matchmaker.database import take_serial_lock
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, allow, condition, require
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import Alliance, AllianceMembership, Organisation, RecognitionLevel


@dataclass(frozen=True)
class AllianceFacts:
    """What is said of an alliance; `lead_id` names an organisation, `field` a code of the vocabulary."""

    name: str
    lead_id: int
    level: RecognitionLevel | None = None
    field: str | None = None
    founded_on: date | None = None
    introduction: str = ""
    agreement: str = ""
    agreed_on: date | None = None
    agreement_until: date | None = None
    active: bool = True


@dataclass(frozen=True)
class AllianceFilter:
    """What of the list is wanted; nothing set: all."""

    q: str = ""
    field: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> AllianceFilter:
        """From an address; what makes no sense is passed over."""
        return cls(clean(query.get("q")), clean(query.get("field")), number(query.get("page")) or 1)

    @property
    def narrowed(self) -> bool:
        return self != AllianceFilter(page=self.page)


@dataclass(frozen=True)
class AllianceEntry:
    """An alliance in the list, and how many organisations belong to it."""

    alliance: Alliance
    members: int


def alliances(work: Work, wanted: AllianceFilter) -> Listing[AllianceEntry]:
    """Those that the reader may know of, by name."""
    require(work.actor, Action.ALLIANCE_READ)
    found = paginate(work.session, _matching(work, wanted), wanted.page, work.settings.page_size)
    ids = [each.id for each in found.items]
    counts = members_by(work, AllianceMembership.alliance_id, ids, _standing_known(work))
    entries = [AllianceEntry(each, counts.get(each.id, 0)) for each in found.items]
    return Listing(entries, found.page, found.size, found.total)


def all_alliances(work: Work, wanted: AllianceFilter) -> Rows[Alliance]:
    """The whole list, for an export."""
    require(work.actor, Action.ALLIANCE_READ)
    return stream(work.session, _matching(work, wanted))


def members_of_alliances(work: Work, wanted: AllianceFilter) -> Rows[AllianceMembership]:
    """The present members, as far as the reader may know of them, of the alliances of the list."""
    require(work.actor, Action.ALLIANCE_READ)
    listed = _matching(work, wanted).with_only_columns(Alliance.id).order_by(None)
    query = (
        select(AllianceMembership)
        .join(AllianceMembership.alliance)
        .join(Organisation, AllianceMembership.organisation_id == Organisation.id)
        .where(AllianceMembership.alliance_id.in_(listed), *_standing_known(work))
        .order_by(Alliance.name, AllianceMembership.id)
        .options(contains_eager(AllianceMembership.alliance))
    )
    return stream(work.session, query)


def _standing_known(work: Work) -> list[ColumnElement[bool]]:
    return [
        AllianceMembership.until.is_(None),
        condition(work.actor, Action.ORGANISATION_READ, Organisation),
    ]


def _matching(work: Work, wanted: AllianceFilter) -> Select[Alliance]:
    query = (
        select(Alliance)
        .where(condition(work.actor, Action.ALLIANCE_READ, Alliance))
        .order_by(Alliance.active.desc(), Alliance.name)
    )
    if wanted.q:
        q = wanted.q[:LONGEST_QUERY]
        led = select(Organisation.id).where(Organisation.name.icontains(q, autoescape=True))
        query = query.where(or_(Alliance.name.icontains(q, autoescape=True), Alliance.lead_id.in_(led)))
    if wanted.field:
        query = query.where(Alliance.field == wanted.field)
    return query


def names_of_alliances(work: Work) -> list[tuple[str, str]]:
    """(number, name) of those that lists can be filtered by."""
    rows = work.session.execute(
        select(Alliance.id, Alliance.name)
        .where(condition(work.actor, Action.ALLIANCE_READ, Alliance))
        .order_by(Alliance.name)
    )
    return [(str(row[0]), row[1]) for row in rows]


def find_alliance(work: Work, alliance_id: int, action: Action = Action.ALLIANCE_READ) -> Alliance:
    """The alliance, for the action. Raises NotListed also for one that the reader may not know of."""
    found = work.session.get(Alliance, alliance_id)
    if found is None or not allow(work.actor, Action.ALLIANCE_READ, found):
        raise NotListed(f"alliance {alliance_id}")
    require(work.actor, action, found)
    return found


def create_alliance(work: Work, facts: AllianceFacts) -> Alliance:
    """With its lead as the first member. Raises NameTaken."""
    require(work.actor, Action.ALLIANCE_EDIT)
    refuse_taken(work, Alliance, facts.name)
    made = Alliance(**asdict(facts))
    work.session.add(made)
    work.session.flush()
    audit.record(work, "alliance.created", made, name=made.name)
    _seat_lead(work, made)
    return made


def edit_alliance(work: Work, alliance: Alliance, facts: AllianceFacts, seen: int) -> list[str]:
    """Describe it anew; a new lead becomes a member. Raises NameTaken and ChangedMeanwhile."""
    require(work.actor, Action.ALLIANCE_EDIT, alliance)
    refuse_taken(work, Alliance, facts.name, but=alliance.id)
    changed = write(work, alliance, facts, seen)
    if "lead_id" in changed:
        work.session.refresh(alliance)
        _seat_lead(work, alliance)
    return changed


def add_member(
    work: Work, alliance: Alliance, organisation: Organisation, since: date, note: str = ""
) -> AllianceMembership:
    """Raises NothingNew where it is a member, TooEarly where it left after that day."""
    require(work.actor, Action.ALLIANCE_EDIT, alliance)
    take_serial_lock(work.session)
    last = _last(work, alliance, organisation)
    if last is not None and last.until is None:
        raise NothingNew
    if last is not None and last.until is not None and since < last.until:
        raise TooEarly(last.until)
    made = AllianceMembership(alliance=alliance, organisation=organisation, since=since, note=note)
    work.session.add(made)
    work.session.flush()
    audit.record(
        work, "alliance.member_added", alliance, organisation=organisation.id, since=since.isoformat()
    )
    return made


def find_membership(work: Work, membership_id: int) -> AllianceMembership:
    """One that stands, to be ended. Raises NotListed."""
    found = work.session.get(AllianceMembership, membership_id)
    if found is None or found.until is not None:
        raise NotListed(f"membership {membership_id}")
    require(work.actor, Action.ALLIANCE_EDIT, found.alliance)
    return found


def end_membership(work: Work, membership_id: int, until: date) -> AllianceMembership:
    """The member leaves on that day. Raises NotListed, TooEarly and, of its lead, LeadStays."""
    found = find_membership(work, membership_id)
    if found.organisation_id == found.alliance.lead_id:
        raise LeadStays
    if until < found.since:
        raise TooEarly(found.since)
    take_serial_lock(work.session)
    work.session.refresh(found)
    found.until = until
    audit.record(
        work,
        "alliance.member_left",
        found.alliance,
        organisation=found.organisation_id,
        until=until.isoformat(),
    )
    return found


def alliances_of(work: Work, organisation: Organisation) -> list[Alliance]:
    """To which the organisation belongs now, of those that the reader may know of."""
    joined = select(AllianceMembership.alliance_id).where(
        AllianceMembership.organisation_id == organisation.id, AllianceMembership.until.is_(None)
    )
    return list(
        work.session.scalars(
            select(Alliance)
            .where(Alliance.id.in_(joined), condition(work.actor, Action.ALLIANCE_READ, Alliance))
            .order_by(Alliance.name)
        )
    )


def _seat_lead(work: Work, alliance: Alliance) -> None:
    last = _last(work, alliance, alliance.lead)
    if last is None or last.until is not None:
        since = alliance.founded_on if last is None and alliance.founded_on else work.today()
        work.session.add(
            AllianceMembership(alliance=alliance, organisation=alliance.lead, since=since, note="")
        )
        work.session.flush()


def _last(work: Work, alliance: Alliance, organisation: Organisation) -> AllianceMembership | None:
    return work.session.scalars(
        select(AllianceMembership)
        .where(
            AllianceMembership.alliance_id == alliance.id,
            AllianceMembership.organisation_id == organisation.id,
        )
        .order_by(AllianceMembership.id.desc())
    ).first()
