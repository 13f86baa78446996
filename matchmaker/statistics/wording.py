"""The words for stages, times and groups, and what each figure counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from matchmaker.statistics.service import Grouping

DURATIONS: Mapping[str, Any] = {
    "publish": _("从提交到发布"),
    "introduce": _("从提交到首次对接"),
    "confirm": _("从提交到确认合作"),
    "signed": _("从提交到签约"),
}
STAGES: Mapping[str, Any] = {
    "suggested": _("系统推荐"),
    "shortlist": _("入围"),
    "introduce": _("对接"),
    "negotiate": _("洽谈"),
    "confirm": _("确认合作"),
    "signed": _("签约"),
    "accepted": lazy_pgettext("stage", "验收"),
}
GROUPINGS: Mapping[Grouping, Any] = {
    Grouping.FIELD: _("按技术领域"),
    Grouping.COUNTY: _("按甲方所在县（市、区）"),
    Grouping.INSTITUTION: _("按乙方单位"),
    Grouping.MODE: _("按合作方式"),
    Grouping.MONTH: _("按签约月份"),
}
LISTS: Mapping[Grouping, str] = {
    Grouping.FIELD: "field",
    Grouping.COUNTY: "county",
    Grouping.MODE: "mode",
}
"""Whose keys are codes of a vocabulary."""
