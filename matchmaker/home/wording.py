"""The words under the figures of the first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

FIGURES: Mapping[str, tuple[Any, str, dict[str, str]]] = {
    "problems": (_("已发布难题"), "problems.index", {"status": "published"}),
    "capabilities": (_("已发布成果"), "capabilities.index", {"status": "published"}),
    "introduced": (_("已对接"), "pairings.board", {"state": "introduced"}),
    "negotiating": (_("洽谈中"), "pairings.board", {"state": "negotiating"}),
    "running": (_("进行中的合作"), "cooperation.index", {"state": "open"}),
    "late": (_("有逾期的合作"), "cooperation.index", {"late": "1"}),
    "accepted": (_("已验收"), "cooperation.index", {"state": "accepted"}),
}
"""The bureau's figures: words, and the list that shows what was counted."""
