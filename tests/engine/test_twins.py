"""Copies are told by their words: what was changed a little is found, what is about the same thing is not."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.engine.lexical import Lexicon, term_strings
from matchmaker.engine.twins import Wording, alike
from tests.engine.samples import SUBJECTS, document, quick_engine

TEXT = (
    "压铸车间月产壳体六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定。需要在压铸后三十秒内用X射线或"
    "超声判定直径0.5毫米以上的气孔，并给出位置，适应五种壳体换型。现有人工抽检，漏检率约百分之五，夜班更高。"
)
OTHER = (
    "印染废水盐分高，反渗透膜污堵快，清洗频繁，膜寿命不到一年。要求回用率达到百分之六十以上，浓水进一步蒸发减量，"
    "吨水成本控制在八元以内，设备占地不超过四百平方米。车间有蒸汽余热可用，现有生化处理出水化学需氧量在八十左右。"
)


def wording(title: str, text: str) -> Wording:
    return Wording.of(*term_strings(title, f"{title}\n{text}"))


@pytest.fixture
def lexicon() -> Lexicon:
    """Of the two texts and of what most say."""
    made = Lexicon()
    for title, text in (("气孔检测", TEXT), ("废水回用", OTHER), *SUBJECTS):
        made.add(made.vector(*term_strings(title, text)))
    return made


@pytest.mark.parametrize(
    "changed",
    [
        TEXT,
        TEXT.replace("六万", "七万").replace("0.5", "0.6").replace("三十秒", "二十秒"),
        "".join(reversed([f"{each}。" for each in TEXT.split("。") if each])),
        TEXT[: len(TEXT) // 2 + 20],
        TEXT + "另外希望能同时测量壁厚，并把结果接入车间的制造执行系统，便于追溯。",
    ],
    ids=["the same", "other figures", "other order", "a part", "something added"],
)
def test_a_text_changed_a_little_is_nearly_the_same(lexicon: Lexicon, changed: str) -> None:
    assert alike(wording("气孔检测", changed), [wording("气孔检测", TEXT)], lexicon)[0] > 0.7


def test_different_texts_of_one_trade_are_not_alike(lexicon: Lexicon) -> None:
    assert alike(wording("气孔检测", TEXT), [wording("废水回用", OTHER)], lexicon)[0] < 0.2


def test_two_are_as_alike_from_either_side(lexicon: Lexicon) -> None:
    short, long = wording("气孔检测", TEXT[:60]), wording("气孔检测", TEXT)
    assert np.isclose(alike(short, [long], lexicon)[0], alike(long, [short], lexicon)[0])


def test_a_short_title_inside_a_text_makes_no_copy(lexicon: Lexicon) -> None:
    assert alike(wording("气孔检测", ""), [wording("气孔检测", TEXT)], lexicon)[0] < 0.7


def test_texts_without_words_have_nothing_in_common(lexicon: Lexicon) -> None:
    assert alike(Wording({}), [Wording({}), wording("气孔检测", TEXT)], lexicon).tolist() == [0.0, 0.0]


@pytest.fixture
def quick() -> MatchingEngine:
    return quick_engine()


def test_the_copy_comes_first_and_itself_not_at_all(database: Database, quick: MatchingEngine) -> None:
    with database.session() as session:
        quick.index(session, [document("problem", number, number - 1) for number in range(1, 6)])
        quick.index(session, [document("problem", 6, 0)])
    with database.session(write=False) as session:
        hits = quick.twins(session, document("problem", 1, 0))
    assert (hits[0].id, hits[0].score) == (6, 1.0)
    assert 1 not in [hit.id for hit in hits]


def test_a_capability_is_no_copy_of_a_problem(database: Database, quick: MatchingEngine) -> None:
    with database.session() as session:
        quick.index(session, [document("capability", 1, 0)])
        assert quick.twins(session, document("problem", 2, 0)) == []


def test_what_is_not_searchable_is_found_only_where_it_is_named(
    database: Database, quick: MatchingEngine
) -> None:
    with database.session() as session:
        quick.index(session, [document("problem", 1, 0, searchable=False), document("problem", 2, 1)])
        typed = document("problem", 0, 0)
        assert 1 not in [hit.id for hit in quick.twins(session, typed)]
        assert quick.twins(session, typed, also=[1])[0].id == 1
        assert [hit.id for hit in quick.twins(session, typed, also=[1], only=True)] == [1]


def test_what_was_removed_is_not_found(database: Database, quick: MatchingEngine) -> None:
    with database.session() as session:
        quick.index(session, [document("problem", 1, 0)])
        quick.remove(session, "problem", 1)
        assert quick.twins(session, document("problem", 2, 0), also=[1]) == []
