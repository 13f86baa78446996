"""A briefing as a document: its parts in the bureau's order, each with its text, charts and tables, in its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _

from matchmaker import wording
from matchmaker.briefings.snapshot import Snapshot
from matchmaker.formats import wan
from matchmaker.statistics import charts
from matchmaker.statistics.service import Amount, Counted, Flow, Gap, Kind, Link, New, Stage
from matchmaker.vocabulary.service import Vocabulary
from models import Briefing, BriefingSection, ProjectLevel, ProjectStatus, SectionKind

HEADINGS: Mapping[SectionKind, Any] = {
    SectionKind.OVERVIEW: _("一、总体情况"),
    SectionKind.PROBLEMS: _("二、新征集技术需求"),
    SectionKind.CAPABILITIES: _("三、新增科研成果"),
    SectionKind.COOPERATION: _("四、对接与合作进展"),
    SectionKind.OVERDUE: _("五、逾期与需协调事项"),
    SectionKind.GAPS: _("六、需求缺口"),
    SectionKind.PROJECTS: _("七、拟凝炼项目"),
    SectionKind.NEXT_STEPS: _("八、下一步工作建议"),
}


@dataclass(frozen=True)
class Table:
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int]
    """Places of columns that are set to the right."""


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    data: Mapping[str, Any]
    """As matchmaker.statistics.charts makes it."""


@dataclass(frozen=True)
class Part:
    section: BriefingSection
    heading: str
    charts: Sequence[Chart]
    tables: Sequence[Table]

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.section.text.split("\n") if line.strip()]


def parts(briefing: Briefing, vocabulary: Vocabulary) -> list[Part]:
    """Asks for the document's language to be set."""
    figures, sections = briefing.figures, {each.kind: each for each in briefing.sections}
    drawn, tables = _charts(figures, vocabulary), _tables(figures, vocabulary)
    return [
        Part(sections[kind], str(heading), drawn.get(kind, ()), tables.get(kind, ()))
        for kind, heading in HEADINGS.items()
    ]


def _charts(figures: Snapshot, vocabulary: Vocabulary) -> dict[SectionKind, list[Chart]]:
    """Drawn as on the page of statistics, from what was kept; a chart without anything in it is left out."""

    def field(code: str) -> str:
        return vocabulary.label("field", code) or str(gettext("未填写"))

    fields, months = _new(figures["fields"]), _new(figures["months"])
    found = {
        SectionKind.OVERVIEW: (
            bool(fields),
            Chart("months", gettext("每月新发布的难题和成果"), charts.new_by_month(months, _nowhere)),
        ),
        SectionKind.PROBLEMS: (
            bool(fields),
            Chart("fields", gettext("各技术领域的难题和成果"), charts.new_by(fields, field, _nowhere)),
        ),
        SectionKind.COOPERATION: (
            figures["stages"][0]["count"] > 0,
            Chart("stages", gettext("匹配走到哪一步"), charts.funnel(_stages(figures["stages"]), _nowhere)),
        ),
        SectionKind.GAPS: (
            bool(figures["gaps"]),
            Chart("gaps", gettext("需求缺口"), charts.gaps(_gaps(figures["gaps"]), vocabulary, _nowhere)),
        ),
    }
    made = {kind: [chart] for kind, (filled, chart) in found.items() if filled}
    if figures["totals"]["records"]:
        amounts = Chart(
            "amounts", gettext("签约金额"), charts.amounts(_amounts(figures["amounts"]), _nowhere)
        )
        made.setdefault(SectionKind.COOPERATION, []).append(amounts)
    if figures["flows"]:
        flows = charts.sankey(_flows(figures["flows"]), vocabulary, _nowhere)
        made.setdefault(SectionKind.COOPERATION, []).append(
            Chart("flows", gettext("从技术领域到单位"), flows)
        )
    return made


def _tables(figures: Snapshot, vocabulary: Vocabulary) -> dict[SectionKind, list[Table]]:
    def field(code: str) -> str:
        return vocabulary.label("field", code)

    title, organisation, day = gettext("名称"), gettext("单位"), gettext("发布日期")
    found = {
        SectionKind.OVERVIEW: [_totals(figures["totals"])],
        SectionKind.PROBLEMS: [
            _table(
                _newest(gettext("新征集技术需求"), figures["problems"], figures["totals"]["problems"]),
                [title, organisation, gettext("技术领域"), day],
                [(e["title"], e["organisation"], field(e["field"]), e["day"]) for e in figures["problems"]],
            )
        ],
        SectionKind.CAPABILITIES: [
            _table(
                _newest(gettext("新增科研成果"), figures["capabilities"], figures["totals"]["capabilities"]),
                [title, organisation, gettext("技术领域"), day],
                [
                    (e["title"], e["organisation"], field(e["field"]), e["day"])
                    for e in figures["capabilities"]
                ],
            )
        ],
        SectionKind.COOPERATION: [
            _table(
                _newest(gettext("新签约合作"), figures["records"], figures["totals"]["records"]),
                [title, gettext("甲方"), gettext("乙方"), gettext("合同金额"), gettext("签约日期")],
                [
                    (e["title"], e["first"], e["second"], _wan(e["amount"]), e["day"])
                    for e in figures["records"]
                ],
                3,
            ),
            _table(
                gettext("签约金额按技术合同类别"),
                [gettext("类别"), pgettext("column", "签约"), gettext("合同金额"), gettext("技术交易额")],
                [
                    (
                        vocabulary.label("contract_category", e["key"]) or gettext("未填写"),
                        str(e["records"]),
                        _wan(e["amount"]),
                        _wan(e["technology_amount"]),
                    )
                    for e in figures["categories"]
                ],
                1,
                2,
                3,
            ),
        ],
        SectionKind.OVERDUE: [
            _table(
                gettext("逾期的里程碑"),
                [
                    gettext("合作"),
                    gettext("里程碑"),
                    gettext("到期日"),
                    gettext("逾期天数"),
                    gettext("经办人"),
                ],
                [
                    (f"{e['number']} {e['title']}", e["milestone"], e["due"], str(e["late"]), e["broker"])
                    for e in figures["overdue"]
                ],
                3,
            )
        ],
        SectionKind.GAPS: [
            _table(
                gettext("需求缺口"),
                [gettext("技术领域"), gettext("缺口"), gettext("发布中的全部难题")],
                [
                    (field(e["field"]) or gettext("未填写"), str(e["gaps"]), str(e["waiting"]))
                    for e in figures["gaps"]
                ],
                1,
                2,
            )
        ],
        SectionKind.PROJECTS: [
            _table(
                gettext("拟凝炼项目"),
                [
                    title,
                    gettext("科技专项"),
                    gettext("级别"),
                    gettext("状态"),
                    gettext("牵头单位"),
                    gettext("来源难题"),
                    gettext("预算"),
                ],
                [
                    (
                        e["title"],
                        vocabulary.label("programme", e["programme"]),
                        wording.label(ProjectLevel(e["level"])) if e["level"] else "",
                        wording.label(ProjectStatus(e["status"])),
                        e["lead"],
                        str(e["problems"]),
                        _wan(e["budget"]),
                    )
                    for e in figures["projects"]
                ],
                5,
                6,
            )
        ],
    }
    return {kind: [each for each in tables if each.rows] for kind, tables in found.items()}


def _totals(total: Snapshot) -> Table:
    rows = [
        (gettext("新征集技术难题"), str(total["problems"])),
        (gettext("新增科研成果"), str(total["capabilities"])),
        (gettext("促成对接"), str(total["introductions"])),
        (gettext("签约合作"), str(total["records"])),
        (gettext("合同金额"), _wan(total["amount"])),
        (gettext("技术交易额"), _wan(total["technology_amount"])),
        (gettext("认定登记的技术交易额"), _wan(total["registered_amount"])),
        (gettext("已解决难题"), str(total["solved"])),
    ]
    return _table(gettext("主要数据"), [gettext("项目"), gettext("本期")], rows, 1)


def _table(title: str, headings: Sequence[Any], rows: Sequence[Sequence[Any]], *numbers: int) -> Table:
    plain = [[str(cell) for cell in row] for row in rows]
    return Table(str(title), [str(each) for each in headings], plain, frozenset(numbers))


def _newest(title: str, rows: Sequence[Snapshot], total: int) -> str:
    """The table's title, which says so where it does not have all."""
    return title if total <= len(rows) else gettext("%(title)s（最近 %(n)s 项）", title=title, n=len(rows))


def _nowhere(link: Link) -> str:
    """What was kept does not lead to lists, which have gone on."""
    return ""


def _counted(count: int) -> Counted:
    return Counted(count, Link(Kind.PROBLEMS, {}))


def _new(rows: Sequence[Snapshot]) -> list[New]:
    return [New(each["key"], _counted(each["problems"]), _counted(each["capabilities"])) for each in rows]


def _stages(rows: Sequence[Snapshot]) -> list[Stage]:
    return [Stage(each["name"], each["count"], each["share"], Link(Kind.PAIRINGS, {})) for each in rows]


def _gaps(rows: Sequence[Snapshot]) -> list[Gap]:
    return [Gap(each["field"], _counted(each["gaps"]), _counted(each["waiting"]), None) for each in rows]


def _flows(rows: Sequence[Snapshot]) -> list[Flow]:
    return [Flow(each["field"], each["institution"], _counted(each["count"])) for each in rows]


def _amounts(rows: Sequence[Snapshot]) -> list[Amount]:
    return [
        Amount(
            each["key"],
            each["name"],
            each["records"],
            Decimal(each["amount"]),
            Decimal(each["technology_amount"]),
            Link(Kind.RECORDS, {}),
        )
        for each in rows
    ]


def _wan(value: str | None) -> str:
    return "" if value is None else wan(Decimal(value))
