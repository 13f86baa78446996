"""An explanation never quotes or compares what its reader may not read."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from matchmaker.database import Database
from matchmaker.engine import Explanation
from matchmaker.pairings import service
from matchmaker.pairings.explanations import explain
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import BudgetReaders, MoneyKind, Pairing, ProblemStatus, User
from tests.pairings import pairs

BASIS = "我们已经买了双视角X射线成像设备并能识别气孔、缩松。"
CONFIDENTIAL = "双视角X射线成像与深度学习识别气孔、缩松，单件二十秒。"


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    return pairs.suggested(
        work, people, basis=BASIS, confidential=CONFIDENTIAL, budget_readers=BudgetReaders.SIGNED_IN
    )


@pytest.fixture
def reading(work: Work, database: Database) -> Iterator[Work]:
    """As in a GET request: only what is committed."""
    work.session.commit()
    session = database.open(write=False)
    yield replace(work, session=session)
    session.close()


def quoted(explanation: Explanation) -> str:
    pairs = explanation.sentence_pairs
    return "".join(each.problem_text + each.capability_text for each in pairs) + "".join(explanation.terms)


def test_the_basis_is_quoted_to_somebody_signed_in(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    assert BASIS in quoted(explain(work.as_actor(people["liaison"]), pairing))


def test_the_basis_is_not_quoted_to_a_visitor(work: Work, pairing: Pairing) -> None:
    assert BASIS not in quoted(explain(work, pairing))


@pytest.mark.parametrize("role", ["enterprise", "liaison", "staff", "administrator"])
def test_confidential_text_is_quoted_to_nobody(
    work: Work, pairing: Pairing, people: dict[str, User], role: str
) -> None:
    found = explain(work.as_actor(people[role]), pairing)

    assert all(each.problem_text not in CONFIDENTIAL for each in found.sentence_pairs)


def suggestion(work: Work, pairing: Pairing, reader: User) -> service.Suggestion:
    return service.explained(work.as_actor(reader), [(pairing, 1)])[0]


def test_where_confidential_details_carried_it_the_reader_is_told_so(
    work: Work, people: dict[str, User]
) -> None:
    vague = {
        "title": "铸造车间的质量难题",
        "background": "铸造车间的产品质量不稳定，客户有意见，希望有团队来现场看一看，帮助找到原因。",
        "statement": "质量波动的原因没有找到，具体情况面谈时介绍，希望团队有铸造行业的经验，能长期合作。",
        "targets": [],
    }
    theirs = pairs.capability(work, people["liaison"])
    details = f"打算用{theirs.title}：{theirs.summary}"
    ours = pairs.problem(work, people["enterprise"], confidential=details, **vague)
    pairing = pairs.by_hand(work, ours, theirs)
    pairing.parts = work.engine.score(work.session, ours.id, theirs.id).parts

    told = [
        suggestion(work, pairing, people[role]).by_confidential for role in ("enterprise", "liaison", "staff")
    ]
    assert told == [True, True, True]


def test_details_that_add_nothing_are_not_mentioned(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    pairing.problem.confidential = "客户是某主机厂，单价三十八元，年用量十二万件。"
    postings.index(work, pairing.problem)
    pairing.parts = work.engine.score(work.session, pairing.problem_id, pairing.capability_id).parts
    assert not suggestion(work, pairing, people["staff"]).by_confidential


def test_details_that_were_taken_away_are_not_mentioned(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    pairing.parts = pairing.parts | {"confidential": 0.36}
    assert suggestion(work, pairing, people["staff"]).by_confidential
    pairing.problem.confidential = ""
    assert not suggestion(work, pairing, people["staff"]).by_confidential


def test_a_visitor_is_not_told_that_there_are_confidential_details(work: Work, pairing: Pairing) -> None:
    pairing.parts = pairing.parts | {"confidential": 0.36}
    assert not service.explained(work, [(pairing, 1)])[0].by_confidential


def test_a_problem_that_left_public_view_is_not_quoted_to_the_other_side(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    pairing.problem.status = ProblemStatus.WITHDRAWN
    work.session.commit()

    assert explain(work.as_actor(people["liaison"]), pairing).sentence_pairs == ()


def test_the_budget_is_not_compared_for_who_may_not_see_it(work: Work, pairing: Pairing) -> None:
    budget = next(each for each in explain(work, pairing).chips if each.name == "budget")

    assert (budget.verdict, budget.detail) == ("unknown", "budget_not_shown")


def test_the_budget_is_compared_for_who_may_see_it(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    chips = explain(work.as_actor(people["liaison"]), pairing).chips

    assert next(each for each in chips if each.name == "budget").detail == "within_budget"


def test_what_was_explained_to_staff_is_not_repeated_to_a_visitor(
    reading: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    stored = service.find(reading.as_actor(people["staff"]), pairing.id)
    explain(reading.as_actor(people["staff"]), stored)

    assert BASIS not in quoted(explain(reading, stored))


def test_an_explanation_is_made_anew_when_the_text_changes(
    work: Work, reading: Work, pairing: Pairing, people: dict[str, User], database: Database
) -> None:
    staff = people["staff"]
    explain(reading.as_actor(staff), service.find(reading.as_actor(staff), pairing.id))
    pairing.problem.basis = ""
    postings.index(work, pairing.problem)
    work.session.commit()

    with database.open(write=False) as later:
        now = replace(reading, session=later, actor=staff)
        assert BASIS not in quoted(explain(now, service.find(now, pairing.id)))


def test_an_explanation_is_made_anew_when_the_other_sides_text_changes(
    work: Work, reading: Work, pairing: Pairing, people: dict[str, User], database: Database
) -> None:
    staff = people["staff"]
    before = explain(reading.as_actor(staff), service.find(reading.as_actor(staff), pairing.id))
    pairing.capability.summary = "本团队长期从事茶叶加工，提供萎凋、发酵和提香的成套工艺。"
    postings.index(work, pairing.capability)
    work.session.commit()

    with database.open(write=False) as later:
        now = replace(reading, session=later, actor=staff)
        assert explain(now, service.find(now, pairing.id)).sentence_pairs != before.sentence_pairs


def test_an_explanation_is_made_anew_when_a_fact_changes(
    work: Work, reading: Work, pairing: Pairing, people: dict[str, User], database: Database
) -> None:
    staff = people["staff"]
    explain(reading.as_actor(staff), service.find(reading.as_actor(staff), pairing.id))
    pairing.problem.money_kind, pairing.problem.money_low = MoneyKind.EXACT, Decimal(1)
    pairing.problem.money_high = None
    postings.index(work, pairing.problem)
    work.session.commit()

    with database.open(write=False) as later:
        now = replace(reading, session=later, actor=staff)
        chips = explain(now, service.find(now, pairing.id)).chips
    assert next(each for each in chips if each.name == "budget").verdict == "conflicts"


def test_without_the_engines_rows_there_is_no_explanation(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    work.engine.remove(work.session, "problem", pairing.problem_id)

    assert explain(work.as_actor(people["staff"]), pairing) == Explanation((), (), ())


def test_suggestions_for_a_reader_leave_out_what_they_may_not_know_of(
    work: Work, people: dict[str, User]
) -> None:
    waiting = pairs.problem(work, people["enterprise"], ProblemStatus.SUBMITTED)
    theirs = pairs.capability(work, people["liaison"])
    service.suggest(work, waiting)

    assert service.suggestions_for(work.as_actor(people["liaison"]), theirs) == []


def test_suggestions_are_ranked_without_the_dismissed(
    work: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    staff = work.as_actor(people["staff"])
    worse = pairs.by_hand(work, pairing.problem, pairs.capability(work, people["other_liaison"]), score=0.4)
    service.dismiss(staff, pairing, pairing.version, "field")

    found = service.suggestions_for(staff, pairing.problem)
    assert [(each.pairing, each.rank) for each in found] == [(worse, 1)]


def test_a_visitor_gets_no_suggestions(work: Work, pairing: Pairing) -> None:
    assert service.suggestions_for(work, pairing.problem) == []
