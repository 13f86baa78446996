"""What the lists of the vocabulary are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from models import VocabularyKind

LISTS: Mapping[VocabularyKind, Any] = {
    VocabularyKind.FIELD: _("技术领域"),
    VocabularyKind.SUBFIELD: _("二级领域"),
    VocabularyKind.INDUSTRY: _("所属行业"),
    VocabularyKind.COUNTY: _("县（市、区）"),
    VocabularyKind.MODE: _("合作方式"),
    VocabularyKind.NEED: _("需求类型"),
    VocabularyKind.CAPABILITY_KIND: _("成果类型"),
    VocabularyKind.STAGE: _("所处阶段"),
    VocabularyKind.TRL: _("技术成熟度"),
    VocabularyKind.PATENT_KIND: _("知识产权类型"),
    VocabularyKind.CONTRACT_CATEGORY: _("技术合同类别"),
    VocabularyKind.PROGRAMME: _("科技专项"),
    VocabularyKind.PLAN: _("推荐申报的计划"),
    VocabularyKind.ORGANISATION_TAG: _("单位标签"),
    VocabularyKind.DISMISSAL: _("不合适的原因"),
    VocabularyKind.RETURN_PROBLEM: _("退回难题的常用理由"),
    VocabularyKind.RETURN_CAPABILITY: _("退回成果的常用理由"),
    VocabularyKind.RETURN_ORGANISATION: _("退回单位的常用理由"),
    VocabularyKind.CARRIER_KIND: _("载体类型"),
    VocabularyKind.MEMBER_STAGE: _("入驻阶段"),
    VocabularyKind.RESEARCH_BODY_KIND: _("研发机构类型"),
    VocabularyKind.SERVICE_KIND: _("服务类型"),
}
