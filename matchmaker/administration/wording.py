"""The words of administration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_pgettext, ngettext
from flask_babel import lazy_gettext as _

from matchmaker.accounts.errors import LastAdministrator, OwnAccount
from matchmaker.administration.errors import AlreadyErased, CodeTaken, LabelTaken
from matchmaker.administration.merge_plan import Obstacle
from matchmaker.administration.terms import Entry
from matchmaker.audit.wording import object_name
from matchmaker.capabilities.wording import FIELDS as CAPABILITY_FIELDS
from matchmaker.problems.wording import FIELDS as PROBLEM_FIELDS
from matchmaker.vocabulary.wording import LISTS as LIST_NAMES
from models import User, VocabularyKind

PURPOSES: Mapping[VocabularyKind, Any] = {
    VocabularyKind.FIELD: _("难题、成果、合作记录和项目按它归类和统计"),
    VocabularyKind.SUBFIELD: _("技术领域下的第二级"),
    VocabularyKind.INDUSTRY: _("国民经济行业分类的门类"),
    VocabularyKind.COUNTY: _("行政区划代码；开发区等用本地代码"),
    VocabularyKind.MODE: _("难题想要的、成果可以提供的合作方式"),
    VocabularyKind.NEED: _("难题要解决的是研发、工艺还是别的"),
    VocabularyKind.CAPABILITY_KIND: _("成果、专利、团队、平台或专家"),
    VocabularyKind.STAGE: _("成果从实验室到产业化的阶段"),
    VocabularyKind.TRL: _("一到九级的说明；级别本身是固定的"),
    VocabularyKind.PATENT_KIND: _("成果的专利、软件著作权等"),
    VocabularyKind.CONTRACT_CATEGORY: _("合同登记和统计用的类别"),
    VocabularyKind.PROGRAMME: _("合作记录和凝炼项目所属的专项"),
    VocabularyKind.PLAN: _("凝炼项目可以推荐申报的科技计划"),
    VocabularyKind.ORGANISATION_TAG: _("高新技术企业、科技型中小企业等"),
    VocabularyKind.DISMISSAL: _("把匹配标为不合适时选的原因，排序从中学习"),
    VocabularyKind.RETURN_PROBLEM: _("审核难题时可以直接选的话"),
    VocabularyKind.RETURN_CAPABILITY: _("审核成果时可以直接选的话"),
    VocabularyKind.RETURN_ORGANISATION: _("审核单位时可以直接选的话"),
    VocabularyKind.CARRIER_KIND: _("孵化器、留创园、产业基地等"),
    VocabularyKind.MEMBER_STAGE: _("载体里的企业在孵、入驻还是毕业"),
    VocabularyKind.RESEARCH_BODY_KIND: _("工程技术研究中心、企业技术中心等"),
    VocabularyKind.SERVICE_KIND: _("科技中介服务机构提供的服务"),
}
LISTS: Mapping[VocabularyKind, tuple[Any, Any]] = {
    # What the list is called, and what it is for.
    kind: (name, PURPOSES[kind])
    for kind, name in LIST_NAMES.items()
}


def used(entry: Entry) -> str:
    """How often and where a term is used."""
    parts = [
        str(gettext("%(kind)s %(n)s", kind=object_name(table), n=number))
        for table, number in entry.used.items()
    ]
    return str(gettext("、")).join(parts)


OBSTACLES: Mapping[Obstacle, Any] = {
    Obstacle.SAME: _("这是同一个单位。"),
    Obstacle.BUREAU: _("主管部门不能合并。"),
    Obstacle.ANOTHER_KIND: _("两个单位类型不同，人员的角色对不上。请先核对登记的类型。"),
    Obstacle.MERGED_ALREADY: _("其中一个已经并入别的单位。"),
    Obstacle.MAIN_NOT_VERIFIED: _(
        "保留的单位还没有通过审核，合并以后已发布的内容会从公开页面消失。请先审核它，或者反过来合并。"
    ),
    Obstacle.RIVAL_PROPOSALS: _("两个单位都在应答同一个还没有结束的难题招标。请等它结束。"),
    Obstacle.OWN_CALL: _("其中一个正在应答另一个的难题招标。请等它结束。"),
}


def people(readers: Sequence[User]) -> str:
    """Who they are: the first by name, and how many in all."""
    names = str(gettext("、")).join(each.name for each in readers[:3])
    if len(readers) <= 3:
        return names
    return str(gettext("%(names)s等 %(n)s 人", names=names, n=len(readers)))


IN_A_MERGE: Mapping[str, Any] = {
    # What such a row is of the organisation that is merged.
    "former_name": lazy_pgettext("object", "更早的曾用名"),
    "organisation": lazy_pgettext("object", "以前并入它的单位"),
}


def rows(moves: Mapping[str, int]) -> list[tuple[str, int]]:
    """What moves or stays, by what it is."""
    return [
        (str(IN_A_MERGE.get(table) or object_name(table)), number) for table, number in sorted(moves.items())
    ]


SECTIONS: Mapping[str, Any] = {
    # Of what is held about a person.
    "account": _("账号"),
    "contact_of": _("登记为联系人的内容"),
    "problems": _("发布的难题"),
    "capabilities": _("发布的成果"),
    "messages": _("留言和沟通记录"),
    "pairing_steps": _("匹配的办理"),
    "consents": _("合作意向和同意"),
    "undertakings": _("接受的保密承诺书"),
    "records_followed": _("经办的合作记录"),
    "record_steps": _("合作记录的办理"),
    "projects_followed": _("经办的凝炼项目"),
    "project_steps": _("凝炼项目的办理"),
    "service_requests": _("提出的服务申请"),
    "service_request_steps": _("服务申请的办理"),
    "next_steps": _("下一步"),
    "call_steps": _("难题招标的办理"),
    "proposals": _("揭榜方案"),
    "reviews": _("评审"),
    "scores": _("给揭榜方案的评分"),
    "objections": _("提出的异议"),
    "files": _("上传的附件"),
    "briefings": _("生成的简报"),
    "briefing_texts": _("写下的简报文字"),
    "imports": _("上传导入的表格"),
    "jobs": _("后台任务"),
    "invited_others": _("邀请的同事"),
    "invited": _("收到的邀请"),
    "notices": _("收到的通知"),
    "notice_choices": _("通知方式"),
    "saved_filters": _("保存的筛选"),
    "deliveries": _("发出的邮件"),
    "actions": _("登录和操作"),
}


FIELDS: Mapping[str, Any] = {
    **PROBLEM_FIELDS,
    **CAPABILITY_FIELDS,
    "accepted_at": _("接受时间"),
    "account": _("账号"),
    "action": _("事项"),
    "active": _("使用中"),
    "address": _("来自"),
    "at": _("时间"),
    "briefing_id": _("简报编号"),
    "call_id": _("难题招标编号"),
    "channel": _("发送渠道"),
    "contact_email": _("邮箱"),
    "contact_name": _("联系人"),
    "contact_phone": _("电话"),
    "created_at": _("时间"),
    "declaration": _("利益关系声明"),
    "declared_at": _("声明时间"),
    "details": _("详情"),
    "due_on": _("期限"),
    "edited_at": _("修改时间"),
    "email": _("邮箱"),
    "file_name": _("文件名"),
    "finished_at": _("完成时间"),
    "frequency": _("接收频率"),
    "handed_in_at": _("交来时间"),
    "id": _("编号"),
    "kind": _("类型"),
    "language": _("语言"),
    "last_sign_in_at": _("上次登录"),
    "mobile": _("手机号"),
    "money_high": _("金额上限（万元）"),
    "money_low": _("金额或下限（万元）"),
    "name": _("姓名或名称"),
    "note": _("说明"),
    "number": _("编号"),
    "object_id": _("对象编号"),
    "object_kind": _("对象"),
    "organisation": lazy_pgettext("one of them", "单位"),
    "pairing_id": _("匹配编号"),
    "password_changed_at": _("上次修改密码"),
    "points": _("得分"),
    "project_id": _("凝炼项目编号"),
    "proposal_id": _("揭榜方案编号"),
    "purpose": _("用途"),
    "query": _("筛选条件"),
    "read_at": _("阅读时间"),
    "record_id": _("合作记录编号"),
    "request_id": _("服务申请编号"),
    "result": _("服务结果"),
    "role": _("角色"),
    "second_factor": _("两步验证"),
    "sent_at": _("发出时间"),
    "service_id": _("服务编号"),
    "side": _("哪一方"),
    "size": _("大小（字节）"),
    "status": _("状态"),
    "text": _("内容"),
    "title": _("名称"),
    "topic": _("通知类别"),
    "undertaking_id": _("保密承诺书编号"),
    "wish": _("希望对方做什么"),
    "word": _("评语"),
}
"""Headings of what is held about a person."""


def table_name(table: str) -> str:
    return object_name(table)


def closing_advice(error: OwnAccount | LastAdministrator | AlreadyErased) -> str:
    """Why an account cannot be closed for good."""
    if isinstance(error, OwnAccount):
        return str(gettext("不能注销自己的账号。请让另一位管理员办理。"))
    if isinstance(error, LastAdministrator):
        return str(gettext("这是最后一位管理员，注销后就没有人能管理系统了。请先指定另一位管理员。"))
    return str(gettext("这个账号已经注销。"))


def refusal(error: CodeTaken | LabelTaken) -> str:
    """Why a term cannot be so, for the field."""
    if isinstance(error, CodeTaken):
        return str(gettext("这个代码用过了。代码不能重复使用，停用的也不行，请换一个"))
    return str(gettext("这个列表里已经有同名的词条，请换一个名称，或恢复原有的词条"))


def counted(active: int, retired: int) -> str:
    """The size of a list in a few words."""
    said = str(ngettext("%(num)d 条", "%(num)d 条", active))
    return str(gettext("%(said)s，另有 %(n)s 条停用", said=said, n=retired)) if retired else said
