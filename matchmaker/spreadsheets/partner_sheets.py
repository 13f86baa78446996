"""Carriers, alliances, R&D bodies, the services of intermediaries and what was asked of them, as sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, pgettext
from sqlalchemy import select

from matchmaker.carriers import service as carriers
from matchmaker.carriers.service import AllianceFilter, BodyFilter, CarrierFilter
from matchmaker.intermediaries import service as intermediaries
from matchmaker.intermediaries.service import RequestFilter, ServiceFilter
from matchmaker.policy import Action, condition
from matchmaker.spreadsheets.sheets import Column, Kind, Opened, Sheet
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from matchmaker.work import Work
from models import Alliance, Carrier, ResearchBody, Service, ServiceRequest


def carriers_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    """The list, and on a second sheet how its member companies stand."""
    wanted = CarrierFilter.from_query(query)
    found = carriers.all_carriers(work, wanted)
    members = carriers.members_of_carriers(work, wanted)
    return Opened(
        found.total,
        [
            Sheet(gettext("创新载体"), _carrier(vocabulary), found.items),
            Sheet(gettext("成员单位"), _in_carrier(vocabulary), members.items),
        ],
    )


def alliances_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    """The list, and on a second sheet its members."""
    wanted = AllianceFilter.from_query(query)
    found = carriers.all_alliances(work, wanted)
    members = carriers.members_of_alliances(work, wanted)
    return Opened(
        found.total,
        [
            Sheet(gettext("产业技术创新战略联盟"), _alliance(work, vocabulary), found.items),
            Sheet(gettext("成员单位"), _in_alliance(), members.items),
        ],
    )


def bodies_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = carriers.all_bodies(work, BodyFilter.from_query(query))
    return Opened(found.total, [Sheet(gettext("企业研发机构"), _body(vocabulary), found.items)])


def services_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = intermediaries.all_services(work, ServiceFilter.from_query(query))
    return Opened(found.total, [Sheet(gettext("科技服务"), _service(vocabulary), found.items)])


def requests_of(work: Work, vocabulary: Vocabulary, query: Mapping[str, str]) -> Opened:
    found = intermediaries.all_requests(work, RequestFilter.from_query(query))
    return Opened(found.total, [Sheet(gettext("服务申请"), _request(work, vocabulary), found.items)])


def _carrier(vocabulary: Vocabulary) -> list[Column[Carrier]]:
    return [
        Column(gettext("载体名称"), lambda each: each.name, Kind.LONG),
        Column(gettext("载体类型"), lambda each: vocabulary.label("carrier_kind", each.kind)),
        Column(gettext("级别"), lambda each: label(each.level)),
        Column(gettext("认定年份"), lambda each: each.year, Kind.WHOLE),
        Column(gettext("所在县（市、区）"), lambda each: vocabulary.label("county", each.county)),
        Column(gettext("技术领域"), lambda each: vocabulary.label("field", each.field)),
        Column(gettext("主导产业"), lambda each: each.industry),
        Column(gettext("运营单位"), lambda each: each.operator.name if each.operator else None, Kind.LONG),
        _activity(),
        Column(gettext("简介"), lambda each: each.introduction, Kind.LONG),
    ]


def _in_carrier(vocabulary: Vocabulary) -> list[Column[Any]]:
    return [
        Column(gettext("载体名称"), lambda each: each.carrier.name, Kind.LONG),
        *_membership(),
        Column(gettext("阶段"), lambda each: vocabulary.label("member_stage", each.stage)),
    ]


def _alliance(work: Work, vocabulary: Vocabulary) -> list[Column[Alliance]]:
    readable = select(Alliance.id).where(condition(work.actor, Action.ALLIANCE_READ_AGREEMENT, Alliance))
    open_to_reader = frozenset(work.session.scalars(readable))

    def inner(heading: str, name: str, kind: Kind) -> Column[Alliance]:
        return Column(heading, lambda each: getattr(each, name) if each.id in open_to_reader else None, kind)

    return [
        Column(gettext("联盟名称"), lambda each: each.name, Kind.LONG),
        Column(gettext("级别"), lambda each: label(each.level)),
        Column(gettext("技术领域"), lambda each: vocabulary.label("field", each.field)),
        Column(gettext("理事长单位"), lambda each: each.lead.name, Kind.LONG),
        Column(gettext("成立日期"), lambda each: each.founded_on, Kind.DAY),
        _activity(),
        Column(gettext("简介"), lambda each: each.introduction, Kind.LONG),
        inner(gettext("联盟协议"), "agreement", Kind.LONG),
        inner(gettext("协议签订日期"), "agreed_on", Kind.DAY),
        inner(gettext("协议到期日期"), "agreement_until", Kind.DAY),
    ]


def _in_alliance() -> list[Column[Any]]:
    return [Column(gettext("联盟名称"), lambda each: each.alliance.name, Kind.LONG), *_membership()]


def _membership() -> list[Column[Any]]:
    return [
        Column(gettext("单位名称"), lambda each: each.organisation.name, Kind.LONG),
        Column(gettext("单位类型"), lambda each: label(each.organisation.kind)),
        Column(gettext("加入日期"), lambda each: each.since, Kind.DAY),
    ]


def _activity() -> Column[Any]:
    return Column(
        gettext("状态"), lambda each: str(gettext("运行中")) if each.active else str(gettext("已停止"))
    )


def _body(vocabulary: Vocabulary) -> list[Column[ResearchBody]]:
    return [
        Column(gettext("研发机构名称"), lambda each: each.name, Kind.LONG),
        Column(gettext("单位名称"), lambda each: each.organisation.name, Kind.LONG),
        Column(gettext("类型"), lambda each: vocabulary.label("research_body_kind", each.kind)),
        Column(gettext("级别"), lambda each: label(each.level)),
        Column(gettext("认定年份"), lambda each: each.year, Kind.WHOLE),
        Column(
            gettext("所在县（市、区）"), lambda each: vocabulary.label("county", each.organisation.county)
        ),
    ]


def _service(vocabulary: Vocabulary) -> list[Column[Service]]:
    return [
        Column(gettext("服务名称"), lambda each: each.title, Kind.LONG),
        Column(gettext("服务类型"), lambda each: vocabulary.label("service_kind", each.kind)),
        Column(gettext("服务机构"), lambda each: each.organisation.name, Kind.LONG),
        Column(gettext("状态"), lambda each: label(each.status)),
        Column(gettext("服务说明"), lambda each: each.description, Kind.LONG),
        Column(pgettext("column", "价格"), lambda each: label(each.money_kind)),
        Column(gettext("价格下限（万元）"), lambda each: each.money_low, Kind.MONEY),
        Column(gettext("价格上限（万元）"), lambda each: each.money_high, Kind.MONEY),
    ]


def _request(work: Work, vocabulary: Vocabulary) -> list[Column[ServiceRequest]]:
    """Of what a request is about, only the title: more of it is for whom its own list is open."""
    return [
        Column(gettext("编号"), lambda each: each.id, Kind.WHOLE),
        Column(gettext("服务名称"), lambda each: each.service.title, Kind.LONG),
        Column(gettext("服务类型"), lambda each: vocabulary.label("service_kind", each.service.kind)),
        Column(gettext("服务机构"), lambda each: each.service.organisation.name, Kind.LONG),
        Column(gettext("申请单位"), lambda each: each.requester.name, Kind.LONG),
        Column(gettext("为哪一项申请"), lambda each: each.about.title, Kind.LONG),
        Column(gettext("状态"), lambda each: label(each.status)),
        Column(gettext("申请时间"), lambda each: each.created_at, Kind.MOMENT),
        Column(gettext("受理时间"), lambda each: each.accepted_at, Kind.MOMENT),
        Column(gettext("办结时间"), lambda each: each.ended_at, Kind.MOMENT),
        Column(gettext("服务结果"), lambda each: each.result, Kind.LONG),
    ]
