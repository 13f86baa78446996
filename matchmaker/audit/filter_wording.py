"""The words for the filters of a list that was exported, which the audit keeps as they stood in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext

from matchmaker.vocabulary.service import Vocabulary
from models import VocabularyKind

FILTERS: Mapping[str, Any] = {
    "alliance": lazy_pgettext("filter", "联盟编号"),
    "carrier": lazy_pgettext("filter", "载体编号"),
    "county": lazy_pgettext("filter", "县（市、区）"),
    "field": lazy_pgettext("filter", "技术领域"),
    "industry": lazy_pgettext("filter", "行业"),
    "kind": lazy_pgettext("filter", "类型"),
    "mode": lazy_pgettext("filter", "合作方式"),
    "organisation": lazy_pgettext("filter", "单位编号"),
    "programme": lazy_pgettext("filter", "科技专项"),
    "q": lazy_pgettext("filter", "搜索词"),
    "sort": lazy_pgettext("filter", "排序"),
    "stage": lazy_pgettext("filter", "阶段"),
    "status": lazy_pgettext("filter", "状态"),
    "subfield": lazy_pgettext("filter", "二级领域"),
    "trl": lazy_pgettext("filter", "成熟度"),
}
KINDS = ("capability_kind", "carrier_kind", "research_body_kind", "service_kind")
"""Lists of which `kind` may be one: no code stands in two of them."""
_ONE = re.compile(r"(?:^| )([a-z_]+)=(.*?)(?= [a-z_]+=|$)", re.DOTALL)


def filters_in_words(written: str, vocabulary: Vocabulary) -> str:
    """ "county=340811 field=9" as 县（市、区）：宜秀区；技术领域：…; names that nobody gave words stay."""
    said = [
        gettext("%(field)s：%(value)s", field=FILTERS.get(name, name), value=_label(name, value, vocabulary))
        for name, value in _ONE.findall(written)
    ]
    return str(gettext("；")).join(said) or written


def _label(name: str, value: str, vocabulary: Vocabulary) -> str:
    lists = KINDS if name == "kind" else (name,) if name in list(VocabularyKind) else ()
    return next((label for each in lists if (label := vocabulary.label(each, value)) != value), value)
