"""The words for what the audit keeps as codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

ACTIONS: Mapping[str, Any] = {
    "account.activated": _("启用账号"),
    "account.changed": _("修改账号资料"),
    "account.created": _("建立账号"),
    "account.deactivated": _("停用账号"),
    "account.locked": _("账号锁定"),
    "account.password_changed": _("修改密码"),
    "account.password_reset": _("重设密码"),
    "account.reset_issued": _("发出重设密码链接"),
    "account.reset_requested": _("申请重设密码"),
    "account.role_changed": _("修改角色"),
    "account.second_factor_disabled": _("关闭两步验证"),
    "account.second_factor_enabled": _("开启两步验证"),
    "account.second_factor_taken_away": _("代为关闭两步验证"),
    "account.signed_out_everywhere": _("在所有设备退出"),
    "attachment.confidential_read": _("下载保密附件"),
    "attachment.removed": _("移除附件"),
    "attachment.restored": _("恢复附件"),
    "attachment.uploaded": _("上传附件"),
    "capability.archived": _("下架成果"),
    "capability.created": _("新建成果"),
    "capability.edited": _("修改成果"),
    "capability.published": _("发布成果"),
    "capability.restored": _("恢复成果"),
    "capability.returned": _("退回成果"),
    "capability.submitted": _("提交成果"),
    "interest.expressed": _("表示合作意向"),
    "interest.withdrawn": _("撤回合作意向"),
    "invitation.accepted": _("接受邀请"),
    "invitation.issued": _("邀请成员"),
    "invitation.revoked": _("撤销邀请"),
    "organisation.changed": _("修改单位资料"),
    "organisation.registered": _("注册单位"),
    "organisation.rejected": _("单位未通过审核"),
    "organisation.resubmitted": _("单位重新提交审核"),
    "organisation.verified": _("单位通过审核"),
    "pairing.confirmed": _("确认合作"),
    "pairing.dismissed": _("标为不合适"),
    "pairing.introduced": _("安排对接"),
    "pairing.negotiating": _("进入洽谈"),
    "pairing.reopened": _("恢复匹配"),
    "pairing.shortlisted": _("列为入围"),
    "problem.confidential_read": _("查看保密内容"),
    "problem.cooperation_begun": _("难题进入合作"),
    "problem.cooperation_ended": _("难题结束合作"),
    "problem.cooperation_resumed": _("难题恢复合作"),
    "problem.created": _("新建难题"),
    "problem.edited": _("修改难题"),
    "problem.expired": _("难题过期"),
    "problem.published": _("发布难题"),
    "problem.restored": _("恢复难题"),
    "problem.returned": _("退回难题"),
    "problem.solved": _("难题已解决"),
    "problem.submitted": _("提交难题"),
    "problem.withdrawn": _("撤回难题"),
    "record.accepted": _("合作通过验收"),
    "record.amended": _("修改合作记录"),
    "record.milestone_added": _("增加里程碑"),
    "record.milestone_amended": _("修改里程碑"),
    "record.milestone_completed": _("完成里程碑"),
    "record.milestone_reopened": _("恢复里程碑"),
    "record.milestone_waived": _("取消里程碑"),
    "record.noted": _("记录进展"),
    "record.opened": _("建立合作记录"),
    "record.reopened": _("恢复合作"),
    "record.signed": _("合作签约"),
    "record.started": _("合作开始执行"),
    "record.terminated": _("终止合作"),
    "session.ended": _("退出登录"),
    "session.refused": _("登录失败"),
    "session.started": _("登录"),
}

OBJECTS: Mapping[str, Any] = {
    # By table, as the audit names them.
    "attachment": _("附件"),
    "capability": _("成果"),
    "cooperation_record": _("合作记录"),
    "interest": _("合作意向"),
    "invitation": _("邀请"),
    "organisation": _("单位"),
    "pairing": _("匹配"),
    "problem": _("难题"),
    "user_account": _("账号"),
}
PAGES: Mapping[str, tuple[str, str]] = {
    "capability": ("capabilities.detail", "capability_id"),
    "cooperation_record": ("cooperation.detail", "record_id"),
    "organisation": ("organisations.detail", "organisation_id"),
    "pairing": ("pairings.detail", "pairing_id"),
    "problem": ("problems.detail", "problem_id"),
}
"""The endpoint that shows such an object, and the name of its argument."""


def action_name(action: str) -> str:
    """The words for an action; one without words stands for itself."""
    return str(ACTIONS.get(action, action))


def object_name(kind: str) -> str:
    return str(OBJECTS.get(kind, kind))
