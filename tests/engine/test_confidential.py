"""Confidential text has a vector and nothing else: it moves scores, and is found by nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.engine import Document, MatchingEngine
from matchmaker.engine.documents import Facts
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.ranking import (
    COARSE,
    CONFIDENTIAL,
    DEFAULT_MODEL,
    GOOD,
    MOST_CONFIDENTIAL,
    Candidates,
    Item,
    score_all,
)
from models import EmbeddingRow, IndexedDocument
from tests.engine.samples import SUBJECTS, document, quick_engine

SECRET = "".join(SUBJECTS[1])


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def scored(problem: np.ndarray, confidential: np.ndarray | None, capability: np.ndarray) -> dict[str, float]:
    terms = Lexicon().vector("", "")
    item = Item(problem, problem, terms, Facts(), confidential)
    others = Candidates([1], capability[None, :], capability[None, :], [terms], [Facts()])
    return score_all(item, True, others, Lexicon())[0].parts


def test_a_problem_without_confidential_text_has_no_such_feature() -> None:
    assert CONFIDENTIAL not in scored(unit(1, 0), None, unit(0, 1))


def test_what_the_public_text_says_better_adds_nothing() -> None:
    assert CONFIDENTIAL not in scored(unit(0, 1), unit(1, 0), unit(0, 1))


def test_a_nearer_confidential_text_adds_coarsely_and_not_without_end() -> None:
    near = scored(unit(1, 0.5), unit(1, 0.8), unit(0.5, 1))[CONFIDENTIAL]
    far = scored(unit(1, 0), unit(0, 1), unit(0, 1))[CONFIDENTIAL]
    assert np.isclose(near / COARSE, round(near / COARSE))
    assert far == pytest.approx(MOST_CONFIDENTIAL)


def test_the_feature_is_the_same_whichever_side_asks() -> None:
    problem, secret, capability, terms = unit(1, 0.8), unit(1, 1), unit(0.8, 1), Lexicon().vector("", "")
    of_problem = scored(problem, secret, capability)
    problems = Candidates(
        [7], problem[None, :], problem[None, :], [terms], [Facts()], confidential={7: secret}
    )
    asked = Item(capability, capability, terms, Facts())
    assert score_all(asked, False, problems, Lexicon())[0].parts == of_problem


@pytest.mark.parametrize(
    ("parts", "decisive"),
    [
        ({"title": 0.9}, False),
        ({"title": 0.9, CONFIDENTIAL: 0.03}, False),
        ({"title": 0.9, CONFIDENTIAL: 0.3}, True),
    ],
)
def test_it_decides_where_it_adds_much(parts: dict[str, float], decisive: bool) -> None:
    assert DEFAULT_MODEL.is_decisive(CONFIDENTIAL, parts) is decisive


def test_it_decides_where_the_strength_would_be_a_weaker_word() -> None:
    little = {CONFIDENTIAL: COARSE}
    added = COARSE * DEFAULT_MODEL.weights[CONFIDENTIAL]
    logit = np.log(GOOD / (1 - GOOD)) + added / 2
    parts = {"title": (logit - DEFAULT_MODEL.bias - added) / DEFAULT_MODEL.weights["title"]}
    assert DEFAULT_MODEL.is_decisive(CONFIDENTIAL, parts | little)


@pytest.fixture
def quick() -> MatchingEngine:
    return quick_engine()


def with_secret(id: int = 1, **given: Any) -> Document:
    return document("problem", id, 0, confidential=SECRET, **given)


def test_no_row_holds_a_word_of_it(database: Database, quick: MatchingEngine) -> None:
    with database.session() as session:
        quick.index(session, [with_secret()])
        row = session.scalars(select(IndexedDocument)).one()
        embeddings = session.scalars(select(EmbeddingRow)).all()
        assert [each.text for each in embeddings if each.part == "confidential"] == [""]
        stored = row.title + row.words + row.bigrams + str(row.facts) + "".join(e.text for e in embeddings)
    assert not {SECRET[start : start + 2] for start in range(len(SECRET) - 1)} & {
        stored[start : start + 2] for start in range(len(stored) - 1)
    } - {"要求", "高。", "百分", "分之", "之六", "六十", "十以"}


def test_its_words_find_nothing(database: Database, quick: MatchingEngine) -> None:
    with database.session() as session:
        quick.index(session, [with_secret(), document("problem", 2, 2)])
        plain = quick_engine()
        assert quick.twins(session, document("problem", 0, 1)) == []
        before = plain.search(session, "problem", SUBJECTS[1][0], 5)
        quick.index(session, [document("problem", 1, 0)])
        assert plain.search(session, "problem", SUBJECTS[1][0], 5) == before


def test_changing_it_changes_scores_and_taking_it_away_takes_its_vector(
    database: Database, quick: MatchingEngine
) -> None:
    with database.session() as session:
        quick.index(session, [document("problem", 1, 0), document("capability", 1, 1)])
        without = quick.score(session, 1, 1)
        quick.index(session, [with_secret()])
        lifted = quick.score(session, 1, 1)
        quick.index(session, [document("problem", 1, 0)])
        again = quick.score(session, 1, 1)
    assert lifted.score > without.score == again.score
    assert CONFIDENTIAL in lifted.parts


def test_a_document_prints_without_it() -> None:
    assert SECRET not in repr(with_secret())
