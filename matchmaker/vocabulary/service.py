"""The lists of the trade as a page or form needs them: all terms at once, labelled in the reader's language."""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from models import Term, VocabularyKind

VOCABULARY_FILE = Path(__file__).resolve().parents[2] / "seed_data" / "vocabulary.yaml"


@dataclass(frozen=True)
class Entry:
    """A term as pages need it."""

    code: str
    label_zh: str
    label_en: str
    parent_code: str | None
    active: bool


Lists = Mapping[str, Mapping[str, Entry]]
"""By kind, then by code, in the order of the list."""
_remembered: weakref.WeakKeyDictionary[Pool, tuple[object, Lists]] = weakref.WeakKeyDictionary()
"""Of each database the lists last read, and by what one sees whether they are still those."""


class Vocabulary:
    """Every term of the database; `english` chooses the labels."""

    def __init__(self, session: Session, english: bool = False) -> None:
        self._english = english
        self._terms = _lists(session)

    def label(self, kind: str, code: str | None) -> str:
        """The term's label, also if it is retired; an unknown code stands for itself, none is empty."""
        if not code:
            return ""
        term = self._of(kind).get(code)
        return code if term is None else self._label(term)

    def choices(self, kind: str, parent: str | None = None, keep: str | None = None) -> list[tuple[str, str]]:
        """(code, label) of the terms in use, of one parent or of all; `keep` stays even if it is retired."""
        return [
            (term.code, self._label(term))
            for term in self._of(kind).values()
            if (term.active or term.code == keep) and (parent is None or term.parent_code == parent)
        ]

    def grouped(self, parent_kind: str, kind: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """(parent's label, choices) for a select with groups, such as second levels under their field."""
        return [(label, self.choices(kind, parent=code)) for code, label in self.choices(parent_kind)]

    def parent(self, kind: str, code: str) -> str | None:
        term = self._of(kind).get(code)
        return term.parent_code if term else None

    def _of(self, kind: str) -> Mapping[str, Entry]:
        return self._terms.get(VocabularyKind(kind).value, {})

    def _label(self, term: Entry) -> str:
        return term.label_en if self._english else term.label_zh


def _lists(session: Session) -> Lists:
    """As this transaction sees them. Each change of a term raises its version, and no term is ever deleted, so that
    number and sum tell whether what is remembered still holds; only what is committed is remembered."""
    bind = session.get_bind()
    if not isinstance(bind, Engine) or not bind.get_execution_options().get("read_only"):
        return _read(session)
    state = tuple(session.execute(select(func.count(Term.id), func.sum(Term.version))).one())
    known = _remembered.get(bind.pool)
    if known is not None and known[0] == state:
        return known[1]
    lists = _read(session)
    _remembered[bind.pool] = state, lists
    return lists


def _read(session: Session) -> Lists:
    lists: dict[str, dict[str, Entry]] = defaultdict(dict)
    columns = Term.kind, Term.code, Term.label_zh, Term.label_en, Term.parent_code, Term.active
    for row in session.execute(select(*columns).order_by(Term.kind, Term.position)):
        entry = Entry(row.code, row.label_zh, row.label_en, row.parent_code, row.active)
        lists[row.kind.value][row.code] = entry
    return dict(lists)


def load(session: Session, file: Path = VOCABULARY_FILE) -> int:
    """Add the file's terms that the database lacks; what an administrator changed stays. Returns how many."""
    known = {(term.kind, term.code) for term in session.scalars(select(Term))}
    fresh = [
        term
        for term in _terms(yaml.safe_load(file.read_text("utf-8")))
        if (term.kind, term.code) not in known
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _terms(lists: dict[str, Any]) -> list[Term]:
    terms = []
    for kind, entries in lists.items():
        rows = (
            [
                (f"{parent}.{number:02d}", labels, parent)
                for parent, second_level in entries.items()
                for number, labels in enumerate(second_level, 1)
            ]
            if kind == VocabularyKind.SUBFIELD
            else [(code, labels, None) for code, labels in entries.items()]
        )
        terms += [
            Term(
                kind=VocabularyKind(kind),
                code=str(code),
                label_zh=labels[0],
                label_en=labels[1],
                parent_code=parent,
                position=position,
            )
            for position, (code, labels, parent) in enumerate(rows)
        ]
    return terms
