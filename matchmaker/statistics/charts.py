"""What the charts draw, as plain data in the reader's language. static/statistics.js turns it into ECharts options.

A colour is a name of the style sheet's, the same for the same thing everywhere; `url` is where a click leads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, pgettext

from matchmaker.statistics.service import Amount, Counted, Figures, Flow, Gap, Link, New, Stage
from matchmaker.statistics.wording import STAGES, county_name, field_name
from matchmaker.vocabulary.service import Vocabulary

Urls = Callable[[Link], str]
TONES: Mapping[str, str] = {
    # Of the states that pairings and records are in at these stages, as matchmaker.wording has them.
    "suggested": "live",
    "shortlist": "waiting",
    "introduce": "working",
    "negotiate": "working",
    "confirm": "done",
    "signed": "working",
    "accepted": "done",
}
MOST_BARS = 12
MOST_INSTITUTIONS = 12
"""In the picture; the table has all of them."""


def drawn(figures: Figures, vocabulary: Vocabulary, url: Urls) -> dict[str, dict[str, Any]]:
    """Every chart of the dashboard by its name."""
    return {
        "months": new_by_month(figures.new.months, url),
        "fields": new_by(figures.new.fields, lambda code: field_name(vocabulary, code), url),
        "counties": new_by(figures.new.counties, lambda code: county_name(vocabulary, code), url),
        "stages": funnel(figures.stages, url),
        "amounts": amounts(figures.amounts.over_time, url),
        "flows": sankey(figures.flows, vocabulary, url),
        "gaps": gaps(figures.gaps, vocabulary, url),
    }


def new_by_month(months: Sequence[New], url: Urls) -> dict[str, Any]:
    return _bars([each.key for each in months], _new_series(months, url))


def new_by(rows: Sequence[New], name: Callable[[str], str], url: Urls) -> dict[str, Any]:
    shown = rows[:MOST_BARS]
    return _bars([name(each.key) for each in shown], _new_series(shown, url), lying=True)


def funnel(stages: Sequence[Stage], url: Urls) -> dict[str, Any]:
    return {
        "kind": "funnel",
        "points": [
            {
                "name": str(STAGES[each.name]),
                "value": each.count,
                "share": None if each.of_before is None else round(100 * each.of_before),
                "tone": TONES[each.name],
                "url": url(each.link),
            }
            for each in stages
        ],
        "of_before": gettext("占上一步 {share}%"),
    }


def amounts(rows: Sequence[Amount], url: Urls) -> dict[str, Any]:
    """In 万元."""
    parts = (
        (gettext("合同金额"), "done", [each.amount for each in rows]),
        (gettext("技术交易额"), "waiting", [each.technology_amount for each in rows]),
    )
    series = [
        {
            "name": name,
            "tone": tone,
            "points": [
                {"value": float(value), "url": url(row.link)} for value, row in zip(values, rows, strict=True)
            ],
        }
        for name, tone, values in parts
    ]
    return _bars([each.key for each in rows], series) | {"unit": gettext("万元")}


def sankey(flows: Sequence[Flow], vocabulary: Vocabulary, url: Urls) -> dict[str, Any]:
    """The institutions with most; the others are one. A field and an institution of the same name stay two nodes."""
    totals: dict[str, int] = {}
    for each in flows:
        totals[each.institution] = totals.get(each.institution, 0) + each.pairings.count
    shown = set(sorted(totals, key=lambda name: (-totals[name], name))[:MOST_INSTITUTIONS])
    others = gettext("其他单位")
    links: dict[tuple[str, str], dict[str, Any]] = {}
    for each in flows:
        target = each.institution if each.institution in shown else others
        pair = field_name(vocabulary, each.field), target
        known = links.setdefault(pair, {"value": 0, "url": url(each.pairings.link)})
        known["value"] += each.pairings.count
        if target == others:
            known["url"] = ""
    return {
        "kind": "sankey",
        "links": [{"source": source, "target": target, **rest} for (source, target), rest in links.items()],
    }


def gaps(rows: Sequence[Gap], vocabulary: Vocabulary, url: Urls) -> dict[str, Any]:
    shown = rows[:MOST_BARS]
    series = [
        _series(gettext("缺口"), "refused", [each.gaps for each in shown], url),
        _series(gettext("发布中的全部难题"), "quiet", [each.waiting for each in shown], url),
    ]
    return _bars([field_name(vocabulary, each.field) for each in shown], series, lying=True)


def _bars(categories: list[str], series: list[dict[str, Any]], lying: bool = False) -> dict[str, Any]:
    return {"kind": "bars", "categories": categories, "series": series, "lying": lying}


def _new_series(rows: Sequence[New], url: Urls) -> list[dict[str, Any]]:
    return [
        _series(pgettext("list", "难题"), "live", [each.problems for each in rows], url),
        _series(pgettext("list", "成果"), "working", [each.capabilities for each in rows], url),
    ]


def _series(name: str, tone: str, counted: Sequence[Counted], url: Urls) -> dict[str, Any]:
    points = [{"value": each.count, "url": url(each.link)} for each in counted]
    return {"name": str(name), "tone": tone, "points": points}
