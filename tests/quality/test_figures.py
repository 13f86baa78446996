"""Each figure against the library that `flask evaluate` uses, or against a computation of its own."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from matchmaker.engine.evaluation import ndcg
from matchmaker.quality.figures import Share, bands, months, shares, summarise
from matchmaker.quality.log import Decision

NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)


def decision(
    grade: int,
    score: float = 0.8,
    rank: int | None = 1,
    problem: int = 1,
    pairing: int = 1,
    at: datetime = NOON,
) -> Decision:
    return Decision(pairing, problem, grade, rank, score, "rank-1", at)


def many(seed: int, count: int = 300) -> list[Decision]:
    chance = random.Random(seed)
    return [
        decision(
            grade=chance.choice((0, 0, 1, 2, 3)),
            score=round(chance.random(), 2),  # with ties
            rank=chance.randint(1, 15),
            problem=chance.randint(1, 40),
            pairing=number,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(("kept", "decided"), [(0, 5), (5, 5), (3, 7), (120, 400)])
def test_intervals_are_wilsons(kept: int, decided: int) -> None:
    expected = binomtest(kept, decided).proportion_ci(method="wilson")
    share = Share(kept, decided)
    assert share.value == kept / decided
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_of_nothing_everything_is_possible() -> None:
    share = Share(0, 0)
    assert (share.value, share.low, share.high) == (None, 0, 1)


def test_the_first_places_hold_what_was_decided_there() -> None:
    decided = [
        decision(1, rank=1),
        decision(0, rank=2),
        decision(2, rank=3),
        decision(0, rank=10),
        decision(1, rank=11),
    ]
    found = shares([*decided, decision(3, rank=None)])
    assert {place: (each.kept, each.decided) for place, each in found.items()} == {
        1: (1, 1),
        3: (2, 3),
        10: (2, 4),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_auc_is_scikit_learns(seed: int) -> None:
    decided = many(seed)
    kept = [each.kept for each in decided]
    assert summarise(decided).auc == pytest.approx(roc_auc_score(kept, [each.score for each in decided]))


def test_auc_needs_both_sorts() -> None:
    assert summarise([decision(0), decision(0)]).auc is None
    assert summarise([decision(2)]).auc is None


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_ndcg_is_that_of_evaluation_over_problems_with_both_sorts(seed: int) -> None:
    decided = many(seed, 300)
    by_problem: dict[int, list[Decision]] = {}
    for each in decided:
        by_problem.setdefault(each.problem, []).append(each)
    worth = []
    for given in by_problem.values():
        if {each.kept for each in given} == {True, False}:
            order = sorted(given, key=lambda each: (-each.score, each.pairing))
            worth.append(
                ndcg([str(each.pairing) for each in order], {str(each.pairing): each.grade for each in given})
            )
    found = summarise(decided)
    assert found.ndcg_problems == len(worth) >= 10
    assert found.ndcg == pytest.approx(sum(worth) / len(worth))


def test_of_a_few_problems_ndcg_says_nothing() -> None:
    few = summarise(many(4, 25))
    assert 0 < few.ndcg_problems < 10
    assert few.ndcg is None


def test_calibration_error_is_the_mean_distance_of_score_and_share() -> None:
    # at 0.85: kept 1 of 2, off by 0.35; at 0.15: kept 0 of 1, off by 0.15
    found = summarise([decision(1, 0.85), decision(0, 0.85), decision(0, 0.15)])
    assert found.calibration_error == pytest.approx((2 * 0.35 + 0.15) / 3)


def test_nothing_decided_says_nothing() -> None:
    found = summarise([])
    assert (found.ndcg, found.auc, found.calibration_error, found.first) == (None, None, None, None)
    assert found.is_thin
    assert bands([]) == months([]) == []


def test_bands_hold_the_scores_between_their_edges() -> None:
    found = bands([decision(1, 0.6), decision(0, 0.69), decision(1, 0.7), decision(1, 1.0)])
    assert [(each.low, each.high, each.share.kept, each.share.decided) for each in found] == [
        (0.6, 0.7, 1, 2),
        (0.7, 0.8, 1, 1),
        (0.9, 1.0, 1, 1),
    ]
    assert found[0].mean == pytest.approx(0.645)


def test_months_are_the_bureaus_and_follow_each_other_without_gaps() -> None:
    # 17:00 UTC on the last of October is November in China
    late = datetime(2026, 10, 31, 17, tzinfo=UTC)
    found = months([decision(1, at=late), decision(0, at=datetime(2026, 8, 1, tzinfo=UTC))])
    assert [(each.name, each.all.decided) for each in found] == [
        ("2026-08", 1),
        ("2026-09", 0),
        ("2026-10", 0),
        ("2026-11", 1),
    ]


def test_only_the_newest_months_are_shown_also_across_a_new_year() -> None:
    found = months(
        [decision(1, at=datetime(2024, 1, 5, tzinfo=UTC)), decision(1, at=datetime(2026, 1, 5, tzinfo=UTC))],
        3,
    )
    assert [each.name for each in found] == ["2025-11", "2025-12", "2026-01"]
