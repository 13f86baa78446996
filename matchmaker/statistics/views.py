"""The page of statistics."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request, url_for

from matchmaker.policy import Action
from matchmaker.site import Pages, vocabulary, work
from matchmaker.statistics import charts, service, wording
from matchmaker.statistics.service import FITS, Kind, Link, Period, Step, Way

pages = Pages("statistics", __name__, url_prefix="/statistics")

ENDPOINTS: Mapping[Kind, str] = {
    Kind.PROBLEMS: "problems.index",
    Kind.CAPABILITIES: "capabilities.index",
    Kind.PAIRINGS: "pairings.board",
    Kind.RECORDS: "cooperation.index",
    Kind.ORGANISATIONS: "organisations.index",
}


@pages.page("/", Action.STATISTICS_READ)
def index() -> str:
    """`span` of days, or `from` and `to`; `county` a code; `by` month, quarter or year; `flow` introduce or confirm."""
    period = Period.of(request.args, work().today())
    by, flow = request.args.get("by", ""), request.args.get("flow", "")
    step = Step(by) if by in list(Step) else Step.MONTH
    way = Way(flow) if flow in list(Way) else Way.CONFIRMED
    figures = service.figures(work(), period, step, way)
    return render_template(
        "statistics/index.html",
        figures=figures,
        charts=charts.drawn(figures, vocabulary(), url_of),
        words=wording,
        step=step,
        way=way,
        span=service.span_of(request.args),
        url_of=url_of,
        fits=FITS,
    )


def url_of(link: Link) -> str:
    """The list's address."""
    return url_for(ENDPOINTS[link.kind], **link.query)
