"""The words for the strength of the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext

from matchmaker.common_needs.evidence import Strength

STRENGTHS: Mapping[Strength, Any] = {
    Strength.STRONG: lazy_pgettext("evidence", "依据强"),
    Strength.FAIR: lazy_pgettext("evidence", "依据较强"),
    Strength.WEAK: lazy_pgettext("evidence", "依据较弱"),
}
TONES: Mapping[Strength, str] = {Strength.STRONG: "done", Strength.FAIR: "live", Strength.WEAK: "quiet"}
SAME, NEAR = 0.7, 0.62


def cohesion(value: float) -> str:
    """How near members are to each other."""
    if value >= SAME:
        return str(gettext("说的基本是同一件事"))
    return str(gettext("很相近")) if value >= NEAR else str(gettext("方向相近，请核对是不是同一件事"))
