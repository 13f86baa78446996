from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from matchmaker.engine import Facts, Ranked, strength
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.ranking import DEFAULT_MODEL, SEARCH_CENTRE, Candidates, Item, score_all, squash

random = np.random.default_rng(7)


def unit() -> np.ndarray:
    vector = random.normal(size=16).astype(np.float32) + 2
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def item(lexicon: Lexicon, words: str, facts: Facts | None = None) -> Item:
    return Item(unit(), unit(), lexicon.vector(words, ""), facts or Facts())


def candidates(*items: Item) -> Candidates:
    return Candidates(
        list(range(1, len(items) + 1)),
        np.stack([each.title for each in items]),
        np.stack([each.text for each in items]),
        [each.terms for each in items],
        [each.facts for each in items],
    )


def scored(problem: Item, *capabilities: Item, lexicon: Lexicon) -> list[Ranked]:
    return score_all(problem, True, candidates(*capabilities), lexicon)


FIT = Facts("8", "8.04", frozenset({"joint"}), Decimal(50), None, 7, None, "340811")
WANTED = Facts("8", "8.04", frozenset({"joint"}), Decimal(60), None, None, "equipment", "340811")


def test_a_pairing_has_one_score_whichever_side_asks() -> None:
    lexicon = Lexicon()
    problem, capability = item(lexicon, "气孔 检测", WANTED), item(lexicon, "气孔 判定", FIT)
    (there,) = scored(problem, capability, lexicon=lexicon)
    (back,) = score_all(capability, False, candidates(problem), lexicon)
    assert there.score == pytest.approx(back.score, abs=1e-6)
    assert there.parts == back.parts


def test_a_score_does_not_depend_on_who_else_is_in_the_list() -> None:
    lexicon = Lexicon()
    problem = item(lexicon, "气孔")
    one, others = item(lexicon, "气孔 检测"), [item(lexicon, "废水") for _ in range(30)]
    (alone,) = scored(problem, one, lexicon=lexicon)
    assert scored(problem, one, *others, lexicon=lexicon)[0].score == pytest.approx(alone.score, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        ("field", FIT, replace(FIT, field="4", subfield=None)),
        ("mode", FIT, replace(FIT, modes=frozenset({"transfer"}))),
        ("budget", FIT, replace(FIT, money_low=Decimal(500))),
        ("maturity", FIT, replace(FIT, trl=2)),
        ("place", FIT, replace(FIT, county="110101")),
    ],
)
def test_a_fact_that_agrees_is_worth_more_than_one_that_conflicts(
    name: str, better: Facts, worse: Facts
) -> None:
    lexicon = Lexicon()
    problem, capability = item(lexicon, "气孔", WANTED), item(lexicon, "气孔")
    good, bad = scored(
        problem, replace(capability, facts=better), replace(capability, facts=worse), lexicon=lexicon
    )
    assert good.score > bad.score
    assert f"{name}_agrees" in good.parts
    assert f"{name}_agrees" not in bad.parts


def test_facts_unknown_add_nothing() -> None:
    lexicon = Lexicon()
    (ranked,) = scored(item(lexicon, "气孔"), item(lexicon, "气孔"), lexicon=lexicon)
    assert set(ranked.parts) == {"title", "text", "cross", "words"}


def test_facts_never_lift_a_stranger_over_a_fit() -> None:
    lexicon = Lexicon()
    problem = item(lexicon, "气孔", WANTED)
    fit = replace(problem, facts=Facts("4", None, frozenset({"x"}), Decimal(900), None, 1, None, "110101"))
    stranger = replace(item(lexicon, "废水"), facts=FIT)
    best, worst = scored(problem, fit, stranger, lexicon=lexicon)
    assert best.score > worst.score


def test_shared_words_raise_a_score() -> None:
    lexicon = Lexicon()
    for words in ("气孔 检测", "废水", "染整"):
        lexicon.add(lexicon.vector(words, ""))
    problem, capability = item(lexicon, "气孔 检测"), item(lexicon, "气孔 检测")
    same, other = scored(
        problem, capability, replace(capability, terms=lexicon.vector("废水", "")), lexicon=lexicon
    )
    assert same.score > other.score
    assert (same.parts["words"], other.parts["words"]) == (pytest.approx(1), 0)


def test_scores_lie_between_0_and_1_at_the_extremes() -> None:
    lexicon = Lexicon()
    problem = item(lexicon, "气孔", WANTED)
    opposite = replace(problem, title=-problem.title, text=-problem.text, facts=Facts("4"))
    for ranked in scored(problem, replace(problem, facts=FIT), opposite, lexicon=lexicon):
        assert 0 <= ranked.score <= 1


@pytest.mark.parametrize(
    ("score", "word"),
    [(1.0, "strong"), (0.5, "strong"), (0.49, "good"), (0.3, "good"), (0.29, "possible"), (0.0, "possible")],
)
def test_a_score_has_a_word(score: float, word: str) -> None:
    assert strength(score) == word


def test_half_the_scale_lies_at_its_centre() -> None:
    centre = SEARCH_CENTRE
    low, half, high = squash(np.array([centre - 0.1, centre, centre + 0.1], np.float32))
    assert low < half < high
    assert half == pytest.approx(0.5, abs=1e-4)


def test_a_score_can_be_computed_again_from_its_stored_parts() -> None:
    lexicon = Lexicon()
    (ranked,) = scored(item(lexicon, "气孔", WANTED), item(lexicon, "气孔", FIT), lexicon=lexicon)
    assert DEFAULT_MODEL.score(ranked.parts) == ranked.score


def test_a_feature_that_the_model_does_not_know_weighs_nothing() -> None:
    parts = {"title": 0.9, "text": 0.9, "cross": 0.9, "words": 0.1}
    assert DEFAULT_MODEL.score(parts | {"weather": 5.0}) == DEFAULT_MODEL.score(parts)


@pytest.mark.parametrize(("score", "grade"), [(0.0, 0), (0.3, 1), (0.5, 2), (0.7, 2), (0.95, 3), (1.0, 3)])
def test_a_score_has_a_grade(score: float, grade: int) -> None:
    assert DEFAULT_MODEL.grade(score) == grade
