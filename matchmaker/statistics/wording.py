"""The words for stages, times and groups, and what each figure counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.statistics.service import Grouping, Span, Step, Way
from matchmaker.vocabulary.service import Vocabulary

DURATIONS: Mapping[str, Any] = {
    "publish": _("从提交到发布"),
    "introduce": _("从提交到首次对接"),
    "confirm": _("从提交到确认合作"),
    "signed": _("从提交到签约"),
}
STAGES: Mapping[str, Any] = {
    "suggested": _("系统推荐"),
    "shortlist": lazy_pgettext("status", "入围"),
    "introduce": lazy_pgettext("stage", "对接"),
    "negotiate": lazy_pgettext("stage", "洽谈"),
    "confirm": _("确认合作"),
    "signed": lazy_pgettext("column", "签约"),
    "accepted": lazy_pgettext("stage", "验收"),
}
GROUPINGS: Mapping[Grouping, Any] = {
    Grouping.FIELD: _("按技术领域"),
    Grouping.COUNTY: _("按甲方所在县（市、区）"),
    Grouping.INSTITUTION: _("按乙方单位"),
    Grouping.MODE: _("按合作方式"),
    Grouping.CATEGORY: _("按技术合同类别"),
}
LISTS: Mapping[Grouping, str] = {
    Grouping.FIELD: "field",
    Grouping.COUNTY: "county",
    Grouping.MODE: "mode",
    Grouping.CATEGORY: "contract_category",
}
"""Whose keys are codes of a vocabulary."""
SPANS: Mapping[Span, Any] = {
    Span.MONTH: _("本月"),
    Span.QUARTER: _("本季度"),
    Span.YEAR: _("今年"),
    Span.LAST_YEAR: _("去年"),
    Span.OWN: _("自定日期"),
}
STEPS: Mapping[Step, Any] = {
    Step.MONTH: _("按月"),
    Step.QUARTER: _("按季度"),
    Step.YEAR: _("按年"),
}
WAYS: Mapping[Way, Any] = {Way.INTRODUCED: _("首次对接"), Way.CONFIRMED: _("确认合作")}


def group_name(vocabulary: Vocabulary, grouping: Grouping, key: str, name: str = "") -> str:
    """A group's words: an organisation's name, a code's label, or that nothing is stated."""
    if grouping in LISTS:
        return vocabulary.label(LISTS[grouping], key) or str(gettext("未填写"))
    return name or str(gettext("未填写"))


def field_name(vocabulary: Vocabulary, code: str) -> str:
    return vocabulary.label("field", code) or str(gettext("未填写"))


def county_name(vocabulary: Vocabulary, code: str) -> str:
    return vocabulary.label("county", code) or str(gettext("未填写"))
