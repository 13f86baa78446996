"""Shared terms marked and sentences tied, in HTML that stays safe."""

from matchmaker.engine import Explanation, SentencePair
from matchmaker.pairings.marking import marked, tied


def test_a_term_is_marked_where_it_stands() -> None:
    assert marked("检测气孔的方法", ["气孔"]) == "检测<mark>气孔</mark>的方法"


def test_the_text_is_escaped() -> None:
    assert marked("<b>气孔</b>", ["气孔"]) == "&lt;b&gt;<mark>气孔</mark>&lt;/b&gt;"


def test_the_marked_words_are_escaped_too() -> None:
    assert marked("a<b", ["a<b"]) == "<mark>a&lt;b</mark>"


def test_a_term_is_found_in_another_width_and_case() -> None:
    assert marked("用Ｘ射线", ["x射线"]) == "用<mark>Ｘ射线</mark>"


def test_a_unit_that_the_engine_writes_differently_is_found() -> None:
    assert marked("25℃以下", ["25°c"]) == "<mark>25℃</mark>以下"


def test_a_latin_term_is_not_marked_inside_a_word() -> None:
    assert marked("filled LED", ["led"]) == "filled <mark>LED</mark>"


def test_overlapping_terms_are_marked_once_the_longer_first() -> None:
    assert marked("立方氮化硼", ["立方氮化硼", "氮化硼"]) == "<mark>立方氮化硼</mark>"


def explanation() -> Explanation:
    pairs = (
        SentencePair("气孔<难>判定。", "statement", "可判定气孔。", "summary", 0.9),
        SentencePair("要快。", "background", "很快。", "advantage", 0.8),
    )
    return Explanation(pairs, ("气孔",), ())


def test_a_sentence_of_a_pair_is_tied_by_its_number() -> None:
    text = tied("先说要快。再说。", "background", "problem", explanation())

    assert text == '先说<span class="tied" data-tie="2">要快。</span>再说。'


def test_a_tied_sentence_is_escaped_and_marked() -> None:
    text = tied("气孔<难>判定。", "statement", "problem", explanation())

    assert text == '<span class="tied" data-tie="1"><mark>气孔</mark>&lt;难&gt;判定。</span>'


def test_a_sentence_from_another_field_is_not_tied() -> None:
    assert "tied" not in tied("要快。", "statement", "problem", explanation())
