"""Every route is behind the policy: at the door for each role, and behind it for each party's objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from matchmaker import policy
from matchmaker.site import UNGUARDED, Pages, action_of
from matchmaker.work import Work
from models import CapabilityStatus, ProblemStatus, User
from tests import factories
from tests.standing import PERSONS, Standing

ROLES = ("visitor", "enterprise", "liaison", "intermediary", "staff", "administrator")
INSIDE = "inside"


def guarded_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in UNGUARDED]


def address(app: Flask, rule: Rule, **given: Any) -> str:
    """A path of the rule, with something in each place."""
    converters = rule._converters
    values = {name: given.get(name, _something(converters[name])) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def _something(converter: Any) -> int | str:
    """A number, one of the words that the place takes, or any word."""
    return 1 if isinstance(converter, IntegerConverter) else next(iter(getattr(converter, "items", ["text"])))


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def is_refused(answer: TestResponse) -> bool:
    """Sent away: to the sign-in, with a refusal, or as if there were nothing."""
    return answer.status_code in (403, 404) or (answer.location or "").startswith("/sign-in")


def browser(app: Flask, person: User | None) -> FlaskClient:
    client = app.test_client()
    return factories.sign_in(client, person) if person else client


def test_every_route_declares_its_action(app: Flask) -> None:
    undeclared = [rule.endpoint for rule in guarded_rules(app) if action_of(app, rule.endpoint) is None]
    assert undeclared == []


def test_only_files_that_are_the_same_for_everyone_are_outside_the_policy() -> None:
    assert {"static"} == UNGUARDED


def test_a_route_that_declares_nothing_lets_nobody_in(own_app: Flask, people: dict[str, User]) -> None:
    own_app.add_url_rule("/undeclared", "undeclared", lambda: INSIDE)
    assert all(is_refused(browser(own_app, person).get("/undeclared")) for person in (None, *people.values()))


@pytest.mark.parametrize("role", ROLES)
def test_the_door_of_every_route_opens_to_whom_the_policy_allows(
    own_app: Flask, people: dict[str, User], role: str
) -> None:
    """The views are taken out: what is asked is who would get to them."""
    app, person = own_app, people.get(role)
    app.view_functions = dict.fromkeys(app.view_functions, _inside)
    client = browser(app, person)
    differing = []
    for rule in guarded_rules(app):
        action = action_of(app, rule.endpoint)
        expected = action is not None and policy.allow(person, action)
        for method in methods(rule):
            answer = client.open(address(app, rule), method=method)
            if (answer.text == INSIDE) != expected or (not expected and not is_refused(answer)):
                differing.append((rule.endpoint, method, answer.status_code))
    assert differing == []


def _inside(**given: Any) -> str:
    return INSIDE


@pytest.mark.parametrize("person", PERSONS)
def test_nobody_reaches_an_object_that_the_policy_denies_them(
    app: Flask, work: Work, people: dict[str, User], person: str
) -> None:
    standing = Standing(work.session, people)
    client = browser(app, standing.people[person])
    reached = [
        (rule.endpoint, method, path)
        for rule, path, allowed in routes_of_objects(app, standing, person)
        for method in methods(rule)
        if not allowed and not is_refused(client.open(path, method=method))
    ]
    assert reached == []


@pytest.mark.parametrize("person", PERSONS)
def test_pages_of_objects_open_to_whom_the_policy_allows(
    app: Flask, work: Work, people: dict[str, User], person: str
) -> None:
    standing = Standing(work.session, people)
    client = browser(app, standing.people[person])
    answers = {
        (rule.endpoint, path): client.get(path)
        for rule, path, allowed in routes_of_objects(app, standing, person)
        if allowed and "GET" in methods(rule)
    }
    failed = [page for page, answer in answers.items() if is_refused(answer) or answer.status_code >= 500]
    assert failed == []


def _action(app: Flask, rule: Rule) -> policy.Action:
    action = action_of(app, rule.endpoint)
    assert action is not None
    return action


def routes_of_objects(app: Flask, standing: Standing, person: str) -> list[tuple[Rule, str, bool]]:
    """(route, path, whether the policy allows it) of every route about one object, for objects of several owners."""
    actor = standing.people[person]
    cases = [
        (rule, path, policy.allow(actor, _action(app, rule), subject))
        for rule, path, subject in _routes_of_objects(app, standing)
    ]
    standing.release()
    return cases


def _routes_of_objects(app: Flask, standing: Standing) -> Iterator[tuple[Rule, str, Any]]:
    subjects: dict[str, list[tuple[int, Any]]] = {
        "problem_id": _own(
            standing.problems[ProblemStatus.DRAFT],
            standing.problems[ProblemStatus.PUBLISHED],
            standing.nobodys_problem,
        ),
        "capability_id": _own(
            standing.capabilities[CapabilityStatus.DRAFT],
            standing.capabilities[CapabilityStatus.PUBLISHED],
            standing.nobodys_capability,
        ),
        "pairing_id": _own(standing.agreed, standing.nobodys_pairing),
        "record_id": _own(standing.record, standing.nobodys_record),
        "milestone_id": [(standing.milestone.id, standing.record)],
        "organisation_id": _own(standing.firm.organisation, standing.pending),
        "invitation_id": [(standing.invitation.id, standing.invitation)],
        "call_id": _own(standing.draft_call, standing.open_call, standing.judged_call),
        "proposal_id": _own(standing.sealed_proposal, standing.unsealed_proposal),
        "carrier_id": _own(standing.carrier, standing.closed_carrier),
        "alliance_id": _own(standing.alliance, standing.dissolved),
        "service_id": _own(*standing.services.values()),
        "request_id": _own(*standing.requests.values(), standing.nobodys_request),
        "project_id": _own(standing.recommended_project, standing.draft_project, standing.nobodys_project),
        "user_id": _own(standing.firm, standing.people["administrator"]),
    }
    for rule in guarded_rules(app):
        if len(rule.arguments) == 1:
            (name,) = rule.arguments
            for number, subject in subjects.get(name, []):
                yield rule, address(app, rule, **{name: number}), subject


def _own(*objects: Any) -> list[tuple[int, Any]]:
    return [(each.id, each) for each in objects]


def test_a_blueprint_without_an_action_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        Pages("x", __name__).page("/x")  # type: ignore[call-arg]


def test_a_number_that_no_column_can_hold_is_no_page(app: Flask, people: dict[str, User]) -> None:
    client = browser(app, people["staff"])
    found = [
        rule.endpoint
        for rule in guarded_rules(app)
        if rule.arguments and all(isinstance(each, IntegerConverter) for each in rule._converters.values())
        for path in [address(app, rule).replace("1", "99999999999999999999", 1)]
        for method in methods(rule)
        if client.open(path, method=method).status_code != 404
    ]
    assert found == []
