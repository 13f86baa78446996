"""How a user stands to an object: each relation as a predicate, and as the same in SQL.

The rows of the policy's table grant relations; nothing else asks this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, inspect, or_, select
from sqlalchemy.orm import Session, aliased, object_session

from models import (
    OPEN_STATUSES,
    Audience,
    Capability,
    CapabilityStatus,
    ConsentStatus,
    CooperationRecord,
    Interest,
    Invitation,
    Job,
    Organisation,
    Pairing,
    PairingStatus,
    Participant,
    Problem,
    ProblemStatus,
    Project,
    RecordParty,
    Role,
    Side,
    SpreadsheetImport,
    ThreadEntry,
    Undertaking,
    UndertakingAcceptance,
    User,
    Verification,
)


class Relation(StrEnum):
    """How a user stands to an object."""

    ANY = "any"
    """Whatever the object."""
    OWN = "own"
    """It belongs to the user's organisation; a job or an import: the user asked for it; a proposal: it answers the
    organisation's call, and was opened."""
    PUBLIC = "public"
    """It is shown to everyone: an organisation that is verified, or what one has published."""
    POSTED = "posted"
    """It has left its author's hands: anything but a draft."""
    PARTY = "party"
    """The user's organisation is one of its sides."""
    CONSENTED = "consented"
    """Both sides of a pairing that is not dismissed agreed to talk, and still do; the user is on the other one."""
    OPEN_FILE = "open_file"
    """A file of an object that the user may read; a confidential one: whose confidential part."""
    SERVED = "served"
    """An account of those whom the bureau serves, not one of the bureau's own."""
    ADDRESSED = "addressed"
    """An entry of a thread that is meant for the user's side of the pairing."""
    IN_TOUCH = "in_touch"
    """The user's organisation is a side of a pairing whose introduction was proposed or made."""
    ANSWERER = "answerer"
    """The user's organisation is one of those that a call is addressed to; the clock says whether it still may answer."""
    PROPOSER = "proposer"
    """The proposal is of the user's organisation."""
    REVIEWER = "reviewer"
    """Named to judge a call; of its proposals: those opened, once the user declared that nothing ties them."""
    UNSEALED = "unsealed"
    """A proposal that was handed in in time and opened after the closing, for whom nothing ties to a proposer."""
    UNDERTAKEN = "undertaken"
    """Consented, and the user's organisation accepted there the undertaking of confidentiality that is in force."""
    REQUESTER = "requester"
    """A service that was asked for on behalf of the user's organisation."""
    PROVIDER = "provider"
    """A service that was asked of the user's organisation."""
    SERVING = "serving"
    """Provider, once it has accepted and while the request was not withdrawn or declined since."""
    ASSIGNED = "assigned"
    """Staff who have in hand what was posted: as its broker, or as that of a pairing of it that is not dismissed."""
    OUTWARD = "outward"
    """An entry of a thread that is not internal to the bureau's staff."""


PUBLIC_PROBLEMS = (ProblemStatus.PUBLISHED, ProblemStatus.IN_COOPERATION, ProblemStatus.SOLVED)
PUBLIC_CAPABILITIES = (CapabilityStatus.PUBLISHED,)


def is_public(posting: Problem | Capability) -> bool:
    """Whether everyone may read it. While an organisation's verification is taken back, nothing of it is public."""
    return posting.status in _PUBLIC[type(posting)] and posting.organisation.is_verified


def public(model: Any) -> ColumnElement[bool]:
    """`is_public` in SQL; of Problem, Capability or an alias of one."""
    return and_(model.status.in_(_PUBLIC[inspect(model).mapper.class_]), _verified(model))


def served_in_vain(session: Session, model: Any) -> list[int]:
    """Ids of what the engine may serve and nobody may see: its organisation is not verified, or not any more."""
    wanted = select(model.id).where(model.published_at.is_not(None), ~_verified(model))
    return list(session.scalars(wanted))


_PUBLIC: Mapping[type, tuple[StrEnum, ...]] = {Problem: PUBLIC_PROBLEMS, Capability: PUBLIC_CAPABILITIES}


def _verified(model: Any) -> ColumnElement[bool]:
    verified = select(Organisation.id).where(Organisation.status == Verification.VERIFIED)
    return cast(ColumnElement[bool], model.organisation_id.in_(verified.correlate(None)))


@dataclass(frozen=True)
class Test:
    """A relation to one kind of object, as a predicate and as the same in SQL."""

    holds: Callable[[User, Any], bool]
    sql: Callable[[User], ColumnElement[bool]]


def _pairings_of(user: User, *sides: Side) -> Select[int]:
    """Ids of the pairings in which the user's organisation is on one of the sides, and may read the other."""
    problem, capability = aliased(Problem), aliased(Capability)
    mine_and_public = {
        Side.PROBLEM: and_(problem.organisation_id == user.organisation_id, public(capability)),
        Side.CAPABILITY: and_(capability.organisation_id == user.organisation_id, public(problem)),
    }
    return (
        select(Pairing.id)
        .join(problem, Pairing.problem_id == problem.id)
        .join(capability, Pairing.capability_id == capability.id)
        .where(or_(*(mine_and_public[side] for side in sides)))
        .correlate(None)
    )


def _own_pairing_side(user: User) -> ColumnElement[bool]:
    return Pairing.id.in_(_pairings_of(user, *Side))


def _is_pairing_side(user: User, pairing: Pairing) -> bool:
    problem, capability = pairing.problem, pairing.capability
    return (problem.organisation_id == user.organisation_id and is_public(capability)) or (
        capability.organisation_id == user.organisation_id and is_public(problem)
    )


TALKING = (PairingStatus.INTRODUCED, PairingStatus.NEGOTIATING, PairingStatus.CONFIRMED)
"""The two have been brought together."""


def _in_touch(user: User) -> ColumnElement[bool]:
    """Proposed by a side or staff, or made; and neither side has declined since, or taken its consent back."""
    proposed = _answered(ConsentStatus.ASKED, ConsentStatus.AGREED)
    refused = _answered(ConsentStatus.DECLINED, ConsentStatus.WITHDRAWN)
    return and_(
        _own_pairing_side(user),
        or_(Pairing.status.in_(TALKING), and_(Pairing.status.in_(OPEN_STATUSES), proposed)),
        ~refused,
    )


def _answered(*statuses: ConsentStatus) -> ColumnElement[bool]:
    """Whether an answer of either side to a talk is one of these."""
    return (
        select(Interest.id)
        .where(Interest.pairing_id == Pairing.id, Interest.status.in_(statuses))
        .correlate(Pairing)
        .exists()
    )


def _addressed(user: User) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                ThreadEntry.audience.in_((Audience(side.value), Audience.BOTH)),
                ThreadEntry.pairing_id.in_(_pairings_of(user, side)),
            )
            for side in Side
        )
    )


def _own_entries(user: User) -> ColumnElement[bool]:
    colleagues = select(User.id).where(User.organisation_id == user.organisation_id)
    return ThreadEntry.author_id.in_(colleagues.correlate(None))


def _consented_problems(user: User, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    """While both sides can open the pairing, so that either can take its consent back."""
    problem, capability = aliased(Problem), aliased(Capability)
    return Problem.id.in_(
        select(Pairing.problem_id)
        .join(problem, Pairing.problem_id == problem.id)
        .join(capability, Pairing.capability_id == capability.id)
        .where(capability.organisation_id == user.organisation_id, public(problem), public(capability))
        .where(*_both_agreed(), *also)
        .correlate(None)
    )


def _consented_capabilities(user: User, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    problem, capability = aliased(Problem), aliased(Capability)
    return Capability.id.in_(
        select(Pairing.capability_id)
        .join(problem, Pairing.problem_id == problem.id)
        .join(capability, Pairing.capability_id == capability.id)
        .where(problem.organisation_id == user.organisation_id, public(problem), public(capability))
        .where(*_both_agreed(), *also)
        .correlate(None)
    )


def _both_agreed() -> list[ColumnElement[bool]]:
    agreed = [
        select(Interest.id)
        .where(Interest.pairing_id == Pairing.id, Interest.side == side, Interest.stands)
        .correlate(Pairing)
        .exists()
        for side in Side
    ]
    return [Pairing.status != PairingStatus.DISMISSED, *agreed]


def _undertaken(side: Side) -> ColumnElement[bool]:
    """That side of the pairing accepted the version in force; without any version nothing is open."""
    in_force = select(func.max(Undertaking.version)).scalar_subquery()
    return (
        select(UndertakingAcceptance.id)
        .join(Undertaking, UndertakingAcceptance.undertaking_id == Undertaking.id)
        .where(
            UndertakingAcceptance.pairing_id == Pairing.id,
            UndertakingAcceptance.side == side,
            Undertaking.version == in_force,
        )
        .correlate(Pairing)
        .exists()
    )


def _undertaken_problems(user: User) -> ColumnElement[bool]:
    return _consented_problems(user, _undertaken(Side.CAPABILITY))


def _undertaken_capabilities(user: User) -> ColumnElement[bool]:
    return _consented_capabilities(user, _undertaken(Side.PROBLEM))


def _assigned(model: Any, statuses: tuple[StrEnum, ...], of_pairing: Any) -> Test:
    """`of_pairing` is the column of a pairing that names the posting."""

    def sql(user: User) -> ColumnElement[bool]:
        paired = select(of_pairing).where(
            Pairing.broker_id == user.id, Pairing.status != PairingStatus.DISMISSED
        )
        in_hand = or_(model.broker_id == user.id, model.id.in_(paired.correlate(None)))
        return and_(model.status.in_(statuses), in_hand)

    return Test(in_sql(sql, model), sql)


def in_sql(sql: Callable[[User], ColumnElement[bool]], model: Any) -> Callable[[User, Any], bool]:
    """The predicate of a relation that only the database can answer."""

    def holds(user: User, subject: Any) -> bool:
        session = object_session(subject)
        if session is None or subject.id is None:
            return False
        return session.scalar(select(model.id).where(model.id == subject.id, sql(user))) is not None

    return holds


def _own(model: Any) -> Test:
    return Test(
        lambda user, subject: bool(subject.organisation_id == user.organisation_id),
        lambda user: model.organisation_id == user.organisation_id,
    )


def _status(model: Any, statuses: tuple[StrEnum, ...]) -> Test:
    return Test(lambda user, subject: subject.status in statuses, lambda user: model.status.in_(statuses))


def _record_party(user: User) -> ColumnElement[bool]:
    return CooperationRecord.id.in_(
        select(RecordParty.record_id).where(RecordParty.organisation_id == user.organisation_id)
    )


def _participant(user: User) -> ColumnElement[bool]:
    """Of a project that was recommended: until then it is the bureau's own draft."""
    taking_part = select(Participant.project_id).where(Participant.organisation_id == user.organisation_id)
    return and_(Project.recommended_at.is_not(None), Project.id.in_(taking_part.correlate(None)))


def _is_participant(user: User, project: Project) -> bool:
    taking_part = (each.organisation_id == user.organisation_id for each in project.participants)
    return project.recommended_at is not None and any(taking_part)


_posted_problems = tuple(s for s in ProblemStatus if s is not ProblemStatus.DRAFT)
_posted_capabilities = tuple(s for s in CapabilityStatus if s is not CapabilityStatus.DRAFT)

TESTS: Mapping[tuple[Relation, type], Test] = {
    (Relation.OWN, Problem): _own(Problem),
    (Relation.OWN, Capability): _own(Capability),
    (Relation.OWN, Invitation): _own(Invitation),
    (Relation.OWN, Job): Test(
        lambda user, subject: bool(subject.user_id == user.id), lambda user: Job.user_id == user.id
    ),
    (Relation.OWN, SpreadsheetImport): Test(
        lambda user, subject: bool(subject.user_id == user.id),
        lambda user: SpreadsheetImport.user_id == user.id,
    ),
    (Relation.OWN, Organisation): Test(
        lambda user, subject: subject.id == user.organisation_id,
        lambda user: Organisation.id == user.organisation_id,
    ),
    (Relation.PUBLIC, Problem): Test(lambda _, subject: is_public(subject), lambda _: public(Problem)),
    (Relation.PUBLIC, Capability): Test(lambda _, subject: is_public(subject), lambda _: public(Capability)),
    (Relation.PUBLIC, Organisation): _status(Organisation, (Verification.VERIFIED,)),
    (Relation.POSTED, Problem): _status(Problem, _posted_problems),
    (Relation.POSTED, Capability): _status(Capability, _posted_capabilities),
    (Relation.ASSIGNED, Problem): _assigned(Problem, _posted_problems, Pairing.problem_id),
    (Relation.ASSIGNED, Capability): _assigned(Capability, _posted_capabilities, Pairing.capability_id),
    (Relation.SERVED, User): Test(
        lambda user, subject: not subject.is_staff,
        lambda user: User.role.not_in((Role.STAFF, Role.ADMINISTRATOR)),
    ),
    (Relation.ADDRESSED, ThreadEntry): Test(in_sql(_addressed, ThreadEntry), _addressed),
    (Relation.OUTWARD, ThreadEntry): Test(
        lambda _, entry: entry.audience is not Audience.STAFF,
        lambda _: ThreadEntry.audience != Audience.STAFF,
    ),
    (Relation.IN_TOUCH, Pairing): Test(in_sql(_in_touch, Pairing), _in_touch),
    (Relation.OWN, ThreadEntry): Test(
        lambda user, subject: bool(subject.author.organisation_id == user.organisation_id), _own_entries
    ),
    (Relation.PARTY, Pairing): Test(_is_pairing_side, _own_pairing_side),
    (Relation.PARTY, CooperationRecord): Test(
        lambda user, subject: any(p.organisation_id == user.organisation_id for p in subject.parties),
        _record_party,
    ),
    (Relation.PARTY, Project): Test(_is_participant, _participant),
    (Relation.CONSENTED, Problem): Test(in_sql(_consented_problems, Problem), _consented_problems),
    (Relation.CONSENTED, Capability): Test(
        in_sql(_consented_capabilities, Capability), _consented_capabilities
    ),
    (Relation.UNDERTAKEN, Problem): Test(in_sql(_undertaken_problems, Problem), _undertaken_problems),
    (Relation.UNDERTAKEN, Capability): Test(
        in_sql(_undertaken_capabilities, Capability), _undertaken_capabilities
    ),
}
