"""What an enterprise and a liaison find on their first page."""

from datetime import timedelta

import pytest

from matchmaker.home import service
from matchmaker.home.sides import EnterpriseHome, LiaisonHome
from matchmaker.work import Work
from models import (
    CapabilityStatus,
    ConsentStatus,
    PairingStatus,
    ProblemStatus,
    RecordStatus,
    Side,
    User,
    Verification,
    now,
)
from tests import factories
from tests.cooperation import records
from tests.home import pages


def enterprise(work: Work, people: dict[str, User]) -> EnterpriseHome:
    work.session.flush()
    found = service.first_page(work.as_actor(people["enterprise"]))
    assert isinstance(found, EnterpriseHome)
    return found


def liaison(work: Work, people: dict[str, User]) -> LiaisonHome:
    work.session.flush()
    found = service.first_page(work.as_actor(people["liaison"]))
    assert isinstance(found, LiaisonHome)
    return found


def test_what_waits_for_its_owner_comes_first(work: Work, people: dict[str, User]) -> None:
    published, draft, returned = (
        factories.problem(work.session, people["enterprise"], status)
        for status in (ProblemStatus.PUBLISHED, ProblemStatus.DRAFT, ProblemStatus.RETURNED)
    )

    assert [problem for problem, _ in enterprise(work, people).problems] == [returned, draft, published]


def test_problems_of_others_are_not_mine(work: Work, people: dict[str, User]) -> None:
    factories.problem(work.session, people["other_enterprise"])

    assert enterprise(work, people).problems == []


@pytest.mark.parametrize("status", [ProblemStatus.SOLVED, ProblemStatus.WITHDRAWN])
def test_what_is_over_is_counted_and_not_shown(
    status: ProblemStatus, work: Work, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"], status)

    found = enterprise(work, people)

    assert (found.problems, found.problem_count) == ([], 1)


def test_a_card_shows_the_best_suggestion(work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    records.pairing(work.session, people["enterprise"], people["liaison"], problem=problem, score=0.5)
    best = records.pairing(work.session, people["enterprise"], people["liaison"], problem=problem, score=0.9)

    summary = enterprise(work, people).problems[0][1]

    assert summary is not None
    assert (summary.count, summary.best) == (2, best)


def test_an_interest_of_the_other_side_asks_for_an_answer(work: Work, people: dict[str, User]) -> None:
    pairing = records.pairing(work.session, people["enterprise"], people["liaison"])
    pages.interest(work.session, pairing, people["liaison"], Side.CAPABILITY)

    assert [(each.pairing, each.answered) for each in enterprise(work, people).asked.items] == [
        (pairing, False)
    ]


def test_an_own_interest_asks_nothing_of_oneself(work: Work, people: dict[str, User]) -> None:
    pairing = records.pairing(work.session, people["enterprise"], people["liaison"])
    pages.interest(work.session, pairing, people["enterprise"], Side.PROBLEM)

    assert enterprise(work, people).asked.total == 0


def test_unanswered_interests_come_before_answered_ones(work: Work, people: dict[str, User]) -> None:
    unanswered, answered = (
        records.pairing(work.session, people["enterprise"], people["liaison"]) for _ in range(2)
    )
    pages.interest(
        work.session, unanswered, people["liaison"], Side.CAPABILITY, created_at=now() - timedelta(days=9)
    )
    pages.interest(work.session, answered, people["liaison"], Side.CAPABILITY)
    pages.interest(work.session, answered, people["enterprise"], Side.PROBLEM)

    assert [each.pairing for each in enterprise(work, people).asked.items] == [unanswered, answered]


@pytest.mark.parametrize("status", [PairingStatus.DISMISSED, PairingStatus.CONFIRMED])
def test_an_interest_that_was_decided_asks_nothing(
    status: PairingStatus, work: Work, people: dict[str, User]
) -> None:
    dismissal = {"dismissal": "field"} if status is PairingStatus.DISMISSED else {}
    pairing = records.pairing(
        work.session, people["enterprise"], people["liaison"], status=status, **dismissal
    )
    pages.interest(work.session, pairing, people["liaison"], Side.CAPABILITY)

    assert enterprise(work, people).asked.total == 0


def test_running_cooperations_of_ones_own_are_shown(work: Work, people: dict[str, User]) -> None:
    own = records.paired_record(work.session, people)
    records.paired_record(work.session, people, RecordStatus.ACCEPTED)
    others = [people["other_enterprise"].organisation, people["other_liaison"].organisation]
    records.record(work.session, others)

    assert [entry.record for entry in enterprise(work, people).records.items] == [own]


def test_a_liaison_sees_each_fitting_problem_once_with_the_best_of_theirs(
    work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"])
    best = records.pairing(work.session, people["enterprise"], people["liaison"], problem=problem, score=0.9)
    records.pairing(work.session, people["enterprise"], people["liaison"], problem=problem, score=0.8)

    assert [each.pairing for each in liaison(work, people).fitting] == [best]


def test_problems_that_fit_other_institutions_are_theirs(work: Work, people: dict[str, User]) -> None:
    records.pairing(work.session, people["enterprise"], people["other_liaison"])

    assert liaison(work, people).fitting == []


@pytest.mark.parametrize(
    "status",
    [ProblemStatus.SUBMITTED, ProblemStatus.WITHDRAWN, ProblemStatus.IN_COOPERATION, ProblemStatus.SOLVED],
)
def test_only_published_problems_are_fitting(
    status: ProblemStatus, work: Work, people: dict[str, User]
) -> None:
    problem = factories.problem(work.session, people["enterprise"], status)
    records.pairing(work.session, people["enterprise"], people["liaison"], problem=problem)

    assert liaison(work, people).fitting == []


def test_where_one_said_yes_there_is_nothing_to_discover(work: Work, people: dict[str, User]) -> None:
    pairing = records.pairing(work.session, people["enterprise"], people["liaison"])
    pages.interest(work.session, pairing, people["liaison"], Side.CAPABILITY)

    assert liaison(work, people).fitting == []


def test_older_problems_are_shown_where_no_new_one_fits(work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"], published_at=now() - timedelta(days=200))
    problem.published_at = now() - timedelta(days=200)
    records.pairing(work.session, people["enterprise"], people["liaison"], problem=problem)

    found = liaison(work, people)

    assert (len(found.fitting), found.only_new) == (1, False)


def test_a_fitting_problem_comes_with_why(work: Work, people: dict[str, User]) -> None:
    from matchmaker.postings import service as postings

    pairing = records.pairing(work.session, people["enterprise"], people["liaison"])
    postings.index_many(work, [pairing.problem, pairing.capability])

    assert liaison(work, people).fitting[0].explanation.sentence_pairs


def test_own_capabilities_are_counted_by_state(work: Work, people: dict[str, User]) -> None:
    for status in (CapabilityStatus.PUBLISHED, CapabilityStatus.PUBLISHED, CapabilityStatus.DRAFT):
        factories.capability(work.session, people["liaison"], status)
    factories.capability(work.session, people["other_liaison"])

    assert liaison(work, people).capabilities == {CapabilityStatus.DRAFT: 1, CapabilityStatus.PUBLISHED: 2}


def test_a_returned_capability_waits_for_its_owner(work: Work, people: dict[str, User]) -> None:
    returned = factories.capability(work.session, people["liaison"], CapabilityStatus.RETURNED)
    factories.capability(work.session, people["other_liaison"], CapabilityStatus.RETURNED)

    assert list(liaison(work, people).returned) == [returned]


def test_an_organisation_that_waits_for_its_check_is_told_so(work: Work, people: dict[str, User]) -> None:
    people["enterprise"].organisation.status = Verification.PENDING

    assert not enterprise(work, people).verified


def test_a_talk_that_the_bureau_proposes_waits_for_an_answer_on_both_first_pages(
    work: Work, people: dict[str, User]
) -> None:
    pairing = pages.quiet_pairing(work.session, people, 1)
    for side in Side:
        person = people["enterprise"] if side is Side.PROBLEM else people["liaison"]
        pages.interest(work.session, pairing, person, side, status=ConsentStatus.ASKED)
    for asked in (enterprise(work, people).asked, liaison(work, people).asked):
        assert [(each.pairing, each.answered) for each in asked.items] == [(pairing, False)]
