from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.lexical import Lexicon, TermVector, term_strings

terms = st.lists(st.sampled_from(["气孔", "检测", "压铸", "染整", "废水", "轴承"]), max_size=12).map(" ".join)


def lexicon_of(*documents: str) -> tuple[Lexicon, list[TermVector]]:
    lexicon = Lexicon()
    vectors = [lexicon.vector(each, "") for each in documents]
    for vector in vectors:
        lexicon.add(vector)
    return lexicon, vectors


def test_terms_of_the_title_stand_twice() -> None:
    found, pairs = term_strings("气孔检测", "气孔检测\n在线判定")
    assert found.split().count("气孔") == 2
    assert pairs.split().count("孔检") == 2
    assert found.split().count("判定") == 1


def test_a_word_that_is_a_bigram_too_counts_once() -> None:
    lexicon = Lexicon()
    both = lexicon.vector("气孔 检测", "气孔 孔检 检测")
    assert len(both.numbers) == 3


def test_saying_a_word_often_is_worth_less_each_time() -> None:
    lexicon = Lexicon()
    once, twice, often = (float(lexicon.vector("气孔 " * n, "").counts[0]) for n in (1, 2, 50))
    assert once < twice < often < 1
    assert twice - once > often - twice - 0.3


def test_what_every_document_says_is_worth_less_than_what_one_says() -> None:
    lexicon, _ = lexicon_of("检测 气孔", "检测 废水", "检测 轴承")
    assert lexicon.rarity_of("检测") < lexicon.rarity_of("气孔") < lexicon.rarity_of("从未说过")


def test_rarest_terms_are_known_ones_rarest_first() -> None:
    lexicon, _ = lexicon_of("检测 气孔", "检测 废水 气孔", "检测 轴承")
    assert lexicon.rarest(["检测", "气孔", "无人", "轴承", "轴承"], 2, 9) == ["轴承", "气孔"]


def test_a_discarded_document_leaves_the_frequencies_as_they_were() -> None:
    lexicon, (first, _) = lexicon_of("检测 气孔", "检测 废水")
    before = lexicon.rarity_of("检测"), lexicon.rarity_of("气孔"), lexicon.documents
    more = lexicon.vector("气孔 轴承", "")
    lexicon.add(more)
    lexicon.discard(more)
    assert (lexicon.rarity_of("检测"), lexicon.rarity_of("气孔"), lexicon.documents) == before
    assert lexicon.rarest(["轴承"], 5, 9) == []
    assert first.numbers.size == 2


@given(st.lists(terms, min_size=1, max_size=5), terms)
def test_likeness_is_between_0_and_1_and_the_same_from_both_sides(documents: list[str], other: str) -> None:
    lexicon, vectors = lexicon_of(*documents)
    query = lexicon.vector(other, "")
    there = lexicon.cosines(query, vectors)
    back = [float(lexicon.cosines(each, [query])[0]) for each in vectors]
    assert there == pytest.approx(back, abs=1e-5)
    assert all(-1e-6 <= value <= 1 + 1e-5 for value in there)


def test_a_text_is_wholly_like_itself() -> None:
    lexicon, vectors = lexicon_of("气孔 检测", "废水")
    assert lexicon.cosines(vectors[0], vectors) == pytest.approx([1, 0], abs=1e-5)


def test_sharing_a_rare_word_is_more_than_sharing_a_common_one() -> None:
    lexicon, _ = lexicon_of("检测 气孔", "检测 废水", "检测 轴承", "检测 染整")
    query = lexicon.vector("检测 气孔", "")
    rare, common = lexicon.cosines(query, [lexicon.vector("气孔 压铸", ""), lexicon.vector("检测 压铸", "")])
    assert rare > common


def test_coverage_is_the_share_of_what_was_asked() -> None:
    lexicon, vectors = lexicon_of("气孔 检测 压铸", "气孔 废水", "染整")
    whole, part, nothing = lexicon.coverage(lexicon.vector("气孔 检测", ""), vectors)
    assert whole == pytest.approx(1)
    assert 0 < part < 1
    assert nothing == 0


def test_nothing_asked_and_nothing_there_is_no_likeness() -> None:
    lexicon, vectors = lexicon_of("气孔", "")
    empty = lexicon.vector("", "")
    assert lexicon.cosines(empty, vectors).tolist() == [0, 0]
    assert lexicon.coverage(empty, vectors).tolist() == [0, 0]
    assert lexicon.cosines(vectors[0], []).shape == (0,)


def test_a_lexicon_grows_with_the_terms_it_meets() -> None:
    lexicon = Lexicon()
    many = lexicon.vector(" ".join(f"w{n}" for n in range(5000)), "")
    lexicon.add(many)
    assert lexicon.cosines(many, [many])[0] == pytest.approx(1, abs=1e-4)
    assert np.all(lexicon.rarity(many.numbers) > 0)


def test_asking_leaves_no_trace_in_the_lexicon() -> None:
    lexicon, _ = lexicon_of("气孔 检测")
    lexicon.query("轴承 染整 废水", "轴承")
    assert lexicon.vector("压铸", "").numbers[0] == lexicon.vector("气孔 检测", "").numbers.max() + 1


@given(terms, terms)
def test_a_question_is_like_a_document_as_its_own_document_would_be(asked: str, other: str) -> None:
    lexicon, documents = lexicon_of(other)
    as_question = lexicon.cosines(lexicon.query(asked, ""), documents)
    assert as_question == pytest.approx(lexicon.cosines(lexicon.vector(asked, ""), documents))


def test_unknown_terms_count_in_what_was_asked() -> None:
    lexicon, documents = lexicon_of("气孔 检测")
    half = lexicon.coverage(lexicon.query("气孔 轴承 染整", ""), documents)[0]
    assert 0 < half < 0.5
