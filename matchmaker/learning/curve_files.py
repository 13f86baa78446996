"""The learning curve as a file: a table, JSON, or a drawing that suits light and dark pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from matchmaker.engine.simulation import Curve, Point

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 28, 44
"""Margins of the drawing, in its own units."""
INK, GRID = "#7a828a", "#7a828a55"
COLOURS = {"ndcg@10": "#2f7fd1", "AUC": "#c9762b"}
Values = Sequence[tuple[float, float]]
"""Mean and standard deviation, a pair for each point."""


def as_csv(curve: Curve) -> str:
    written = io.StringIO()
    rows = csv.DictWriter(written, list(asdict(curve.points[0])), lineterminator="\n")
    rows.writeheader()
    rows.writerows(asdict(point) for point in curve.points)
    return written.getvalue()


def as_json(curve: Curve) -> str:
    return json.dumps(asdict(curve), indent=1) + "\n"


def as_svg(curve: Curve) -> str:
    """Points at even distances, because the first decisions matter as much as the last thousand."""
    lines = {
        "ndcg@10": [(point.ndcg, point.ndcg_error) for point in curve.points],
        "AUC": [(point.auc, point.auc_error) for point in curve.points],
    }
    low, high = _range([each for values in lines.values() for each in values])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">',
        "<title>ndcg@10, AUC</title>",
    ]
    for step in range(round((high - low) / 0.02) + 1):
        value = low + 0.02 * step
        y = _y(value, low, high)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GRID}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
    for place, point in enumerate(curve.points):
        x = _x(place, len(curve.points))
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 22}" text-anchor="middle">{_label(point)}</text>')
    for number, (name, values) in enumerate(lines.items()):
        parts += _line(name, values, low, high)
        parts.append(f'<text x="{LEFT + 90 * number}" y="16" fill="{COLOURS[name]}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _line(name: str, values: Values, low: float, high: float) -> list[str]:
    places = [(_x(place, len(values)), value, error) for place, (value, error) in enumerate(values)]
    colour = COLOURS[name]
    path = "L".join(f"{x:.1f} {_y(value, low, high):.1f}" for x, value, _ in places)
    bars = "".join(
        f"M{x:.1f} {_y(value - error, low, high):.1f}V{_y(value + error, low, high):.1f}"
        for x, value, error in places
    )
    dots = [
        f'<circle cx="{x:.1f}" cy="{_y(v, low, high):.1f}" r="3.5" fill="{colour}"/>' for x, v, _ in places
    ]
    return [
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<path d="{bars}" stroke="{colour}"/>',
        *dots,
    ]


def _range(values: Values) -> tuple[float, float]:
    """Hundredths around everything that is drawn, an even number of them apart."""
    low = min(value - error for value, error in values)
    high = max(value + error for value, error in values)
    first = int(low * 50) / 50
    return first, max(first + 0.02, -(int(-high * 50) - 1) / 50)


def _x(place: int, count: int) -> float:
    return LEFT + 24 + place * (WIDTH - LEFT - RIGHT - 48) / max(1, count - 1)


def _y(value: float, low: float, high: float) -> float:
    return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _label(point: Point) -> str:
    return f"{point.decisions:,}"


WRITERS: Mapping[str, Callable[[Curve], str]] = {".csv": as_csv, ".json": as_json, ".svg": as_svg}
