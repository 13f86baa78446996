"""What counts as a common need, and that it stays the same from day to day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from matchmaker.common_needs import running, service
from matchmaker.common_needs.evidence import Parts, Strength, in_words
from matchmaker.policy import Forbidden
from matchmaker.postings import service as postings
from matchmaker.work import LOCAL_ZONE, Work
from models import AuditEvent, CommonNeed, Job, Problem, ProblemStatus, User
from tests import factories
from tests.common_needs.texts import AIR, ALONE, MACHINES, company, publish, run, standing


@pytest.fixture
def air(work: Work) -> list[Problem]:
    return [publish(work, said) for said in AIR]


def ids(problems: list[Problem]) -> set[int]:
    return {each.id for each in problems}


def test_several_companies_that_ask_for_the_same_are_one_need(work: Work, air: list[Problem]) -> None:
    machines = [publish(work, said) for said in MACHINES]
    publish(work, ALONE)
    outcome = run(work)
    assert sorted(map(sorted, standing(work).values())) == [sorted(ids(air)), sorted(ids(machines))]
    assert (outcome.problems, outcome.needs, outcome.fresh, outcome.gone) == (6, 2, 2, 0)


def test_a_need_says_which_words_its_members_share(work: Work, air: list[Problem]) -> None:
    run(work)
    need = work.session.scalars(select(CommonNeed)).one()
    assert {"沸石转轮", "甲烷总烃"} <= {word for term in need.terms for word in (term, term[-4:])}


def test_two_problems_of_one_company_are_no_common_need(work: Work) -> None:
    author = company(work.session)
    for said in MACHINES:
        publish(work, said, author)
    assert run(work).needs == 0


def test_a_second_run_on_the_same_problems_changes_nothing(work: Work, air: list[Problem]) -> None:
    for said in MACHINES:
        publish(work, said)
    run(work)
    before = standing(work)
    outcome = run(work)
    assert standing(work) == before
    assert (outcome.fresh, outcome.gone) == (0, 0)


def test_an_unrelated_problem_leaves_the_others_alone(work: Work, air: list[Problem]) -> None:
    run(work)
    before = standing(work)
    publish(work, ALONE)
    run(work)
    assert standing(work) == before


def test_an_edit_of_one_problem_moves_that_one_only(work: Work, air: list[Problem]) -> None:
    machines = [publish(work, said) for said in MACHINES]
    run(work)
    before = standing(work)
    air[2].title, air[2].statement = ALONE
    postings.index(work, air[2])
    run(work)
    after = standing(work)
    assert after.keys() == before.keys()
    assert sorted(map(sorted, after.values())) == [sorted(ids(air[:2])), sorted(ids(machines))]


def test_a_need_that_is_not_found_any_more_ends(work: Work, air: list[Problem]) -> None:
    run(work)
    for each in air[1:]:
        each.status = ProblemStatus.SOLVED
    assert run(work).gone == 1
    assert standing(work) == {}


def test_confidential_details_take_no_part(work: Work) -> None:
    secret = AIR[0][1]
    publish(work, MACHINES[0], confidential=secret)
    publish(work, ALONE, confidential=secret)
    assert run(work).needs == 0


def test_a_problem_that_is_withdrawn_is_not_shown_from_then_on(
    work: Work, staff: Work, air: list[Problem]
) -> None:
    run(work)
    air[0].status = ProblemStatus.WITHDRAWN
    (need,) = service.needs(staff, service.Filters()).items
    assert {each.problem.id for each in need.members} == ids(air[1:])
    air[1].status = ProblemStatus.WITHDRAWN
    assert service.needs(staff, service.Filters()).total == 0


def test_what_staff_told_apart_stays_apart(work: Work, staff: Work, air: list[Problem]) -> None:
    run(work)
    (need_id,) = standing(work)
    need = work.session.get_one(CommonNeed, need_id)
    assert service.tell_apart(staff, need, air[2].id)
    assert standing(work) == {need_id: ids(air[:2])}
    run(work)
    assert standing(work) == {need_id: ids(air[:2])}
    audited = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "common_need.told_apart"))
    assert [each.details for each in audited] == [{"problem": air[2].id}]


def test_what_was_told_apart_can_be_taken_back(work: Work, staff: Work, air: list[Problem]) -> None:
    run(work)
    need = work.session.scalars(select(CommonNeed)).one()
    service.tell_apart(staff, need, air[2].id)
    service.take_back(staff, need, air[2].id)
    run(work)
    assert standing(work) == {need.id: ids(air)}


def test_a_need_of_two_ends_when_one_is_told_apart(work: Work, staff: Work) -> None:
    first, _ = (publish(work, said) for said in MACHINES)
    run(work)
    need = work.session.scalars(select(CommonNeed)).one()
    assert not service.tell_apart(staff, need, first.id)
    assert run(work).needs == 0


def test_only_staff_decide_and_only_the_bureau_reads(work: Work, people: dict[str, User]) -> None:
    need = CommonNeed(cohesion=0.7, companies=2, capabilities=0, strength=0.5, engine_version="test")
    work.session.add(need)
    work.session.flush()
    for name in ("enterprise", "liaison", "intermediary"):
        with pytest.raises(Forbidden):
            service.needs(work.as_actor(people[name]), service.Filters())
    with pytest.raises(Forbidden):
        service.tell_apart(work.as_actor(people["administrator"]), need, 1)


def test_the_list_is_narrowed_to_a_field_and_a_county_of_any_member(work: Work, staff: Work) -> None:
    publish(work, MACHINES[0], field="1", county="340822")
    publish(work, MACHINES[1], field="8", county="340802")
    run(work)
    totals = [
        service.needs(staff, service.Filters(field=field, county=county)).total
        for field, county in (("1", ""), ("8", "340822"), ("4", ""), ("", "340881"))
    ]
    assert totals == [1, 1, 0, 0]


def test_every_night_it_is_asked_for_once(work: Work) -> None:
    def at(hour: int, days: int = 0) -> Work:
        moment = datetime(2026, 11, 24, hour, tzinfo=LOCAL_ZONE) + timedelta(days=days)
        return Work(work.session, None, work.engine, work.settings, clock=lambda: moment)

    counts = [running.ask_nightly(each) for each in (at(1), at(2), at(3), at(23), at(0, 1), at(2, 1))]
    assert counts == [0, 1, 0, 0, 0, 1]


def test_asking_again_while_one_waits_gives_the_same_job(staff: Work) -> None:
    assert service.ask(staff).id == service.ask(staff).id
    assert staff.session.query(Job).count() == 1


def test_more_companies_and_capabilities_make_stronger_evidence() -> None:
    few, many, answered = Parts(2, 0.7, 0), Parts(4, 0.7, 0), Parts(4, 0.7, 3)
    assert few.strength < many.strength < answered.strength
    assert (in_words(few.strength), in_words(answered.strength)) == (Strength.FAIR, Strength.STRONG)


def test_the_list_is_narrowed_to_what_a_company_of_any_member_belongs_to(
    work: Work, staff: Work, air: list[Problem]
) -> None:
    run(work)
    carriers = [factories.carrier(work.session, *members) for members in ((air[1].organisation,), ())]
    asked = [service.Filters.from_query({"carrier": str(each.id)}) for each in carriers]
    assert [service.needs(staff, each).total for each in asked] == [1, 0]
    assert [service.every(staff, each).total for each in asked] == [1, 0]
