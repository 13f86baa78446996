"""The policy as a table to be read, and that its two forms, for one object and for lists, agree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from matchmaker.policy import RULES, TESTS, Action, Relation, allow, condition
from matchmaker.work import Work
from models import (
    Alliance,
    Attachment,
    AttachmentOwner,
    Call,
    Capability,
    CapabilityStatus,
    Carrier,
    CooperationRecord,
    Invitation,
    Job,
    Organisation,
    Pairing,
    Problem,
    ProblemStatus,
    Project,
    Proposal,
    Role,
    Service,
    ServiceRequest,
    SpreadsheetImport,
    ThreadEntry,
    User,
)
from tests.standing import PERSONS, Standing

EXPECTED = """
    action                        visitor    enterprise  liaison     staff      administrator
    account:administer            -          -           -           -          any
    account:erase                 -          -           -           -          any
    account:hand_over             -          -           -           any        any
    account:manage_own            -          any         any         any        any
    account:reset                 -          -           -           served     any
    administration:read           -          -           -           any        any
    agreement:administer          -          -           -           -          any
    alliance:edit                 -          -           -           any        any
    alliance:read                 public     public      public      any        any
    alliance:read_agreement       -          party       party       any        any
    attachment:read               open_file  open_file   open_file   open_file  open_file
    attachment:remove             -          own         own         any        -
    attachment:restore            -          -           -           any        -
    attachment:upload             -          own         own         any        -
    audit:read                    -          -           -           -          any
    briefing:administer           -          -           -           -          any
    briefing:delete               -          -           -           any        -
    briefing:edit                 -          -           -           any        -
    briefing:read                 -          -           -           any        any
    call:answer                   -          answerer    answerer    -          -
    call:create                   -          own         -           public     -
    call:decide                   -          -           -           any        -
    call:edit                     -          own         -           any        -
    call:object                   -          public      public      -          -
    call:read                     public     own+public  public      any        public
    call:review                   -          reviewer    reviewer    reviewer   -
    capability:archive            -          -           own         posted     -
    capability:check              -          -           -           posted     -
    capability:create             -          -           any         -          -
    capability:edit               -          -           own         -          -
    capability:import             -          -           own         any        -
    capability:read               public     public      own+public  posted     posted
    capability:read_confidential  -          undertaken  own         assigned   -
    capability:read_contact       -          consented   own         posted     -
    capability:read_history       -          -           own         posted     -
    capability:read_readers       -          -           own         assigned   -
    capability:submit             -          -           own         -          -
    capability:take_on            -          -           -           posted     -
    carrier:edit                  -          -           -           any        any
    carrier:read                  public     public      public      any        any
    checking:work                 -          -           -           any        any
    common_need:decide            -          -           -           any        -
    common_need:read              -          -           -           any        any
    consent:record                -          -           -           any        -
    data:export                   -          -           -           -          any
    delivery:administer           -          -           -           -          any
    duplicate:decide              -          -           -           posted     -
    duplicate:list                -          -           -           any        any
    home:read                     any        any         any         any        any
    interest:express              -          party       party       -          -
    invitation:revoke             -          own         own         own        any
    job:cancel                    -          own         own         own        any
    job:read                      -          own         own         any        any
    job:read_file                 -          own         own         own        own
    learning:adopt                -          -           -           -          any
    list:export                   -          any         any         any        any
    member:invite                 -          own         own         -          any
    next_step:edit                -          -           -           any        -
    notice:read                   -          any         any         any        any
    organisation:connect          -          own         own         -          any
    organisation:edit             -          own         own         -          any
    organisation:merge            -          -           -           -          any
    organisation:import           -          -           -           any        -
    organisation:read             public     own+public  own+public  any        any
    organisation:read_contact     -          own         own         any        any
    organisation:register         any        any         any         any        any
    organisation:verify           -          -           -           any        any
    pairing:assign                -          -           -           any        -
    pairing:decide                -          -           -           any        -
    pairing:queue                 -          -           -           any        any
    pairing:read                  -          party       party       any        any
    problem:check                 -          -           -           posted     -
    problem:create                -          any         -           -          -
    problem:edit                  -          own         -           -          -
    problem:import                -          own         -           any        -
    problem:know_confidential     -          any         any         any        any
    problem:read                  public     own+public  public      posted     posted
    problem:read_basis            -          any         any         any        any
    problem:read_budget           -          any         any         any        any
    problem:read_confidential     -          own         undertaken  assigned   -
    problem:read_contact          -          own         consented   posted     -
    problem:read_history          -          own         -           posted     -
    problem:read_partners         -          own         -           posted     -
    problem:read_readers          -          own         -           assigned   -
    problem:submit                -          own         -           -          -
    problem:take_on               -          -           -           posted     -
    problem:withdraw              -          own         -           posted     -
    project:edit                  -          -           -           any        -
    project:read                  -          party       party       any        any
    project:read_history          -          -           -           any        any
    proposal:edit                 -          proposer    proposer    -          -
    proposal:read                 -          own+proposer+reviewer proposer+reviewer unsealed -
    quality:read                  -          -           -           any        any
    record:edit                   -          -           -           any        -
    record:import                 -          -           -           any        -
    record:read                   -          party       party       any        any
    record:read_confidential      -          party       party       any        -
    research_body:edit            -          -           -           any        any
    service:ask                   -          own+party   own+party   posted     -
    service:check                 -          -           -           any        -
    service:create                -          -           -           any        -
    service:edit                  -          -           -           any        -
    service:read                  public     public      public      any        any
    service_request:edit_contact  -          requester   requester   any        -
    service_request:handle        -          -           -           any        -
    service_request:read          -          requester   requester   any        any
    service_request:read_contact  -          requester   requester   any        -
    service_request:withdraw      -          requester   requester   any        -
    session:create                any        any         any         any        any
    setting:change                -          -           -           -          any
    site:use                      any        any         any         any        any
    spreadsheet:import            -          own         own         own        -
    statistics:read               -          -           -           any        any
    thread:note                   -          -           -           any        -
    thread:read                   -          addressed   addressed   any        outward
    thread:write                  -          party       party       any        -
    thread:write_across           -          in_touch    in_touch    any        -
    undertaking:accept            -          party       party       -          -
    undertaking:publish           -          -           -           -          any
    undertaking:read              any        any         any         any        any
    vocabulary:edit               -          -           -           -          any
"""
INTERMEDIARY = """
    account:manage_own            any
    alliance:read                 public
    alliance:read_agreement       party
    attachment:read               open_file
    attachment:remove             provider
    attachment:upload             serving
    call:answer                   answerer
    call:object                   public
    call:read                     public
    call:review                   reviewer
    capability:read               public
    carrier:read                  public
    home:read                     any
    invitation:revoke             own
    job:cancel                    own
    job:read                      own
    job:read_file                 own
    list:export                   any
    member:invite                 own
    notice:read                   any
    organisation:connect          own
    organisation:edit             own
    organisation:read             own+public
    organisation:read_contact     own
    organisation:register         any
    problem:know_confidential     any
    problem:read                  public
    problem:read_basis            any
    problem:read_budget           any
    project:read                  party
    proposal:edit                 proposer
    proposal:read                 proposer+reviewer
    record:read                   party
    service:create                own
    service:edit                  own
    service:read                  own+public
    service_request:handle        provider
    service_request:read          provider
    service_request:read_contact  serving
    session:create                any
    site:use                      any
    undertaking:read              any
"""
"""The same for an intermediary, without what it may not do at all."""
MODELS = (
    Alliance,
    Attachment,
    Call,
    Capability,
    Carrier,
    CooperationRecord,
    Invitation,
    Job,
    Organisation,
    Pairing,
    Problem,
    Project,
    Proposal,
    Service,
    ServiceRequest,
    SpreadsheetImport,
    ThreadEntry,
    User,
)


def expected() -> dict[tuple[str, Role | None], frozenset[str]]:
    head, *rows = [line.split() for line in EXPECTED.strip().splitlines()]
    roles = [None if name == "visitor" else Role(name) for name in head[1:]]
    own = dict(line.split() for line in INTERMEDIARY.strip().splitlines())
    return {
        (row[0], role): frozenset() if cell == "-" else frozenset(cell.split("+"))
        for row in rows
        for role, cell in (
            *zip(roles, row[1:], strict=True),
            (Role.INTERMEDIARY, own.get(row[0], "-")),
        )
    }


@pytest.fixture
def standing(work: Work, people: dict[str, User]) -> Standing:
    made = Standing(work.session, people)
    for kind, owner in (
        (AttachmentOwner.PROBLEM, made.problems[ProblemStatus.PUBLISHED]),
        (AttachmentOwner.PROBLEM, made.problems[ProblemStatus.DRAFT]),
        (AttachmentOwner.CAPABILITY, made.capabilities[CapabilityStatus.PUBLISHED]),
        (AttachmentOwner.RECORD, made.record),
    ):
        for confidential in (False, True):
            work.session.add(
                Attachment(
                    owner_kind=kind,
                    owner_id=owner.id,
                    name="说明.pdf",
                    media_type="application/pdf",
                    size=1,
                    sha256="0" * 64,
                    stored_as=f"{kind}-{owner.id}-{confidential}",
                    confidential=confidential,
                )
            )
    work.session.commit()
    return made


def test_the_table_grants_what_is_written_here_and_nothing_else() -> None:
    granted = {
        (action.value, role): frozenset(relation.value for relation in RULES.get(action, {}).get(role, ()))
        for action in Action
        for role in (None, *Role)
    }
    assert granted == expected()


def test_an_action_that_the_table_does_not_name_is_denied_to_all(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(RULES, Action.HOME_READ)  # type: ignore[arg-type]
    assert not any(allow(user, Action.HOME_READ) for user in (None, *people.values()))


def test_an_object_that_a_relation_does_not_know_is_denied(people: dict[str, User]) -> None:
    assert not allow(people["enterprise"], Action.PROBLEM_EDIT, people["enterprise"])


@pytest.mark.parametrize("model", MODELS)
def test_lists_hold_exactly_what_may_be_opened(work: Work, standing: Standing, model: type) -> None:
    objects = standing.of(model)
    differing = []
    for action, name in comparable(model):
        person = standing.people[name]
        listed = set(work.session.scalars(select(model.id).where(condition(person, action, model))))  # type: ignore[attr-defined]
        allowed = {each.id for each in objects if allow(person, action, each)}
        if listed != allowed:
            differing.append((action.value, name, listed ^ allowed))
    assert differing == []


def comparable(model: type) -> Iterator[tuple[Action, str]]:
    """Every action that can be asked of this model, with every person."""
    for action, grants in RULES.items():
        relations = {relation for grant in grants.values() for relation in grant}
        if all(relation is Relation.ANY or (relation, model) in TESTS for relation in relations):
            yield from ((action, name) for name in PERSONS)


WHO_MAY = [
    (Action.PROBLEM_READ, "problems.draft", {"enterprise"}),
    (Action.PROBLEM_READ, "problems.submitted", {"enterprise", "staff", "administrator"}),
    (Action.PROBLEM_READ, "problems.published", set(PERSONS)),
    (Action.PROBLEM_READ, "problems.solved", set(PERSONS)),
    (Action.PROBLEM_READ, "problems.withdrawn", {"enterprise", "staff", "administrator"}),
    (Action.PROBLEM_EDIT, "problems.published", {"enterprise"}),
    (Action.PROBLEM_READ_CONFIDENTIAL, "problems.published", {"enterprise", "liaison", "staff"}),
    (Action.PROBLEM_READ_CONFIDENTIAL, "problems.draft", {"enterprise"}),
    (Action.PROBLEM_READ_CONFIDENTIAL, "problems.submitted", {"enterprise"}),
    (Action.PROBLEM_READ_CONFIDENTIAL, "nobodys_problem", {"staff"}),
    (Action.PROBLEM_READ_READERS, "problems.published", {"enterprise", "staff"}),
    (Action.PROBLEM_TAKE_ON, "problems.submitted", {"staff"}),
    (Action.PROBLEM_TAKE_ON, "problems.draft", set()),
    (Action.PROBLEM_READ_CONTACT, "nobodys_problem", {"staff"}),
    (Action.CAPABILITY_READ, "capabilities.draft", {"liaison"}),
    (Action.CAPABILITY_READ, "capabilities.published", set(PERSONS)),
    (Action.CAPABILITY_READ_CONTACT, "capabilities.published", {"enterprise", "liaison", "staff"}),
    (Action.CAPABILITY_READ_CONTACT, "nobodys_capability", {"staff"}),
    (Action.PAIRING_READ, "agreed", {"enterprise", "liaison", "staff", "administrator"}),
    (Action.PAIRING_READ, "hidden", {"enterprise", "staff", "administrator"}),
    (Action.PAIRING_READ, "nobodys_pairing", {"staff", "administrator"}),
    (Action.INTEREST_EXPRESS, "agreed", {"enterprise", "liaison"}),
    (Action.RECORD_READ, "record", {"enterprise", "liaison", "staff", "administrator"}),
    (Action.RECORD_READ, "nobodys_record", {"staff", "administrator"}),
    (Action.ORGANISATION_READ, "pending", {"staff", "administrator"}),
    (Action.ORGANISATION_READ, "firm.organisation", set(PERSONS)),
    (Action.ORGANISATION_READ_CONTACT, "firm.organisation", {"enterprise", "staff", "administrator"}),
    (Action.ORGANISATION_EDIT, "firm.organisation", {"enterprise", "administrator"}),
    (Action.INVITATION_REVOKE, "invitation", {"enterprise", "administrator"}),
    (Action.ACCOUNT_RESET, "firm", {"staff", "administrator"}),
    (Action.THREAD_READ, "entries.staff", {"staff"}),
    (Action.THREAD_READ, "entries.problem", {"enterprise", "staff", "administrator"}),
    (Action.THREAD_READ, "entries.capability", {"liaison", "staff", "administrator"}),
    (Action.THREAD_READ, "entries.both", {"enterprise", "liaison", "staff", "administrator"}),
    (Action.THREAD_WRITE, "hidden", {"enterprise", "staff"}),
    (Action.THREAD_WRITE_ACROSS, "agreed", {"enterprise", "liaison", "staff"}),
    (Action.THREAD_WRITE_ACROSS, "taken_back", {"staff"}),
    (Action.THREAD_WRITE_ACROSS, "hidden", {"staff"}),
    (Action.CALL_READ, "draft_call", {"enterprise", "staff"}),
    (Action.CALL_READ, "open_call", set(PERSONS)),
    (Action.CALL_ANSWER, "open_call", {"liaison", "other_liaison"}),
    (Action.CALL_ANSWER, "draft_call", set()),
    (Action.CALL_REVIEW, "judged_call", {"other_enterprise"}),
    (Action.PROPOSAL_READ, "sealed_proposal", {"liaison"}),
    (Action.PROPOSAL_EDIT, "sealed_proposal", {"liaison"}),
    (Action.PROPOSAL_READ, "unsealed_proposal", {"liaison", "other_enterprise", "staff"}),
    (Action.CARRIER_READ, "carrier", set(PERSONS)),
    (Action.CARRIER_READ, "closed_carrier", {"staff", "administrator"}),
    (Action.ALLIANCE_READ, "dissolved", {"staff", "administrator"}),
    (Action.ALLIANCE_READ_AGREEMENT, "alliance", {"enterprise", "staff", "administrator"}),
    (Action.SERVICE_READ, "services.published", set(PERSONS)),
    (Action.SERVICE_READ, "services.submitted", {"intermediary", "staff", "administrator"}),
    (Action.SERVICE_ASK, "problems.published", {"enterprise", "staff"}),
    (Action.SERVICE_ASK, "problems.draft", {"enterprise"}),
    (Action.SERVICE_ASK, "capabilities.published", {"liaison", "staff"}),
    (Action.SERVICE_ASK, "record", {"enterprise", "liaison", "staff"}),
    (Action.SERVICE_ASK, "nobodys_record", {"staff"}),
    (
        Action.SERVICE_REQUEST_READ,
        "requests.requested",
        {"enterprise", "intermediary", "staff", "administrator"},
    ),
    (Action.SERVICE_REQUEST_READ, "nobodys_request", {"staff", "administrator"}),
    (Action.SERVICE_REQUEST_READ_CONTACT, "requests.requested", {"enterprise", "staff"}),
    (Action.SERVICE_REQUEST_READ_CONTACT, "requests.accepted", {"enterprise", "intermediary", "staff"}),
    (Action.SERVICE_REQUEST_READ_CONTACT, "requests.withdrawn", {"enterprise", "staff"}),
    (Action.SERVICE_REQUEST_HANDLE, "requests.requested", {"intermediary", "staff"}),
    (Action.SERVICE_REQUEST_WITHDRAW, "requests.accepted", {"enterprise", "staff"}),
    (Action.ATTACHMENT_UPLOAD, "requests.in_progress", {"intermediary", "staff"}),
]


@pytest.mark.parametrize(("action", "what", "who"), WHO_MAY, ids=[f"{a.value} {o}" for a, o, _ in WHO_MAY])
def test_who_may_do_this_to_it(standing: Standing, action: Action, what: str, who: set[str]) -> None:
    name, _, part = what.partition(".")
    subject = getattr(standing, name)
    if isinstance(subject, dict):
        subject = {status.value: each for status, each in subject.items()}[part]
    elif part:
        subject = getattr(subject, part)
    assert {each for each in PERSONS if allow(standing.people[each], action, subject)} == who


def test_one_who_took_the_interest_back_opens_nothing(standing: Standing) -> None:
    assert not allow(standing.firm, Action.CAPABILITY_READ_CONTACT, standing.nobodys_capability)
    assert not allow(standing.school, Action.PROBLEM_READ_CONTACT, standing.nobodys_problem)
