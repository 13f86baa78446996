from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.text import (
    LONGEST_TERM,
    MAX_SENTENCE,
    MAX_SENTENCES,
    MIN_SENTENCE,
    bigrams,
    normalise,
    sentences,
    words,
)

CHINESE = "铝合金压铸件气孔检测，。；：！？、 \n1234.．（）①—~ABab%℃ΩμＡ　"
texts = st.text(alphabet=st.one_of(st.sampled_from(CHINESE), st.characters(exclude_categories=["Cs"])))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("90℃", "90 °c".replace(" ", "")),
        ("90\N{DEGREE SIGN}C", "90°c"),
        ("5㎛", "5um"),
        ("5μm", "5um"),
        ("5\N{MICRO SIGN}m", "5um"),
        ("10Ω", "10ohm"),
        ("10\N{OHM SIGN}", "10ohm"),
        ("3㏀", "3kohm"),
        ("20㎡", "20m2"),
        ("20m²", "20m2"),
        ("10×20", "10x20"),
        ("≧98％", "≥98%"),
        ("10～20", "10~20"),
        ("  a\t\N{IDEOGRAPHIC SPACE}b\N{NO-BREAK SPACE} ", "a b"),
    ],
)
def test_what_means_the_same_is_written_the_same(written: str, meant: str) -> None:
    assert normalise(written) == meant


@given(texts)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_words_keep_figures_grades_and_units_together() -> None:
    assert {"7075-t6", "0.5", "mm", "98%"} <= set(words("7075-T6 铝板，精度0.5 mm，合格率98%"))


def test_words_are_chinese_words_without_punctuation() -> None:
    found = words("压铸件，气孔检测。")
    assert {"压铸件", "气孔", "检测"} <= set(found)
    assert not set(found) & set("，。")


def test_bigrams_are_neighbouring_characters_and_whole_latin_words() -> None:
    assert bigrams("立方氮化硼CBN刀具") == ["立方", "方氮", "氮化", "化硼", "cbn", "刀具"]


def test_a_single_character_between_others_is_a_term_of_its_own() -> None:
    assert bigrams("A铝B") == ["a", "铝", "b"]


@given(texts)
def test_terms_can_be_stored_joined_by_single_spaces(text: str) -> None:
    for found in (words(text), bigrams(text)):
        assert " ".join(found).split(" ") == found if found else True
        assert all(term == normalise(term) for term in found)


def test_an_endless_word_is_cut_to_what_databases_can_index() -> None:
    for found in (words("x" * 5000 + "气孔"), bigrams("x" * 5000 + "气孔")):
        assert "气孔" in found
        assert max(map(len, found)) == LONGEST_TERM


def test_sentences_end_at_chinese_stops_and_lines() -> None:
    assert sentences("压铸件气孔多。报废率高！\n需要在线检测；要求三十秒") == [
        "压铸件气孔多。",
        "报废率高！需要在线检测；",
        "要求三十秒",
    ]


def test_a_decimal_point_ends_no_sentence() -> None:
    assert sentences("判定直径0.5毫米以上的气孔 3.5 mm 以内") == ["判定直径0.5毫米以上的气孔 3.5 mm 以内"]


@pytest.mark.parametrize("mark", ["1. ", "1、", "（2）", "(3) ", "一、", "● ", "- ", "10）", "十二、"])
def test_list_marks_are_dropped(mark: str) -> None:
    assert sentences(f"{mark}检出率不低于百分之九十八。") == ["检出率不低于百分之九十八。"]


def test_a_figure_at_the_start_is_no_list_mark() -> None:
    assert sentences("1.5毫米以上的气孔要逐件检出") == ["1.5毫米以上的气孔要逐件检出"]


def test_a_short_heading_is_joined_to_what_follows() -> None:
    assert sentences("其他：\n适应五种壳体换型") == ["其他：适应五种壳体换型"]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    clause = "压铸壳体气孔判定" * 8 + "，"
    assert sentences(clause * 3) == [clause, clause, clause]


@given(texts)
def test_no_sentence_is_too_long_and_only_the_last_too_short(text: str) -> None:
    found = sentences(text)
    assert all(len(each) <= MAX_SENTENCE for each in found)
    assert all(len(each) >= MIN_SENTENCE for each in found[:-1])


@given(st.text(alphabet=CHINESE, min_size=MAX_SENTENCE, max_size=400))
def test_no_piece_of_a_long_text_is_too_long_and_only_the_last_too_short(text: str) -> None:
    found = sentences(text)
    assert all(len(each) <= MAX_SENTENCE for each in found)
    assert all(len(each) >= MIN_SENTENCE for each in found[:-1])


@given(st.text(alphabet="铝合金压铸件气孔，。\n", max_size=400))
def test_sentences_leave_out_nothing_but_spaces(text: str) -> None:
    kept = "".join("".join(sentences(text)).split())
    assert kept == "".join(text.split())


def test_a_long_text_gives_its_first_sentences() -> None:
    lines = [f"第{number}条要求是适应换型" for number in range(MAX_SENTENCES + 5)]
    assert sentences("\n".join(lines)) == lines[:MAX_SENTENCES]


def test_a_text_of_nothing_has_no_sentences() -> None:
    assert sentences(" \n 　\n") == []


@pytest.mark.parametrize("length", [MAX_SENTENCE, MAX_SENTENCE + 1, MAX_SENTENCE + 5, 2 * MAX_SENTENCE + 1])
def test_a_long_sentence_without_commas_leaves_no_scrap(length: int) -> None:
    found = sentences("铝" * (length - 1) + "。后面还有另外一句话。")
    assert "".join(found) == "铝" * (length - 1) + "。后面还有另外一句话。"
    assert all(MIN_SENTENCE <= len(each) <= MAX_SENTENCE for each in found)


def test_a_long_sentence_ending_in_a_short_clause_leaves_no_scrap() -> None:
    found = sentences("压" * 110 + "，" + "铸" * 9 + "，件。后面还有另外一句话。")
    assert all(MIN_SENTENCE <= len(each) <= MAX_SENTENCE for each in found)
