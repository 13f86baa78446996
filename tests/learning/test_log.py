"""What the decision log says: the last standing word on each pairing, its reason, and what was passed over."""

from __future__ import annotations

import math

import pytest

from matchmaker.engine import rankings, versions
from matchmaker.engine.ranking import DEFAULT_MODEL
from matchmaker.engine.versions import TrainedOn
from matchmaker.learning.decisions import Decision, features, read
from matchmaker.work import Work
from models import EncoderOrigin, EncoderState, EncoderVersion, User
from tests.learning.history import History
from tests.pairings import pairs


def only(work: Work) -> Decision:
    (found,) = read(work).decided
    return found


@pytest.mark.parametrize(
    ("steps", "grades"),
    [
        (("shortlist",), (2, 3)),
        (("introduce",), (2, 3)),
        (("shortlist", "introduce", "negotiate"), (2, 3)),
        (("introduce", "negotiate", "confirm"), (3, 3)),
        (("dismiss",), (0, 1)),
        (("introduce", "dismiss"), (0, 1)),
        (("dismiss", "reopen", "introduce"), (2, 3)),
        (("shortlist", "reopen", "dismiss"), (0, 1)),
        (("dismiss", "reopen", "shortlist", "reopen", "dismiss:maturity"), (0, 1)),
    ],
)
def test_the_last_standing_word_counts_once(
    work: Work, history: History, steps: tuple[str, ...], grades: tuple[int, int]
) -> None:
    history.add(*steps)
    decision = only(work)
    assert (decision.lowest, decision.highest) == grades


@pytest.mark.parametrize("steps", [("dismiss", "reopen"), ("shortlist", "reopen"), ()])
def test_what_was_undone_or_never_decided_says_nothing(
    work: Work, history: History, steps: tuple[str, ...]
) -> None:
    history.add(*steps)
    assert read(work).decided == []


def test_being_brought_together_counts_more_than_a_place_on_the_list(work: Work, history: History) -> None:
    for step in ("shortlist", "introduce", "confirm"):
        history.add(step)
    shortlisted, introduced, confirmed = read(work).decided
    assert shortlisted.weight < introduced.weight <= confirmed.weight
    assert introduced.lowest < confirmed.lowest


@pytest.mark.parametrize("reason", ["partnered", "duplicate", "region"])
def test_a_dismissal_that_says_nothing_of_the_fit_leaves_what_was_decided(
    work: Work, history: History, reason: str
) -> None:
    history.add(f"dismiss:{reason}")
    history.add("introduce", f"dismiss:{reason}")
    log = read(work)
    assert [(each.lowest, each.highest) for each in log.decided] == [(2, 3)]
    assert log.silent == 1


def test_a_plain_misfit_counts_more_than_a_reason_beside_the_fit(work: Work, history: History) -> None:
    for reason in ("field", "budget", "maturity", "other", "of the bureau's own"):
        history.add(f"dismiss:{reason}")
    field, *others = (each.weight for each in read(work).decided)
    assert set(others) == {0.5}
    assert field == 1


def test_features_are_those_of_the_moment_of_the_decision(work: Work, history: History) -> None:
    pairing = history.add("introduce", parts={"title": 0.91})
    pairing.parts = {"title": 0.5}
    work.session.flush()
    assert only(work).parts == {"title": 0.91}


@pytest.mark.parametrize(
    "stored",
    [None, {}, [], {"title": "0.9"}, {"title": None}, {"title": True}, {"title": math.inf}, {"title": 1e9}],
)
def test_features_that_are_no_numbers_are_left_out(stored: object) -> None:
    assert features(stored) is None


def test_a_decision_under_another_ranking_of_the_same_features_counts_as_it_was(
    work: Work, history: History
) -> None:
    encoder = work.engine.in_service.version(work.session).name
    history.add("introduce", parts={"title": 0.91}, version=f"{DEFAULT_MODEL.name}.7+{encoder}")
    assert only(work).parts == {"title": 0.91}


def test_a_decision_under_other_features_is_computed_again(
    work: Work, people: dict[str, User], history: History
) -> None:
    pairing = pairs.suggested(work, people)
    computed = work.engine.score(work.session, pairing.problem_id, pairing.capability_id).parts
    for version in ("rank-0+old-encoder", f"{DEFAULT_MODEL.name}+old-encoder"):
        pairing.engine_version, pairing.parts = version, {"title": 0.1}
        history.decide(pairing, "introduce")
        assert only(work).parts == pytest.approx(computed)


def test_a_decision_that_cannot_be_computed_again_is_left_out(work: Work, history: History) -> None:
    history.add("introduce", version="rank-0+old-encoder")  # of postings that the engine does not know
    log = read(work)
    assert (log.decided, log.outdated) == ([], 1)


def test_a_trained_encoder_is_not_asked_about_what_it_was_trained_on(
    work: Work, people: dict[str, User], history: History
) -> None:
    pairing = pairs.suggested(work, people)
    serving = work.session.query(EncoderVersion).filter_by(state=EncoderState.ACTIVE).one()
    serving.origin = EncoderOrigin.TRAINED
    pairing.engine_version = f"{DEFAULT_MODEL.name}+old-encoder"
    history.decide(pairing, "introduce")
    log = read(work)
    assert (log.decided, log.outdated) == ([], 1)


def trained_on(work: Work, *problems: int) -> None:
    """The encoder in service was trained on what was decided for these."""
    serving = versions.active(work.session)
    assert serving is not None
    serving.origin = EncoderOrigin.TRAINED
    serving.figures = {"decisions": TrainedOn(1, frozenset(problems)).as_json()}
    work.session.flush()


def test_only_problems_that_the_encoder_learnt_from_are_left_out(
    work: Work, people: dict[str, User], history: History
) -> None:
    pairing = pairs.suggested(work, people)
    pairing.engine_version = f"{DEFAULT_MODEL.name}+old-encoder"
    history.decide(pairing, "introduce")
    trained_on(work, 10_000)
    log = read(work)
    assert [each.pairing for each in log.decided] == [pairing.id]  # held back, so computed again
    assert log.left_out == []
    trained_on(work, pairing.problem_id)
    log = read(work)
    assert log.decided == []
    assert [each.pairing for each in log.left_out] == [pairing.id]


def test_later_decisions_and_passed_over_ones_of_such_a_problem_are_left_out_too(
    work: Work, people: dict[str, User], history: History
) -> None:
    pairs.suggested(work, people)  # so that something serves
    over = history.add(parts={"title": 0.95, "words": 0.1})
    introduced = history.add("introduce", parts={"title": 0.9, "words": 0.1})
    assert {each.pairing for each in read(work).passed_over} == {over.id}
    trained_on(work, introduced.problem_id)
    log = read(work)
    assert (log.decided, log.passed_over) == ([], [])
    assert {(each.pairing, each.passed_over) for each in log.left_out} == {
        (introduced.id, False),
        (over.id, True),
    }
    assert log.outdated == 1


def test_an_encoder_may_say_nonsense_of_what_it_learnt_from() -> None:
    for given in (None, [], {}, {"through": "x", "problems": []}, {"through": 1, "problems": [None]}):
        assert TrainedOn.from_json(given) is None
    assert TrainedOn.from_json({"through": 1, "problems": [2]}) == TrainedOn(1, frozenset({2}))


def test_features_of_another_encoder_do_not_tell_what_stood_above(
    work: Work, people: dict[str, User], history: History
) -> None:
    encoder = work.engine.in_service.version(work.session).name
    over = history.add(parts={"title": 0.95, "words": 0.1}, version=f"{DEFAULT_MODEL.name}+{encoder}")
    history.add("dismiss:region", parts={"title": 0.1}, version="rank-0+old-encoder")
    assert read(work).passed_over == []
    history.add("introduce", parts={"title": 0.9, "words": 0.1})
    assert [each.pairing for each in read(work).passed_over] == [over.id]


def test_suggestions_above_a_decided_one_were_passed_over(work: Work, history: History) -> None:
    above = [history.add(parts={"title": 0.9 + step / 100}) for step in (5, 4, 3)]
    history.add("introduce", parts={"title": 0.92})
    history.add(parts={"title": 0.91})  # below
    history.add(problem=2, parts={"title": 0.99})  # of another problem
    found = {each.pairing: each for each in read(work).passed_over}
    assert found.keys() == {each.id for each in above}
    assert all((each.lowest, each.highest) == (0, 1) for each in found.values())
    weights = [found[each.id].weight for each in above]
    assert weights == sorted(weights, reverse=True)
    assert 0 < weights[2] < weights[0] <= 0.1


def test_what_was_not_there_yet_or_somebody_wants_was_not_passed_over(work: Work, history: History) -> None:
    history.add(parts={"title": 0.95}, acted_on=True)  # a side is interested
    history.add("dismiss", parts={"title": 0.92})
    history.add(parts={"title": 0.96})  # came later
    assert read(work).passed_over == []


def test_nothing_is_passed_over_where_the_decision_was_undone(work: Work, history: History) -> None:
    history.add(parts={"title": 0.95})
    history.add("dismiss", "reopen", parts={"title": 0.92})
    assert read(work).passed_over == []


def test_versions_name_features_and_encoder() -> None:
    name = DEFAULT_MODEL.name
    assert rankings.is_current(f"{name}+e", "e")
    assert rankings.is_current(f"{name}.12+e", "e")
    assert not rankings.is_current(f"{name}+f", "e")
    assert not rankings.is_current("rank-0.3+e", "e")
    assert not rankings.is_current("test", "e")
