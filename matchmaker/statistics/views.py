"""The page of statistics."""

from __future__ import annotations

from flask import render_template, request

from matchmaker.policy import Action
from matchmaker.site import Pages, vocabulary, work
from matchmaker.statistics import service
from matchmaker.statistics.service import Grouping, Period
from matchmaker.statistics.wording import DURATIONS, GROUPINGS, LISTS, STAGES

pages = Pages("statistics", __name__, url_prefix="/statistics")


@pages.page("/", Action.STATISTICS_READ)
def index() -> str:
    """`from` and `to` are days, `county` a code."""
    period = Period.of(request.args, work().today())
    return render_template(
        "statistics/index.html",
        figures=service.figures(work(), period),
        durations=DURATIONS,
        stages=STAGES,
        groupings=GROUPINGS,
        counties=vocabulary().choices("county"),
        name_of=_name_of,
    )


def _name_of(grouping: Grouping, key: str) -> str:
    return vocabulary().label(LISTS[grouping], key) if grouping in LISTS else key
