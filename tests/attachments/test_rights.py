"""Who may read, add and remove which file: a table of role by file."""

from __future__ import annotations

import itertools

import pytest

from matchmaker.attachments import service
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.work import Work
from models import (
    Attachment,
    AttachmentOwner,
    Capability,
    CapabilityStatus,
    CooperationRecord,
    Pairing,
    PartyRole,
    Problem,
    ProblemStatus,
    RecordParty,
    Side,
    User,
)
from tests import factories
from tests.attachments.samples import file

_numbers = itertools.count(1)
ROLES = ("visitor", "enterprise", "other_enterprise", "liaison", "other_liaison", "staff", "administrator")
EVERYONE = set(ROLES)
SIGNED_IN = EVERYONE - {"visitor"}

READERS = {
    ("published problem", "public"): EVERYONE,
    ("published problem", "confidential"): {"enterprise"},
    ("draft problem", "public"): {"enterprise"},
    ("draft problem", "confidential"): {"enterprise"},
    ("submitted problem", "public"): {"enterprise", "staff", "administrator"},
    ("submitted problem", "confidential"): {"enterprise"},
    ("published capability", "public"): EVERYONE,
    ("published capability", "confidential"): {"liaison"},
    ("draft capability", "public"): {"liaison"},
    ("draft capability", "confidential"): {"liaison"},
    ("archived capability", "public"): {"liaison", "staff", "administrator"},
    ("archived capability", "confidential"): {"liaison"},
    ("record", "public"): {"enterprise", "liaison", "staff", "administrator"},
    ("record", "confidential"): {"enterprise", "liaison", "staff"},
}
EDITORS = {
    "published problem": {"enterprise", "staff"},
    "draft problem": {"enterprise"},
    "submitted problem": {"enterprise", "staff"},
    "published capability": {"liaison", "staff"},
    "draft capability": {"liaison"},
    "archived capability": {"liaison", "staff"},
    "record": {"staff"},
}
"""The enterprise owns the problem, the liaison's school the capability; both are parties of the record."""


def owner(work: Work, people: dict[str, User], name: str) -> service.Owner:
    session = work.session
    match name.split():
        case [status, "problem"]:
            return factories.problem(session, people["enterprise"], ProblemStatus(status))
        case [status, "capability"]:
            return factories.capability(session, people["liaison"], CapabilityStatus(status))
        case _:
            record = CooperationRecord(
                number=f"HZ-{next(_numbers)}", title="压铸检测合作", mode="commissioned"
            )
            for role, side in ((PartyRole.A, "enterprise"), (PartyRole.B, "liaison")):
                record.parties.append(RecordParty(role=role, organisation_id=people[side].organisation_id))
            session.add(record)
            session.flush()
            return record


def attached(work: Work, to: service.Owner, confidential: bool) -> Attachment:
    """A row as after an upload."""
    made = Attachment(
        owner_kind=service.kind_of(to),
        owner_id=to.id,
        name="报告.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        stored_as=f"aa/{next(_numbers)}",
        confidential=confidential,
    )
    work.session.add(made)
    work.session.flush()
    return made


@pytest.mark.parametrize(("name", "secrecy"), READERS)
def test_a_file_is_read_by_those_of_the_table_and_no_others(
    work: Work, people: dict[str, User], name: str, secrecy: str
) -> None:
    made = attached(work, owner(work, people, name), secrecy == "confidential")
    reading = {role for role in ROLES if allow(people.get(role), Action.ATTACHMENT_READ, made)}
    assert reading == READERS[name, secrecy]


@pytest.mark.parametrize(("name", "secrecy"), READERS)
def test_the_list_shows_a_file_to_those_of_the_table_and_no_others(
    work: Work, people: dict[str, User], name: str, secrecy: str
) -> None:
    made = attached(work, owner(work, people, name), secrecy == "confidential")
    listed = {
        role
        for role in ROLES
        if service.of(work.as_actor(people.get(role)), made.owner_kind, made.owner_id) == [made]
    }
    assert listed == READERS[name, secrecy]


@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.parametrize("role", ROLES)
def test_a_file_is_added_by_those_of_the_table_and_no_others(
    work: Work, people: dict[str, User], name: str, role: str
) -> None:
    to = owner(work, people, name)
    as_role = work.as_actor(people.get(role))
    if role in EDITORS[name]:
        assert service.attach(as_role, to, file(), confidential=False).uploaded_by is people[role]
    else:
        with pytest.raises(Forbidden):
            service.attach(as_role, to, file(), confidential=False)


@pytest.mark.parametrize("name", EDITORS)
@pytest.mark.parametrize("role", ROLES)
def test_a_file_is_removed_by_those_of_the_table_and_no_others(
    work: Work, people: dict[str, User], name: str, role: str
) -> None:
    made = attached(work, owner(work, people, name), confidential=False)
    as_role = work.as_actor(people.get(role))
    if role in EDITORS[name]:
        assert service.remove(as_role, made.id).removed_at is not None
    else:
        with pytest.raises((Forbidden, service.NotFound)):
            service.remove(as_role, made.id)


@pytest.mark.parametrize("role", ROLES)
def test_only_staff_restore_a_file(work: Work, people: dict[str, User], role: str) -> None:
    to = owner(work, people, "published problem")
    made = service.attach(work.as_actor(people["enterprise"]), to, file(), confidential=False)
    service.remove(work.as_actor(people["enterprise"]), made.id)
    as_role = work.as_actor(people.get(role))
    if role == "staff":
        assert service.restore(as_role, made.id).removed_at is None
    else:
        with pytest.raises(Forbidden):
            service.restore(as_role, made.id)


def paired(work: Work, people: dict[str, User], sides: tuple[Side, ...]) -> tuple[Problem, Capability]:
    """A published pair on which these sides said that they want to talk."""
    problem = factories.problem(work.session, people["enterprise"])
    capability = factories.capability(work.session, people["liaison"])
    pairing = Pairing(problem=problem, capability=capability, score=0.8, engine_version="test")
    work.session.add(pairing)
    work.session.flush()
    for side in sides:
        factories.agree(work.session, pairing, side, undertaken=True)
    work.session.flush()
    return problem, capability


def test_after_both_sides_agreed_the_liaison_reads_the_confidential_file(
    work: Work, people: dict[str, User]
) -> None:
    problem, _ = paired(work, people, (Side.PROBLEM, Side.CAPABILITY))
    assert allow(people["liaison"], Action.ATTACHMENT_READ, attached(work, problem, confidential=True))


def test_after_both_sides_agreed_the_enterprise_reads_the_confidential_file(
    work: Work, people: dict[str, User]
) -> None:
    _, capability = paired(work, people, (Side.PROBLEM, Side.CAPABILITY))
    assert allow(people["enterprise"], Action.ATTACHMENT_READ, attached(work, capability, confidential=True))


@pytest.mark.parametrize("sides", [(Side.PROBLEM,), (Side.CAPABILITY,), ()])
def test_one_side_alone_opens_no_confidential_file(
    work: Work, people: dict[str, User], sides: tuple[Side, ...]
) -> None:
    problem, _ = paired(work, people, sides)
    assert not allow(people["liaison"], Action.ATTACHMENT_READ, attached(work, problem, confidential=True))


@pytest.mark.parametrize("status", [ProblemStatus.WITHDRAWN, ProblemStatus.DRAFT, ProblemStatus.EXPIRED])
def test_when_the_problem_is_public_no_more_its_confidential_file_closes_with_it(
    work: Work, people: dict[str, User], status: ProblemStatus
) -> None:
    problem, _ = paired(work, people, (Side.PROBLEM, Side.CAPABILITY))
    made = attached(work, problem, confidential=True)
    problem.status = status
    work.session.flush()
    assert not allow(people["liaison"], Action.ATTACHMENT_READ, made)
    assert allow(people["enterprise"], Action.ATTACHMENT_READ, made)


def test_consent_opens_nothing_while_the_other_side_could_not_take_it_back(
    work: Work, people: dict[str, User]
) -> None:
    problem, capability = paired(work, people, (Side.PROBLEM, Side.CAPABILITY))
    made = attached(work, problem, confidential=True)
    capability.status = CapabilityStatus.ARCHIVED
    work.session.flush()
    assert not allow(people["liaison"], Action.ATTACHMENT_READ, made)
    assert not allow(people["liaison"], Action.PROBLEM_READ_CONTACT, problem)


def test_consent_lets_nobody_remove_the_other_sides_file(work: Work, people: dict[str, User]) -> None:
    problem, _ = paired(work, people, (Side.PROBLEM, Side.CAPABILITY))
    made = attached(work, problem, confidential=True)
    with pytest.raises(Forbidden):
        service.remove(work.as_actor(people["liaison"]), made.id)


def test_an_owner_of_the_same_number_but_another_kind_opens_nothing(
    work: Work, people: dict[str, User]
) -> None:
    draft = owner(work, people, "draft problem")
    made = attached(work, draft, confidential=False)
    made.owner_kind = AttachmentOwner.RECORD
    work.session.flush()
    assert not allow(people["enterprise"], Action.ATTACHMENT_READ, made)
