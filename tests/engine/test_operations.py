"""Whatever is written, hidden, removed and taken back, in any order: a ranking is what the rows say."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.database import Database
from matchmaker.engine import Facts, MatchingEngine, NotIndexed
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.ranking import Candidates, Item, score_all
from matchmaker.engine.vectors import unpack
from models import EmbeddingRow, IndexedDocument
from tests.engine.samples import SUBJECTS, document, quick_engine

KINDS = ("problem", "capability")
IDS = (1, 2, 3)
STEPS = 80
CHANCES = {
    "index": 30,
    "show": 10,
    "remove": 8,
    "look": 30,
    "commit": 8,
    "rollback": 4,
    "begin": 9,
    "back": 9,
    "release": 2,
}


class ByHand:
    """Scores from the rows that a session sees; how rare words are, as committed."""

    def __init__(self, session: Session, committed: Session) -> None:
        self.lexicon = Lexicon()
        for row in committed.scalars(select(IndexedDocument)):
            if row.searchable and not row.removed:
                self.lexicon.add(self.lexicon.vector(row.words, row.bigrams))
        rows = session.scalars(select(IndexedDocument).execution_options(populate_existing=True)).all()
        there = [row for row in rows if not row.removed]
        self.items = {(row.kind, row.object_id): _item(session, row, self.lexicon) for row in there}
        self.served = [(row.kind, row.object_id) for row in there if row.searchable]

    def scores(self, kind: str, id: int) -> dict[int, float] | None:
        """Of the other side's documents; None: there is no such document."""
        asking = self.items.get((kind, id))
        if asking is None:
            return None
        ids = [each for other, each in self.served if other != kind]
        found = [self.items[KINDS[kind == KINDS[0]], each] for each in ids]
        candidates = Candidates(
            ids,
            _stacked([each.title for each in found]),
            _stacked([each.text for each in found]),
            [each.terms for each in found],
            [each.facts for each in found],
        )
        scored = score_all(asking, kind == "problem", candidates, self.lexicon)
        return {each.id: each.score for each in scored}


def _item(session: Session, row: IndexedDocument, lexicon: Lexicon) -> Item:
    vectors = dict(
        session.execute(
            select(EmbeddingRow.part, EmbeddingRow.vector).where(EmbeddingRow.document_id == row.id)
        ).all()
    )
    terms = lexicon.vector(row.words, row.bigrams)
    return Item(unpack(vectors["title"]), unpack(vectors["text"]), terms, Facts.from_json(row.facts))


def _stacked(vectors: list[Any]) -> Any:
    import numpy as np

    return np.stack(vectors) if vectors else np.zeros((0, 64), np.float32)


def compare(engine: MatchingEngine, session: Session, database: Database) -> None:
    with database.session(write=False) as committed:
        by_hand = ByHand(session, committed)
        for kind, id in product(KINDS, IDS):
            expected = by_hand.scores(kind, id)
            if expected is None:
                with pytest.raises(NotIndexed):
                    engine.rank(session, (kind, id), depth=None)
                continue
            ranked = engine.rank(session, (kind, id), depth=None)
            assert {each.id: each.score for each in ranked} == pytest.approx(expected, abs=1e-5)
            assert len(ranked) == len(expected)
            assert ranked == sorted(ranked, key=lambda each: (-each.score, each.id))
            assert engine.rank(session, (kind, id), depth=2) == ranked[:2]


class Run:
    """Two engines, and a session that writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engines = [quick_engine(), quick_engine()]
        self.writer = database.open()
        self.savepoints: list[Any] = []

    def step(self, random: Random) -> None:
        """One operation; half of them write."""
        engine, kind, id = int(random.random() < 0.25), random.choice(KINDS), random.choice(IDS)
        name = random.choices(list(CHANCES), list(CHANCES.values()))[0]
        if name == "index":
            self.index(engine, kind, id, random.randrange(3), random.randrange(3))
        elif name == "show":
            self.show(engine, kind, id, random.random() < 0.5)
        elif name == "remove":
            self.remove(engine, kind, id)
        elif name == "look":
            self.look(engine, random.choice((("writer",), ("reader",), ("writer", "reader"))))
        else:
            getattr(self, name)()

    def index(self, engine: int, kind: str, id: int, title: int, text: int) -> None:
        made = document(kind, id, text, title=SUBJECTS[title][0], facts=Facts(field=str(title)))
        self.engines[engine].index(self.writer, [made])

    def show(self, engine: int, kind: Any, id: int, searchable: bool) -> None:
        with suppress(NotIndexed):
            self.engines[engine].set_searchable(self.writer, kind, id, searchable)

    def remove(self, engine: int, kind: Any, id: int) -> None:
        self.engines[engine].remove(self.writer, kind, id)

    def commit(self) -> None:
        self.savepoints.clear()
        self.writer.commit()

    def rollback(self) -> None:
        self.savepoints.clear()
        self.writer.rollback()

    def begin(self) -> None:
        self.savepoints.append(self.writer.begin_nested())

    def back(self) -> None:
        if self.savepoints:
            self.savepoints.pop().rollback()

    def release(self) -> None:
        if self.savepoints:
            self.savepoints.pop().commit()

    def look(self, engine: int, as_whom: tuple[str, ...]) -> None:
        for person in as_whom:
            if person == "writer":
                compare(self.engines[engine], self.writer, self.database)
            else:
                with self.database.session(write=False) as reader:
                    compare(self.engines[engine], reader, self.database)

    def end(self) -> None:
        for engine in range(2):
            self.look(engine, ("writer", "reader"))
        self.commit()
        for engine in range(2):
            self.look(engine, ("reader", "writer"))


@pytest.mark.parametrize("seed", range(3))
def test_a_ranking_is_what_the_rows_say(database: Database, seed: int) -> None:
    run, random = Run(database), Random(seed)
    try:
        for _ in range(STEPS):
            run.step(random)
        run.end()
    finally:
        run.writer.close()
