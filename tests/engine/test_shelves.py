"""Documents in memory, in arrays: whatever is put, replaced and taken out, what comes back is what was put last."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine import Facts, term_rows
from matchmaker.engine.fact_columns import FactColumns
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.rows import StoredDocument
from matchmaker.engine.shelves import Shelf
from matchmaker.engine.slots import SlotBook
from matchmaker.engine.term_rows import TermMatrix, TermRows, TermVector

DIMENSION = 8
WORDS = ("气孔", "检测", "压铸", "染整", "废水", "轴承")
ids = st.integers(0, 12)
steps = st.lists(
    st.tuples(st.sampled_from(("put", "put", "discard")), st.lists(ids, min_size=1, max_size=5, unique=True)),
    max_size=15,
)


def stored(id: int, seed: int) -> StoredDocument:
    random = np.random.default_rng(seed)
    title, text = random.normal(size=(2, DIMENSION)).astype(np.float16).astype(np.float32)
    return StoredDocument(
        kind="capability",
        object_id=id,
        words=" ".join(random.choice(WORDS, seed % 9)),
        bigrams=" ".join(random.choice(WORDS, 3)),
        facts=Facts(
            field=str(seed % 3), modes=frozenset({"talent"}), money_low=Decimal(seed), trl=seed % 9 or None
        ),
        served=True,
        change_number=seed,
        title=title,
        text=text,
        confidential=title if seed % 4 == 0 else None,
    )


@given(steps)
@settings(max_examples=60, deadline=None)
def test_a_shelf_is_what_was_put_last(taken: list[tuple[str, list[int]]]) -> None:
    shelf, lexicon, expected = Shelf(), Lexicon(), dict[int, StoredDocument]()
    for seed, (name, some) in enumerate(taken):
        lexicon.discard(shelf.discard(some))
        for id in some:
            expected.pop(id, None)
        if name == "put":
            documents = [stored(id, 100 * seed + id) for id in some]
            terms = lexicon.vectors([(each.words, each.bigrams) for each in documents])
            lexicon.add(terms)
            shelf.put(documents, terms)
            expected |= {each.object_id: each for each in documents}
    compare(shelf, lexicon, expected)


def compare(shelf: Shelf, lexicon: Lexicon, expected: dict[int, StoredDocument]) -> None:
    assert (len(shelf), sorted(shelf.ids())) == (len(expected), sorted(expected))
    assert lexicon.documents == len(expected)
    assert shelf.known(range(20)) == sorted(expected)
    found = shelf.pick(sorted(expected), DIMENSION)
    for place, id in enumerate(found.ids):
        document = expected[id]
        assert (found.title[place] == document.title).all()
        assert (found.text[place] == document.text).all()
        assert found.facts[place] == document.facts
        assert as_counted(found.terms[place]) == as_counted(lexicon.vector(document.words, document.bigrams))
        assert (id in found.confidential) == (document.confidential is not None)
    query = np.ones(DIMENSION, np.float32)
    by_hand = sorted(expected, key=lambda id: -float(expected[id].title @ query))
    assert shelf.nearest("title", query, 20, shelf.mask(None, ())) == by_hand
    within, hidden = {1, 2, 3, 99}, {2}
    assert shelf.nearest("title", query, 20, shelf.mask(within, hidden)) == [
        id for id in by_hand if id in (1, 3)
    ]
    assert sorted(shelf.ids(shelf.mask(None, {1}))) == sorted(expected.keys() - {1})


def as_counted(terms: TermVector) -> dict[int, int]:
    return dict(zip(terms.numbers.tolist(), terms.times.tolist(), strict=True))


def test_slots_are_given_out_again() -> None:
    book = SlotBook()
    book.give([5, 6, 7])
    book.take_back([6, 99])
    assert book.give([1_000_000]).tolist() == [1]
    assert (book.end, book.taken) == (3, 3)
    assert sorted(book.ids().tolist()) == [5, 7, 1_000_000]


def test_ids_that_cannot_be_are_not_known() -> None:
    book = SlotBook()
    book.give([5])
    assert book.known([-1, 5, 5, 10**12]).tolist() == [5]


def test_room_of_discarded_terms_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_rows, "MUCH", 100)
    rows, lexicon = TermRows(), Lexicon()
    for turn in range(50):
        slots = np.arange(10)
        rows.discard(slots[: 10 if turn else 0])
        rows.put(slots, lexicon.vectors([(f"甲{turn} 乙{slot} 丙", "") for slot in slots]))
    assert len(rows._numbers) < 500
    for slot in range(10):
        (found,) = rows.pick(np.array([slot]))
        assert as_counted(found) == as_counted(lexicon.vector(f"甲49 乙{slot} 丙", ""))


def test_terms_of_many_are_those_of_each() -> None:
    lexicon = Lexicon()
    texts = [("气孔 检测 气孔", "气孔 孔检"), ("", ""), ("废水", "废水 废水"), ("x " * 400, "")]
    assert [as_counted(each) for each in lexicon.vectors(texts)] == [
        as_counted(lexicon.vector(*each)) for each in texts
    ]


def test_matrices_are_sequences_of_their_documents() -> None:
    lexicon = Lexicon()
    one, two = lexicon.vectors([("气孔 检测", "")]), lexicon.vectors([("", ""), ("废水", "")])
    both = TermMatrix.joined(one, two)
    assert [as_counted(each) for each in both] == [as_counted(each) for each in [*one, *two]]
    assert as_counted(both[-1]) == as_counted(two[1])
    assert [as_counted(each) for each in both[:2]] == [as_counted(one[0]), {}]
    assert [as_counted(each) for each in TermMatrix.of(list(both))] == [as_counted(each) for each in both]
    assert len(TermMatrix.of([])) == 0


def test_facts_come_back_as_they_were() -> None:
    columns = FactColumns()
    given = [
        Facts(),
        Facts(field="8", modes=frozenset({"talent", "licence"}), money_high=Decimal("1.5")),
        Facts(trl=1),
    ]
    columns.put(np.array([2, 0, 5]), given)
    assert columns.pick(np.array([5, 0, 2, 0])) == [given[2], given[1], given[0], given[1]]
