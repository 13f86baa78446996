"""Who may do what: one table of action x relation.

Services enforce it (`require`), templates ask it whether to show a button (`allow`), lists ask it for a SQL
condition (`condition`). What the table does not grant is denied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, false, inspect, or_, select, true
from sqlalchemy.orm import Session, aliased, object_session

from matchmaker.actions import Action
from models import (
    Attachment,
    AttachmentOwner,
    Capability,
    CapabilityStatus,
    CooperationRecord,
    Interest,
    Invitation,
    Organisation,
    Pairing,
    Problem,
    ProblemStatus,
    RecordParty,
    Role,
    Side,
    User,
    Verification,
)

__all__ = [
    "EVERYONE",
    "PUBLIC_CAPABILITIES",
    "PUBLIC_PROBLEMS",
    "READERS_OF_FILES",
    "RULES",
    "TESTS",
    "Action",
    "Forbidden",
    "Relation",
    "allow",
    "condition",
    "is_public",
    "public",
    "require",
]


class Relation(StrEnum):
    """How a user stands to an object."""

    ANY = "any"
    """Whatever the object."""
    OWN = "own"
    """It belongs to the user's organisation."""
    PUBLIC = "public"
    """It is shown to everyone: an organisation that is verified, or what one has published."""
    POSTED = "posted"
    """It has left its author's hands: anything but a draft."""
    PARTY = "party"
    """The user's organisation is one of its sides."""
    CONSENTED = "consented"
    """Both sides of a pairing said that they want to talk, and the user is on the other one."""
    OPEN_FILE = "open_file"
    """A file of an object that the user may read; a confidential one: whose confidential part."""
    SERVED = "served"
    """An account of those whom the bureau serves, not one of the bureau's own."""


Grant = frozenset[Relation]
ANY, OWN, PUBLIC, POSTED, PARTY, CONSENTED, OPEN_FILE, SERVED = (frozenset({r}) for r in Relation)
VISITOR = None
EVERYONE: tuple[Role | None, ...] = (VISITOR, *Role)


def _grant(**by_role: Grant) -> Mapping[Role | None, Grant]:
    return {None if name == "visitor" else Role(name): grant for name, grant in by_role.items()}


_everyone: Mapping[Role | None, Grant] = dict.fromkeys(EVERYONE, ANY)
_signed_in: Mapping[Role | None, Grant] = dict.fromkeys(Role, ANY)
_owner = _grant(enterprise=OWN, liaison=OWN)

RULES: Mapping[Action, Mapping[Role | None, Grant]] = {
    Action.ACCOUNT_ADMINISTER: _grant(administrator=ANY),
    Action.ACCOUNT_MANAGE_OWN: _signed_in,
    Action.ACCOUNT_RESET: _grant(staff=SERVED, administrator=ANY),
    # Asked with the object the file belongs to, except for reading.
    Action.ATTACHMENT_READ: dict.fromkeys(EVERYONE, OPEN_FILE),
    Action.ATTACHMENT_REMOVE: _grant(enterprise=OWN, liaison=OWN, staff=ANY),
    Action.ATTACHMENT_RESTORE: _grant(staff=ANY),
    Action.ATTACHMENT_UPLOAD: _grant(enterprise=OWN, liaison=OWN, staff=ANY),
    Action.AUDIT_READ: _grant(administrator=ANY),
    Action.CAPABILITY_ARCHIVE: _grant(liaison=OWN, staff=POSTED),
    Action.CAPABILITY_CHECK: _grant(staff=POSTED),
    Action.CAPABILITY_CREATE: _grant(liaison=ANY),
    Action.CAPABILITY_EDIT: _grant(liaison=OWN),
    Action.CAPABILITY_READ: _grant(
        visitor=PUBLIC, enterprise=PUBLIC, liaison=OWN | PUBLIC, staff=POSTED, administrator=POSTED
    ),
    Action.CAPABILITY_READ_CONFIDENTIAL: _grant(enterprise=CONSENTED, liaison=OWN, staff=POSTED),
    Action.CAPABILITY_READ_CONTACT: _grant(enterprise=CONSENTED, liaison=OWN, staff=POSTED),
    Action.CAPABILITY_READ_HISTORY: _grant(liaison=OWN, staff=POSTED),
    Action.CAPABILITY_SUBMIT: _grant(liaison=OWN),
    Action.DUPLICATE_DECIDE: _grant(staff=POSTED),
    Action.DUPLICATE_LIST: _grant(staff=ANY, administrator=ANY),
    Action.HOME_READ: _everyone,
    Action.INTEREST_EXPRESS: _grant(enterprise=PARTY, liaison=PARTY),
    Action.INVITATION_REVOKE: _grant(enterprise=OWN, liaison=OWN, staff=OWN, administrator=ANY),
    Action.LEARNING_ADOPT: _grant(administrator=ANY),
    Action.MEMBER_INVITE: _grant(enterprise=OWN, liaison=OWN, administrator=ANY),
    Action.NOTICE_READ: _signed_in,
    Action.ORGANISATION_EDIT: _grant(enterprise=OWN, liaison=OWN, administrator=ANY),
    Action.ORGANISATION_READ: _grant(
        visitor=PUBLIC, enterprise=OWN | PUBLIC, liaison=OWN | PUBLIC, staff=ANY, administrator=ANY
    ),
    Action.ORGANISATION_READ_CONTACT: _grant(enterprise=OWN, liaison=OWN, staff=ANY, administrator=ANY),
    Action.ORGANISATION_REGISTER: _everyone,
    Action.ORGANISATION_VERIFY: _grant(staff=ANY, administrator=ANY),
    Action.PAIRING_DECIDE: _grant(staff=ANY),
    Action.PAIRING_QUEUE: _grant(staff=ANY, administrator=ANY),
    Action.PAIRING_READ: _grant(enterprise=PARTY, liaison=PARTY, staff=ANY, administrator=ANY),
    Action.PROBLEM_CHECK: _grant(staff=POSTED),
    Action.PROBLEM_CREATE: _grant(enterprise=ANY),
    Action.PROBLEM_EDIT: _grant(enterprise=OWN),
    Action.PROBLEM_KNOW_CONFIDENTIAL: _signed_in,
    Action.PROBLEM_READ: _grant(
        visitor=PUBLIC, enterprise=OWN | PUBLIC, liaison=PUBLIC, staff=POSTED, administrator=POSTED
    ),
    Action.PROBLEM_READ_BASIS: _signed_in,
    Action.PROBLEM_READ_BUDGET: _signed_in,
    Action.PROBLEM_READ_CONFIDENTIAL: _grant(enterprise=OWN, liaison=CONSENTED, staff=POSTED),
    Action.PROBLEM_READ_CONTACT: _grant(enterprise=OWN, liaison=CONSENTED, staff=POSTED),
    Action.PROBLEM_READ_HISTORY: _grant(enterprise=OWN, staff=POSTED),
    Action.PROBLEM_READ_PARTNERS: _grant(enterprise=OWN, staff=POSTED),
    Action.PROBLEM_SUBMIT: _grant(enterprise=OWN),
    Action.PROBLEM_WITHDRAW: _grant(enterprise=OWN, staff=POSTED),
    Action.QUALITY_READ: _grant(staff=ANY, administrator=ANY),
    Action.RECORD_EDIT: _grant(staff=ANY),
    Action.RECORD_READ: _grant(enterprise=PARTY, liaison=PARTY, staff=ANY, administrator=ANY),
    Action.RECORD_READ_CONFIDENTIAL: _grant(enterprise=PARTY, liaison=PARTY, staff=ANY),
    Action.SESSION_CREATE: _everyone,
    Action.SITE_USE: _everyone,
}

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


class Forbidden(Exception):
    """The user may not do this; carries the action and the object."""

    def __init__(self, action: Action, subject: object = None) -> None:
        super().__init__(f"{action.value} on {type(subject).__name__}")
        self.action = action
        self.subject = subject


@dataclass(frozen=True)
class _Test:
    """A relation to one kind of object, as a predicate and as the same in SQL."""

    holds: Callable[[User, Any], bool]
    sql: Callable[[User], ColumnElement[bool]]


def allow(user: User | None, action: Action, subject: object = None) -> bool:
    """Whether the user (None: a visitor) may do this; without a subject: whether with any subject at all."""
    grant = _granted(user, action)
    if subject is None or not grant:
        return bool(grant)
    return any(_holds(user, relation, subject) for relation in grant)


def require(user: User | None, action: Action, subject: object = None) -> None:
    """Raises Forbidden unless `allow`."""
    if not allow(user, action, subject):
        raise Forbidden(action, subject)


def condition(user: User | None, action: Action, model: type) -> ColumnElement[bool]:
    """The rows of `model` with which the user may do this, as a WHERE condition."""
    grant = _granted(user, action)
    tests = [
        true() if relation is Relation.ANY else TESTS[relation, model].sql(user)  # type: ignore[arg-type]
        for relation in sorted(grant)
    ]
    return or_(*tests) if tests else false()


def _granted(user: User | None, action: Action) -> Grant:
    return RULES.get(action, {}).get(user.role if user else None, frozenset())


def _holds(user: User | None, relation: Relation, subject: object) -> bool:
    if relation is Relation.ANY:
        return True
    test = TESTS.get((relation, type(subject)))
    return test is not None and test.holds(user, subject)  # type: ignore[arg-type]


def _own_pairing_side(user: User) -> ColumnElement[bool]:
    problem, capability = aliased(Problem), aliased(Capability)
    mine_and_public = or_(
        and_(problem.organisation_id == user.organisation_id, public(capability)),
        and_(capability.organisation_id == user.organisation_id, public(problem)),
    )
    return Pairing.id.in_(
        select(Pairing.id)
        .join(problem, Pairing.problem_id == problem.id)
        .join(capability, Pairing.capability_id == capability.id)
        .where(mine_and_public)
        .correlate(None)
    )


def _is_pairing_side(user: User, pairing: Pairing) -> bool:
    problem, capability = pairing.problem, pairing.capability
    return (problem.organisation_id == user.organisation_id and is_public(capability)) or (
        capability.organisation_id == user.organisation_id and is_public(problem)
    )


def _consented_problems(user: User) -> ColumnElement[bool]:
    capability = aliased(Capability)
    return Problem.id.in_(
        select(Pairing.problem_id)
        .join(capability, Pairing.capability_id == capability.id)
        .where(capability.organisation_id == user.organisation_id, _verified(capability), *_both_interested())
        .correlate(None)
    )


def _consented_capabilities(user: User) -> ColumnElement[bool]:
    problem = aliased(Problem)
    return Capability.id.in_(
        select(Pairing.capability_id)
        .join(problem, Pairing.problem_id == problem.id)
        .where(problem.organisation_id == user.organisation_id, _verified(problem), *_both_interested())
        .correlate(None)
    )


def _both_interested() -> list[ColumnElement[bool]]:
    return [
        select(Interest.id)
        .where(
            Interest.pairing_id == Pairing.id,
            Interest.side == side,
            Interest.withdrawn_at.is_(None),
        )
        .correlate(Pairing)
        .exists()
        for side in Side
    ]


def _in_sql(sql: Callable[[User], ColumnElement[bool]], model: Any) -> Callable[[User, Any], bool]:
    """The predicate of a relation that only the database can answer."""

    def holds(user: User, subject: Any) -> bool:
        session = object_session(subject)
        if session is None or subject.id is None:
            return False
        return session.scalar(select(model.id).where(model.id == subject.id, sql(user))) is not None

    return holds


def _own(model: Any) -> _Test:
    return _Test(
        lambda user, subject: bool(subject.organisation_id == user.organisation_id),
        lambda user: model.organisation_id == user.organisation_id,
    )


def _status(model: Any, statuses: tuple[StrEnum, ...]) -> _Test:
    return _Test(lambda user, subject: subject.status in statuses, lambda user: model.status.in_(statuses))


def _record_party(user: User) -> ColumnElement[bool]:
    return CooperationRecord.id.in_(
        select(RecordParty.record_id).where(RecordParty.organisation_id == user.organisation_id)
    )


READERS_OF_FILES: Mapping[AttachmentOwner, tuple[Any, Action, Action]] = {
    AttachmentOwner.PROBLEM: (Problem, Action.PROBLEM_READ, Action.PROBLEM_READ_CONFIDENTIAL),
    AttachmentOwner.CAPABILITY: (
        Capability,
        Action.CAPABILITY_READ,
        Action.CAPABILITY_READ_CONFIDENTIAL,
    ),
    AttachmentOwner.RECORD: (
        CooperationRecord,
        Action.RECORD_READ,
        Action.RECORD_READ_CONFIDENTIAL,
    ),
}
"""What a file hangs on, and which actions on that open a public and a confidential one."""


def _open_files(user: User | None) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                Attachment.owner_kind == kind,
                Attachment.confidential.is_(confidential),
                Attachment.owner_id.in_(select(model.id).where(condition(user, action, model))),
            )
            for kind, (model, *actions) in READERS_OF_FILES.items()
            for confidential, action in zip((False, True), actions, strict=True)
        )
    )


_posted_problems = tuple(s for s in ProblemStatus if s is not ProblemStatus.DRAFT)
_posted_capabilities = tuple(s for s in CapabilityStatus if s is not CapabilityStatus.DRAFT)

TESTS: Mapping[tuple[Relation, type], _Test] = {
    (Relation.OWN, Problem): _own(Problem),
    (Relation.OWN, Capability): _own(Capability),
    (Relation.OWN, Invitation): _own(Invitation),
    (Relation.OWN, Organisation): _Test(
        lambda user, subject: subject.id == user.organisation_id,
        lambda user: Organisation.id == user.organisation_id,
    ),
    (Relation.PUBLIC, Problem): _Test(lambda _, subject: is_public(subject), lambda _: public(Problem)),
    (Relation.PUBLIC, Capability): _Test(lambda _, subject: is_public(subject), lambda _: public(Capability)),
    (Relation.PUBLIC, Organisation): _status(Organisation, (Verification.VERIFIED,)),
    (Relation.POSTED, Problem): _status(Problem, _posted_problems),
    (Relation.POSTED, Capability): _status(Capability, _posted_capabilities),
    (Relation.SERVED, User): _Test(
        lambda user, subject: not subject.is_staff,
        lambda user: User.role.not_in((Role.STAFF, Role.ADMINISTRATOR)),
    ),
    (Relation.PARTY, Pairing): _Test(_is_pairing_side, _own_pairing_side),
    (Relation.PARTY, CooperationRecord): _Test(
        lambda user, subject: any(p.organisation_id == user.organisation_id for p in subject.parties),
        _record_party,
    ),
    (Relation.OPEN_FILE, Attachment): _Test(_in_sql(_open_files, Attachment), _open_files),
    (Relation.CONSENTED, Problem): _Test(_in_sql(_consented_problems, Problem), _consented_problems),
    (Relation.CONSENTED, Capability): _Test(
        _in_sql(_consented_capabilities, Capability), _consented_capabilities
    ),
}
