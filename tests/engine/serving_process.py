"""A process that serves and writes the same database as another, and may die at any moment."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from matchmaker.database import Database
from matchmaker.engine import Facts, MatchingEngine, NotIndexed
from tests.engine.brute_force import KINDS, BruteForce, Scores
from tests.engine.samples import SUBJECTS, document, quick_engine

IDS = (1, 2, 3, 4)
Question = tuple[str, str, Any, int | None, set[int] | None]
"""rank or search, a kind, an id or a text, how many, and within what."""


def serve(pipe: Connection) -> None:
    """Do what comes through the pipe: the name of a Servant's method and its arguments."""
    servant = Servant()
    while True:
        name, arguments = pipe.recv()
        pipe.send(getattr(servant, name)(*arguments))


class Servant:
    """A database, an engine with its caches, and at most one session that writes."""

    def __init__(self) -> None:
        self._database: Database | None = None
        self._engine: MatchingEngine = quick_engine()

    def open(self, url: str) -> None:
        if self._database is not None:
            self._writer.close()
            self._database.engine.dispose()
        self._database = Database(url)
        self._engine = quick_engine()
        self._writer = self._database.open()
        self._savepoints: list[Any] = []

    def index(self, kind: str, id: int, title: int, text: int, searchable: bool) -> None:
        made = document(
            kind, id, text, title=SUBJECTS[title][0], searchable=searchable, facts=Facts(field=str(title))
        )
        self._engine.index(self._writer, [made])

    def show(self, kind: Any, id: int, searchable: bool) -> None:
        with suppress(NotIndexed):
            self._engine.set_searchable(self._writer, kind, id, searchable)

    def remove(self, kind: Any, id: int) -> None:
        self._engine.remove(self._writer, kind, id)

    def commit(self) -> None:
        self._savepoints.clear()
        self._writer.commit()

    def rollback(self) -> None:
        self._savepoints.clear()
        self._writer.rollback()

    def begin(self) -> None:
        self._savepoints.append(self._writer.begin_nested())

    def back(self) -> None:
        if self._savepoints:
            self._savepoints.pop().rollback()

    def forget(self) -> None:
        """As after a restart, with what is not committed left as it is."""
        self._engine.forget()

    def answer(self, questions: list[Question], writing: bool) -> list[tuple[Any, Any]]:
        """The engine's answers beside those by brute force, as the writing session or as one that only reads."""
        assert self._database is not None
        with self._database.session(write=False) as reader:
            session = self._writer if writing else reader
            ours = [self._ask(session, question) for question in questions]
            by_force = BruteForce(session, reader)
            theirs = [_asked(by_force, question) for question in questions]
        return list(zip(ours, theirs, strict=True))

    def _ask(self, session: Any, question: Question) -> list[tuple[int, float]] | None:
        what, kind, about, depth, within = question
        if what == "search":
            hits = self._engine.search(session, kind, about, 99 if depth is None else depth, within)  # type: ignore[arg-type]
            return [(each.id, each.score) for each in hits]
        try:
            ranked = self._engine.rank(session, (kind, about), depth, within)  # type: ignore[arg-type]
        except NotIndexed:
            return None
        return [(each.id, each.score) for each in ranked]


def _asked(by_force: BruteForce, question: Question) -> Scores | None:
    what, kind, about, _, within = question
    return by_force.search(kind, about, within) if what == "search" else by_force.rank(kind, about, within)


def all_questions(depth: int | None, within: set[int] | None) -> list[Question]:
    ranked: list[Question] = [("rank", kind, id, depth, within) for kind in KINDS for id in IDS]
    return ranked + [
        ("search", kind, text, depth, within) for kind in KINDS for text in ("气孔检测", "废水回用率")
    ]
