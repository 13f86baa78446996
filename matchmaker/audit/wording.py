"""The words for what the audit keeps as codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_pgettext

from matchmaker import project_wording, service_wording, wording
from models import (
    AuditEvent,
    CallStatus,
    CapabilityStatus,
    ConsentWay,
    PairingStatus,
    ProblemStatus,
    ProjectStatus,
    RecordStatus,
    RequestStatus,
    ServiceStatus,
    Side,
    Verification,
)

ACTIONS: Mapping[str, Any] = {
    **project_wording.AUDIT_ACTIONS,
    **service_wording.AUDIT_ACTIONS,
    "account.activated": lazy_pgettext("audit", "启用账号"),
    "account.changed": lazy_pgettext("audit", "修改账号资料"),
    "account.created": lazy_pgettext("audit", "建立账号"),
    "account.data_exported": lazy_pgettext("audit", "导出个人信息"),
    "account.deactivated": lazy_pgettext("audit", "停用账号"),
    "account.erased": lazy_pgettext("audit", "注销账号并抹去个人信息"),
    "account.handed_over": lazy_pgettext("audit", "移交经办事项"),
    "account.locked": lazy_pgettext("audit", "账号锁定"),
    "account.notices_chosen": lazy_pgettext("audit", "选择通知方式"),
    "account.password_changed": lazy_pgettext("audit", "修改密码"),
    "account.password_reset": lazy_pgettext("audit", "重设密码"),
    "account.reset_issued": lazy_pgettext("audit", "发出重设密码链接"),
    "account.reset_requested": lazy_pgettext("audit", "申请重设密码"),
    "account.role_changed": lazy_pgettext("audit", "修改角色"),
    "account.second_factor_disabled": lazy_pgettext("audit", "关闭两步验证"),
    "account.second_factor_enabled": lazy_pgettext("audit", "开启两步验证"),
    "account.second_factor_taken_away": lazy_pgettext("audit", "代为关闭两步验证"),
    "account.signed_out_everywhere": lazy_pgettext("audit", "在所有设备退出"),
    "agreement.template_replaced": lazy_pgettext("audit", "更换意向书模板"),
    "agreement.template_restored": lazy_pgettext("audit", "恢复自带的意向书模板"),
    "attachment.confidential_read": lazy_pgettext("audit", "下载保密附件"),
    "attachment.removed": lazy_pgettext("audit", "移除附件"),
    "attachment.restored": lazy_pgettext("audit", "恢复附件"),
    "attachment.uploaded": lazy_pgettext("audit", "上传附件"),
    "capability.archived": lazy_pgettext("audit", "下架成果"),
    "capability.taken_on": lazy_pgettext("audit", "经办成果"),
    "capability.created": lazy_pgettext("audit", "新建成果"),
    "capability.edited": lazy_pgettext("audit", "修改成果"),
    "capability.expired": lazy_pgettext("audit", "成果过期下架"),
    "capability.published": lazy_pgettext("audit", "发布成果"),
    "capability.rechecked": lazy_pgettext("audit", "撤回成果的审核决定"),
    "capability.reconsidered": lazy_pgettext("audit", "撤销“成果不是同一项”"),
    "capability.restored": lazy_pgettext("audit", "恢复成果"),
    "capability.returned": lazy_pgettext("audit", "退回成果"),
    "capability.same_as": lazy_pgettext("audit", "关联为同一项成果"),
    "capability.separated": lazy_pgettext("audit", "撤销同一项成果的关联"),
    "capability.submitted": lazy_pgettext("audit", "提交成果"),
    "capability.told_apart": lazy_pgettext("audit", "判定成果不是同一项"),
    "consent.proposed": lazy_pgettext("audit", "提议对接"),
    "data.export_asked": lazy_pgettext("audit", "要求导出全部数据"),
    "data.exported": lazy_pgettext("audit", "导出全部数据"),
    "delivery.cancelled": lazy_pgettext("audit", "取消发送"),
    "delivery.retried": lazy_pgettext("audit", "重新发送"),
    "encoder.activated": lazy_pgettext("audit", "换用匹配模型"),
    "interest.declined": lazy_pgettext("audit", "答复暂不对接"),
    "interest.expressed": lazy_pgettext("audit", "表示合作意向"),
    "interest.withdrawn": lazy_pgettext("audit", "撤回合作意向"),
    "import.discarded": lazy_pgettext("audit", "删除导入的表格"),
    "import.finished": lazy_pgettext("audit", "导入表格完毕"),
    "import.started": lazy_pgettext("audit", "开始导入表格"),
    "import.taken": lazy_pgettext("audit", "上传要导入的表格"),
    "job.cancelled": lazy_pgettext("audit", "取消后台任务"),
    "invitation.accepted": lazy_pgettext("audit", "接受邀请"),
    "invitation.issued": lazy_pgettext("audit", "邀请成员"),
    "invitation.revoked": lazy_pgettext("audit", "撤销邀请"),
    "list.exported": lazy_pgettext("audit", "导出清单"),
    "next_step.done": lazy_pgettext("audit", "完成下一步"),
    "next_step.dropped": lazy_pgettext("audit", "去掉下一步"),
    "next_step.moved": lazy_pgettext("audit", "改期或转交下一步"),
    "next_step.planned": lazy_pgettext("audit", "安排下一步"),
    "next_step.reopened": lazy_pgettext("audit", "恢复下一步"),
    "organisation.merged": lazy_pgettext("audit", "合并单位"),
    "organisation.renamed": lazy_pgettext("audit", "单位更名"),
    "organisation.changed": lazy_pgettext("audit", "修改单位资料"),
    "organisation.registered": lazy_pgettext("audit", "注册单位"),
    "organisation.rechecked": lazy_pgettext("audit", "撤回单位的审核决定"),
    "organisation.rejected": lazy_pgettext("audit", "单位未通过审核"),
    "organisation.resubmitted": lazy_pgettext("audit", "单位重新提交审核"),
    "organisation.verified": lazy_pgettext("audit", "单位通过审核"),
    "briefing.edited": lazy_pgettext("audit", "修改简报"),
    "briefing.exported": lazy_pgettext("audit", "导出简报"),
    "briefing.figures_taken": lazy_pgettext("audit", "简报重新取数"),
    "briefing.made": lazy_pgettext("audit", "生成简报"),
    "briefing.template_replaced": lazy_pgettext("audit", "更换简报模板"),
    "briefing.template_restored": lazy_pgettext("audit", "恢复自带的简报模板"),
    "call.announced": lazy_pgettext("audit", "开始公示"),
    "call.awarded": lazy_pgettext("audit", "确认中榜"),
    "call.cancelled": lazy_pgettext("audit", "取消难题招标"),
    "call.closed": lazy_pgettext("audit", "难题招标截止"),
    "call.created": lazy_pgettext("audit", "起草难题招标"),
    "call.decided": lazy_pgettext("audit", "难题招标决定"),
    "call.edited": lazy_pgettext("audit", "修改难题招标"),
    "call.ended_without_award": lazy_pgettext("audit", "难题招标无中榜"),
    "call.extended": lazy_pgettext("audit", "延长难题招标"),
    "call.objected": lazy_pgettext("audit", "提出异议"),
    "call.objection_answered": lazy_pgettext("audit", "答复异议"),
    "call.published": lazy_pgettext("audit", "张榜"),
    "call.reconsidered": lazy_pgettext("audit", "撤回难题招标决定"),
    "call.returned": lazy_pgettext("audit", "退回张榜申请"),
    "call.review_finished": lazy_pgettext("audit", "提交评分"),
    "call.reviewer_declared": lazy_pgettext("audit", "评审人声明利益关系"),
    "call.reviewer_named": lazy_pgettext("audit", "请评审人"),
    "call.reviewer_removed": lazy_pgettext("audit", "撤销评审人"),
    "call.submitted": lazy_pgettext("audit", "申请张榜"),
    "call.unsealed": lazy_pgettext("audit", "开启揭榜方案"),
    "pairing.assigned": lazy_pgettext("audit", "确定经办人"),
    "pairing.released": lazy_pgettext("audit", "撤销经办安排"),
    "pairing.confirmed": lazy_pgettext("audit", "确认合作"),
    "pairing.dismissed": lazy_pgettext("audit", "标为不合适"),
    "pairing.introduced": lazy_pgettext("audit", "安排对接"),
    "pairing.negotiating": lazy_pgettext("audit", "进入洽谈"),
    "pairing.reopened": lazy_pgettext("audit", "恢复匹配"),
    "pairing.shortlisted": lazy_pgettext("audit", "列为入围"),
    "problem.confidential_read": lazy_pgettext("audit", "查看保密内容"),
    "problem.cooperation_begun": lazy_pgettext("audit", "难题进入合作"),
    "problem.cooperation_ended": lazy_pgettext("audit", "难题结束合作"),
    "problem.cooperation_resumed": lazy_pgettext("audit", "难题恢复合作"),
    "problem.created": lazy_pgettext("audit", "新建难题"),
    "problem.edited": lazy_pgettext("audit", "修改难题"),
    "problem.expired": lazy_pgettext("audit", "难题过期"),
    "problem.published": lazy_pgettext("audit", "发布难题"),
    "problem.reconsidered": lazy_pgettext("audit", "撤销“难题不是同一项”"),
    "problem.restored": lazy_pgettext("audit", "恢复难题"),
    "problem.rechecked": lazy_pgettext("audit", "撤回难题的审核决定"),
    "problem.returned": lazy_pgettext("audit", "退回难题"),
    "problem.same_as": lazy_pgettext("audit", "关联为同一项难题"),
    "problem.separated": lazy_pgettext("audit", "撤销同一项难题的关联"),
    "problem.solved": lazy_pgettext("audit", "难题已解决"),
    "problem.submitted": lazy_pgettext("audit", "提交难题"),
    "problem.told_apart": lazy_pgettext("audit", "判定难题不是同一项"),
    "problem.taken_on": lazy_pgettext("audit", "经办难题"),
    "problem.withdrawn": lazy_pgettext("audit", "撤回难题"),
    "ranking.adopted": lazy_pgettext("audit", "启用学到的排序"),
    "ranking.rolled_back": lazy_pgettext("audit", "退回上一个排序"),
    "proposal.handed_in": lazy_pgettext("audit", "收到揭榜方案"),
    "proposal.replaced": lazy_pgettext("audit", "替换揭榜方案"),
    "proposal.withdrawn": lazy_pgettext("audit", "撤回揭榜方案"),
    "record.accepted": lazy_pgettext("audit", "合作通过验收"),
    "record.agreement_drafted": lazy_pgettext("audit", "生成合作意向书草稿"),
    "record.amended": lazy_pgettext("audit", "修改合作记录"),
    "record.exported": lazy_pgettext("audit", "导出合作记录"),
    "record.milestone_added": lazy_pgettext("audit", "增加里程碑"),
    "record.milestone_amended": lazy_pgettext("audit", "修改里程碑"),
    "record.milestone_completed": lazy_pgettext("audit", "完成里程碑"),
    "record.milestone_reopened": lazy_pgettext("audit", "恢复里程碑"),
    "record.milestone_waived": lazy_pgettext("audit", "取消里程碑"),
    "record.noted": lazy_pgettext("audit", "记录进展"),
    "record.opened": lazy_pgettext("audit", "建立合作记录"),
    "record.reopened": lazy_pgettext("audit", "恢复合作"),
    "record.signed": lazy_pgettext("audit", "合作签约"),
    "record.started": lazy_pgettext("audit", "合作开始执行"),
    "record.terminated": lazy_pgettext("audit", "终止合作"),
    "session.ended": lazy_pgettext("audit", "退出登录"),
    "session.refused": lazy_pgettext("audit", "登录失败"),
    "session.started": lazy_pgettext("audit", "登录"),
    "setting.changed": lazy_pgettext("audit", "更改设置"),
    "setting.reset": lazy_pgettext("audit", "恢复设置的默认值"),
    "term.added": lazy_pgettext("audit", "增加词条"),
    "term.changed": lazy_pgettext("audit", "修改词条"),
    "term.moved": lazy_pgettext("audit", "调整词条顺序"),
    "term.restored": lazy_pgettext("audit", "恢复词条"),
    "term.retired": lazy_pgettext("audit", "停用词条"),
    "webhook.changed": lazy_pgettext("audit", "设置推送机器人"),
    "undertaking.accepted": lazy_pgettext("audit", "接受保密承诺书"),
    "undertaking.published": lazy_pgettext("audit", "发布保密承诺书"),
    "webhook.removed": lazy_pgettext("audit", "移除推送机器人"),
    "webhook.secret_renewed": lazy_pgettext("audit", "更换推送密钥"),
    "thread.message": lazy_pgettext("audit", "留言"),
    "thread.note": lazy_pgettext("audit", "记录沟通情况"),
}

OBJECTS: Mapping[str, Any] = {
    **project_wording.AUDIT_OBJECTS,
    **service_wording.AUDIT_OBJECTS,
    # By table, as the audit names them.
    "attachment": lazy_pgettext("object", "附件"),
    "briefing": lazy_pgettext("object", "简报"),
    "capability": lazy_pgettext("object", "成果"),
    "cooperation_record": lazy_pgettext("object", "合作记录"),
    "delivery": lazy_pgettext("object", "发送"),
    "encoder_version": lazy_pgettext("object", "匹配模型"),
    "interest": lazy_pgettext("object", "合作意向"),
    "invitation": lazy_pgettext("object", "邀请"),
    "organisation": lazy_pgettext("object", "单位"),
    "pairing": lazy_pgettext("object", "匹配"),
    "solution_call": lazy_pgettext("object", "难题招标"),
    "problem": lazy_pgettext("object", "难题"),
    "ranking_model": lazy_pgettext("object", "排序模型"),
    "service_setting": lazy_pgettext("object", "设置"),
    "term": lazy_pgettext("object", "词条"),
    "undertaking": lazy_pgettext("object", "保密承诺书"),
    "user_account": lazy_pgettext("object", "账号"),
    "webhook": lazy_pgettext("object", "推送机器人"),
}
OWNERS: Mapping[str, Any] = {
    **service_wording.AUDIT_OBJECTS,
    "problem": lazy_pgettext("audit detail", "难题"),
    "capability": lazy_pgettext("audit detail", "成果"),
    "record": lazy_pgettext("audit detail", "合作记录"),
    "thread_entry": lazy_pgettext("audit detail", "往来编号"),
}
"""What a file hangs on."""

DETAILS: Mapping[str, Any] = {
    **service_wording.AUDIT_DETAILS,
    "actor": lazy_pgettext("audit detail", "人员"),
    "after": lazy_pgettext("audit detail", "改为"),
    "audience": lazy_pgettext("audit detail", "给谁看"),
    "before": lazy_pgettext("audit detail", "原为"),
    "both": lazy_pgettext("audit detail", "双方都有意向"),
    "broker": lazy_pgettext("audit detail", "经办人"),
    "bytes": lazy_pgettext("audit detail", "大小（字节）"),
    "capability": lazy_pgettext("audit detail", "成果"),
    "code": lazy_pgettext("audit detail", "统一社会信用代码"),
    "confidential": lazy_pgettext("audit detail", "保密"),
    "conflicted": lazy_pgettext("audit detail", "有利害关系"),
    "consent": lazy_pgettext("audit detail", "同意的说明版本"),
    "decisions": lazy_pgettext("audit detail", "学习的决定数"),
    "digest": lazy_pgettext("audit detail", "密封摘要"),
    "entry": lazy_pgettext("audit detail", "往来编号"),
    "events": lazy_pgettext("audit detail", "去名的审计记录数"),
    "fields": lazy_pgettext("audit detail", "改动的内容"),
    "files": lazy_pgettext("audit detail", "附件数"),
    "filters": lazy_pgettext("audit detail", "筛选条件"),
    "form": lazy_pgettext("audit detail", "文件格式"),
    "from": lazy_pgettext("audit detail", "原状态"),
    "mailed": lazy_pgettext("audit detail", "发到本人邮箱"),
    "kind": lazy_pgettext("audit detail", "种类"),
    "list": lazy_pgettext("audit detail", "清单"),
    "main": lazy_pgettext("audit detail", "以它为准"),
    "milestone": lazy_pgettext("audit detail", "里程碑"),
    "moved": lazy_pgettext("audit detail", "一并改以它为准"),
    "name": lazy_pgettext("audit detail", "名称"),
    "number": lazy_pgettext("audit detail", "编号"),
    "objection": lazy_pgettext("audit detail", "异议编号"),
    "opened": lazy_pgettext("audit detail", "开启的方案"),
    "organisation": lazy_pgettext("audit detail", "单位"),
    "other": lazy_pgettext("audit detail", "另一项"),
    "owner_id": lazy_pgettext("audit detail", "所属编号"),
    "owner_kind": lazy_pgettext("audit detail", "属于"),
    "pairing": lazy_pgettext("audit detail", "匹配"),
    "problem": lazy_pgettext("audit detail", "难题"),
    "proposal": lazy_pgettext("audit detail", "揭榜方案编号"),
    "proposals": lazy_pgettext("audit detail", "揭榜方案数"),
    "remains": lazy_pgettext("audit detail", "余下内容的摘要"),
    "reason": lazy_pgettext("audit detail", "原因"),
    "received": lazy_pgettext("audit detail", "到账（万元）"),
    "record": lazy_pgettext("audit detail", "合作记录"),
    "rows": lazy_pgettext("audit detail", "行数"),
    "said_on": lazy_pgettext("audit detail", "答复日期"),
    "second_factor": lazy_pgettext("audit detail", "两步验证"),
    "section": lazy_pgettext("audit detail", "部分"),
    "side": lazy_pgettext("audit detail", "哪一方"),
    "sides": lazy_pgettext("audit detail", "问了谁"),
    "size": lazy_pgettext("audit detail", "大小（字节）"),
    "step": lazy_pgettext("audit detail", "下一步编号"),
    "title": lazy_pgettext("audit detail", "名称"),
    "to": lazy_pgettext("audit detail", "新状态"),
    "topics": lazy_pgettext("audit detail", "通知类别"),
    "until": lazy_pgettext("audit detail", "到"),
    "user": lazy_pgettext("audit detail", "账号编号"),
    "version": lazy_pgettext("audit detail", "版本"),
    "way": lazy_pgettext("audit detail", "答复方式"),
    "where": lazy_pgettext("audit detail", "在哪里"),
    "winner": lazy_pgettext("audit detail", "中榜方案编号"),
}
PLACES: Mapping[str, Any] = {
    # Of "where": where a confidential text was shown.
    "page": lazy_pgettext("audit detail", "详情页"),
    "form": lazy_pgettext("audit detail", "修改页"),
    "history": lazy_pgettext("audit detail", "修改记录"),
}
EXPORTED: Mapping[str, Any] = {
    # Of "list": which list was exported, by its name in the address.
    "accounts": lazy_pgettext("exported", "账号"),
    "alliances": lazy_pgettext("exported", "产业技术创新战略联盟"),
    "audit": lazy_pgettext("exported", "审计记录"),
    "calls": lazy_pgettext("exported", "难题招标"),
    "capabilities": lazy_pgettext("exported", "科研能力与成果"),
    "carriers": lazy_pgettext("exported", "创新载体"),
    "common-needs": lazy_pgettext("exported", "共性需求"),
    "my-capabilities": lazy_pgettext("exported", "我的成果"),
    "my-problems": lazy_pgettext("exported", "我的难题"),
    "organisations": lazy_pgettext("exported", "单位"),
    "pairings": lazy_pgettext("exported", "匹配"),
    "problems": lazy_pgettext("exported", "技术难题"),
    "projects": lazy_pgettext("exported", "凝炼项目"),
    "records": lazy_pgettext("exported", "合作记录"),
    "research-bodies": lazy_pgettext("exported", "企业研发机构"),
    "service-requests": lazy_pgettext("exported", "服务申请"),
    "services": lazy_pgettext("exported", "科技服务"),
}
AUDIENCES: Mapping[str, Any] = {
    "staff": lazy_pgettext("audit detail", "仅科技局内部"),
    "problem": lazy_pgettext("audit detail", "难题方"),
    "capability": lazy_pgettext("audit detail", "成果方"),
    "both": lazy_pgettext("audit detail", "双方"),
}
STATUSES: Mapping[str, type[StrEnum]] = {
    "capability": CapabilityStatus,
    "cooperation_record": RecordStatus,
    "organisation": Verification,
    "pairing": PairingStatus,
    "project": ProjectStatus,
    "problem": ProblemStatus,
    "service": ServiceStatus,
    "service_request": RequestStatus,
    "solution_call": CallStatus,
}
"""Whose codes `from` and `to` are, by the object's table."""
PAGES: Mapping[str, tuple[str, str]] = {
    "alliance": ("alliances.detail", "alliance_id"),
    "capability": ("capabilities.detail", "capability_id"),
    "carrier": ("carriers.detail", "carrier_id"),
    "cooperation_record": ("cooperation.detail", "record_id"),
    "organisation": ("organisations.detail", "organisation_id"),
    "pairing": ("pairings.detail", "pairing_id"),
    "common_need": ("common_needs.detail", "need_id"),
    "project": ("projects.detail", "project_id"),
    "solution_call": ("calls.detail", "call_id"),
    "briefing": ("briefings.detail", "briefing_id"),
    "problem": ("problems.detail", "problem_id"),
    "service": ("services.detail", "service_id"),
    "service_request": ("service_requests.detail", "request_id"),
}
"""The endpoint that shows such an object, and the name of its argument."""


def action_name(action: str) -> str:
    """The words for an action; one without words stands for itself."""
    return str(ACTIONS.get(action, action))


def object_name(kind: str) -> str:
    return str(OBJECTS.get(kind, kind))


def details_in_words(event: AuditEvent) -> list[tuple[str, str]]:
    """(name, value) of an event's details. They are codes and numbers, never confidential texts."""
    return [
        (str(DETAILS.get(name, name)), _value(event, name, value))
        for name, value in sorted(event.details.items(), key=lambda each: (each[0] == "to", each[0]))
        if value not in (None, "", [])
    ]


def _value(event: AuditEvent, name: str, value: Any) -> str:
    if name == "where":
        return str(PLACES.get(value, value))
    if name == "list":
        return str(EXPORTED.get(value, value))
    if isinstance(value, bool):
        return str(lazy_pgettext("audit detail", "是") if value else lazy_pgettext("audit detail", "否"))
    if name == "sides":
        return ", ".join(wording.label(Side(each)) for each in value)
    if name == "opened":
        return ", ".join(str(each["proposal"]) for each in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    statuses = STATUSES.get(event.object_kind)
    if name in ("from", "to") and statuses is not None and value in list(statuses):
        return wording.label(statuses(value))
    if name == "audience":
        return str(AUDIENCES.get(value, value))
    if name == "side" and value in list(Side):
        return wording.label(Side(value))
    if name == "way" and value in list(ConsentWay):
        return wording.label(ConsentWay(value))
    if name == "owner_kind":
        return str(OWNERS.get(value, value))
    return str(value)
