"""The first wording of each section, from the figures. Whoever makes the briefing goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext, ngettext

from matchmaker.briefings.snapshot import Snapshot
from matchmaker.formats import wan
from matchmaker.vocabulary.service import Vocabulary
from models import SectionKind

MOST_NAMED = 3


def drafts(
    figures: Snapshot, place: str, first: date, last: date, today: date, vocabulary: Vocabulary
) -> dict[SectionKind, str]:
    """A text for every section, in the language that is set. `place` is the city's or the county's name."""
    context = {"place": place, "first": first, "last": last, "today": today}
    return {kind: draft(figures, context, vocabulary) for kind, draft in DRAFTS.items()}


def _overview(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    total = figures["totals"]
    counts = gettext(
        "%(first)s 至 %(last)s，%(place)s新征集技术难题 %(problems)s 项，新增科研成果 %(capabilities)s 项，"
        "促成对接 %(introductions)s 项，签约合作 %(records)s 项，已解决难题 %(solved)s 项。",
        **{name: context[name] for name in ("first", "last", "place")},
        **{name: total[name] for name in ("problems", "capabilities", "introductions", "records", "solved")},
    )
    amounts = gettext(
        "合同金额 %(amount)s，其中技术交易额 %(part)s；认定登记技术合同 %(registered)s 份，技术交易额 %(value)s。",
        amount=_wan(total["amount"]),
        part=_wan(total["technology_amount"]),
        registered=total["registered"],
        value=_wan(total["registered_amount"]),
    )
    active = total["active"]
    bodies = gettext(
        "新入驻企业 %(joined)s 家；活跃企业 %(enterprises)s 家、高校 %(universities)s 所、科研院所 %(institutes)s 家。",
        joined=total["joined"]["enterprise"],
        enterprises=active["enterprise"],
        universities=active["university"],
        institutes=active["institute"],
    )
    return "\n".join([counts, amounts, bodies])


def _problems(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    total = figures["totals"]["problems"]
    if not total:
        return str(gettext("本期没有新征集的技术难题。"))
    said = ngettext("新征集技术难题 %(num)d 项。", "新征集技术难题 %(num)d 项。", total)
    fields = _named(figures["fields"], "problems", vocabulary)
    return f"{said}{gettext('主要集中在%(fields)s。', fields=fields)}" if fields else str(said)


def _capabilities(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    total = figures["totals"]["capabilities"]
    if not total:
        return str(gettext("本期没有新增的科研成果。"))
    said = ngettext("新增科研成果 %(num)d 项。", "新增科研成果 %(num)d 项。", total)
    fields = _named(figures["fields"], "capabilities", vocabulary)
    return f"{said}{gettext('主要集中在%(fields)s。', fields=fields)}" if fields else str(said)


def _cooperation(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    total = figures["totals"]
    lines = [
        gettext(
            "促成对接 %(introductions)s 项，签约 %(records)s 项，合同金额 %(amount)s。",
            introductions=total["introductions"],
            records=total["records"],
            amount=_wan(total["amount"]),
        )
    ]
    if total["days_to_introduction"] is not None:
        days = f"{total['days_to_introduction']:.1f}"
        lines.append(gettext("难题从提交到首次对接平均 %(days)s 天。", days=days))
    if total["days_to_signature"] is not None:
        days = f"{total['days_to_signature']:.1f}"
        lines.append(gettext("难题从提交到签约平均 %(days)s 天。", days=days))
    return "\n".join(str(each) for each in lines)


def _overdue(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    late = figures["overdue"]
    if not late:
        return str(gettext("截至 %(today)s，没有逾期的里程碑。", today=context["today"]))
    return str(
        gettext(
            "截至 %(today)s，%(records)s 份合作记录有 %(count)s 项里程碑逾期，最长的已逾期 %(days)s 天，需要协调。",
            today=context["today"],
            records=len({each["number"] for each in late}),
            count=len(late),
            days=max(each["late"] for each in late),
        )
    )


def _gaps(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    total = figures["totals"]["gaps"]
    if not total:
        return str(gettext("发布中的难题都有较匹配的成果，或者已经对接过。"))
    return str(
        gettext(
            "有 %(count)s 项发布中的难题没有较匹配的成果，也没有对接过，主要集中在%(fields)s。",
            count=total,
            fields=_named(figures["gaps"], "gaps", vocabulary),
        )
    )


def _projects(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    found = figures["projects"]
    if not found:
        return str(gettext("目前没有拟凝炼的项目。"))
    return str(
        ngettext(
            "从共性技术需求中凝炼项目 %(num)d 项，见下表。",
            "从共性技术需求中凝炼项目 %(num)d 项，见下表。",
            len(found),
        )
    )


def _next_steps(figures: Snapshot, context: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    wanted = []
    if figures["overdue"]:
        wanted.append(gettext("逐项联系逾期的合作双方，明确完成日期和需要协调的事项。"))
    if figures["gaps"]:
        fields = _named(figures["gaps"], "gaps", vocabulary)
        wanted.append(gettext("围绕%(fields)s的需求缺口，走访高校院所，征集成果和团队。", fields=fields))
    if figures["projects"]:
        wanted.append(gettext("论证拟凝炼的项目，择优入库并推荐申报。"))
    wanted.append(gettext("继续征集技术难题和科研成果，组织供需对接活动。"))
    return "\n".join(f"{place}. {each}" for place, each in enumerate(wanted, 1))


DRAFTS: Mapping[SectionKind, Callable[[Snapshot, Mapping[str, Any], Vocabulary], str]] = {
    SectionKind.OVERVIEW: _overview,
    SectionKind.PROBLEMS: _problems,
    SectionKind.CAPABILITIES: _capabilities,
    SectionKind.COOPERATION: _cooperation,
    SectionKind.OVERDUE: _overdue,
    SectionKind.GAPS: _gaps,
    SectionKind.PROJECTS: _projects,
    SectionKind.NEXT_STEPS: _next_steps,
}


def _named(rows: list[Snapshot], count: str, vocabulary: Vocabulary) -> str:
    """The fields with most, each with its number."""
    most = sorted(rows, key=lambda row: -row[count])[:MOST_NAMED]
    return str(gettext("、")).join(
        gettext(
            "%(name)s（%(count)s 项）",
            name=vocabulary.label("field", row.get("key", row.get("field"))) or gettext("未填写领域"),
            count=row[count],
        )
        for row in most
        if row[count]
    )


def _wan(value: str) -> str:
    return wan(Decimal(value))
