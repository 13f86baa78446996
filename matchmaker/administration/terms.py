"""The lists of the trade: an administrator adds, names and orders terms, retires them and brings them back.

No term is ever deleted and no code changed, so that what was said with it keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from matchmaker.administration import uses
from matchmaker.administration.errors import Changed, CodeTaken, LabelTaken, TermMissing
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Term, VocabularyKind

PARENTS: Mapping[VocabularyKind, VocabularyKind] = {VocabularyKind.SUBFIELD: VocabularyKind.FIELD}
"""Whose terms a list stands under."""
CLOSED = frozenset({VocabularyKind.TRL})
"""Lists whose codes the program itself knows: their terms are named, not added, retired or ordered."""


@dataclass(frozen=True)
class Entry:
    """A term as it is listed."""

    term: Term
    used: Mapping[str, int]
    """In how many rows of which table; tables as the audit names them."""
    first: bool
    last: bool


@dataclass(frozen=True)
class List:
    """One list; of one with a second level, that of one parent."""

    kind: VocabularyKind
    parent: Term | None
    parents: Sequence[Term]
    entries: Sequence[Entry]

    @property
    def closed(self) -> bool:
        return self.kind in CLOSED


def sizes(work: Work) -> Mapping[VocabularyKind, tuple[int, int]]:
    """Of each list, how many terms are in use and how many retired."""
    require(work.actor, Action.ADMINISTRATION_READ)
    rows = work.session.execute(select(Term.kind, Term.active, func.count()).group_by(Term.kind, Term.active))
    found = {(row[0], row[1]): int(row[2]) for row in rows}
    return {kind: (found.get((kind, True), 0), found.get((kind, False), 0)) for kind in VocabularyKind}


def listing(work: Work, kind: VocabularyKind, parent_code: str = "") -> List:
    """The list in its order, retired terms in their place. Raises TermMissing for a parent that there is none of."""
    require(work.actor, Action.ADMINISTRATION_READ)
    parents = _terms(work, PARENTS[kind]) if kind in PARENTS else []
    parent = None
    if parents:
        parent = next((each for each in parents if each.code == (parent_code or parents[0].code)), None)
        if parent is None:
            raise TermMissing(parent_code)
    terms = _terms(work, kind, parent.code if parent else None)
    used = uses.counts(work.session, kind)
    last = len(terms) - 1
    entries = [
        Entry(term, used.get(term.code, {}), place == 0, place == last) for place, term in enumerate(terms)
    ]
    return List(kind, parent, parents, entries)


def find(work: Work, term_id: int) -> Term:
    """Raises TermMissing."""
    require(work.actor, Action.ADMINISTRATION_READ)
    found = work.session.get(Term, term_id)
    if found is None:
        raise TermMissing(term_id)
    return found


def add(
    work: Work, kind: VocabularyKind, code: str, label_zh: str, label_en: str, parent_code: str = ""
) -> Term:
    """A new term at the end of its list; without a code it gets the next one. Raises CodeTaken and LabelTaken."""
    require(work.actor, Action.VOCABULARY_EDIT)
    if kind in CLOSED:
        raise TermMissing(kind)
    take_serial_lock(work.session)
    parent = parent_code or None
    if kind in PARENTS and parent not in {each.code for each in _terms(work, PARENTS[kind])}:
        raise TermMissing(parent_code)
    code = code or _next_code(work, kind, parent)
    if work.session.scalar(select(Term.id).where(Term.kind == kind, Term.code == code)) is not None:
        raise CodeTaken(code)
    _refuse_label(work, kind, parent, label_zh)
    last = work.session.scalar(select(func.max(Term.position)).where(Term.kind == kind))
    made = Term(
        kind=kind,
        code=code,
        label_zh=label_zh,
        label_en=label_en,
        parent_code=parent,
        position=0 if last is None else last + 1,
    )
    work.session.add(made)
    work.session.flush()
    audit.record(work, "term.added", made, kind=kind.value, code=code, name=label_zh)
    return made


def rename(work: Work, term: Term, label_zh: str, label_en: str, version: int) -> bool:
    """Call it otherwise, also where it is used already; returns whether that is a change.

    Raises Changed where somebody changed it since `version` was read, and LabelTaken.
    """
    _lock(work, term, version)
    if (term.label_zh, term.label_en) == (label_zh, label_en):
        return False
    _refuse_label(work, term.kind, term.parent_code, label_zh, but=term)
    details = {"before": term.label_zh, "after": label_zh}
    term.label_zh, term.label_en = label_zh, label_en
    _record(work, "term.changed", term, **details)
    return True


def set_active(work: Work, term: Term, active: bool, version: int) -> None:
    """Retire it: it stays readable where it is used, and is not offered any more. Or bring it back. Raises Changed."""
    _lock(work, term, version)
    if term.kind in CLOSED:
        raise TermMissing(term.kind)
    if term.active == active:
        return
    if active:
        _refuse_label(work, term.kind, term.parent_code, term.label_zh, but=term)
    term.active = active
    _record(work, "term.restored" if active else "term.retired", term)


def move(work: Work, term: Term, up: bool) -> None:
    """One place up or down among those it stands with."""
    require(work.actor, Action.VOCABULARY_EDIT)
    take_serial_lock(work.session)
    siblings = _terms(work, term.kind, term.parent_code)
    place = siblings.index(term)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(siblings):
        return
    positions = sorted(each.position for each in siblings)
    if len(set(positions)) < len(positions):  # terms that came with a later release may stand beside others
        positions = list(range(len(siblings)))
    siblings[place], siblings[other] = siblings[other], siblings[place]
    for position, each in zip(positions, siblings, strict=True):
        if each.position != position:
            each.position = position
    _record(work, "term.moved", term, to=other + 1)


def _terms(work: Work, kind: VocabularyKind, parent: str | None = None) -> list[Term]:
    wanted = select(Term).where(Term.kind == kind).order_by(Term.position, Term.id)
    if parent is not None:
        wanted = wanted.where(Term.parent_code == parent)
    return list(work.session.scalars(wanted))


def _lock(work: Work, term: Term, version: int) -> None:
    require(work.actor, Action.VOCABULARY_EDIT)
    take_serial_lock(work.session)
    work.session.refresh(term)
    if term.version != version:
        raise Changed(term)


def _refuse_label(
    work: Work, kind: VocabularyKind, parent: str | None, label: str, but: Term | None = None
) -> None:
    wanted = select(Term.id).where(Term.kind == kind, Term.label_zh == label, Term.active)
    if parent is not None:
        wanted = wanted.where(Term.parent_code == parent)
    if but is not None:
        wanted = wanted.where(Term.id != but.id)
    if work.session.scalar(wanted.limit(1)) is not None:
        raise LabelTaken(label)


def _next_code(work: Work, kind: VocabularyKind, parent: str | None) -> str:
    """One that the list never had: a number higher than all, under the parent's code where there is one."""
    codes = work.session.scalars(select(Term.code).where(Term.kind == kind)).all()
    before = f"{parent}." if parent else ""
    numbers = [int(code[len(before) :]) for code in codes if _is_number(code, before)]
    if before:
        return f"{before}{max(numbers, default=0) + 1:02d}"
    return str(max(numbers, default=0) + 1) if len(numbers) == len(codes) else f"added_{len(codes) + 1}"


def _is_number(code: str, before: str) -> bool:
    rest = code[len(before) :]
    return code.startswith(before) and rest.isascii() and rest.isdigit()


def _record(work: Work, action: str, term: Term, **details: Any) -> None:
    work.session.flush()
    audit.record(work, action, term, kind=term.kind.value, code=term.code, **details)
