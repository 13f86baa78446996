"""A filled-in survey form read into the values of this service's form, for a person to check. Nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import structlog

from matchmaker.engine import ModelMissing
from matchmaker.organisations.naming import plain_name
from matchmaker.policy import Action, require
from matchmaker.spreadsheets import cells, terms
from matchmaker.spreadsheets.cells import Lists, Row
from matchmaker.spreadsheets.guessing import Guesser
from matchmaker.spreadsheets.import_fields import As, Field
from matchmaker.spreadsheets.values import plain, unit_of
from matchmaker.survey_forms import documents, pairs
from matchmaker.survey_forms.documents import Document
from matchmaker.survey_forms.labels import Labels
from matchmaker.survey_forms.pairs import Pair
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import ImportKind

ACTIONS: Mapping[ImportKind, Action] = {
    ImportKind.PROBLEM: Action.PROBLEM_CREATE,
    ImportKind.CAPABILITY: Action.CAPABILITY_CREATE,
}
LONGEST_SHOWN = 120
"""Characters of the document's words that are shown beside a field that was read."""
_LIST_MARK = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）、.．]|[①-⑳●•▪◆\-])(?!\d)\s*", re.MULTILINE)

log = structlog.get_logger()


class Trust(StrEnum):
    """How sure a value is."""

    READ = "read"
    """It stands so in the document."""
    CHECK = "check"
    """It stands in other words in the document."""
    GUESS = "guess"
    """It stands nowhere; the engine thinks so."""


@dataclass(frozen=True)
class Mark:
    """A field that was filled in: from which label of the document and which words under it."""

    name: str
    trust: Trust
    label: str = ""
    text: str = ""


@dataclass(frozen=True)
class Prefill:
    """`values` are the form's data, `rest` what of the document was not used, `organisation` whose form it says it is."""

    values: Mapping[str, Any]
    marks: Sequence[Mark]
    rest: Sequence[str]
    organisation: str = ""

    def mark(self, name: str) -> Mark | None:
        return next((each for each in self.marks if each.name == name), None)


def from_file(work: Work, kind: ImportKind, data: bytes) -> Prefill:
    """Raises BadDocument."""
    require(work.actor, ACTIONS[kind])
    return _prefill(work, kind, documents.of_file(data))


def from_text(work: Work, kind: ImportKind, text: str) -> Prefill:
    """Raises BadDocument."""
    require(work.actor, ACTIONS[kind])
    return _prefill(work, kind, documents.of_text(text))


def _prefill(work: Work, kind: ImportKind, document: Document) -> Prefill:
    labels = Labels(kind)
    found = pairs.find(labels, document.blocks, document.wrapped)
    gathered, rest = _gathered(labels, found.pairs)
    organisation = gathered.pop("organisation", None)
    vocabulary = Vocabulary(work.session)
    reader = _Reader(Lists(vocabulary), work.today(), {}, [], [])
    # what cannot be read as rows of targets is added to the words on them
    for name in sorted(gathered, key=lambda each: labels.fields[each].read is As.TARGETS):
        reader.read(labels.fields[name], gathered[name])
    address = gathered.get("address")
    if address is not None:
        reader.county_of(address)
    _guess_field(work, vocabulary, reader)
    order = [_form_name(each) for each in labels.fields]
    log.info("document.read", kind=kind.value, fields=len(reader.marks), rest=len(found.rest) + len(rest))
    return Prefill(
        _form_values(reader.values),
        sorted(reader.marks, key=lambda each: order.index(each.name)),
        [*found.rest, *rest, *reader.unread],
        "" if organisation is None else plain_name(plain(organisation.text)) or "",
    )


def _gathered(labels: Labels, found: Sequence[Pair]) -> tuple[dict[str, Pair], list[str]]:
    """One pair of each field: of a long text all that is said under its labels, else the first; and what is left."""
    gathered: dict[str, Pair] = {}
    rest = []
    titles = [each for each in found if each.name == "title" and not labels.whole(each.label)]
    for each in found:
        pair = _settled(labels, each, bool(titles))
        before = gathered.get(pair.name)
        if labels.fields[pair.name].read is As.IGNORED:
            rest.append(_quoted(pair))
        elif before is None:
            gathered[pair.name] = pair
        elif labels.takes_lines(pair.name):
            gathered[pair.name] = Pair(pair.name, before.label, f"{before.text}\n\n{pair.text}")
        elif before.text != pair.text:
            rest.append(_quoted(pair))
    return gathered, rest


def _settled(labels: Labels, pair: Pair, titled: bool) -> Pair:
    """Behind 技术难题 stands the title, or the whole of it: so where another label has the title, or it is a sentence."""
    whole = labels.whole(pair.label)
    if pair.name != "title" or whole is None:
        return pair
    is_title = not titled and len(pair.text) <= labels.fields["title"].most and not pair.text.endswith("。")
    return pair if is_title else Pair(whole, pair.label, pair.text)


@dataclass
class _Reader:
    lists: Lists
    today: date
    values: dict[str, Any]
    marks: list[Mark]
    unread: list[str]

    def read(self, field: Field, pair: Pair) -> None:
        """Put what a pair says among the values, with a mark; what cannot be read is left to the person."""
        text = _without_boxes(field, pair.text)
        if not text or field.name == "address":
            return
        row = Row(dict(self.values))
        cells.read(row, field, text, unit_of(pair.label), self.lists, self.today)
        new = [name for name, value in row.values.items() if self.values.get(name) != value]
        wrong = any(code != "too_long" for _, code, _ in row.faults)  # too long: the form itself says so
        if not new or wrong:
            self.unread.append(_quoted(pair))
            return
        self.values = row.values
        sure = not row.repairs and field.name in new
        self.marks += [_mark(name, Trust.READ if sure else Trust.CHECK, pair) for name in new]

    def county_of(self, address: Pair) -> None:
        """Where the form has no county of its own, its address may name one."""
        if "county" in self.values:
            self.unread.append(_quoted(address))
            return
        found = terms.county(address.text, self.lists.choices("county"))
        if found is not None:
            self.values["county"] = found.value
            self.marks.append(_mark("county", Trust.CHECK, address))
        self.unread.append(_quoted(address))


def _guess_field(work: Work, vocabulary: Vocabulary, reader: _Reader) -> None:
    title = reader.values.get("title")
    if reader.values.get("subfield") and not reader.values.get("field"):
        reader.values["field"] = vocabulary.parent("subfield", reader.values["subfield"])
    if not title or reader.values.get("field"):
        return
    try:
        reader.values["field"] = _guesser(work, vocabulary).fields([title])[0]
    except ModelMissing:
        return
    reader.marks.append(Mark("field", Trust.GUESS))


_kept: dict[tuple[str, str, date], Guesser] = {}
"""The last one made: it takes seconds, and what it compares with changes little in a day."""


def _guesser(work: Work, vocabulary: Vocabulary) -> Guesser:
    """Raises ModelMissing."""
    encoder = work.engine.encoder(work.session)
    key = str(work.session.get_bind().engine.url), encoder.version, work.today()
    found = _kept.get(key)
    if found is None:
        found = Guesser(work, vocabulary)
        _kept.clear()
        _kept[key] = found
    return found


def _form_values(read: Mapping[str, Any]) -> dict[str, Any]:
    """What cells hold as JSON, as the fields of the form take it."""
    values = {name: value for name, value in read.items() if value not in (None, "", [])}
    if money := values.pop("money", None):
        kind, low, high = money
        values |= {
            "money_kind": kind,
            "money_low": low and Decimal(low),
            "money_high": high and Decimal(high),
        }
    for name in ("wanted_by", "valid_until"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    return values


def _without_boxes(field: Field, text: str) -> str:
    """Of options with boxes those that are ticked; a target without the mark of its list."""
    if field.read in (As.TERM, As.TERMS) and (ticked := terms.ticked(text)) is not None:
        return "、".join(ticked[:1] if field.read is As.TERM else ticked)
    if field.read in (As.TARGETS, As.PATENTS):
        return _LIST_MARK.sub("", text)
    return text


def _mark(name: str, trust: Trust, pair: Pair) -> Mark:
    text = " ".join(pair.text.split())
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
    return Mark(_form_name(name), trust, pair.label, shown)


def _form_name(name: str) -> str:
    """The form asks first how an amount is given."""
    return "money_kind" if name == "money" else name


def _quoted(pair: Pair) -> str:
    return f"{pair.label}：{pair.text}"
