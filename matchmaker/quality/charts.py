"""What the plots draw, as plain data in the reader's language. static/quality.js turns it into ECharts options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from matchmaker.quality.figures import PLACES, Band, Month, Share, Summary


def over_time(months: Sequence[Month]) -> dict[str, Any]:
    """The share kept of the first places, month by month."""
    return {
        "kind": "lines",
        "categories": [month.name for month in months],
        "series": [
            {"name": place_name(place), "points": [_point(month.at[place]) for month in months]}
            for place in PLACES
        ],
    }


def by_version(versions: Mapping[str, Summary]) -> dict[str, Any]:
    """The share kept of the first places under each engine version, the oldest first."""
    oldest_first = list(versions.items())[::-1]
    return {
        "kind": "bars",
        "categories": [name for name, _ in oldest_first],
        "series": [
            {"name": place_name(place), "points": [_point(summary.at[place]) for _, summary in oldest_first]}
            for place in PLACES
        ],
    }


def calibration(bands: Sequence[Band]) -> dict[str, Any]:
    """The share kept by score, against the line on which both are the same."""
    return {
        "kind": "calibration",
        "x": gettext("平均得分"),
        "y": gettext("采纳率"),
        "ideal": gettext("得分与采纳率相同"),
        "points": [{"name": band_name(band), "x": band.mean, **(_point(band.share) or {})} for band in bands],
    }


def place_name(place: int) -> str:
    return str(gettext("第 1 名") if place == 1 else gettext("前 %(n)d 名", n=place))


def band_name(band: Band) -> str:
    return f"{band.low:.0%} – {band.high:.0%}"


def _point(share: Share) -> dict[str, Any] | None:
    """None where nothing was decided: a gap, not a zero."""
    if share.value is None:
        return None
    return {
        "value": share.value,
        "low": share.low,
        "high": share.high,
        "note": gettext(
            "%(value)s（%(decided)d 项中的 %(kept)d 项，区间 %(low)s–%(high)s）",
            value=f"{share.value:.0%}",
            kept=share.kept,
            decided=share.decided,
            low=f"{share.low:.0%}",
            high=f"{share.high:.0%}",
        ),
    }
