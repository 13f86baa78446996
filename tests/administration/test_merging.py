"""Two entries that are one organisation: all moves, nothing is lost, and who reads what anew is said before."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.administration import merging
from matchmaker.administration.errors import CannotMerge, Changed
from matchmaker.administration.merge_plan import Obstacle, plan
from matchmaker.organisations import service as organisations
from matchmaker.organisations.service import OrganisationFilter
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.work import Work
from models import (
    AuditEvent,
    Capability,
    CapabilityStatus,
    CooperationRecord,
    FormerName,
    Notice,
    Organisation,
    OrganisationKind,
    Pairing,
    PartyRole,
    Problem,
    ProblemStatus,
    ProjectStatus,
    RecordParty,
    Role,
    Side,
    User,
    Verification,
)
from tests import factories


@pytest.fixture
def administrator(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["administrator"])


@pytest.fixture
def two(people: dict[str, User]) -> tuple[Organisation, Organisation]:
    """(the one to be merged, the one that goes on): the two enterprises of the tests."""
    return people["other_enterprise"].organisation, people["enterprise"].organisation


def merge(work: Work, two: tuple[Organisation, Organisation]) -> Any:
    done = merging.merge(work, *two, "同一个营业执照", plan(work, *two).fingerprint)
    work.session.flush()
    return done


def record_of(work: Work, *parties: Organisation) -> CooperationRecord:
    made = CooperationRecord(number=f"2026-{len(parties)}{parties[0].id:03d}", title="合作", mode="joint_rd")
    made.parties = [
        RecordParty(role=role, organisation_id=each.id)
        for role, each in zip(PartyRole, parties, strict=False)
    ]
    work.session.add(made)
    work.session.flush()
    return made


def paired(work: Work, problem: Problem, capability: Capability) -> Pairing:
    made = Pairing(
        problem=problem,
        capability=capability,
        score=0.5,
        engine_version="test",
        scored_at=work.now(),
        changed_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    return made


def test_people_postings_and_records_move_and_their_history_stays(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    merged, main = two
    other, school = people["other_enterprise"], people["liaison"]
    problem = factories.problem(administrator.session, other, ProblemStatus.PUBLISHED)
    capability = factories.capability(administrator.session, school, CapabilityStatus.PUBLISHED)
    pairing = paired(administrator, problem, capability)
    record = record_of(administrator, merged, school.organisation)
    merge(administrator, two)

    assert (other.organisation_id, problem.organisation_id) == (main.id, main.id)
    assert [each.organisation_id for each in record.parties] == [main.id, school.organisation_id]
    assert merged.name in record.events[-1].note
    assert administrator.session.get(Pairing, pairing.id) is not None
    assert allow(people["enterprise"], Action.PROBLEM_EDIT, problem)
    assert (merged.status, merged.merged_into_id) == (Verification.MERGED, main.id)


def test_the_merged_name_is_kept_and_found(
    administrator: Work, two: tuple[Organisation, Organisation]
) -> None:
    merged, main = two
    merged.name = "江城泵阀厂"
    merge(administrator, two)

    kept = administrator.session.scalars(select(FormerName)).one()
    assert (kept.organisation_id, kept.name, kept.merged_from_id) == (main.id, "江城泵阀厂", merged.id)
    found = organisations.organisations(administrator, OrganisationFilter(q="泵阀"), 1)
    assert [each.id for each in found.items] == [main.id]


def test_an_old_address_leads_to_the_main_organisation(
    client: FlaskClient,
    administrator: Work,
    people: dict[str, User],
    two: tuple[Organisation, Organisation],
) -> None:
    merge(administrator, two)
    administrator.session.commit()

    answer = factories.sign_in(client, people["liaison"]).get(f"/organisations/{two[0].id}")
    assert answer.location == f"/organisations/{two[1].id}"


def test_the_summary_says_who_newly_reads_what_is_confidential(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    merged, main = two
    factories.problem(
        administrator.session,
        people["other_enterprise"],
        ProblemStatus.DRAFT,
        title="高压泵密封寿命",
        confidential="配方",
    )
    record_of(administrator, merged, people["liaison"].organisation)

    (reading,) = plan(administrator, merged, main).readings
    assert [each.id for each in reading.readers] == [people["enterprise"].id]
    assert (list(reading.confidential), reading.drafts, reading.records) == (["高压泵密封寿命"], 1, 1)


def test_the_summary_says_who_newly_reads_service_requests_and_projects(
    client: FlaskClient, work: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    merged, main = two
    problem = factories.problem(work.session, people["other_enterprise"], ProblemStatus.PUBLISHED)
    body = factories.organisation(work.session, OrganisationKind.INTERMEDIARY)
    factories.service_request(work.session, factories.service(work.session, body), problem)
    factories.project(work.session, ProjectStatus.RECOMMENDED, partners=[merged])
    factories.project(work.session, partners=[merged])  # not recommended: no participant reads it
    work.session.add(
        FormerName(organisation_id=merged.id, name="老厂", code="", since=work.now(), until=work.now())
    )
    work.session.commit()

    (reading,) = plan(work.as_actor(people["administrator"]), merged, main).readings
    assert (reading.requests, reading.projects) == (1, 1)
    page = factories.sign_in(client, people["administrator"]).get(
        f"/administration/organisations/{merged.id}/merge/{main.id}"
    )
    assert "服务申请 1 项，包括要求、联系方式和结果" in page.text
    assert "更早的曾用名" in page.text


def test_who_opened_something_to_one_of_them_is_told_that_more_people_read_it(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    problem = factories.problem(administrator.session, people["other_enterprise"], ProblemStatus.PUBLISHED)
    capability = factories.capability(administrator.session, people["liaison"], CapabilityStatus.PUBLISHED)
    factories.agree(administrator.session, paired(administrator, problem, capability), *Side)
    administrator.session.flush()
    (reading,) = plan(administrator, *two).readings
    merge(administrator, two)

    told = administrator.session.scalars(select(Notice).where(Notice.user_id == people["liaison"].id)).all()
    assert (list(reading.opened_by), [each.kind for each in told]) == (
        [people["liaison"].organisation.name],
        ["organisation.partner_merged"],
    )
    assert allow(people["enterprise"], Action.CAPABILITY_READ_CONTACT, capability)


def test_of_a_record_of_both_the_second_party_stays_where_it_is(
    administrator: Work, two: tuple[Organisation, Organisation]
) -> None:
    record = record_of(administrator, *two)
    done = merge(administrator, two)

    assert done.stays == {"record_party": 1}
    assert {each.organisation_id for each in record.parties} == {each.id for each in two}


def test_postings_of_the_same_title_are_named_and_both_kept(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    for name in ("enterprise", "other_enterprise"):
        factories.problem(administrator.session, people[name], ProblemStatus.PUBLISHED, title="轴承早期失效")
    done = merge(administrator, two)

    assert [(one.title, other.title) for one, other in done.same_titles] == [("轴承早期失效",) * 2]


def test_what_nobody_saw_because_it_was_not_verified_is_named_before_it_is_public(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    two[0].status = Verification.PENDING
    hidden = factories.problem(administrator.session, people["other_enterprise"], ProblemStatus.PUBLISHED)

    assert [each.id for each in plan(administrator, *two).becomes_public] == [hidden.id]


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"status": Verification.REJECTED}, Obstacle.MAIN_NOT_VERIFIED),
        ({"kind": OrganisationKind.UNIVERSITY}, Obstacle.ANOTHER_KIND),
        ({"kind": OrganisationKind.BUREAU}, Obstacle.BUREAU),
    ],
)
def test_what_stands_in_the_way_is_said_and_holds(
    administrator: Work,
    two: tuple[Organisation, Organisation],
    change: dict[str, Any],
    obstacle: Obstacle,
) -> None:
    for name, value in change.items():
        setattr(two[1], name, value)
    administrator.session.flush()

    with pytest.raises(CannotMerge) as stuck:
        merge(administrator, two)
    assert stuck.value.plan.obstacles == [obstacle]


def test_what_is_confirmed_is_what_was_read(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    read = plan(administrator, *two).fingerprint
    factories.problem(administrator.session, people["other_enterprise"], ProblemStatus.DRAFT)

    with pytest.raises(Changed):
        merging.merge(administrator, *two, "同一个营业执照", read)
    assert two[0].merged_into_id is None


def test_a_merged_one_is_not_merged_again_and_former_mergers_follow(
    administrator: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    third = factories.organisation(administrator.session)
    merge(administrator, (third, two[0]))
    merge(administrator, two)

    assert third.merged_into_id == two[1].id
    assert plan(administrator, third, two[1]).obstacles == [Obstacle.MERGED_ALREADY]
    names = {each.name for each in organisations.former_names(administrator, two[1])}
    assert names == {third.name, two[0].name}


@pytest.mark.parametrize("role", ["enterprise", "staff"])
def test_only_administrators_merge(
    work: Work, people: dict[str, User], two: tuple[Organisation, Organisation], role: str
) -> None:
    with pytest.raises(Forbidden):
        plan(work.as_actor(people[role]), *two)


def test_a_renamed_organisation_keeps_its_names_with_their_days(
    administrator: Work, people: dict[str, User]
) -> None:
    organisation = people["enterprise"].organisation
    before, organisation.verified_at = organisation.name, administrator.now()
    administrator.session.flush()
    facts = organisations.Facts(name="江城泵业", code=factories.credit_code())
    organisations.edit(administrator, organisation, facts, organisation.version)

    (former,) = organisations.former_names(administrator, organisation)
    assert (former.name, former.merged_from_id) == (before, None)
    assert former.since <= former.until
    actions = [each.action for each in administrator.session.scalars(select(AuditEvent))]
    assert actions == ["organisation.changed", "organisation.renamed"]


def test_the_page_shows_the_summary_asks_for_a_reason_and_merges(
    client: FlaskClient, work: Work, people: dict[str, User], two: tuple[Organisation, Organisation]
) -> None:
    factories.user(work.session, Role.ENTERPRISE, two[1])
    work.session.commit()
    browser = factories.sign_in(client, people["administrator"])
    path = f"/administration/organisations/{two[0].id}/merge"
    assert two[1].name in browser.get(path).text
    page = browser.get(f"{path}/{two[1].id}").text
    fingerprint = page.partition('name="fingerprint" type="hidden" value="')[2][:32]

    assert browser.post(f"{path}/{two[1].id}", data={"fingerprint": fingerprint}).status_code == 422
    typed = {"fingerprint": fingerprint, "reason": "同一个营业执照", "understood": "y"}
    stale = browser.post(f"{path}/{two[1].id}", data={**typed, "fingerprint": "0" * 32})
    assert (stale.status_code, "情况变了" in stale.text, "同一个营业执照" in stale.text) == (409, True, True)
    assert browser.post(f"{path}/{two[1].id}", data=typed).location == f"/organisations/{two[1].id}"
    assert "曾用名" in browser.get(f"/organisations/{two[1].id}").text
