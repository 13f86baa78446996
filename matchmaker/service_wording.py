"""The words for carriers, services and what is asked of service bodies; part of `wording`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_pgettext

from matchmaker.sentences import N_
from models import RecognitionLevel, RequestStatus, ServiceStatus

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

TONES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    # By enumeration: other states of the same code have another colour.
    ServiceStatus: {
        ServiceStatus.DRAFT: "quiet",
        ServiceStatus.SUBMITTED: "waiting",
        ServiceStatus.RETURNED: "refused",
        ServiceStatus.PUBLISHED: "live",
        ServiceStatus.ARCHIVED: "quiet",
    },
    RequestStatus: {
        RequestStatus.REQUESTED: "waiting",
        RequestStatus.ACCEPTED: "live",
        RequestStatus.IN_PROGRESS: "working",
        RequestStatus.DONE: "done",
        RequestStatus.DECLINED: "refused",
        RequestStatus.WITHDRAWN: "quiet",
    },
}

NOTICES: Mapping[str, str] = {
    "service.submitted": N_("“%(name)s”提交了服务“%(title)s”，等待审核"),
    "service.published": N_("服务“%(title)s”已发布"),
    "service.returned": N_("服务“%(title)s”被退回修改：%(reason)s"),
    "service.archived": N_("服务“%(title)s”已由科技局下架"),
    "service.requested": N_("“%(name)s”申请服务“%(title)s”，请答复是否受理"),
    "service.requested_for": N_("科技局为贵单位申请了“%(name)s”的服务“%(title)s”"),
    "service.accepted": N_("“%(name)s”受理了服务申请“%(title)s”，贵单位的联系方式已向它开放"),
    "service.started": N_("“%(name)s”开始办理服务“%(title)s”"),
    "service.completed": N_("“%(name)s”完成了服务“%(title)s”，可以查看结果"),
    "service.declined": N_("“%(name)s”谢绝了服务申请“%(title)s”：%(reason)s"),
    "service.withdrawn": N_("“%(name)s”撤回了服务申请“%(title)s”"),
}

AUDIT_ACTIONS: Mapping[str, Any] = {
    "alliance.changed": lazy_pgettext("audit", "修改联盟资料"),
    "alliance.created": lazy_pgettext("audit", "登记联盟"),
    "alliance.member_added": lazy_pgettext("audit", "联盟增加成员"),
    "alliance.member_left": lazy_pgettext("audit", "联盟成员退出"),
    "carrier.changed": lazy_pgettext("audit", "修改创新载体资料"),
    "carrier.created": lazy_pgettext("audit", "登记创新载体"),
    "carrier.stage_set": lazy_pgettext("audit", "登记成员单位的阶段"),
    "carrier.stage_taken_back": lazy_pgettext("audit", "撤销成员单位的阶段"),
    "research_body.changed": lazy_pgettext("audit", "修改研发机构"),
    "research_body.created": lazy_pgettext("audit", "登记研发机构"),
    "research_body.removed": lazy_pgettext("audit", "删除研发机构"),
    "service.archived": lazy_pgettext("audit", "下架服务"),
    "service.created": lazy_pgettext("audit", "新建服务"),
    "service.edited": lazy_pgettext("audit", "修改服务"),
    "service.published": lazy_pgettext("audit", "发布服务"),
    "service.restored": lazy_pgettext("audit", "恢复服务"),
    "service.returned": lazy_pgettext("audit", "退回服务"),
    "service.submitted": lazy_pgettext("audit", "提交服务"),
    "service_request.accepted": lazy_pgettext("audit", "受理服务申请"),
    "service_request.completed": lazy_pgettext("audit", "完成服务"),
    "service_request.contact_corrected": lazy_pgettext("audit", "更正服务申请的联系方式"),
    "service_request.declined": lazy_pgettext("audit", "谢绝服务申请"),
    "service_request.requested": lazy_pgettext("audit", "申请服务"),
    "service_request.started": lazy_pgettext("audit", "开始办理服务"),
    "service_request.withdrawn": lazy_pgettext("audit", "撤回服务申请"),
}
AUDIT_OBJECTS: Mapping[str, Any] = {
    "alliance": lazy_pgettext("audit", "创新联盟"),
    "carrier": lazy_pgettext("audit", "创新载体"),
    "research_body": lazy_pgettext("audit", "研发机构"),
    "service": lazy_pgettext("audit", "服务"),
    "service_request": lazy_pgettext("audit", "服务申请"),
}
AUDIT_DETAILS: Mapping[str, Any] = {
    "about": lazy_pgettext("audit detail", "关于"),
    "since": lazy_pgettext("audit detail", "从"),
    "service": lazy_pgettext("audit detail", "服务编号"),
    "shows_content": lazy_pgettext("audit detail", "附上公开内容"),
    "shows_money": lazy_pgettext("audit detail", "附上金额"),
    "stage": lazy_pgettext("audit detail", "阶段"),
}
