"""Cooperation records as sheets: the register with its milestones, and one record with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, pgettext

from matchmaker.cooperation import register
from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.wording import FIELD_NAMES, value_in_words
from matchmaker.spreadsheets.sheets import AnySheet, Cell, Column, Kind, Opened, Sheet
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label, record_event
from matchmaker.work import Work
from models import CooperationRecord, Milestone, PartyRole, RecordEvent, RecordParty, RecordStatus

AMOUNTS = ("amount", "technology_amount", "paid")
RESULTS = ("patents", "products", "standards", "jobs", "output_value", "tax")
TERMS = (
    "title",
    "mode",
    "contract_category",
    "contract_number",
    "registration_number",
    "registered_on",
    *AMOUNTS,
    "field",
    "programme",
    "signed_on",
    "starts_on",
    "ends_on",
    "leader_a",
    "leader_b",
)
DAYS = frozenset({"registered_on", "signed_on", "starts_on", "ends_on"})
LISTS = frozenset({"mode", "contract_category", "field", "programme"})


def records_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    """The register, and on a second sheet the milestones of its records."""
    filters = register.Filters.from_query(query)
    found, milestones = register.every(work, filters), register.milestones(work, filters)
    return Opened(
        found.total,
        [
            Sheet(gettext("合作记录"), _record(vocabulary), found.items),
            Sheet(gettext("里程碑"), [_of_record(), *_milestone(work)], milestones.items),
        ],
    )


def whole(work: Work, vocabulary: Vocabulary, record: CooperationRecord) -> list[AnySheet]:
    """One record with its parties, milestones, steps and amendments. What it is about the reader may read."""
    return [
        Sheet(gettext("合作记录"), _fact_columns(), _facts(vocabulary, record)),
        Sheet(gettext("单位"), _party(), record.parties),
        Sheet(gettext("里程碑"), _milestone(work), record.milestones),
        Sheet(gettext("办理过程"), _event(), record.events),
        Sheet(gettext("修改记录"), _amendment(vocabulary), _amendments(record)),
    ]


def _named(name: str) -> str:
    heading = str(FIELD_NAMES[name])
    return str(gettext("%(what)s（万元）", what=heading)) if name in AMOUNTS else heading


def _value(vocabulary: Vocabulary, record: CooperationRecord, name: str) -> Cell:
    found: Any = getattr(record, name)
    return value_in_words(vocabulary, name, found) if name in LISTS and found else found


def _record(vocabulary: Vocabulary) -> list[Column[CooperationRecord]]:
    def term(name: str) -> Column[CooperationRecord]:
        kind = Kind.MONEY if name in AMOUNTS else Kind.DAY if name in DAYS else Kind.TEXT
        kind = Kind.LONG if name == "title" else kind
        return Column(_named(name), lambda record: _value(vocabulary, record, name), kind)

    return [
        Column(gettext("记录编号"), lambda record: record.number),
        *(term(name) for name in TERMS),
        *_parties(),
        Column(gettext("状态"), lambda record: label(record.status)),
        Column(gettext("经办人"), lambda record: record.broker.name if record.broker else None),
        *_results(),
        Column(gettext("验收意见"), lambda record: record.acceptance_note, Kind.LONG),
        Column(gettext("终止原因"), lambda record: record.termination_reason, Kind.LONG),
    ]


def _parties() -> list[Column[CooperationRecord]]:
    def name_of(role: PartyRole) -> Column[CooperationRecord]:
        return Column(
            label(role),
            lambda record: "、".join(each.organisation.name for each in record.parties if each.role is role),
            Kind.LONG,
        )

    return [name_of(role) for role in PartyRole]


def _results() -> list[Column[CooperationRecord]]:
    heads = {
        "patents": gettext("知识产权（项）"),
        "products": gettext("新产品（个）"),
        "standards": gettext("标准（项）"),
        "jobs": gettext("新增就业（人）"),
        "output_value": gettext("新增产值（万元）"),
        "tax": gettext("新增税收（万元）"),
    }

    def result(name: str) -> Column[CooperationRecord]:
        kind = Kind.MONEY if name in ("output_value", "tax") else Kind.WHOLE
        return Column(heads[name], lambda record: getattr(record, f"result_{name}"), kind)

    return [result(name) for name in RESULTS]


def _fact_columns() -> list[Column[tuple[str, Cell]]]:
    return [
        Column(pgettext("column", "项目"), lambda fact: fact[0], Kind.LONG),
        Column(pgettext("column", "内容"), lambda fact: fact[1], Kind.LONG),
    ]


def _facts(vocabulary: Vocabulary, record: CooperationRecord) -> Iterator[tuple[str, Cell]]:
    """The record's columns one below the other: a form is read downwards."""
    for column in _record(vocabulary):
        yield column.heading, column.value(record)


def _party() -> list[Column[RecordParty]]:
    return [
        Column(pgettext("column", "角色"), lambda party: label(party.role)),
        Column(gettext("单位名称"), lambda party: party.organisation.name, Kind.LONG),
        Column(gettext("单位类型"), lambda party: label(party.organisation.kind)),
    ]


def _of_record() -> Column[Milestone]:
    return Column(gettext("记录编号"), lambda each: each.record.number)


def _milestone(work: Work) -> list[Column[Milestone]]:
    def late(each: Milestone) -> bool:
        return each.record.status in cooperation.RUNNING and each.is_late(work.today())

    return [
        Column(gettext("里程碑"), lambda each: each.name, Kind.LONG),
        Column(gettext("应完成日期"), lambda each: each.due_on, Kind.DAY),
        Column(gettext("状态"), lambda each: str(gettext("已逾期")) if late(each) else label(each.status)),
        Column(gettext("完成日期"), lambda each: each.done_on, Kind.DAY),
        Column(gettext("应付金额（万元）"), lambda each: each.payment, Kind.MONEY),
        Column(gettext("完成依据"), lambda each: each.evidence, Kind.LONG),
    ]


def _event() -> list[Column[RecordEvent]]:
    def status(code: str | None) -> str | None:
        return label(RecordStatus(code)) if code else None

    def in_words(event: RecordEvent) -> str | None:
        return None if event.action in cooperation.AMENDMENTS else event.note

    return [
        Column(gettext("时间"), lambda event: event.created_at, Kind.MOMENT),
        Column(gettext("办理人"), lambda event: event.actor.name if event.actor else gettext("系统")),
        Column(gettext("办理"), lambda event: record_event(event.action)),
        Column(gettext("原状态"), lambda event: status(event.from_status)),
        Column(gettext("新状态"), lambda event: status(event.to_status)),
        Column(gettext("说明"), in_words, Kind.LONG),
    ]


@dataclass(frozen=True)
class _Amendment:
    event: RecordEvent
    change: cooperation.FieldChange


def _amendments(record: CooperationRecord) -> Iterator[_Amendment]:
    for event in record.events:
        for change in cooperation.changes_in(event):
            yield _Amendment(event, change)


def _amendment(vocabulary: Vocabulary) -> list[Column[_Amendment]]:
    def words(each: _Amendment, value: str) -> str:
        return value_in_words(vocabulary, each.change.field, value)

    return [
        Column(gettext("时间"), lambda each: each.event.created_at, Kind.MOMENT),
        Column(
            gettext("办理人"), lambda each: each.event.actor.name if each.event.actor else gettext("系统")
        ),
        Column(
            gettext("改动的内容"),
            lambda each: str(FIELD_NAMES.get(each.change.field, each.change.field)),
            Kind.LONG,
        ),
        Column(gettext("改前"), lambda each: words(each, each.change.old), Kind.LONG),
        Column(gettext("改后"), lambda each: words(each, each.change.new), Kind.LONG),
    ]
