"""The words for carriers, services and what is asked of service bodies; part of `wording`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_pgettext

from models import RecognitionLevel, RequestStatus, ServiceStatus


def _n(sentence: str) -> str:
    """Marks a sentence for translation; `wording.notice` translates it when it is shown."""
    return sentence


APART: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    RecognitionLevel: {
        RecognitionLevel.NATIONAL: lazy_pgettext("level", "国家级"),
        RecognitionLevel.PROVINCIAL: lazy_pgettext("level", "省级"),
        RecognitionLevel.MUNICIPAL: lazy_pgettext("level", "市级"),
    },
    ServiceStatus: {
        ServiceStatus.DRAFT: lazy_pgettext("service", "草稿"),
        ServiceStatus.SUBMITTED: lazy_pgettext("service", "待审核"),
        ServiceStatus.RETURNED: lazy_pgettext("service", "退回修改"),
        ServiceStatus.PUBLISHED: lazy_pgettext("service", "已发布"),
        ServiceStatus.ARCHIVED: lazy_pgettext("service", "已下架"),
    },
    RequestStatus: {
        RequestStatus.REQUESTED: lazy_pgettext("service request", "已申请"),
        RequestStatus.ACCEPTED: lazy_pgettext("service request", "已受理"),
        RequestStatus.IN_PROGRESS: lazy_pgettext("service request", "办理中"),
        RequestStatus.DONE: lazy_pgettext("service request", "已完成"),
        RequestStatus.DECLINED: lazy_pgettext("service request", "已谢绝"),
        RequestStatus.WITHDRAWN: lazy_pgettext("service request", "已撤回"),
    },
}

TONES: Mapping[StrEnum, str] = {
    ServiceStatus.DRAFT: "quiet",
    ServiceStatus.SUBMITTED: "waiting",
    ServiceStatus.RETURNED: "refused",
    ServiceStatus.PUBLISHED: "live",
    ServiceStatus.ARCHIVED: "quiet",
    RequestStatus.REQUESTED: "waiting",
    RequestStatus.ACCEPTED: "live",
    RequestStatus.IN_PROGRESS: "working",
    RequestStatus.DONE: "done",
    RequestStatus.DECLINED: "refused",
    RequestStatus.WITHDRAWN: "quiet",
}

NOTICES: Mapping[str, str] = {
    "service.submitted": _n("“%(name)s”提交了服务“%(title)s”，等待审核"),
    "service.published": _n("服务“%(title)s”已发布"),
    "service.returned": _n("服务“%(title)s”被退回修改：%(reason)s"),
    "service.archived": _n("服务“%(title)s”已由科技局下架"),
    "service.requested": _n("“%(name)s”申请服务“%(title)s”，请答复是否受理"),
    "service.requested_for": _n("科技局为贵单位申请了“%(name)s”的服务“%(title)s”"),
    "service.accepted": _n("“%(name)s”受理了服务申请“%(title)s”，贵单位的联系方式已向它开放"),
    "service.started": _n("“%(name)s”开始办理服务“%(title)s”"),
    "service.completed": _n("“%(name)s”完成了服务“%(title)s”，可以查看结果"),
    "service.declined": _n("“%(name)s”谢绝了服务申请“%(title)s”：%(reason)s"),
    "service.withdrawn": _n("“%(name)s”撤回了服务申请“%(title)s”"),
}
