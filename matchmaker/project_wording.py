"""The words for common needs and distilled projects; part of `wording`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_pgettext

from matchmaker.sentences import N_
from models import ParticipantRole, ProjectLevel, ProjectStatus

APART: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    ProjectStatus: {
        ProjectStatus.DISTILLING: lazy_pgettext("project", "凝炼中"),
        ProjectStatus.RESERVE: lazy_pgettext("project", "入库"),
        ProjectStatus.RECOMMENDED: lazy_pgettext("project", "推荐申报"),
        ProjectStatus.APPROVED: lazy_pgettext("project", "立项"),
        ProjectStatus.ACCEPTED: lazy_pgettext("project", "验收"),
        ProjectStatus.CANCELLED: lazy_pgettext("project", "撤销"),
    },
    ProjectLevel: {
        ProjectLevel.NATIONAL: lazy_pgettext("level", "国家级"),
        ProjectLevel.PROVINCIAL: lazy_pgettext("level", "省级"),
        ProjectLevel.MUNICIPAL: lazy_pgettext("level", "市级"),
    },
    ParticipantRole: {
        ParticipantRole.LEAD: lazy_pgettext("project", "牵头单位"),
        ParticipantRole.PARTNER: lazy_pgettext("project", "参与单位"),
    },
}

TONES: Mapping[StrEnum, str] = {
    ProjectStatus.DISTILLING: "quiet",
    ProjectStatus.RESERVE: "live",
    ProjectStatus.RECOMMENDED: "waiting",
    ProjectStatus.APPROVED: "working",
    ProjectStatus.ACCEPTED: "done",
    ProjectStatus.CANCELLED: "refused",
}

NOTICES: Mapping[str, str] = {
    "project.recommended": N_("凝炼项目“%(title)s”已推荐申报，贵单位是参与单位，可以查看"),
    "project.approved": N_("凝炼项目“%(title)s”已立项"),
    "project.accepted": N_("凝炼项目“%(title)s”已通过验收"),
    "project.stepped_back": N_(
        "凝炼项目“%(title)s”的推荐已撤回，回到项目储备库，再次推荐以前不向参与单位开放"
    ),
    "project.reopened": N_("凝炼项目“%(title)s”已恢复，正在重新凝炼，再次推荐以前不向参与单位开放"),
    "project.cancelled": N_("凝炼项目“%(title)s”已撤销：%(reason)s"),
}

EVENTS: Mapping[str, Any] = {
    # What happened to a project: ProjectEvent.action.
    "created": lazy_pgettext("project event", "建立凝炼项目"),
    "amended": lazy_pgettext("project event", "修改凝炼项目"),
    "noted": lazy_pgettext("project event", "记录进展"),
    "reserved": lazy_pgettext("project event", "入库"),
    "recommended": lazy_pgettext("project event", "推荐申报"),
    "approved": lazy_pgettext("project event", "立项"),
    "accepted": lazy_pgettext("project event", "验收"),
    "stepped_back": lazy_pgettext("project event", "退回上一步"),
    "cancelled": lazy_pgettext("project event", "撤销"),
    "reopened": lazy_pgettext("project event", "恢复"),
}

AUDIT_ACTIONS: Mapping[str, Any] = {
    "common_need.taken_back": lazy_pgettext("audit", "撤销“不是同一需求”"),
    "common_need.told_apart": lazy_pgettext("audit", "判定不是同一需求"),
    "project.accepted": lazy_pgettext("audit", "凝炼项目验收"),
    "project.amended": lazy_pgettext("audit", "修改凝炼项目"),
    "project.approved": lazy_pgettext("audit", "凝炼项目立项"),
    "project.cancelled": lazy_pgettext("audit", "撤销凝炼项目"),
    "project.created": lazy_pgettext("audit", "建立凝炼项目"),
    "project.noted": lazy_pgettext("audit", "凝炼项目记录进展"),
    "project.recommended": lazy_pgettext("audit", "凝炼项目推荐申报"),
    "project.reopened": lazy_pgettext("audit", "恢复凝炼项目"),
    "project.reserved": lazy_pgettext("audit", "凝炼项目入库"),
    "project.stepped_back": lazy_pgettext("audit", "凝炼项目退回上一步"),
}
AUDIT_OBJECTS: Mapping[str, Any] = {
    "common_need": lazy_pgettext("object", "共性需求"),
    "project": lazy_pgettext("object", "凝炼项目"),
}


def event(action: str) -> str:
    """The words for what happened to a project; an action without words stands for itself."""
    return str(EVENTS.get(action, action))
