"""Cells read as what their column holds: a value, what was repaired on the way, or why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from matchmaker.organisations.naming import plain_code, plain_name
from matchmaker.spreadsheets import amounts, days, lines, terms, values
from matchmaker.spreadsheets.amounts import Amount
from matchmaker.spreadsheets.import_fields import As, Field
from matchmaker.spreadsheets.reading import LONGEST_CELL, Cell
from matchmaker.spreadsheets.values import Unread
from matchmaker.vocabulary.service import Vocabulary
from models import MoneyKind, OrganisationKind, Urgency

Choices = Sequence[tuple[str, str]]
Note = tuple[str, str, Mapping[str, Any]]
"""(field, code, details): worded by import_wording when it is shown."""

PHONE, EMAIL = re.compile(r"[0-9+\-() /、,;转]{5,40}"), re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

OTHER_LISTS: Mapping[str, Choices] = {
    # Lists that are none of the vocabulary's, in the words of the forms.
    "organisation_kind": (
        (OrganisationKind.ENTERPRISE.value, "企业"),
        (OrganisationKind.UNIVERSITY.value, "高校"),
        (OrganisationKind.INSTITUTE.value, "科研院所"),
        (OrganisationKind.INTERMEDIARY.value, "科技中介服务机构"),
    ),
    "urgency": (
        (Urgency.NORMAL.value, "一般"),
        (Urgency.URGENT.value, "紧急"),
        (Urgency.BLOCKING.value, "卡脖子"),
    ),
}
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "organisation_kind": {"公司": "enterprise", "工厂": "enterprise", "大学": "university", "学院": "university", "高等院校": "university", "高等学校": "university", "院校": "university", "研究所": "institute", "研究院": "institute", "科研院": "institute", "科研机构": "institute", "科研单位": "institute", "中介": "intermediary", "中介机构": "intermediary", "科技中介机构": "intermediary", "科技服务机构": "intermediary"},
    "urgency": {"普通": "normal", "正常": "normal", "不急": "normal", "急": "urgent", "紧迫": "urgent", "很急": "urgent", "特急": "urgent", "非常紧急": "urgent", "是": "blocking", "否": "normal"},
    "field": {
        "电子信息技术": "1", "信息技术": "1", "新一代信息技术": "1", "电子": "1",
        "生物与新医药技术": "2", "生物医药": "2", "医药": "2", "航空航天技术": "3", "新材料技术": "4", "材料": "4",
        "高技术服务业": "5", "新能源及节能": "6", "新能源与节能技术": "6", "新能源及节能技术": "6", "新能源": "6",
        "资源与环境技术": "7", "资源环境": "7", "节能环保": "7", "环保": "7",
        "先进制造": "8", "先进制造业": "8", "高新技术改造传统产业": "8", "高端装备": "8", "高端装备制造": "8", "智能制造": "8", "装备制造": "8",
        "农业": "9", "现代农业技术": "9",
    },
    "need": {"研发": "research", "技术研究": "research", "技术攻关": "research", "关键技术攻关": "research", "新产品": "product", "新产品开发": "product", "产品研发": "product", "工艺": "process", "工艺改造": "process", "工艺优化": "process", "技术改造": "equipment", "设备": "equipment", "设备改造": "equipment", "检测": "testing", "检测检验": "testing", "检验": "testing", "人才": "talent", "人才需求": "talent", "引进人才": "talent", "其它": "other"},
    "stage": {"实验室阶段": "laboratory", "实验室研究": "laboratory", "小试": "laboratory", "小试阶段": "laboratory", "中试阶段": "pilot", "小批量生产": "small_batch", "批量生产": "small_batch", "小批量阶段": "small_batch", "量产": "industrialised", "产业化阶段": "industrialised", "已产业化": "industrialised"},
    "capability_kind": {"成果": "result", "技术成果": "result", "技术": "result", "平台": "platform", "仪器": "platform", "仪器设备": "platform", "团队": "team", "科研团队": "team", "发明专利": "patent", "人才": "expert"},
    "mode": {
        "技术引进": "talent", "人才引进": "talent", "引进人才": "talent", "引进技术": "talent", "技术人才引进": "talent",
        "招标": "call", "技术招标": "call", "揭榜挂帅": "call", "揭榜": "call", "张榜": "call",
        "咨询": "consulting", "技术咨询": "consulting", "服务": "services", "技术服务": "services",
        "共建平台": "joint_body", "共建实验室": "joint_body", "共建研发平台": "joint_body", "共建研发中心": "joint_body", "联合实验室": "joint_body", "共建联合实验室": "joint_body",
        "委托研发": "commissioned", "委托研究": "commissioned", "技术开发": "commissioned", "定制开发": "commissioned",
        "合作研发": "joint_rd", "联合研发": "joint_rd", "联合开发": "joint_rd", "共同研发": "joint_rd", "产学研合作": "joint_rd", "联合攻关": "joint_rd",
        "成果转让与许可": "transfer", "成果转让": "transfer", "转让": "transfer", "许可": "transfer", "技术转让": "transfer", "技术许可": "transfer", "专利转让": "transfer", "专利许可": "transfer", "成果转化": "transfer",
        "技术入股": "equity", "入股": "equity", "技术作价入股": "equity", "作价投资": "equity",
        "检测": "testing", "中试": "testing", "检验检测": "testing", "委托检测": "testing",
    },
    "contract_category": {
        "技术开发": "development_commissioned", "委托开发": "development_commissioned", "委托研发": "development_commissioned", "技术开发委托开发": "development_commissioned", "委托技术开发": "development_commissioned",
        "合作开发": "development_joint", "合作研发": "development_joint", "技术开发合作开发": "development_joint", "合作技术开发": "development_joint",
        "转让": "transfer", "专利权转让": "transfer", "许可": "licence", "专利实施许可": "licence", "专利许可": "licence", "咨询": "consulting", "服务": "service",
        "技术转让合同": "transfer", "技术许可合同": "licence", "技术咨询合同": "consulting", "技术服务合同": "service", "委托开发合同": "development_commissioned", "合作开发合同": "development_joint",
    },
    "programme": {"节能环保": "environment", "信息化": "it", "新能源": "energy"},
}  # fmt: skip


@dataclass
class Row:
    """What a row says: values by field, as JSON holds them, and notes on them."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Note] = field(default_factory=list)
    repairs: list[Note] = field(default_factory=list)

    def wrong(self, name: str, code: str, **details: Any) -> None:
        self.faults.append((name, code, details))

    def repaired(self, name: str, code: str, **details: Any) -> None:
        self.repairs.append((name, code, details))

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")


class Lists:
    """The lists by which cells are read, in Chinese: that is what tables are written in."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._kept: dict[str, Choices] = dict(OTHER_LISTS)

    def choices(self, name: str) -> Choices:
        if name not in self._kept:
            self._kept[name] = self._vocabulary.choices(name)
        return self._kept[name]

    def label(self, name: str, code: str) -> str:
        return dict(self.choices(name)).get(code, code)

    def parent(self, subfield: str) -> str | None:
        return self._vocabulary.parent("subfield", subfield)


def read(
    row: Row,
    asked: Field,
    cell: Cell,
    unit: Decimal | None,
    lists: Lists,
    today: date,
    unit_above: bool = False,
) -> None:
    """Put into the row what a cell that is not empty says; `unit_above`: the unit stands above the heading only."""
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        row.wrong(asked.name, "too_long", most=asked.most or LONGEST_CELL, count=len(cell))
        return
    of_cell = _Asked(row, asked, unit, lists, today, unit_above)
    if asked.read in _SAY_NOTHING and _SAY_NOTHING[asked.read](cell):
        of_cell.repaired("as_empty", given=_short(cell))
        return
    _READERS[asked.read](of_cell, cell)


@dataclass(frozen=True)
class _Asked:
    row: Row
    field: Field
    unit: Decimal | None
    lists: Lists
    today: date
    unit_above: bool = False

    def put(self, value: Any) -> None:
        self.row.values[self.field.name] = value

    def wrong(self, code: str, **details: Any) -> None:
        self.row.wrong(self.field.name, code, **details)

    def repaired(self, code: str, **details: Any) -> None:
        self.row.repaired(self.field.name, code, **details)


def _text(asked: _Asked, cell: Cell) -> None:
    text = (
        cell.replace("\r\n", "\n").replace("\x00", "").strip()
        if isinstance(cell, str)
        else values.plain(cell)
    )
    asked.put(text)
    if asked.field.most and len(text) > asked.field.most and asked.field.name not in ("title", "statement"):
        asked.wrong("too_long", most=asked.field.most, count=len(text))


def _term(asked: _Asked, cell: Cell) -> None:
    name, choices = asked.field.list, asked.lists.choices(asked.field.list)
    found = _meant(name, cell, choices)
    if found is None:
        asked.repaired("not_in_list", given=_short(cell))
        return
    asked.put(int(found.value) if name == "trl" else found.value)
    if not found.certain:
        asked.repaired("read_as", given=_short(cell), value=asked.lists.label(name, found.value))


def _meant(name: str, cell: Cell, choices: Choices) -> values.Reading[str] | None:
    return terms.term(_level(cell) if name == "trl" else cell, choices, SYNONYMS.get(name))


def _level(cell: Cell) -> Cell:
    """TRL7, 7级, 第七级: the level's code."""
    found = re.search(r"[1-9]", values.plain(cell))
    return found[0] if found and len(values.plain(cell)) <= 6 else cell


def _terms(asked: _Asked, cell: Cell) -> None:
    name = asked.field.list
    found = terms.terms(cell, asked.lists.choices(name), SYNONYMS.get(name))
    if found.value:
        asked.put(found.value)
    if not found.certain:
        labels = [asked.lists.label(name, code) for code in found.value]
        if labels:
            asked.repaired("read_as", given=_short(cell), value="、".join(labels))
        else:
            asked.repaired("not_in_list", given=_short(cell))


def _county(asked: _Asked, cell: Cell) -> None:
    found = terms.county(cell, asked.lists.choices("county"))
    if found is None:
        asked.repaired("not_in_list", given=_short(cell))
        return
    asked.put(found.value)
    label = asked.lists.label("county", found.value)
    if not found.certain or values.plain(cell) not in (label, found.value):
        asked.repaired("read_as", given=_short(cell), value=label)


def _money(asked: _Asked, cell: Cell) -> None:
    found = amounts.amount(cell, asked.unit)
    if isinstance(found, Unread):
        asked.wrong(found.value, given=_short(cell))
        return
    held = _held(found.value)
    asked.put([held.kind.value, *(None if each is None else str(each) for each in (held.low, held.high))])
    _note_amount(asked, cell, found, held)


def _held(amount: Amount) -> Amount:
    """As postings hold it: 不超过 begins at nothing, and 以上, which no posting can hold, is its least."""
    if amount.kind is MoneyKind.RANGE and amount.low is None:
        return replace(amount, low=Decimal("0.00"))
    if amount.kind is MoneyKind.RANGE and amount.high is None:
        return replace(amount, kind=MoneyKind.EXACT)
    return amount


def _wan(asked: _Asked, cell: Cell) -> None:
    found = amounts.amount(cell, asked.unit)
    if isinstance(found, Unread) or found.value.kind is not MoneyKind.EXACT:
        fault = found if isinstance(found, Unread) and found is not Unread.AMOUNT else "one_amount"
        asked.wrong(str(fault), given=_short(cell))
        return
    asked.put(str(found.value.low))
    _note_amount(asked, cell, found, found.value)


def _note_amount(asked: _Asked, cell: Cell, found: values.Reading[Amount], held: Amount) -> None:
    """Say what a cell was read as where its unit was not written in it or in its heading, or something was guessed."""
    shown: dict[str, Any] = {"given": _short(cell), "low": _figure(held.low), "high": _figure(held.high)}
    if asked.unit_above and asked.unit is not None and amounts.amount(cell, None) != found:
        asked.repaired("amount_above", unit=values.unit_name(asked.unit), **shown)
    elif held != found.value:
        asked.repaired("amount_from", **shown)
    elif not found.certain or asked.unit not in (None, Decimal(1)):
        asked.repaired("amount", **shown)


def _day(asked: _Asked, cell: Cell) -> None:
    found = days.day(cell, asked.today)
    if isinstance(found, Unread):
        asked.wrong(found.value, given=_short(cell))
        return
    asked.put(found.value.isoformat())
    if not found.certain:
        asked.repaired("day", given=_short(cell), value=found.value.isoformat())


def _name(asked: _Asked, cell: Cell) -> None:
    asked.put((plain_name(values.plain(cell)) or "")[: asked.field.most])


def _code(asked: _Asked, cell: Cell) -> None:
    code = plain_code(values.plain(cell)) or ""
    asked.put(code[: asked.field.most])
    try:
        uscc.validate(code)
    except InvalidChecksum:
        asked.wrong("code_checksum", given=_short(cell))
    except ValidationError:
        asked.wrong("bad_code", given=_short(cell))


def _phone(asked: _Asked, cell: Cell) -> None:
    phone = values.plain(cell)
    asked.put(phone[: asked.field.most])
    if not PHONE.fullmatch(phone):
        asked.wrong("bad_phone", given=_short(cell))


def _email(asked: _Asked, cell: Cell) -> None:
    email = values.plain(cell)
    asked.put(email[: asked.field.most])
    if not EMAIL.fullmatch(email) or len(email) > asked.field.most:
        asked.wrong("bad_email", given=_short(cell))


def _targets(asked: _Asked, cell: Cell) -> None:
    """Rows where each line is one; else the text as it is."""
    if rows := lines.targets(str(cell)):
        asked.put(rows)
        return
    asked.row.values["targets_text"] = "\n".join(
        each for each in (asked.row.text("targets_text"), str(cell).strip()) if each
    )


def _patents(asked: _Asked, cell: Cell) -> None:
    asked.put(lines.patents(str(cell), asked.lists.choices("patent_kind")))


def _nothing(asked: _Asked, cell: Cell) -> None:
    return


def _short(cell: Cell) -> str:
    text = values.plain(cell).replace("\n", " ")
    return text if len(text) <= 40 else text[:39] + "…"


def _figure(amount: Decimal | None) -> str:
    return (
        ""
        if amount is None
        else f"{amount:f}".rstrip("0").rstrip(".")
        if "." in f"{amount:f}"
        else f"{amount:f}"
    )


_SAY_NOTHING: Mapping[As, Callable[[Cell], bool]] = {
    # Words in which people leave such a cell empty.
    As.MONEY: amounts.says_nothing,
    As.WAN: amounts.says_nothing,
    As.DAY: days.says_nothing,
}
_READERS: Mapping[As, Callable[[_Asked, Cell], None]] = {
    As.TEXT: _text,
    As.TERM: _term,
    As.TERMS: _terms,
    As.COUNTY: _county,
    As.MONEY: _money,
    As.WAN: _wan,
    As.DAY: _day,
    As.NAME: _name,
    As.CODE: _code,
    As.PHONE: _phone,
    As.EMAIL: _email,
    As.TARGETS: _targets,
    As.PATENTS: _patents,
    As.IGNORED: _nothing,
}
