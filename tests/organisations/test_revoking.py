"""An organisation whose verification is taken back leaves public view with everything it posted, until it is back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.organisations import service
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, allow
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.work import Work
from models import (
    Capability,
    CapabilityStatus,
    Pairing,
    Problem,
    ProblemStatus,
    Side,
    User,
    Verification,
)
from tests import factories

WORDS = "压铸件气孔检测"


@pytest.fixture
def problem(work: Work, people: dict[str, User]) -> Problem:
    made = factories.problem(work.session, people["enterprise"])
    postings.index(work, made)
    work.session.commit()
    return made


@pytest.fixture
def capability(work: Work, people: dict[str, User]) -> Capability:
    made = factories.capability(work.session, people["liaison"])
    postings.index(work, made)
    work.session.commit()
    return made


@pytest.fixture
def agreed(work: Work, problem: Problem, capability: Capability, people: dict[str, User]) -> Pairing:
    """Both sides want to talk."""
    made = Pairing(problem=problem, capability=capability, score=0.9, engine_version="test", acted_on=True)
    work.session.add(made)
    factories.agree(work.session, made, *Side, undertaken=True)
    work.session.commit()
    return made


def take_back(work: Work, person: User) -> None:
    person.organisation.status = Verification.REJECTED
    work.session.commit()


def test_staff_are_told_what_taking_back_does(
    client: FlaskClient, problem: Problem, people: dict[str, User]
) -> None:
    staff, path = factories.sign_in(client, people["staff"]), f"/organisations/{problem.organisation_id}"
    answer = staff.post(f"{path}/reject", data={"reason": "营业执照已注销"}, follow_redirects=True)

    assert "它的难题和成果不再公开" in answer.text


@pytest.mark.parametrize("path", ["/problems", f"/problems?q={WORDS}", f"/search?q={WORDS}", "/"])
def test_its_problems_leave_every_public_list(
    client: FlaskClient, work: Work, problem: Problem, people: dict[str, User], path: str
) -> None:
    before = problem.title in client.get(path).text
    take_back(work, people["enterprise"])

    assert (before, problem.title in client.get(path).text) == (True, False)


def test_its_problem_has_no_page_for_visitors_and_keeps_it_for_its_owner_and_staff(
    app: Flask, work: Work, problem: Problem, people: dict[str, User]
) -> None:
    take_back(work, people["enterprise"])
    readers = [
        app.test_client(),
        *(factories.sign_in(app.test_client(), people[each]) for each in ("liaison", "enterprise", "staff")),
    ]

    assert [each.get(f"/problems/{problem.id}").status_code for each in readers] == [404, 404, 200, 200]


def test_what_it_posted_is_back_when_it_is_verified_again(
    client: FlaskClient, work: Work, problem: Problem, people: dict[str, User]
) -> None:
    take_back(work, people["enterprise"])
    service.verify(work.as_actor(people["staff"]), problem.organisation)
    work.session.commit()

    assert problem.title in client.get(f"/search?q={WORDS}").text


def test_it_is_not_suggested(
    work: Work, problem: Problem, capability: Capability, people: dict[str, User]
) -> None:
    take_back(work, people["liaison"])
    pairings.suggest(work, problem)

    assert work.session.query(Pairing).count() == 0


def test_it_does_not_count_as_promising_while_typing(
    work: Work, problem: Problem, capability: Capability, people: dict[str, User]
) -> None:
    before = postings.likeness(work, document_of(problem, searchable=False)).promising
    take_back(work, people["liaison"])

    assert (before, postings.likeness(work, document_of(problem, searchable=False)).promising) == (1, 0)


def test_the_other_side_knows_nothing_of_its_pairings(
    work: Work, agreed: Pairing, people: dict[str, User]
) -> None:
    before = allow(people["liaison"], Action.PAIRING_READ, agreed)
    take_back(work, people["enterprise"])

    assert (before, allow(people["liaison"], Action.PAIRING_READ, agreed)) == (True, False)


def test_it_reads_nothing_confidential_of_others(
    work: Work, agreed: Pairing, people: dict[str, User]
) -> None:
    before = allow(people["liaison"], Action.PROBLEM_READ_CONFIDENTIAL, agreed.problem)
    take_back(work, people["liaison"])

    assert (before, allow(people["liaison"], Action.PROBLEM_READ_CONFIDENTIAL, agreed.problem)) == (
        True,
        False,
    )


def test_staff_cannot_introduce_it(work: Work, agreed: Pairing, people: dict[str, User]) -> None:
    take_back(work, people["liaison"])
    with pytest.raises(pairings.NotPublic):
        pairings.introduce(work.as_actor(people["staff"]), agreed, agreed.version)


@pytest.mark.parametrize("kind", ["problems", "capabilities"])
def test_what_it_submitted_before_is_not_published(
    client: FlaskClient, work: Work, people: dict[str, User], kind: str
) -> None:
    posting: Problem | Capability
    if kind == "problems":
        posting = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    else:
        posting = factories.capability(work.session, people["liaison"], CapabilityStatus.SUBMITTED)
    take_back(work, posting.author)
    staff = factories.sign_in(client, people["staff"])
    answer = staff.post(f"/{kind}/{posting.id}/publish", follow_redirects=True)

    work.session.expire_all()
    assert ("重新通过后才能发布" in answer.text, posting.status.value) == (True, "submitted")


def test_its_suggestions_wait_off_the_board(
    client: FlaskClient, work: Work, problem: Problem, capability: Capability, people: dict[str, User]
) -> None:
    pairings.suggest(work, problem)
    work.session.commit()
    staff = factories.sign_in(client, people["staff"])
    before = capability.title in staff.get("/pairings/").text
    take_back(work, people["liaison"])

    assert (before, capability.title in staff.get("/pairings/").text) == (True, False)
