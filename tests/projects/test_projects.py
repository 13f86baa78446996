"""A project from the common need to its acceptance: what each step asks for, who reads it, what stays of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from matchmaker.common_needs import service as common_needs
from matchmaker.policy import Forbidden
from matchmaker.projects import service
from matchmaker.projects.terms import Fault, ProjectTerms
from matchmaker.work import Work
from models import (
    AuditEvent,
    CommonNeed,
    IllegalStep,
    Notice,
    Pairing,
    Problem,
    Project,
    ProjectLevel,
    ProjectStatus,
    Role,
    User,
)
from tests import factories
from tests.common_needs.texts import AIR, publish, run


@pytest.fixture
def source(work: Work, people: dict[str, User]) -> Problem:
    return factories.problem(work.session, people["enterprise"])


@pytest.fixture
def terms(people: dict[str, User], source: Problem) -> ProjectTerms:
    """All that any state asks for."""
    return ProjectTerms(
        title="低浓度有机废气治理共性技术研究与应用",
        programme="environment",
        plan="key_research",
        level=ProjectLevel.PROVINCIAL,
        field="7",
        budget=Decimal("186.50"),
        necessity="三家企业提出同类难题。",
        expected_results="中试装置一套",
        lead=people["liaison"].organisation_id,
        partners=(people["enterprise"].organisation_id,),
        sources=(source.id,),
    )


def walk(work: Work, project: Project, *steps: str) -> None:
    for step in steps:
        service.take(work, project, step, "按计划办理")


def test_a_project_goes_from_draft_to_acceptance(staff: Work, terms: ProjectTerms) -> None:
    project = service.create(staff, terms)
    walk(staff, project, "reserve", "recommend", "approve", "accept")
    moves = [(each.action, each.to_status) for each in project.events]
    assert moves == [
        ("created", "distilling"),
        ("reserved", "reserve"),
        ("recommended", "recommended"),
        ("approved", "approved"),
        ("accepted", "accepted"),
    ]
    audited = staff.session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "project"))
    assert list(audited) == [f"project.{action}" for action, _ in moves]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (ProjectStatus.DISTILLING, ("reserve", "cancel")),
        (ProjectStatus.RESERVE, ("recommend", "step_back", "cancel")),
        (ProjectStatus.RECOMMENDED, ("approve", "step_back", "cancel")),
        (ProjectStatus.APPROVED, ("accept", "cancel")),
        (ProjectStatus.ACCEPTED, ()),
        (ProjectStatus.CANCELLED, ("reopen",)),
    ],
)
def test_a_state_allows_its_steps_and_no_others(
    staff: Work, status: ProjectStatus, allowed: tuple[str, ...]
) -> None:
    project = factories.project(staff.session, status)
    assert service.possible(project) == allowed
    for step in set(service.STEPS) - set(allowed):
        with pytest.raises(IllegalStep):
            service.take(staff, project, step, "原因")


def test_the_reserve_asks_for_programme_level_and_sources(staff: Work) -> None:
    project = service.create(staff, ProjectTerms(title="低浓度有机废气治理"))
    with pytest.raises(service.Incomplete) as error:
        service.take(staff, project, "reserve")
    assert error.value.missing == ["programme", "level", "sources", "necessity"]
    assert project.status is ProjectStatus.DISTILLING


def test_what_a_state_asked_for_cannot_be_emptied_in_it(staff: Work, terms: ProjectTerms) -> None:
    project = service.create(staff, terms)
    walk(staff, project, "reserve", "recommend")
    with pytest.raises(service.BadTerms) as error:
        service.amend(staff, project, replace(terms, lead=None, budget=None), project.version)
    assert error.value.faults == [("lead", Fault.ASKED_FOR), ("budget", Fault.ASKED_FOR)]


def test_cancelling_and_going_back_want_a_reason(staff: Work, terms: ProjectTerms) -> None:
    project = service.create(staff, terms)
    for step in ("cancel", "step_back", "reopen"):
        with pytest.raises(service.ReasonMissing):
            service.take(staff, project, step, "  ")
    service.take(staff, project, "cancel", "企业都已自行解决")
    assert project.cancel_reason == "企业都已自行解决"


def test_participants_read_a_project_from_its_recommendation_on(
    work: Work, staff: Work, people: dict[str, User], terms: ProjectTerms
) -> None:
    project = service.create(staff, terms)
    firm = work.as_actor(people["enterprise"])
    walk(staff, project, "reserve")
    with pytest.raises(service.ProjectNotFound):
        service.find(firm, project.id)
    walk(staff, project, "recommend")
    assert service.find(firm, project.id) is project
    with pytest.raises(service.ProjectNotFound):
        service.find(work.as_actor(people["other_enterprise"]), project.id)
    walk(staff, project, "step_back")
    with pytest.raises(service.ProjectNotFound):
        service.find(firm, project.id)


def test_participants_are_told_of_what_concerns_them(
    staff: Work, people: dict[str, User], terms: ProjectTerms
) -> None:
    project = service.create(staff, terms)
    own, listed = f"/projects/{project.id}", "/projects/"
    walk(staff, project, "reserve", "recommend", "step_back", "recommend", "cancel", "reopen")
    told = staff.session.execute(
        select(Notice.kind, Notice.path).where(Notice.user_id == people["enterprise"].id).order_by(Notice.id)
    )
    assert [tuple(row) for row in told] == [
        ("project.recommended", own),
        ("project.stepped_back", listed),  # a page that they cannot open is not linked to
        ("project.recommended", own),
        ("project.cancelled", own),
        ("project.reopened", listed),
    ]
    walk(staff, project, "cancel", "reopen")  # not recommended since: nobody is told
    assert staff.session.query(Notice).filter_by(user_id=people["enterprise"].id).count() == 5


def test_only_staff_make_and_move_projects(work: Work, people: dict[str, User], terms: ProjectTerms) -> None:
    project = factories.project(work.session)
    for name in ("enterprise", "liaison", "intermediary", "administrator"):
        other = work.as_actor(people[name])
        with pytest.raises(Forbidden):
            service.create(other, terms)
        with pytest.raises(Forbidden):
            service.take(other, project, "cancel", "原因")


def test_an_organisation_takes_part_once_and_dates_follow_each_other(
    staff: Work, people: dict[str, User], terms: ProjectTerms
) -> None:
    lead = people["liaison"].organisation_id
    wrong = replace(terms, partners=(lead,), starts_on=date(2027, 3, 1), ends_on=date(2027, 1, 1))
    with pytest.raises(service.BadTerms) as error:
        service.create(staff, wrong)
    assert error.value.faults == [
        ("ends_on", Fault.ENDS_BEFORE_START),
        ("partners", Fault.ORGANISATION_TWICE),
    ]


def test_unknown_problems_and_unverified_organisations_are_refused(
    staff: Work, terms: ProjectTerms, source: Problem
) -> None:
    with pytest.raises(service.BadTerms) as error:
        service.create(staff, replace(terms, lead=999, sources=(source.id, 999)))
    assert error.value.faults == [
        ("lead", Fault.UNKNOWN_ORGANISATION),
        ("sources", Fault.UNKNOWN_PROBLEM),
    ]


def test_a_second_editor_learns_what_changed_and_nothing_is_written(staff: Work, terms: ProjectTerms) -> None:
    project = service.create(staff, terms)
    version, event = project.version, project.events[-1].id
    service.amend(staff, project, replace(terms, budget=Decimal(210)), version, event)
    with pytest.raises(service.ChangedMeanwhile) as error:
        service.amend(staff, project, replace(terms, title="另一个名称"), version, event)
    assert {each.field for each in error.value.differences} == {"title", "budget"}
    assert [each.action for each in error.value.happened] == ["amended"]
    assert project.budget == Decimal(210)


def test_an_amendment_keeps_what_it_replaced(
    staff: Work, people: dict[str, User], terms: ProjectTerms
) -> None:
    project = service.create(staff, terms)
    firm, school = people["enterprise"].organisation, people["liaison"].organisation
    changed = replace(terms, lead=firm.id, partners=(school.id,), budget=Decimal(200))
    service.amend(staff, project, changed, project.version)
    changes = {each.field: (each.old, each.new) for each in service.changes_in(project.events[-1])}
    assert changes == {
        "budget": ("186.50", "200.00"),
        "lead": (school.name, firm.name),
        "partners": (firm.name, school.name),
    }
    staff.session.commit()
    assert project.lead is firm


def test_a_draft_from_a_need_has_its_sources_budget_and_likely_participants(
    work: Work, staff: Work, people: dict[str, User]
) -> None:
    problems = [publish(work, said) for said in AIR]
    capability = factories.capability(work.session, people["liaison"])
    for each in problems[:2]:
        work.session.add(
            Pairing(problem=each, capability=capability, score=0.6, parts={}, engine_version="test")
        )
    run(work)
    need = work.session.scalars(select(CommonNeed)).one()
    drafted = service.proposed(staff, need.id)
    assert set(drafted.sources) == {each.id for each in problems}
    assert drafted.budget == Decimal(270)  # three times the upper end of 60 to 90
    assert drafted.lead == people["liaison"].organisation_id
    assert set(drafted.partners) == {each.organisation_id for each in problems}
    project = service.create(staff, drafted, need.id)
    assert project.need is need
    assert [each.id for each in common_needs.find(staff, need.id).need.projects] == [project.id]


def test_confidential_details_that_carried_a_pairing_do_not_count_as_fitting(
    work: Work, staff: Work, people: dict[str, User]
) -> None:
    problems = [publish(work, said) for said in AIR]
    capability = factories.capability(work.session, people["liaison"])
    parts = {"title": 0.1, "text": 0.1, "cross": 0.1, "words": 0.0, "confidential": 0.36}
    for each in problems[:2]:
        work.session.add(
            Pairing(problem=each, capability=capability, score=0.3, parts=parts, engine_version="test")
        )
    run(work)
    need = work.session.scalars(select(CommonNeed)).one()
    assert need.capabilities == 0
    assert list(common_needs.find(staff, need.id).capabilities) == []


def test_the_reserve_is_narrowed_and_adds_up(staff: Work, people: dict[str, User]) -> None:
    make = factories.project
    make(staff.session, ProjectStatus.RESERVE, programme="energy", budget=Decimal("10.50"))
    make(staff.session, ProjectStatus.APPROVED, level=ProjectLevel.MUNICIPAL, field="9")
    make(staff.session, ProjectStatus.CANCELLED, lead=people["liaison"].organisation)
    asked = (
        {"state": "open"},
        {"state": "reserve", "programme": "energy"},
        {"level": "municipal"},
        {"field": "9"},
        {"q": people["liaison"].organisation.name, "state": "all"},
        {"level": "nowhere"},
    )
    found = [service.find_all(staff, service.Filters.from_query(each)) for each in asked]
    assert [each.listing.total for each in found] == [2, 1, 1, 1, 1, 0]
    assert found[1].budget == Decimal("10.50")


def test_cancelled_projects_are_asked_for_and_never_added_up(staff: Work) -> None:
    factories.project(staff.session, ProjectStatus.RESERVE, budget=Decimal(10))
    factories.project(staff.session, ProjectStatus.CANCELLED, budget=Decimal(500))
    told = {}
    for state in ("", "all", "cancelled"):
        found = service.find_all(staff, service.Filters.from_query({"state": state}))
        told[state] = (found.listing.total, found.budget)
    assert told == {"": (1, Decimal(10)), "all": (2, Decimal(10)), "cancelled": (1, Decimal(0))}


def test_the_reserve_is_narrowed_to_the_members_of_a_carrier_or_an_alliance(
    staff: Work, people: dict[str, User], source: Problem
) -> None:
    session, school = staff.session, people["liaison"].organisation
    asking = factories.project(session, sources=(source,), lead=people["other_liaison"].organisation)
    carrying_out = factories.project(session, lead=school)
    carrier = factories.carrier(session, source.organisation)
    alliance = factories.alliance(session, school)
    for asked, expected in (({"carrier": carrier.id}, asking), ({"alliance": alliance.id}, carrying_out)):
        filters = service.Filters.from_query({name: str(value) for name, value in asked.items()})
        assert filters.narrowed
        assert service.find_all(staff, filters).listing.items == [expected]
        assert list(service.every(staff, filters).items) == [expected]


def test_two_who_make_projects_get_two_numbers(staff: Work, terms: ProjectTerms) -> None:
    first, second = service.create(staff, terms), service.create(staff, terms)
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1


def test_a_draft_that_names_nobody_is_nobodys(work: Work, staff: Work) -> None:
    stranger = factories.user(work.session, Role.ENTERPRISE, factories.organisation(work.session))
    service.create(staff, ProjectTerms(title="低浓度有机废气治理"))
    assert service.find_all(work.as_actor(stranger), service.Filters()).listing.total == 0
