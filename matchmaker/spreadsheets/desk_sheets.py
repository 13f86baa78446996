"""The other lists of the desk as sheets: the board of pairings, organisations, accounts, calls, the audit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import gettext, pgettext
from sqlalchemy import select

from matchmaker.accounts import directory
from matchmaker.accounts.directory import AccountFilter
from matchmaker.audit import reading as audit
from matchmaker.audit.detail_wording import details_in_words
from matchmaker.audit.wording import action_name, object_name
from matchmaker.belonging import Belonging
from matchmaker.calls import reading as calls
from matchmaker.calls import wording as call_wording
from matchmaker.calls.reading import Stage
from matchmaker.engine import strength
from matchmaker.organisations import service as organisations
from matchmaker.organisations.service import OrganisationFilter
from matchmaker.pairings import service as pairings
from matchmaker.pairings.service import QueueFilters
from matchmaker.policy import Action, condition
from matchmaker.spreadsheets.sheets import Cell, Column, Kind, Opened, Sheet
from matchmaker.spreadsheets.writing import one_line
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import STRENGTHS, label
from matchmaker.work import Work
from models import AuditEvent, Call, Organisation, Pairing, User


def pairings_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    """The board, as a list in the state that is looked at or, as columns, in every state."""
    found = pairings.every(work, QueueFilters.of(query))
    return Opened(found.total, [Sheet(gettext("匹配"), _pairing(work, vocabulary), found.items)])


def organisations_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = organisations.every(work, OrganisationFilter.from_query(query))
    return Opened(
        found.total, [Sheet(pgettext("list", "单位"), _organisation(work, vocabulary), found.items)]
    )


def accounts_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = directory.every(work, AccountFilter.from_query(query))
    return Opened(found.total, [Sheet(gettext("账号"), _account(), found.items)])


def calls_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    stage = query.get("stage", "")
    asked = Stage(stage) if stage in list(Stage) else Stage.OPEN
    found = calls.every(work, asked, Belonging.from_query(query))
    return Opened(found.total, [Sheet(gettext("难题招标"), _call(work, vocabulary), found.items)])


def every_call(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    """All tabs, a sheet each."""
    found = {stage: calls.every(work, stage) for stage in Stage}
    sheets = [
        Sheet(str(call_wording.STAGES[stage]), _call(work, vocabulary), rows.items)
        for stage, rows in found.items()
    ]
    return Opened(sum(rows.total for rows in found.values()), sheets)


def audit_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = audit.every(work, audit.Filters.from_query(query))
    return Opened(found.total, [Sheet(gettext("审计记录"), _event(vocabulary), found.items)])


def _pairing(work: Work, vocabulary: Vocabulary) -> list[Column[Pairing]]:
    return [
        Column(gettext("编号"), lambda each: each.id, Kind.WHOLE),
        Column(gettext("状态"), lambda each: label(each.status)),
        Column(gettext("匹配程度"), lambda each: str(STRENGTHS[strength(each.score)])),
        Column(gettext("匹配度"), lambda each: Decimal(str(round(each.score, 4))), Kind.SHARE),
        Column(gettext("难题名称"), lambda each: each.problem.title, Kind.LONG),
        Column(gettext("难题单位"), lambda each: each.problem.organisation.name, Kind.LONG),
        Column(gettext("技术领域"), lambda each: vocabulary.label("field", each.problem.field)),
        Column(gettext("难题所在地"), lambda each: vocabulary.label("county", each.problem.county)),
        Column(gettext("成果名称"), lambda each: each.capability.title, Kind.LONG),
        Column(gettext("成果单位"), lambda each: each.capability.organisation.name, Kind.LONG),
        Column(gettext("技术成熟度"), lambda each: each.capability.trl, Kind.WHOLE),
        Column(gettext("不合适的原因"), lambda each: vocabulary.label("dismissal", each.dismissal)),
        Column(gettext("原因说明"), lambda each: each.dismissal_note, Kind.LONG),
        Column(gettext("经办人"), lambda each: each.broker.name if each.broker else None),
        Column(gettext("推荐时间"), lambda each: each.created_at, Kind.MOMENT),
        Column(gettext("进入这一状态的时间"), lambda each: each.changed_at, Kind.MOMENT),
        Column(gettext("停留天数"), lambda each: max(0, (work.now() - each.changed_at).days), Kind.WHOLE),
    ]


def _organisation(work: Work, vocabulary: Vocabulary) -> list[Column[Organisation]]:
    readable = select(Organisation.id).where(
        condition(work.actor, Action.ORGANISATION_READ_CONTACT, Organisation)
    )
    known = frozenset(work.session.scalars(readable))

    def inner(heading: str, name: str) -> Column[Organisation]:
        return Column(heading, lambda each: getattr(each, name) if each.id in known else None)

    def tags(each: Organisation) -> str:
        return "、".join(vocabulary.label("organisation_tag", tag) for tag in each.tags)

    columns: list[Column[Organisation]] = [
        Column(gettext("单位名称"), lambda each: each.name, Kind.LONG),
        inner(gettext("统一社会信用代码"), "code"),
        Column(gettext("单位类型"), lambda each: label(each.kind)),
        Column(gettext("所在县（市、区）"), lambda each: vocabulary.label("county", each.county)),
        Column(gettext("所属行业"), lambda each: vocabulary.label("industry", each.industry)),
        Column(gettext("单位标签"), tags, Kind.LONG),
        Column(gettext("单位简介"), lambda each: each.introduction, Kind.LONG),
        Column(gettext("地址"), lambda each: each.address, Kind.LONG),
        inner(gettext("联系人"), "contact_name"),
        inner(gettext("联系电话"), "contact_phone"),
        inner(gettext("电子邮箱"), "contact_email"),
    ]
    if work.person.is_staff:
        columns += [
            Column(gettext("审核"), lambda each: label(each.status)),
            Column(gettext("未通过的原因"), lambda each: each.reject_reason, Kind.LONG),
            Column(gettext("注册时间"), lambda each: each.created_at, Kind.MOMENT),
            Column(gettext("通过审核的时间"), lambda each: each.verified_at, Kind.MOMENT),
        ]
    return columns


def _account() -> list[Column[User]]:
    return [
        Column(gettext("姓名"), lambda each: each.name),
        Column(gettext("邮箱"), lambda each: each.email, Kind.LONG),
        Column(gettext("手机号"), lambda each: each.mobile),
        Column(gettext("角色"), lambda each: label(each.role)),
        Column(gettext("单位名称"), lambda each: each.organisation.name, Kind.LONG),
        Column(
            gettext("状态"), lambda each: str(gettext("使用中")) if each.active else str(gettext("已停用"))
        ),
        Column(gettext("上次登录"), lambda each: each.last_sign_in_at, Kind.MOMENT),
        Column(gettext("开通时间"), lambda each: each.created_at, Kind.MOMENT),
    ]


def _call(work: Work, vocabulary: Vocabulary) -> list[Column[Call]]:
    def criteria(call: Call) -> str:
        return one_line([f"{each.name} {each.weight}" for each in call.criteria])

    def winner(call: Call) -> Cell:
        found = calls.winner_of(work, call)
        return found.name if found else None

    return [
        Column(gettext("编号"), lambda call: call.id, Kind.WHOLE),
        Column(gettext("招标名称"), lambda call: call.title, Kind.LONG),
        Column(gettext("状态"), lambda call: label(call.status)),
        Column(gettext("难题名称"), lambda call: call.problem.title, Kind.LONG),
        Column(gettext("难题单位"), lambda call: call.problem.organisation.name, Kind.LONG),
        Column(gettext("技术领域"), lambda call: vocabulary.label("field", call.problem.field)),
        Column(gettext("揭榜金额（万元）"), lambda call: call.reward, Kind.MONEY),
        Column(gettext("揭榜要求"), lambda call: call.requirements, Kind.LONG),
        Column(gettext("谁可以揭榜"), lambda call: label(call.answerers), Kind.LONG),
        Column(gettext("评审标准"), criteria, Kind.LONG),
        Column(gettext("发布时间"), lambda call: call.published_at, Kind.MOMENT),
        Column(gettext("截止时间"), lambda call: call.closes_at, Kind.MOMENT),
        Column(gettext("公示时间"), lambda call: call.announced_at, Kind.MOMENT),
        Column(gettext("中榜单位"), winner, Kind.LONG),
    ]


def _event(vocabulary: Vocabulary) -> list[Column[AuditEvent]]:
    def details(event: AuditEvent) -> str:
        return one_line([f"{name}：{value}" for name, value in details_in_words(event, vocabulary)])

    return [
        Column(gettext("序号"), lambda event: event.id, Kind.WHOLE),
        Column(gettext("时间"), lambda event: event.at, Kind.MOMENT),
        Column(gettext("人员"), lambda event: event.actor_name or str(gettext("访客或系统"))),
        Column(gettext("事项"), lambda event: action_name(event.action), Kind.LONG),
        Column(gettext("对象"), lambda event: object_name(event.object_kind)),
        Column(gettext("对象编号"), lambda event: event.object_id, Kind.WHOLE),
        Column(gettext("详情"), details, Kind.LONG),
        Column(gettext("来自"), lambda event: event.address),
        Column(gettext("校验值"), lambda event: event.hash, Kind.LONG),
    ]
