from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.explanation import MAX_PAIRS, MAX_TERMS, sentence_pairs, shared_terms
from matchmaker.engine.lexical import Lexicon, term_strings
from matchmaker.engine.rows import StoredSentence
from matchmaker.engine.text import normalise

PROBLEM = "立方氮化硼刀具切削高强度铸铁，刀具寿命短，要求连续加工三百件"
CAPABILITY = "开发立方氮化硼刀具涂层，用于铸铁高速切削，刀具寿命提高两倍"
OTHERS = (
    "染整废水膜法回用",
    "船用柴油机尾气脱硝",
    "锂电池隔膜涂布",
    "茶叶理条机",
    "图像识别分拣",
    "竹材重组防霉",
    "光纤熔接损耗",
    "稻谷烘干水分在线测量",
)


def lexicon(others: tuple[str, ...] = OTHERS) -> Lexicon:
    made = Lexicon()
    for text in (PROBLEM, CAPABILITY, *others):
        made.add(made.vector(*term_strings("", text)))
    return made


def line(text: str, angle: float = 0.0, source: str = "statement") -> StoredSentence:
    """A sentence whose direction is an angle: the cosine of two is the cosine of their difference."""
    return StoredSentence(source, text, np.array([np.cos(angle), np.sin(angle)], np.float32))


def test_sentences_that_say_the_same_are_paired() -> None:
    problem = [line("氮化硼刀具磨损快", 0.0), line("铸铁切削有振纹", 1.0)]
    capability = [line("铸铁切削无振纹", 1.0, "summary"), line("氮化硼刀具耐用", 0.0, "advantage")]
    pairs = sentence_pairs(problem, capability, lexicon())
    assert {(pair.problem_text, pair.capability_text) for pair in pairs} == {
        ("氮化硼刀具磨损快", "氮化硼刀具耐用"),
        ("铸铁切削有振纹", "铸铁切削无振纹"),
    }
    assert {(pair.problem_source, pair.capability_source) for pair in pairs} == {
        ("statement", "advantage"),
        ("statement", "summary"),
    }


def test_sentences_that_say_different_things_are_not_shown() -> None:
    assert sentence_pairs([line(PROBLEM, 0.0)], [line(CAPABILITY, 1.5)], lexicon()) == ()


@pytest.mark.parametrize(("angle", "shown"), [(0.8, True), (1.1, False)])
def test_sentences_without_a_telling_term_in_common_must_be_clearly_alike(angle: float, shown: bool) -> None:
    """Cosines of 0.70 and 0.45."""
    other = "脱模剂残留让压铸件表面发黑，漆膜附着力达不到图纸上的要求"
    assert bool(sentence_pairs([line(PROBLEM, 0.0)], [line(other, angle)], lexicon())) is shown


def test_a_telling_term_in_common_is_enough_for_sentences_that_are_somewhat_alike() -> None:
    assert sentence_pairs([line(PROBLEM, 0.0)], [line(CAPABILITY, 1.1)], lexicon())


def test_two_figures_alike_are_no_reason() -> None:
    assert sentence_pairs([line("旧砂回用率 ≥ 92 %")], [line("油烟去除率 ≥ 92 %")], lexicon()) == ()


def test_what_many_figures_are_called_is_no_reason() -> None:
    shares = tuple(f"{other}比例" for other in OTHERS) * 10
    assert sentence_pairs([line("返工比例 ≤ 5 %")], [line("碎屑比例 ≤ 5 %")], lexicon(shares)) == ()


@pytest.mark.parametrize("unit", ["mg/m³", "μg/kg", "kW", "m³", "MPa"])
def test_a_unit_in_common_is_no_reason(unit: str) -> None:
    ours, theirs = line(f"非甲烷总烃排放 ≤ 40 {unit}"), line(f"出口臭氧 ≤ 0.1 {unit}")
    assert sentence_pairs([ours], [theirs], lexicon()) == ()
    assert shared_terms([ours], [theirs], lexicon()) == ()


def test_two_figures_of_the_same_thing_are_a_reason() -> None:
    assert sentence_pairs([line("铸铁硬度 ≥ 200 HB")], [line("铸铁硬度 ≥ 220 HB")], lexicon())


def test_shared_rare_words_choose_among_sentences_of_like_meaning() -> None:
    problem = [line(PROBLEM, 0.0)]
    capability = [line("产品质量稳定可靠，用户反映良好", 0.01), line(CAPABILITY, 0.02)]
    assert sentence_pairs(problem, capability, lexicon())[0].capability_text == CAPABILITY


@given(st.lists(st.floats(0, 0.6), max_size=6), st.lists(st.floats(0, 0.6), max_size=6))
def test_each_sentence_is_shown_once_at_most(left: list[float], right: list[float]) -> None:
    problem = [line(f"氮化硼难题第{number}句", angle) for number, angle in enumerate(left)]
    capability = [line(f"氮化硼成果第{number}句", angle) for number, angle in enumerate(right)]
    pairs = sentence_pairs(problem, capability, lexicon())
    assert len(pairs) <= MAX_PAIRS
    assert len({pair.problem_text for pair in pairs}) == len(pairs)
    assert len({pair.capability_text for pair in pairs}) == len(pairs)


def test_a_title_that_the_text_repeats_is_shown_once() -> None:
    problem = [line(PROBLEM, 0.0, "title"), line(PROBLEM, 0.0, "statement")]
    capability = [line(CAPABILITY, 0.0), line("刀具涂层附着力好", 0.1)]
    pairs = sentence_pairs(problem, capability, lexicon())
    assert [pair.problem_text for pair in pairs] == [PROBLEM]


def test_nothing_readable_on_a_side_gives_no_pairs() -> None:
    assert sentence_pairs([], [line("丙句")], lexicon()) == ()
    assert sentence_pairs([line("甲句")], [], lexicon()) == ()


def test_shared_terms_are_longest_first_and_whole() -> None:
    terms = shared_terms([line(PROBLEM)], [line(CAPABILITY)], lexicon())
    assert terms[0] in ("立方氮化硼", "氮化硼刀具")
    assert "铸铁" in terms
    assert not [a for a in terms for b in terms if a != b and a in b]


def test_shared_terms_stand_in_both_texts() -> None:
    terms = shared_terms([line(PROBLEM)], [line(CAPABILITY)], lexicon())
    assert terms
    assert all(term in normalise(PROBLEM) and term in normalise(CAPABILITY) for term in terms)


@given(
    st.text("立方氮化硼刀具铸铁切削CBN7075-T6，", max_size=40),
    st.text("立方氮化硼刀具铸铁切削CBN7075-T6，", max_size=40),
)
def test_shared_terms_stand_in_any_two_texts(ours: str, theirs: str) -> None:
    terms = shared_terms([line(ours)], [line(theirs)], lexicon())
    assert len(terms) <= MAX_TERMS
    assert all(term in normalise(ours) and term in normalise(theirs) for term in terms)


def test_boilerplate_and_figures_are_no_shared_terms() -> None:
    said = line("研究开发关键技术，提高产品性能，形成产业化应用，年产5000台")
    assert shared_terms([said], [said], lexicon()) == ()


def test_two_words_that_every_text_says_together_are_no_shared_term() -> None:
    common = lexicon(tuple(f"{text}，立方氮化硼" for text in OTHERS))
    assert "立方氮化硼" in shared_terms([line(PROBLEM)], [line(CAPABILITY)], lexicon())
    assert "立方氮化硼" not in shared_terms([line(PROBLEM)], [line(CAPABILITY)], common)
