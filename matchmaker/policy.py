"""Who may do what: one table of action x relation.

Services enforce it (`require`), templates ask it whether to show a button (`allow`), lists ask it for a SQL
condition (`condition`). What the table does not grant is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from matchmaker import call_relations, relations, service_relations
from matchmaker.actions import Action
from matchmaker.relations import (
    PUBLIC_CAPABILITIES,
    PUBLIC_PROBLEMS,
    Relation,
    Test,
    in_sql,
    is_public,
    public,
    served_in_vain,
)
from models import (
    Alliance,
    Attachment,
    AttachmentOwner,
    Capability,
    CooperationRecord,
    Problem,
    Role,
    ServiceRequest,
    ThreadEntry,
    User,
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
    "served_in_vain",
]


Grant = frozenset[Relation]
(
    ANY,
    OWN,
    PUBLIC,
    POSTED,
    PARTY,
    CONSENTED,
    OPEN_FILE,
    SERVED,
    ADDRESSED,
    IN_TOUCH,
    ANSWERER,
    PROPOSER,
    REVIEWER,
    UNSEALED,
    UNDERTAKEN,
    REQUESTER,
    PROVIDER,
    SERVING,
    ASSIGNED,
    OUTWARD,
) = (frozenset({r}) for r in Relation)
VISITOR = None
EVERYONE: tuple[Role | None, ...] = (VISITOR, *Role)


def _grant(**by_role: Grant) -> Mapping[Role | None, Grant]:
    return {None if name == "visitor" else Role(name): grant for name, grant in by_role.items()}


_everyone: Mapping[Role | None, Grant] = dict.fromkeys(EVERYONE, ANY)
_signed_in: Mapping[Role | None, Grant] = dict.fromkeys(Role, ANY)
_listed = _grant(
    visitor=PUBLIC,
    enterprise=PUBLIC,
    liaison=PUBLIC,
    intermediary=PUBLIC,
    staff=ANY,
    administrator=ANY,
)
_owner = _grant(enterprise=OWN, liaison=OWN)

RULES: Mapping[Action, Mapping[Role | None, Grant]] = {
    Action.ACCOUNT_ADMINISTER: _grant(administrator=ANY),
    Action.ACCOUNT_ERASE: _grant(administrator=ANY),
    Action.ACCOUNT_HAND_OVER: _grant(staff=ANY, administrator=ANY),
    Action.ACCOUNT_MANAGE_OWN: _signed_in,
    Action.ACCOUNT_RESET: _grant(staff=SERVED, administrator=ANY),
    Action.ADMINISTRATION_READ: _grant(staff=ANY, administrator=ANY),
    Action.AGREEMENT_ADMINISTER: _grant(administrator=ANY),
    Action.ALLIANCE_EDIT: _grant(staff=ANY, administrator=ANY),
    Action.ALLIANCE_READ: _listed,
    Action.ALLIANCE_READ_AGREEMENT: _grant(
        enterprise=PARTY, liaison=PARTY, intermediary=PARTY, staff=ANY, administrator=ANY
    ),
    # Asked with the object the file belongs to, except for reading.
    Action.ATTACHMENT_READ: dict.fromkeys(EVERYONE, OPEN_FILE),
    Action.ATTACHMENT_REMOVE: _grant(enterprise=OWN, liaison=OWN, intermediary=PROVIDER, staff=ANY),
    Action.ATTACHMENT_RESTORE: _grant(staff=ANY),
    Action.ATTACHMENT_UPLOAD: _grant(enterprise=OWN, liaison=OWN, intermediary=SERVING, staff=ANY),
    Action.AUDIT_READ: _grant(administrator=ANY),
    Action.BRIEFING_ADMINISTER: _grant(administrator=ANY),
    Action.BRIEFING_DELETE: _grant(staff=ANY),
    Action.BRIEFING_EDIT: _grant(staff=ANY),
    Action.BRIEFING_READ: _grant(staff=ANY, administrator=ANY),
    Action.CALL_ANSWER: _grant(enterprise=ANSWERER, liaison=ANSWERER, intermediary=ANSWERER),
    Action.CALL_CREATE: _grant(enterprise=OWN, staff=PUBLIC),
    Action.CALL_DECIDE: _grant(staff=ANY),
    Action.CALL_EDIT: _grant(enterprise=OWN, staff=ANY),
    Action.CALL_OBJECT: _grant(enterprise=PUBLIC, liaison=PUBLIC, intermediary=PUBLIC),
    Action.CALL_READ: _grant(
        visitor=PUBLIC,
        enterprise=OWN | PUBLIC,
        liaison=PUBLIC,
        intermediary=PUBLIC,
        staff=ANY,
        administrator=PUBLIC,
    ),
    Action.CALL_REVIEW: _grant(enterprise=REVIEWER, liaison=REVIEWER, intermediary=REVIEWER, staff=REVIEWER),
    Action.CAPABILITY_ARCHIVE: _grant(liaison=OWN, staff=POSTED),
    Action.CAPABILITY_CHECK: _grant(staff=POSTED),
    Action.CAPABILITY_CREATE: _grant(liaison=ANY),
    Action.CAPABILITY_EDIT: _grant(liaison=OWN),
    Action.CAPABILITY_IMPORT: _grant(liaison=OWN, staff=ANY),
    Action.CAPABILITY_READ: _grant(
        visitor=PUBLIC,
        enterprise=PUBLIC,
        liaison=OWN | PUBLIC,
        intermediary=PUBLIC,
        staff=POSTED,
        administrator=POSTED,
    ),
    Action.CAPABILITY_READ_CONFIDENTIAL: _grant(enterprise=UNDERTAKEN, liaison=OWN, staff=ASSIGNED),
    Action.CAPABILITY_READ_CONTACT: _grant(enterprise=CONSENTED, liaison=OWN, staff=POSTED),
    Action.CAPABILITY_READ_HISTORY: _grant(liaison=OWN, staff=POSTED),
    Action.CAPABILITY_READ_READERS: _grant(liaison=OWN, staff=ASSIGNED),
    Action.CAPABILITY_SUBMIT: _grant(liaison=OWN),
    Action.CAPABILITY_TAKE_ON: _grant(staff=POSTED),
    Action.CARRIER_EDIT: _grant(staff=ANY, administrator=ANY),
    Action.CARRIER_READ: _listed,
    Action.CHECKING_WORK: _grant(staff=ANY, administrator=ANY),
    Action.COMMON_NEED_DECIDE: _grant(staff=ANY),
    Action.COMMON_NEED_READ: _grant(staff=ANY, administrator=ANY),
    Action.CONSENT_RECORD: _grant(staff=ANY),
    Action.DATA_EXPORT: _grant(administrator=ANY),
    Action.DELIVERY_ADMINISTER: _grant(administrator=ANY),
    Action.DUPLICATE_DECIDE: _grant(staff=POSTED),
    Action.DUPLICATE_LIST: _grant(staff=ANY, administrator=ANY),
    Action.HOME_READ: _everyone,
    Action.INTEREST_EXPRESS: _grant(enterprise=PARTY, liaison=PARTY),
    Action.INVITATION_REVOKE: _grant(
        enterprise=OWN, liaison=OWN, intermediary=OWN, staff=OWN, administrator=ANY
    ),
    Action.JOB_CANCEL: _grant(enterprise=OWN, liaison=OWN, intermediary=OWN, staff=OWN, administrator=ANY),
    Action.JOB_READ: _grant(enterprise=OWN, liaison=OWN, intermediary=OWN, staff=ANY, administrator=ANY),
    Action.JOB_READ_FILE: dict.fromkeys(Role, OWN),
    Action.LEARNING_ADOPT: _grant(administrator=ANY),
    Action.LIST_EXPORT: _signed_in,
    Action.MEMBER_INVITE: _grant(enterprise=OWN, liaison=OWN, intermediary=OWN, administrator=ANY),
    Action.NEXT_STEP_EDIT: _grant(staff=ANY),
    Action.NOTICE_READ: _signed_in,
    Action.ORGANISATION_CONNECT: _grant(enterprise=OWN, liaison=OWN, intermediary=OWN, administrator=ANY),
    Action.ORGANISATION_EDIT: _grant(enterprise=OWN, liaison=OWN, intermediary=OWN, administrator=ANY),
    Action.ORGANISATION_MERGE: _grant(administrator=ANY),
    Action.ORGANISATION_IMPORT: _grant(staff=ANY),
    Action.ORGANISATION_READ: _grant(
        visitor=PUBLIC,
        enterprise=OWN | PUBLIC,
        liaison=OWN | PUBLIC,
        intermediary=OWN | PUBLIC,
        staff=ANY,
        administrator=ANY,
    ),
    Action.ORGANISATION_READ_CONTACT: _grant(
        enterprise=OWN, liaison=OWN, intermediary=OWN, staff=ANY, administrator=ANY
    ),
    Action.ORGANISATION_REGISTER: _everyone,
    Action.ORGANISATION_VERIFY: _grant(staff=ANY, administrator=ANY),
    Action.PAIRING_ASSIGN: _grant(staff=ANY),
    Action.PAIRING_DECIDE: _grant(staff=ANY),
    Action.PAIRING_QUEUE: _grant(staff=ANY, administrator=ANY),
    Action.PAIRING_READ: _grant(enterprise=PARTY, liaison=PARTY, staff=ANY, administrator=ANY),
    Action.PROBLEM_CHECK: _grant(staff=POSTED),
    Action.PROBLEM_CREATE: _grant(enterprise=ANY),
    Action.PROBLEM_EDIT: _grant(enterprise=OWN),
    Action.PROBLEM_IMPORT: _grant(enterprise=OWN, staff=ANY),
    Action.PROBLEM_KNOW_CONFIDENTIAL: _signed_in,
    Action.PROBLEM_READ: _grant(
        visitor=PUBLIC,
        enterprise=OWN | PUBLIC,
        liaison=PUBLIC,
        intermediary=PUBLIC,
        staff=POSTED,
        administrator=POSTED,
    ),
    Action.PROBLEM_READ_BASIS: _signed_in,
    Action.PROBLEM_READ_BUDGET: _signed_in,
    Action.PROBLEM_READ_CONFIDENTIAL: _grant(enterprise=OWN, liaison=UNDERTAKEN, staff=ASSIGNED),
    Action.PROBLEM_READ_CONTACT: _grant(enterprise=OWN, liaison=CONSENTED, staff=POSTED),
    Action.PROBLEM_READ_HISTORY: _grant(enterprise=OWN, staff=POSTED),
    Action.PROBLEM_READ_PARTNERS: _grant(enterprise=OWN, staff=POSTED),
    Action.PROBLEM_READ_READERS: _grant(enterprise=OWN, staff=ASSIGNED),
    Action.PROBLEM_SUBMIT: _grant(enterprise=OWN),
    Action.PROBLEM_TAKE_ON: _grant(staff=POSTED),
    Action.PROBLEM_WITHDRAW: _grant(enterprise=OWN, staff=POSTED),
    # What the bureau distils is its own draft; from the recommendation on, those who apply must read what they apply for.
    Action.PROJECT_EDIT: _grant(staff=ANY),
    Action.PROJECT_READ: _grant(
        enterprise=PARTY, liaison=PARTY, intermediary=PARTY, staff=ANY, administrator=ANY
    ),
    Action.PROJECT_READ_HISTORY: _grant(staff=ANY, administrator=ANY),
    # Sealed until the call is opened: no staff, no administrator, not even whose problem it is.
    Action.PROPOSAL_EDIT: _grant(enterprise=PROPOSER, liaison=PROPOSER, intermediary=PROPOSER),
    Action.PROPOSAL_READ: _grant(
        enterprise=OWN | PROPOSER | REVIEWER,
        liaison=PROPOSER | REVIEWER,
        intermediary=PROPOSER | REVIEWER,
        staff=UNSEALED,
    ),
    Action.QUALITY_READ: _grant(staff=ANY, administrator=ANY),
    Action.RECORD_EDIT: _grant(staff=ANY),
    Action.RECORD_IMPORT: _grant(staff=ANY),
    Action.RECORD_READ: _grant(
        enterprise=PARTY, liaison=PARTY, intermediary=PARTY, staff=ANY, administrator=ANY
    ),
    Action.RECORD_READ_CONFIDENTIAL: _grant(enterprise=PARTY, liaison=PARTY, staff=ANY),
    Action.RESEARCH_BODY_EDIT: _grant(staff=ANY, administrator=ANY),
    Action.SERVICE_ASK: _grant(enterprise=OWN | PARTY, liaison=OWN | PARTY, staff=POSTED),
    Action.SERVICE_CHECK: _grant(staff=ANY),
    Action.SERVICE_CREATE: _grant(intermediary=OWN, staff=ANY),
    Action.SERVICE_EDIT: _grant(intermediary=OWN, staff=ANY),
    Action.SERVICE_READ: _grant(
        visitor=PUBLIC,
        enterprise=PUBLIC,
        liaison=PUBLIC,
        intermediary=OWN | PUBLIC,
        staff=ANY,
        administrator=ANY,
    ),
    Action.SERVICE_REQUEST_EDIT_CONTACT: _grant(enterprise=REQUESTER, liaison=REQUESTER, staff=ANY),
    Action.SERVICE_REQUEST_HANDLE: _grant(intermediary=PROVIDER, staff=ANY),
    Action.SERVICE_REQUEST_READ: _grant(
        enterprise=REQUESTER, liaison=REQUESTER, intermediary=PROVIDER, staff=ANY, administrator=ANY
    ),
    Action.SERVICE_REQUEST_READ_CONTACT: _grant(
        enterprise=REQUESTER, liaison=REQUESTER, intermediary=SERVING, staff=ANY
    ),
    Action.SERVICE_REQUEST_WITHDRAW: _grant(enterprise=REQUESTER, liaison=REQUESTER, staff=ANY),
    Action.SESSION_CREATE: _everyone,
    Action.SETTING_CHANGE: _grant(administrator=ANY),
    Action.SITE_USE: _everyone,
    Action.SPREADSHEET_IMPORT: _grant(enterprise=OWN, liaison=OWN, staff=OWN),
    Action.STATISTICS_READ: _grant(staff=ANY, administrator=ANY),
    Action.THREAD_NOTE: _grant(staff=ANY),
    Action.THREAD_READ: _grant(enterprise=ADDRESSED, liaison=ADDRESSED, staff=ANY, administrator=OUTWARD),
    Action.THREAD_WRITE: _grant(enterprise=PARTY, liaison=PARTY, staff=ANY),
    Action.THREAD_WRITE_ACROSS: _grant(enterprise=IN_TOUCH, liaison=IN_TOUCH, staff=ANY),
    Action.UNDERTAKING_ACCEPT: _grant(enterprise=PARTY, liaison=PARTY),
    Action.UNDERTAKING_PUBLISH: _grant(administrator=ANY),
    Action.UNDERTAKING_READ: _everyone,
    Action.VOCABULARY_EDIT: _grant(administrator=ANY),
}


class Forbidden(Exception):
    """The user may not do this; carries the action and the object."""

    def __init__(self, action: Action, subject: object = None) -> None:
        super().__init__(f"{action.value} on {type(subject).__name__}")
        self.action = action
        self.subject = subject


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
    # An alliance's files are what was agreed; a request's are its result.
    AttachmentOwner.ALLIANCE: (Alliance, Action.ALLIANCE_READ_AGREEMENT, Action.ALLIANCE_READ_AGREEMENT),
    AttachmentOwner.SERVICE_REQUEST: (
        ServiceRequest,
        Action.SERVICE_REQUEST_READ,
        Action.SERVICE_REQUEST_READ,
    ),
    # A thread's files are read by whoever reads the entry that they came with.
    AttachmentOwner.THREAD_ENTRY: (ThreadEntry, Action.THREAD_READ, Action.THREAD_READ),
}
"""What a file hangs on, and which actions on that open a public and a confidential one."""


def _open_files(user: User | None) -> ColumnElement[bool]:
    return or_(
        *(
            and_(
                Attachment.owner_kind == kind,
                Attachment.confidential.is_(confidential),
                Attachment.owner_id.in_(
                    select(model.id).where(*(condition(user, each, model) for each in asked))
                ),
            )
            for kind, (model, read, read_confidential) in READERS_OF_FILES.items()
            # Who may read what is confidential in it must still be able to read the thing itself.
            for confidential, asked in ((False, (read,)), (True, (read, read_confidential)))
        )
    )


TESTS: Mapping[tuple[Relation, type], Test] = {
    **relations.TESTS,
    **call_relations.TESTS,
    **service_relations.TESTS,
    (Relation.OPEN_FILE, Attachment): Test(in_sql(_open_files, Attachment), _open_files),
}
