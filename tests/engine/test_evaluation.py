"""Measures against trec_eval (through ir-measures), against known cases, and against each other."""

from __future__ import annotations

import math
import random
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import R, ScoredDoc, nDCG
from sklearn.metrics import roc_auc_score

from matchmaker.engine.evaluation import (
    Grades,
    Measure,
    Run,
    auc,
    calibration_error,
    eligible,
    measure,
    ndcg,
    read_grades,
    read_predicted,
    read_run,
    spearman,
)
from matchmaker.engine.runs import BadLine, Fault

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0, "e": 0}


def test_the_ideal_order_is_worth_1() -> None:
    assert ndcg(["a", "b", "c", "d", "e"], GRADES) == pytest.approx(1)


def test_a_known_order_has_the_known_worth() -> None:
    # gains 0, 7, 3 at places 1, 2, 3 against 7, 3, 1
    expected = (7 / 1.5849625 + 3 / 2) / (7 + 3 / 1.5849625 + 1 / 2)
    assert ndcg(["d", "a", "b"], GRADES) == pytest.approx(expected)


def test_unjudged_capabilities_are_left_out() -> None:
    assert ndcg(["x", "a", "y", "b", "c"], GRADES) == ndcg(["a", "b", "c"], GRADES)


def test_only_the_first_ten_judged_count() -> None:
    grades = {f"n{number}": 0 for number in range(10)} | {"a": 3}
    assert ndcg([*(f"n{number}" for number in range(10)), "a"], grades) == 0


def test_a_judged_capability_that_the_run_lacks_gains_nothing() -> None:
    assert ndcg([], GRADES) == 0
    assert ndcg(["b"], GRADES) == pytest.approx(3 / (7 + 3 / math.log2(3) + 1 / 2))


def test_nothing_to_find_is_worth_nothing() -> None:
    assert ndcg(["a"], {"a": 0}) == 0


@given(st.permutations(list(GRADES)))
def test_no_order_beats_the_ideal(order: list[str]) -> None:
    assert 0 <= ndcg(order, GRADES) <= 1 + 1e-9


def graded(seed: int, problems: int = 30, pool: int = 150, judged: int = 20) -> tuple[Grades, Run]:
    """Problems with grades from 0 to 3, and a run over the whole pool that knows a little of them."""
    chance = random.Random(seed)
    names = [f"c{number}" for number in range(pool)]
    grades = {
        f"p{number}": {name: chance.choice((0, 0, 0, 1, 2, 3)) for name in chance.sample(names, judged)}
        for number in range(problems)
    }
    run = {}
    for problem, given_grades in grades.items():
        scores = {name: (given_grades.get(name, 0) / 6 + chance.random()) / 2 for name in names}
        run[problem] = dict(sorted(scores.items(), key=lambda each: -each[1]))
    return grades, run


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ndcg_and_recall_are_those_of_trec_eval(seed: int) -> None:
    grades, run = graded(seed)
    gains = {grade: 2**grade - 1 for grade in range(4)}
    theirs = {
        Measure.NDCG_5: nDCG(gains=gains, judged_only=True) @ 5,
        Measure.NDCG_10: nDCG(gains=gains, judged_only=True) @ 10,
        Measure.RECALL_100: R(rel=2) @ 100,
    }
    qrels = [
        ir_measures.Qrel(problem, name, grade)
        for problem, given_grades in grades.items()
        for name, grade in given_grades.items()
    ]
    documents = [ScoredDoc(p, name, score) for p, found in run.items() for name, score in found.items()]
    expected = ir_measures.calc_aggregate(list(theirs.values()), qrels, documents)
    ours = measure(run, grades)
    for name, their in theirs.items():
        assert len(ours[name].problems) == len(grades)
        assert ours[name].value == pytest.approx(expected[their], abs=1e-9)


def test_auc_is_the_share_of_fits_above_misfits_over_all_problems() -> None:
    grades, run = graded(4, problems=6)
    pairs = [
        (run[p][name], grade) for p, given_grades in grades.items() for name, grade in given_grades.items()
    ]
    fits = [score for score, grade in pairs if grade >= 2]
    others = [score for score, grade in pairs if grade < 2]
    above = sum((fit > other) + (fit == other) / 2 for fit in fits for other in others)
    assert measure(run, grades)[Measure.AUC].value == pytest.approx(above / len(fits) / len(others))


@given(
    st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans(), st.integers(0, 3)), max_size=30)
)
def test_auc_is_scikit_learns_with_ties_and_weights(pairs: list[tuple[float, bool, int]]) -> None:
    counted = [(score, fit) for score, fit, times in pairs for _ in range(times)]
    scores, fits, weights = (np.array([pair[part] for pair in pairs]) for part in range(3))
    found = auc(scores.astype(float), fits.astype(bool), weights.astype(float))
    if len({fit for _, fit in counted}) < 2:
        assert math.isnan(found)
    else:
        expected = roc_auc_score([fit for _, fit in counted], [score for score, _ in counted])
        assert found == pytest.approx(expected)


def test_a_problem_that_counts_twice_counts_like_two_problems() -> None:
    grades, run = graded(5, problems=8)
    chosen = [0, 0, 3, 4, 4, 4, 6, 7]
    weights = np.bincount(chosen, minlength=8).astype(float)
    copied = [(f"p{place}", f"copy{number}") for number, place in enumerate(chosen)]
    as_copies = measure(
        {copy: run[p] for p, copy in copied}, {copy: grades[p] for p, copy in copied}, {"copy0": {"c1": 3}}
    )
    once = measure(run, grades, {"p0": {"c1": 3}})
    for name in (
        Measure.NDCG_10,
        Measure.RECALL_100,
        Measure.AUC,
        Measure.SPEARMAN,
        Measure.CALIBRATION_ERROR,
    ):
        assert once[name].worth(weights) == pytest.approx(as_copies[name].value)


def test_spearman_compares_the_orders_of_scores_and_grades() -> None:
    assert spearman({"a": 0.9, "b": 0.8, "c": 0.5}, {"a": 3, "b": 2, "c": 1}) == pytest.approx(1)
    assert spearman({"a": 0.1, "b": 0.8, "c": 0.9}, {"a": 3, "b": 2, "c": 1}) == pytest.approx(-1)
    assert spearman({"a": 0.5, "b": 0.5}, {"a": 3, "b": 2}) == 0  # tells nothing apart


def test_calibration_error_is_how_far_chances_are_from_shares() -> None:
    # one band: two pairs at 0.75 of which one fits; another: one at 0.1 that does not
    found = calibration_error(np.array([0.75, 0.75, 0.1]), np.array([True, False, False]))
    assert found == pytest.approx((2 * 0.25 + 1 * 0.1) / 3)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_scores_that_are_no_chances_have_no_calibration() -> None:
    grades = {"p": GRADES}
    run = {"p": {"a": 7.5, "b": 3.0, "c": 1.0, "d": 0.5, "e": -2.0}}
    assert Measure.CALIBRATION_ERROR not in measure(run, grades)
    assert measure(run, grades)[Measure.AUC].value == 1


def test_predicted_grades_are_worth_1_by_1_and_their_mean_error() -> None:
    predicted = {"p": {"a": 3.0, "b": 1.0, "c": 1.0, "d": 0.5}}  # off by 0, 1, 0, 0.5 and, not predicted, 0
    found = measure({}, {"p": GRADES}, predicted)
    assert found[Measure.GRADE].value == pytest.approx(1 / (1 + 1.5 / 5))
    assert Measure.GRADE not in measure({}, {"p": GRADES})


def test_problems_with_few_judgments_or_nothing_good_do_not_count() -> None:
    grades = {"p": GRADES, "few": {"a": 3, "b": 1}, "poor": dict.fromkeys("abcde", 1)}
    assert eligible(grades) == ["p"]
    found = measure({}, grades)
    assert found[Measure.NDCG_10].problems == ("p",)
    assert found[Measure.RECALL_100].problems == ("p", "few")
    assert found[Measure.SPEARMAN].problems == ("p",)
    assert found[Measure.AUC].problems == ("p", "few", "poor")


def test_a_problem_that_the_run_lacks_counts_nothing() -> None:
    found = measure({}, {"p": GRADES})
    assert [found[name].value for name in (Measure.NDCG_10, Measure.RECALL_100, Measure.SPEARMAN)] == [
        0,
        0,
        0,
    ]
    assert found[Measure.AUC].value == 0.5


def test_a_group_of_problems_is_measured_alone() -> None:
    grades, run = graded(6, problems=6)
    some = measure(run, grades, within=["p1", "p2"])[Measure.NDCG_10]
    assert some.value == pytest.approx(sum(ndcg(list(run[p]), grades[p]) for p in ("p1", "p2")) / 2)


def test_files_in_trec_form_are_read(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("p 0 a 3\np 0 b 0\n\nq 0 a -1\n")
    (tmp_path / "run").write_text("p Q0 b 2 0.5 t\np Q0 a 1 0.9 t\nq Q0 a 1 0.1 t\n")
    (tmp_path / "grades").write_text("p\ta\t2.5\n")
    assert read_grades(tmp_path / "qrels") == {"p": {"a": 3, "b": 0}, "q": {"a": 0}}
    assert read_run(tmp_path / "run") == {"p": {"a": 0.9, "b": 0.5}, "q": {"a": 0.1}}
    assert list(read_run(tmp_path / "run")["p"]) == ["a", "b"]
    assert read_predicted(tmp_path / "grades") == {"p": {"a": 2.5}}


def test_a_run_is_ordered_by_score_and_then_by_the_rank_given(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("p Q0 b 1 0.5 t\np Q0 a 2 0.5 t\np Q0 c 3 0.7 t\n")
    assert list(read_run(tmp_path / "run")["p"]) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"p Q0 a 1 0.5", Fault.COLUMNS),
        (b"p Q0 a 1 half t", Fault.NOT_A_NUMBER),
        (b"p Q0 a 1 nan t", Fault.NOT_A_NUMBER),
        (b"p Q0 \xff 1 0.5 t", Fault.NOT_TEXT),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: bytes, fault: Fault) -> None:
    (tmp_path / "run").write_bytes(b"p Q0 b 1 0.9 t\n" + line + b"\n")
    with pytest.raises(BadLine) as caught:
        read_run(tmp_path / "run")
    assert (caught.value.line, caught.value.fault) == (2, fault)
