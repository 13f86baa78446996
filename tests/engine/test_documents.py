from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaker.engine import Document, Facts, Passage
from matchmaker.engine.encoding import spread_sentences
from matchmaker.engine.text import MAX_SENTENCES

WHOLE = Document(
    "problem", 7, "气孔检测", (Passage("background", "报废多"), Passage("statement", "要在线判定"))
)


def test_the_full_text_is_title_and_passages_a_line_each() -> None:
    blank = replace(WHOLE, passages=(*WHOLE.passages, Passage("basis", "  \n")))
    assert blank.full_text == "气孔检测\n报废多\n要在线判定"


@pytest.mark.parametrize(
    "changed",
    [
        replace(WHOLE, title="气孔检验"),
        replace(WHOLE, passages=WHOLE.passages[:1]),
        replace(WHOLE, passages=(WHOLE.passages[0], Passage("statement", "要在线判定。"))),
        replace(WHOLE, passages=(WHOLE.passages[0], Passage("basis", "要在线判定"))),
        replace(WHOLE, passages=(Passage("background", "报"), Passage("废多statement", "要在线判定"))),
    ],
)
def test_whatever_is_encoded_is_in_the_hash(changed: Document) -> None:
    assert changed.hash() != WHOLE.hash()


def test_what_is_not_encoded_is_not_in_the_hash() -> None:
    same = replace(WHOLE, id=8, kind="problem", facts=Facts(field="8"), searchable=False)
    assert same.hash() == WHOLE.hash()


def test_half_a_surrogate_pair_can_be_hashed() -> None:
    assert replace(WHOLE, title="\ud800").hash()


def test_each_passage_gets_its_share_of_the_sentences() -> None:
    long = "\n".join(f"背景说明第{number}条很长" for number in range(40))
    document = replace(
        WHOLE, passages=(Passage("background", long), Passage("statement", "只有这一句要求。"))
    )
    spread = spread_sentences(document)
    assert len(spread) == MAX_SENTENCES
    assert spread[-1] == ("statement", "只有这一句要求。")


def test_sentences_stand_in_the_order_of_the_document() -> None:
    first = "第一条背景说明。第二条背景说明。"
    document = replace(
        WHOLE, passages=(Passage("background", first), Passage("statement", "第一条要求说明。"))
    )
    assert [text for _, text in spread_sentences(document)] == [
        "第一条背景说明。",
        "第二条背景说明。",
        "第一条要求说明。",
    ]


def test_a_sentence_said_twice_counts_once() -> None:
    twice = (Passage("background", "适应五种壳体换型。"), Passage("statement", "适应五种壳体换型。"))
    assert spread_sentences(replace(WHOLE, passages=twice)) == [("background", "适应五种壳体换型。")]
