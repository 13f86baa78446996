"""Organisations: registering, checking and describing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from matchmaker.accounts import invitations
from matchmaker.accounts import service as accounts
from matchmaker.accounts.invitations import CONSENT
from matchmaker.audit import service as audit
from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.database import take_serial_lock
from matchmaker.days import EVER, Days
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.notices import service as notices
from matchmaker.organisations.activity import is_active
from matchmaker.organisations.errors import (
    OrganisationChanged,
    OrganisationMissing,
    OrganisationTaken,
    ReasonMissing,
)
from matchmaker.policy import Action, Forbidden, allow, condition, require
from matchmaker.work import Work
from models import (
    FormerName,
    Invitation,
    Organisation,
    OrganisationKind,
    Role,
    User,
    Verification,
    advance,
)

REGISTRABLE = tuple(kind for kind in OrganisationKind if kind is not OrganisationKind.BUREAU)
"""The kinds that can register by themselves."""


@dataclass(frozen=True)
class Facts:
    """What an organisation tells about itself. Without name and code: those stay as they are."""

    county: str | None = None
    industry: str | None = None
    tags: list[str] = field(default_factory=list)
    introduction: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    name: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class FirstMember:
    """Who registers."""

    name: str
    email: str | None
    mobile: str | None
    password: str
    language: str = "zh_CN"


@dataclass(frozen=True)
class OrganisationFilter:
    """What of the list is wanted; nothing set: all."""

    q: str = ""
    kind: OrganisationKind | None = None
    status: Verification | None = None
    county: str = ""
    belonging: Belonging = ANYWHERE
    days: Days = EVER
    """On which it registered, or with `active` on which it did something. For the bureau alone."""
    active: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> OrganisationFilter:
        """From an address; what makes no sense is passed over."""
        kind, status = query.get("kind", ""), query.get("status", "")
        return cls(
            q=query.get("q", "").replace("\x00", "").strip()[:100],
            kind=OrganisationKind(kind) if kind in list(OrganisationKind) else None,
            status=Verification(status) if status in list(Verification) else None,
            county=query.get("county", "").replace("\x00", "").strip()[:32],
            belonging=Belonging.from_query(query),
            days=Days.of(query),
            active=query.get("active", "") not in ("", "0"),
        )


@dataclass(frozen=True)
class Overview:
    """An organisation with what this reader may see of its people."""

    organisation: Organisation
    members: list[User]
    invitations: list[Invitation]
    roles: tuple[Role, ...]
    """The roles an invited colleague can get."""
    former_names: Sequence[FormerName] = ()
    """The latest first."""


def register(work: Work, kind: OrganisationKind, facts: Facts, member: FirstMember) -> User:
    """A new organisation, still to be verified, and its first member, signed in.

    Raises OrganisationTaken and LoginNameTaken. Of two who register the same at the same time, the second
    waits for the first and is told.
    """
    require(work.actor, Action.ORGANISATION_REGISTER)
    if kind not in REGISTRABLE:
        raise Forbidden(Action.ORGANISATION_REGISTER)
    kept = accounts.hash_password(member.password)
    take_serial_lock(work.session)
    organisation = Organisation(kind=kind, **asdict(facts))
    _refuse_taken(work, facts)
    user = accounts.create_user(
        work,
        organisation,
        accounts.ROLES[kind][0],
        member.name,
        email=member.email,
        mobile=member.mobile,
        password_hash=kept,
        language=member.language,
    )
    as_member = work.as_actor(user)
    audit.record(
        as_member, "organisation.registered", organisation, name=organisation.name, code=organisation.code
    )
    audit.record(as_member, "account.created", user, consent=CONSENT)
    accounts.complete_sign_in(work, user)
    _tell_staff(work, organisation, "organisation.registered")
    return user


def enter(work: Work, kind: OrganisationKind, facts: Facts) -> Organisation:
    """A new organisation that staff have in a table, still to be verified and without members.

    Raises OrganisationTaken.
    """
    require(work.actor, Action.ORGANISATION_IMPORT)
    if kind not in REGISTRABLE:
        raise Forbidden(Action.ORGANISATION_IMPORT)
    take_serial_lock(work.session)
    _refuse_taken(work, facts)
    made = Organisation(kind=kind, **asdict(facts), created_at=work.now())
    work.session.add(made)
    work.session.flush()
    audit.record(work, "organisation.registered", made, name=made.name, code=made.code)
    return made


def amend(work: Work, organisation: Organisation, values: Mapping[str, Any]) -> bool:
    """Write what a table of staff says of it over what is there, but for name, code and kind; whether that changed it."""
    require(work.actor, Action.ORGANISATION_IMPORT, organisation)
    take_serial_lock(work.session)
    fixed = ("name", "code", "kind")
    changed = [
        name for name, value in values.items() if name not in fixed and getattr(organisation, name) != value
    ]
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        audit.record(work, "organisation.changed", organisation, fields=changed)
    return bool(changed)


def organisations(work: Work, wanted: OrganisationFilter, page: int) -> Listing[Organisation]:
    """Those the reader may know of; the ones that wait for the bureau first, then the newest."""
    require(work.actor, Action.ORGANISATION_READ)
    return paginate(work.session, matching(work, wanted), page, work.settings.page_size)


def every(work: Work, wanted: OrganisationFilter) -> Rows[Organisation]:
    """All of the list, for an export."""
    require(work.actor, Action.ORGANISATION_READ)
    return stream(work.session, matching(work, wanted))


def matching(work: Work, wanted: OrganisationFilter) -> Select[Organisation]:
    """The list's rows, for figures that count them."""
    waiting = case((Organisation.status == Verification.PENDING, 0), else_=1)
    query = (
        select(Organisation)
        .where(condition(work.actor, Action.ORGANISATION_READ, Organisation))
        .order_by(waiting, Organisation.id.desc())
    )
    if wanted.q:
        formerly = select(FormerName.organisation_id).where(
            or_(
                FormerName.name.icontains(wanted.q, autoescape=True),
                FormerName.code.icontains(wanted.q, autoescape=True),
            )
        )
        query = query.where(
            or_(
                Organisation.name.icontains(wanted.q, autoescape=True),
                Organisation.code.icontains(wanted.q, autoescape=True),
                Organisation.id.in_(formerly),
            )
        )
    if wanted.kind is not None:
        query = query.where(Organisation.kind == wanted.kind)
    if wanted.status is not None:
        query = query.where(Organisation.status == wanted.status)
    else:
        query = query.where(Organisation.status != Verification.MERGED)
    if wanted.county:
        query = query.where(Organisation.county == wanted.county)
    if work.actor is not None and work.actor.is_staff:
        did = [is_active(wanted.days)] if wanted.active else wanted.days.moments(Organisation.created_at)
        query = query.where(*did)
    return query.where(*wanted.belonging.of(Organisation.id))


def find(work: Work, organisation_id: int, action: Action = Action.ORGANISATION_READ) -> Organisation:
    """The organisation, for the action. Raises OrganisationMissing also for one that the reader may not know of."""
    organisation = work.session.get(Organisation, organisation_id)
    if organisation is None or not allow(work.actor, Action.ORGANISATION_READ, organisation):
        raise OrganisationMissing
    require(work.actor, action, organisation)
    return organisation


def overview(work: Work, organisation_id: int) -> Overview:
    """The organisation's page. Raises OrganisationMissing."""
    organisation = find(work, organisation_id)
    people = allow(work.actor, Action.ORGANISATION_READ_CONTACT, organisation)
    invites = allow(work.actor, Action.MEMBER_INVITE, organisation)
    return Overview(
        organisation,
        list(organisation.members) if people else [],
        invitations.standing(work, organisation) if invites else [],
        invitations.invitable_roles(organisation),
        former_names(work, organisation),
    )


def former_names(work: Work, organisation: Organisation) -> Sequence[FormerName]:
    """What it was called before, the latest first; and what those were called that were merged into it."""
    require(work.actor, Action.ORGANISATION_READ, organisation)
    return work.session.scalars(
        select(FormerName)
        .where(FormerName.organisation_id == organisation.id)
        .order_by(FormerName.until.desc(), FormerName.id.desc())
    ).all()


def merged_into(work: Work, organisation_id: int) -> tuple[Organisation, Organisation] | None:
    """(the merged one, the one it goes on in) for an old address; None where it is not merged, or not to be known of."""
    merged = work.session.get(Organisation, organisation_id)
    if merged is None or merged.merged_into is None:
        return None
    main = merged.merged_into
    return (merged, main) if allow(work.actor, Action.ORGANISATION_READ, main) else None


def may_rename(work: Work, organisation: Organisation) -> bool:
    """Name and code were checked when it was verified; after that only an administrator changes them."""
    return not organisation.is_verified or allow(work.actor, Action.ACCOUNT_ADMINISTER)


def edit(work: Work, organisation: Organisation, facts: Facts, version: int | None = None) -> None:
    """Describe it anew; what it was called is kept, once the bureau had verified it under that name.

    Raises OrganisationTaken, and OrganisationChanged where somebody changed it since `version` was read.
    """
    require(work.actor, Action.ORGANISATION_EDIT, organisation)
    take_serial_lock(work.session)
    work.session.refresh(organisation)
    if version is not None and version != organisation.version:
        raise OrganisationChanged
    given = {
        name: value
        for name, value in asdict(facts).items()
        if value is not None or name in ("county", "industry")
    }
    if not may_rename(work, organisation):
        given.pop("name", None)
        given.pop("code", None)
    _refuse_taken(work, facts, but=organisation)
    changed = [name for name, value in given.items() if getattr(organisation, name) != value]
    if organisation.verified_at is not None and {"name", "code"} & set(changed):
        _keep_name(work, organisation)
    before = organisation.name
    for name in changed:
        setattr(organisation, name, given[name])
    if changed:
        audit.record(work, "organisation.changed", organisation, fields=changed)
    if "name" in changed:
        audit.record(work, "organisation.renamed", organisation, before=before, after=organisation.name)


def _keep_name(work: Work, organisation: Organisation) -> None:
    """What it is called until now, since it was called so."""
    since = work.session.scalar(
        select(func.max(FormerName.until)).where(
            FormerName.organisation_id == organisation.id, FormerName.merged_from_id.is_(None)
        )
    )
    work.session.add(
        FormerName(
            organisation_id=organisation.id,
            name=organisation.name,
            code=organisation.code,
            since=min(since or organisation.created_at, work.now()),
            until=work.now(),
            changed_by_id=work.person.id,
        )
    )


def verify(work: Work, organisation: Organisation) -> None:
    """The bureau says that it is who it says it is."""
    _lock_for_check(work, organisation)
    before, after = advance(organisation, "verify")
    organisation.verified_at, organisation.reject_reason = work.now(), ""
    audit.record(work, "organisation.verified", organisation, **{"from": before, "to": after})
    _tell_members(work, organisation, "organisation.verified", name=organisation.name)


def reject(work: Work, organisation: Organisation, reason: str) -> None:
    """The bureau refuses it, or takes its verification back. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    _lock_for_check(work, organisation)
    before, after = advance(organisation, "reject")
    organisation.verified_at, organisation.reject_reason = None, reason.strip()
    details = {"from": before, "to": after, "reason": organisation.reject_reason}
    audit.record(work, "organisation.rejected", organisation, **details)
    _tell_members(
        work, organisation, "organisation.rejected", name=organisation.name, reason=organisation.reject_reason
    )


def recheck(work: Work, organisation: Organisation) -> None:
    """Take back what the bureau decided a moment ago: it waits again. Whether that is still right the caller knows."""
    _lock_for_check(work, organisation)
    before, after = advance(organisation, "recheck")
    organisation.verified_at, organisation.reject_reason = None, ""
    audit.record(work, "organisation.rechecked", organisation, **{"from": before, "to": after})
    _tell_members(work, organisation, "organisation.rechecked", name=organisation.name)


def resubmit(work: Work, organisation: Organisation) -> None:
    """Ask the bureau to look again after a refusal."""
    require(work.actor, Action.ORGANISATION_EDIT, organisation)
    take_serial_lock(work.session)
    work.session.refresh(organisation)
    advance(organisation, "resubmit")
    audit.record(work, "organisation.resubmitted", organisation)
    _tell_staff(work, organisation, "organisation.resubmitted")


def _lock_for_check(work: Work, organisation: Organisation) -> None:
    """Two members of staff may decide at once: the second sees what the first did."""
    require(work.actor, Action.ORGANISATION_VERIFY, organisation)
    if organisation.kind is OrganisationKind.BUREAU:
        raise Forbidden(Action.ORGANISATION_VERIFY, organisation)
    take_serial_lock(work.session)
    work.session.refresh(organisation)


def _refuse_taken(work: Work, facts: Facts, but: Organisation | None = None) -> None:
    for name, column, value in (
        ("code", Organisation.code, facts.code),
        ("name", Organisation.name, facts.name),
    ):
        if value is None:
            continue
        owner = work.session.scalar(select(Organisation.id).where(column == value))
        if owner is not None and (but is None or owner != but.id):
            raise OrganisationTaken(name)


def _tell_staff(work: Work, organisation: Organisation, kind: str) -> None:
    notices.tell(work, notices.staff(work), kind, _path(organisation), name=organisation.name)


def _tell_members(work: Work, organisation: Organisation, kind: str, **details: str) -> None:
    notices.tell(work, notices.members(work, organisation), kind, _path(organisation), **details)


def _path(organisation: Organisation) -> str:
    return f"/organisations/{organisation.id}"
