"""The queue: what waits, in which order, for whom, and what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.audit import service as audit
from matchmaker.checking import service
from matchmaker.organisations import service as organisations
from matchmaker.problems import service as problems
from matchmaker.work import Work
from models import CheckKind, ProblemStatus, Role, User
from tests import factories
from tests.checking import waiting
from tests.checking.waiting import filters, name, named
from tests.pairings import pairs


@pytest.fixture
def colleague(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(factories.user(work.session, Role.STAFF, people["staff"].organisation, name="李四"))


@pytest.fixture
def waits(staff: Work, people: dict[str, User]) -> dict[str, Any]:
    """A problem since five days, an organisation since three, a capability since one."""
    return {
        "problem": waiting.problem(staff.session, people["enterprise"], days=5),
        "organisation": waiting.organisation(staff.session, days=3),
        "capability": waiting.capability(staff.session, people["liaison"], days=1),
    }


def listed(work: Work, **given: str) -> list[waiting.Named]:
    return named(service.queue(work, filters(**given)).listing.items)


def test_all_kinds_wait_in_one_queue_whoever_waits_longest_first(staff: Work, waits: dict[str, Any]) -> None:
    assert listed(staff) == [name(each) for each in waits.values()]
    assert service.count(staff) == 3


def test_what_was_decided_or_never_submitted_does_not_wait(staff: Work, people: dict[str, User]) -> None:
    factories.problem(staff.session, people["enterprise"])
    factories.capability(staff.session, people["liaison"])
    assert (listed(staff), service.count(staff)) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "organisation"}, ["organisation"]),
        ({"county": "340811"}, ["problem", "organisation", "capability"]),
        ({"county": "340822"}, []),
        ({"field": "8"}, ["problem", "capability"]),
        ({"field": "8", "kind": "organisation"}, []),
        ({"days": "3"}, ["problem", "organisation"]),
        (
            {"kind": "nonsense", "days": "x", "page": "-1", "county": "\x00"},
            ["problem", "organisation", "capability"],
        ),
    ],
)
def test_the_queue_is_narrowed_by_what_its_address_says(
    staff: Work, waits: dict[str, Any], asked: dict[str, str], expected: list[str]
) -> None:
    assert listed(staff, **asked) == [name(waits[each]) for each in expected]


def test_an_administrator_finds_organisations_only(
    work: Work, people: dict[str, User], waits: dict[str, Any]
) -> None:
    administrator = work.as_actor(people["administrator"])
    assert listed(administrator) == [name(waits["organisation"])]
    assert service.count(administrator) == 1


def test_an_organisation_that_asks_again_waits_from_then_on(
    staff: Work, people: dict[str, User], waits: dict[str, Any]
) -> None:
    organisation = waits["organisation"]
    member = factories.user(staff.session, Role.ENTERPRISE, organisation)
    organisations.reject(staff, organisation, "名称不符")
    organisations.resubmit(staff.as_actor(member), organisation)
    assert listed(staff)[-1] == name(organisation)


def test_next_and_previous_go_round(staff: Work, waits: dict[str, Any]) -> None:
    last = service.item(staff, CheckKind.CAPABILITY, waits["capability"].id, filters())
    assert (last.position.number, last.position.total) == (3, 3)
    assert named(each for each in (last.previous, last.next) if each) == [
        name(waits["organisation"]),
        name(waits["problem"]),
    ]


def test_what_a_colleague_has_open_is_passed_over_and_said(
    staff: Work, colleague: Work, waits: dict[str, Any]
) -> None:
    organisation = waits["organisation"]
    service.look_at(colleague, CheckKind.ORGANISATION, organisation.id)
    first = service.item(staff, CheckKind.PROBLEM, waits["problem"].id, filters())
    assert first.next is not None
    assert name(waits["capability"]) == (first.next.kind, first.next.id)
    assert service.item(staff, CheckKind.ORGANISATION, organisation.id, filters()).others == ["李四"]
    assert service.item(colleague, CheckKind.ORGANISATION, organisation.id, filters()).others == ()


def test_a_page_that_was_not_heard_of_for_a_while_counts_as_closed(
    staff: Work, colleague: Work, waits: dict[str, Any]
) -> None:
    service.look_at(colleague, CheckKind.PROBLEM, waits["problem"].id)
    later = Work(
        staff.session,
        staff.actor,
        staff.engine,
        staff.settings,
        clock=lambda: colleague.now() + timedelta(seconds=76),
    )
    assert service.company(later, CheckKind.PROBLEM, waits["problem"].id).others == ()


def test_one_who_goes_on_leaves_what_they_had_open(
    staff: Work, colleague: Work, waits: dict[str, Any]
) -> None:
    for kind in ("problem", "capability"):
        service.look_at(colleague, CheckKind(kind), waits[kind].id)
    assert service.company(staff, CheckKind.PROBLEM, waits["problem"].id).others == ()


def test_two_that_say_much_the_same_are_marked(staff: Work, people: dict[str, User]) -> None:
    first = pairs.problem(staff, people["enterprise"])
    staff.session.commit()
    second = factories.problem(staff.session, people["other_enterprise"], ProblemStatus.DRAFT)
    problems.submit(staff.as_actor(people["other_enterprise"]), second)
    assert name(second) in service.queue(staff, filters()).likely
    assert "duplicate" in service.item(staff, CheckKind.PROBLEM, second.id, filters()).fitting
    compared = service.comparison(staff, CheckKind.PROBLEM, second.id, first.id)
    assert [field for field, here, there in compared.rows if here != there] == ["title"]


def test_what_was_changed_since_it_was_sent_back_is_shown(staff: Work, people: dict[str, User]) -> None:
    problem, author = (
        waiting.problem(staff.session, people["enterprise"]),
        staff.as_actor(people["enterprise"]),
    )
    problems.send_back(staff, problem, "请写明指标")
    problems.save(
        author, problem, {"statement": problem.statement + "单件节拍不超过4.5秒。"}, problem.version
    )
    problems.submit(author, problem)
    returned = service.item(staff, CheckKind.PROBLEM, problem.id, filters()).returned
    assert returned is not None
    assert returned.event.details["reason"] == "请写明指标"
    assert [each.name for each in returned.changes] == ["statement"]


def test_what_an_organisation_changed_since_it_was_refused_is_named(
    staff: Work, waits: dict[str, Any]
) -> None:
    organisation = waits["organisation"]
    member = staff.as_actor(factories.user(staff.session, Role.ENTERPRISE, organisation))
    organisations.reject(staff, organisation, "地址不全")
    audit.record(member, "organisation.changed", organisation, fields=["address"])
    organisations.resubmit(member, organisation)
    returned = service.item(staff, CheckKind.ORGANISATION, organisation.id, filters()).returned
    assert returned is not None
    assert returned.fields == ["address"]


def test_organisations_with_much_the_same_name_are_shown(staff: Work) -> None:
    known = factories.organisation(staff.session, name="安庆示例轴承有限公司")
    fresh = waiting.organisation(staff.session, name="安庆示例轴承（集团）股份有限公司")
    found = service.item(staff, CheckKind.ORGANISATION, fresh.id, filters())
    assert list(found.namesakes) == [known]
    assert "twice" in found.fitting


def test_the_queue_is_narrowed_to_the_members_of_a_carrier(
    staff: Work, people: dict[str, User], waits: dict[str, Any]
) -> None:
    inside = (people["enterprise"].organisation, waits["organisation"])
    carrier = str(factories.carrier(staff.session, *inside).id)
    assert listed(staff, carrier=carrier) == [name(waits["problem"]), name(waits["organisation"])]
    assert filters(carrier=carrier).query == {"carrier": carrier}
