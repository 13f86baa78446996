from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.evaluation import eligible, ndcg, ndcg_by_problem, read_grades, read_run

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


def test_nothing_to_find_is_worth_nothing() -> None:
    assert ndcg(["a"], {"a": 0}) == 0


@given(st.permutations(list(GRADES)))
def test_no_order_beats_the_ideal(order: list[str]) -> None:
    assert 0 <= ndcg(order, GRADES) <= 1 + 1e-9


def test_problems_with_few_judgments_or_nothing_good_do_not_count() -> None:
    grades = {"p": GRADES, "few": {"a": 3, "b": 1}, "poor": dict.fromkeys("abcde", 1)}
    assert eligible(grades) == ["p"]


def test_a_problem_that_the_run_lacks_counts_nothing() -> None:
    assert ndcg_by_problem({}, {"p": GRADES}) == {"p": 0.0}


def test_files_in_trec_form_are_read(tmp_path: Path) -> None:
    (tmp_path / "qrels").write_text("p 0 a 3\np 0 b 0\nq 0 a 1\n")
    (tmp_path / "run").write_text("p Q0 b 2 0.5 t\np Q0 a 1 0.9 t\nq Q0 a 1 0.1 t\n")
    assert read_grades(tmp_path / "qrels") == {"p": {"a": 3, "b": 0}, "q": {"a": 1}}
    assert read_run(tmp_path / "run") == {"p": ["a", "b"], "q": ["a"]}
