"""Problems and capabilities as sheets: every field that is not confidential, as far as the reader may read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from matchmaker.capabilities import reading as capabilities
from matchmaker.capabilities import wording as capability_wording
from matchmaker.capabilities.reading import OwnFilters
from matchmaker.policy import Action, condition
from matchmaker.postings import service as postings
from matchmaker.postings.service import Filters, Posting
from matchmaker.problems import reading as problems
from matchmaker.problems import wording as problem_wording
from matchmaker.spreadsheets.sheets import Cell, Column, Kind, Opened, Sheet
from matchmaker.spreadsheets.writing import one_line
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from matchmaker.work import Work
from models import Capability, Problem


@dataclass(frozen=True)
class Reader:
    """Who reads, and of which rows which parts."""

    work: Work
    vocabulary: Vocabulary
    _open: dict[tuple[Action, type], frozenset[int]] = field(default_factory=dict)

    def may(self, action: Action, posting: Posting) -> bool:
        """As `policy.allow`, asked once for all rows."""
        key = action, type(posting)
        if key not in self._open:
            self._open[key] = self.readable(*key)
        return posting.id in self._open[key]

    def readable(self, action: Action, model: Any) -> frozenset[int]:
        wanted = select(model.id).where(condition(self.work.actor, action, model))
        return frozenset(self.work.session.scalars(wanted))


def problems_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = postings.every(work, Problem, Filters.from_query(query))
    return Opened(found.total, [Sheet(gettext("技术难题"), _problem(Reader(work, vocabulary)), found.items)])


def own_problems(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = problems.every_own(work)
    return Opened(found.total, [Sheet(gettext("我的难题"), _problem(Reader(work, vocabulary)), found.items)])


def capabilities_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = postings.every(work, Capability, Filters.from_query(query))
    sheet = Sheet(gettext("科研能力与成果"), _capability(Reader(work, vocabulary)), found.items)
    return Opened(found.total, [sheet])


def own_capabilities(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = capabilities.every_own(work, OwnFilters.from_query(query))
    sheet = Sheet(gettext("我的成果"), _capability(Reader(work, vocabulary)), found.items)
    return Opened(found.total, [sheet])


def _problem(reader: Reader) -> list[Column[Problem]]:
    heads, vocabulary = problem_wording.field_name, reader.vocabulary

    def budget(problem: Problem) -> bool:
        return problems.budget_is_open(reader.work, problem)

    return [
        *_first(heads),
        Column(heads("need"), lambda each: vocabulary.label("need", each.need)),
        Column(heads("urgency"), lambda each: label(each.urgency)),
        *_place_in_lists(heads, vocabulary),
        Column(heads("industry"), lambda each: vocabulary.label("industry", each.industry)),
        Column(heads("background"), lambda each: each.background, Kind.LONG),
        Column(heads("statement"), lambda each: each.statement, Kind.LONG),
        Column(heads("targets"), _targets, Kind.LONG),
        Column(heads("targets_text"), lambda each: each.targets_text, Kind.LONG),
        Column(
            heads("basis"),
            lambda each: each.basis if reader.may(Action.PROBLEM_READ_BASIS, each) else None,
            Kind.LONG,
        ),
        Column(heads("modes"), lambda each: _modes(vocabulary, each), Kind.LONG),
        *_money(heads, budget),
        Column(heads("wanted_by"), lambda each: each.wanted_by, Kind.DAY),
        Column(
            heads("acceptable_partners"),
            lambda each: each.acceptable_partners if reader.may(Action.PROBLEM_READ_PARTNERS, each) else None,
            Kind.LONG,
        ),
        *_last(heads, reader, Action.PROBLEM_READ_CONTACT),
    ]


def _capability(reader: Reader) -> list[Column[Capability]]:
    heads, vocabulary = capability_wording.field_name, reader.vocabulary

    def stage(each: Capability) -> str:
        return vocabulary.label("stage", each.stage)

    return [
        *_first(heads),
        Column(heads("kind"), lambda each: vocabulary.label("capability_kind", each.kind)),
        *_place_in_lists(heads, vocabulary),
        Column(heads("summary"), lambda each: each.summary, Kind.LONG),
        Column(heads("innovation"), lambda each: each.innovation, Kind.LONG),
        Column(heads("advantage"), lambda each: each.advantage, Kind.LONG),
        Column(heads("economics"), lambda each: each.economics, Kind.LONG),
        Column(heads("targets"), _targets, Kind.LONG),
        Column(heads("application"), lambda each: each.application, Kind.LONG),
        Column(heads("trl"), lambda each: each.trl, Kind.WHOLE),
        Column(heads("stage"), stage),
        Column(heads("patents"), lambda each: _patents(vocabulary, each), Kind.LONG),
        Column(heads("team"), lambda each: each.team, Kind.LONG),
        Column(heads("school"), lambda each: each.school),
        Column(heads("cases"), lambda each: each.cases, Kind.LONG),
        Column(heads("awards"), lambda each: each.awards, Kind.LONG),
        Column(heads("modes"), lambda each: _modes(vocabulary, each), Kind.LONG),
        *_money(heads, lambda each: True),
        *_last(heads, reader, Action.CAPABILITY_READ_CONTACT),
    ]


def _first(heads: Callable[[str], str]) -> list[Column[Any]]:
    return [
        Column(gettext("编号"), lambda each: each.id, Kind.WHOLE),
        Column(heads("title"), lambda each: each.title, Kind.LONG),
        Column(gettext("单位名称"), lambda each: each.organisation.name, Kind.LONG),
        Column(gettext("状态"), lambda each: label(each.status)),
    ]


def _place_in_lists(heads: Callable[[str], str], vocabulary: Vocabulary) -> list[Column[Any]]:
    return [
        Column(heads("field"), lambda each: vocabulary.label("field", each.field)),
        Column(heads("subfield"), lambda each: vocabulary.label("subfield", each.subfield)),
        Column(heads("county"), lambda each: vocabulary.label("county", each.county)),
    ]


def _money(heads: Callable[[str], str], is_open: Callable[[Any], bool]) -> list[Column[Any]]:
    """How it is given, and the figures by themselves, so that they can be added up."""

    def unit(name: str) -> str:
        return str(gettext("%(what)s（万元）", what=heads(name)))

    return [
        Column(heads("money_kind"), lambda each: label(each.money_kind) if is_open(each) else None),
        Column(unit("money_low"), lambda each: each.money_low if is_open(each) else None, Kind.MONEY),
        Column(unit("money_high"), lambda each: each.money_high if is_open(each) else None, Kind.MONEY),
    ]


def _last(heads: Callable[[str], str], reader: Reader, contact: Action) -> list[Column[Any]]:
    def person(name: str) -> Callable[[Any], Cell]:
        return lambda each: getattr(each, name) if reader.may(contact, each) else None

    columns = [
        *(Column(heads(name), person(name)) for name in ("contact_name", "contact_phone", "contact_email")),
        Column(heads("valid_until"), lambda each: each.valid_until, Kind.DAY),
        Column(gettext("提交时间"), lambda each: each.submitted_at, Kind.MOMENT),
        Column(gettext("发布时间"), lambda each: each.published_at, Kind.MOMENT),
    ]
    if reader.work.person.is_staff:
        columns.append(Column(gettext("经办人"), lambda each: each.broker.name if each.broker else None))
    return columns


def _targets(posting: Posting) -> str:
    names = ("name", "comparison", "value", "unit")
    rows = [" ".join(row[name] for name in names if row.get(name)) for row in posting.targets]
    return one_line(rows)


def _patents(vocabulary: Vocabulary, capability: Capability) -> str:
    rows = [
        [
            vocabulary.label("patent_kind", row.get("kind")),
            row.get("number"),
            row.get("state"),
            row.get("holder"),
        ]
        for row in capability.patents
    ]
    return one_line([" ".join(each for each in row if each) for row in rows])


def _modes(vocabulary: Vocabulary, posting: Posting) -> str:
    return "、".join(vocabulary.label("mode", code) for code in posting.modes)
