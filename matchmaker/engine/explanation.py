"""Why a pairing was suggested: the sentences that match best, the terms they share. Only from readable text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import rjieba
from numpy.typing import NDArray

from matchmaker.engine.documents import SentencePair
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.rows import StoredSentence
from matchmaker.engine.term_rows import TermVector
from matchmaker.engine.text import bigrams, normalise, words

Floats = NDArray[np.float32]
MAX_PAIRS = 3
LEAST_SIMILARITY = 0.35
"""More than nine in ten pairs of sentences of the sample data lie below; such a pair convinces nobody."""
CLEAR = 0.55
"""From here on two sentences say the same in other words; below, they must share a telling term as well."""
WORD_WEIGHT = 0.5
"""Shared rare words choose among sentences of like meaning: "产品质量好" is near everything."""
SHORT = 24
"""Characters up to which two sentences must share a telling term: "误判率 ≤ 2 %" is near every share of anything."""
LEAST_DOCUMENTS = 50
MAX_TERMS = 8
LEAST_RARITY = 0.45
"""Share of the greatest possible rarity under which a term is boilerplate (研究, 开发, 关键, 技术)."""
MIN_TERM = 2
BOILERPLATE = frozenset(
    """研究 研发 开发 研制 技术 关键 关键技术 产业化 产业 应用 产品 项目 系统 设备 企业 公司 工艺 生产 问题 解决 需求 目标 要求
    性能 提高 提升 降低 实现 目前 现有 基础 国内 国际 先进 水平 方面 主要 进行 采用 具有 以及 通过 可以 达到 能力 合作 科技 创新
    示范 推广 及其 不同 年产 方法 材料 制备 技术研究 基于 一种 新型 高效 良好 优化 相关 形成 建立 使用 过程 条件 需要 用于 万元
    指标 成果 团队""".split()  # noqa: SIM905
)
"""Said in nearly every text of this trade; a small or new collection cannot know it from its own counts."""

UNITS = frozenset(
    """mm cm dm km um nm m2 m3 cm2 cm3 mm2 dm3 kg mg ug ng ml ul mol min ms us hz khz mhz ghz mpa kpa gpa kw mw kwh mwh
    kv mv ka ma mah kn db dba ppm ppb rpm lx lm kj mj""".split()  # noqa: SIM905
)
"""Of a figure, not of what is measured: "≤ 40 mg/m³" has nothing in common with "≤ 0.1 mg/m³" of something else."""


def sentence_pairs(
    problem: Sequence[StoredSentence], capability: Sequence[StoredSentence], lexicon: Lexicon
) -> tuple[SentencePair, ...]:
    """At most three pairs, best first, each sentence used once, also where the text repeats the title."""
    if not problem or not capability:
        return ()
    similarity = (
        np.stack([each.vector for each in problem]) @ np.stack([each.vector for each in capability]).T
    )
    worth = similarity + WORD_WEIGHT * _shared_words(problem, capability, lexicon)
    worth[(similarity < LEAST_SIMILARITY) | _says_nothing(problem, capability, lexicon, similarity)] = -np.inf
    pairs: list[SentencePair] = []
    while len(pairs) < MAX_PAIRS:
        row, column = np.unravel_index(int(worth.argmax()), worth.shape)
        if not np.isfinite(worth[row, column]):
            break
        left, right = problem[int(row)], capability[int(column)]
        pairs.append(
            SentencePair(
                left.text, left.source, right.text, right.source, round(float(similarity[row, column]), 4)
            )
        )
        worth[[each.text == left.text for each in problem], :] = -np.inf
        worth[:, [each.text == right.text for each in capability]] = -np.inf
    return tuple(pairs)


def _shared_words(
    problem: Sequence[StoredSentence], capability: Sequence[StoredSentence], lexicon: Lexicon
) -> Floats:
    others = [_terms(each, lexicon) for each in capability]
    return np.stack([lexicon.cosines(_terms(each, lexicon), others) for each in problem])


def _terms(sentence: StoredSentence, lexicon: Lexicon) -> TermVector:
    return lexicon.vector(" ".join(term for term in words(sentence.text) if _telling(term)), "")


def _says_nothing(
    problem: Sequence[StoredSentence],
    capability: Sequence[StoredSentence],
    lexicon: Lexicon,
    similarity: Floats,
) -> NDArray[np.bool_]:
    """Where two sentences share no term that is rare enough to tell something, and are not clearly alike or are short.

    A small collection cannot tell which are rare: there any term but boilerplate will do.
    """
    least = LEAST_RARITY * lexicon.rarity_of("") if lexicon.documents >= LEAST_DOCUMENTS else 0.0
    ours, theirs = (
        [
            {term for term in words(each.text) if _telling(term) and lexicon.rarity_of(term) >= least}
            for each in side
        ]
        for side in (problem, capability)
    )
    apart = np.array([[left.isdisjoint(right) for right in theirs] for left in ours])
    mine, others = (np.array([len(each.text) <= SHORT for each in side]) for side in (problem, capability))
    nothing: NDArray[np.bool_] = apart & ((similarity < CLEAR) | (mine[:, None] & others[None, :]))
    return nothing


def shared_terms(
    problem: Sequence[StoredSentence], capability: Sequence[StoredSentence], lexicon: Lexicon
) -> tuple[str, ...]:
    """Terms of both sides worth showing, longest first, rarer first among equals, none part of another."""
    ours, theirs = _runs(problem), _runs(capability)
    common = _candidates(problem) & _candidates(capability)
    common |= {longer for term in common for longer in _grown(term, ours, theirs)}
    greatest = lexicon.rarity_of("")
    weighed = []
    for term in common:
        rare = rarity(term, lexicon)
        if rare >= LEAST_RARITY * greatest:
            weighed.append((len(term), rare, term))
    chosen: list[str] = []
    for _, _, term in sorted(weighed, key=lambda each: (-each[0], -each[1], each[2])):
        if not any(term in longer for longer in chosen):
            chosen.append(term)
    return tuple(chosen[:MAX_TERMS])


def rarity(term: str, lexicon: Lexicon) -> float:
    """Of its rarest part: the term itself may be grown of two words, and counted in no document."""
    parts = {*bigrams(term), *words(term)} - BOILERPLATE
    return max((lexicon.rarity_of(each) for each in parts), default=0.0)


def _candidates(sentences: Sequence[StoredSentence]) -> set[str]:
    found = {term for each in sentences for term in words(each.text)}
    return {term for term in found if _telling(term)}


def _telling(term: str) -> bool:
    """Not boilerplate, not a figure or its unit, not a single letter or character."""
    return (
        len(term) >= MIN_TERM
        and term not in BOILERPLATE
        and not term[0].isdigit()
        and not UNITS.issuperset(term.split("/"))
    )


def _runs(sentences: Sequence[StoredSentence]) -> list[list[str]]:
    return [_segments(each.text) for each in sentences]


def _segments(text: str) -> list[str]:
    return [str(token) for token in rjieba.cut(normalise(text))]


def _grown(term: str, ours: list[list[str]], theirs: list[list[str]]) -> set[str]:
    """The term with the next word, where both sides say the two together: 立方 氮化硼."""
    mine = _followers(term, ours)
    return {term + each for each in mine & _followers(term, theirs)}


def _followers(term: str, runs: list[list[str]]) -> set[str]:
    return {
        following
        for run in runs
        for word, following in pairwise(run)
        if word == term and _telling(following) and following.isalnum()
    }
