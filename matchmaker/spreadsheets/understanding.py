"""A row as a whole: its cells, whose it is, and what can be told from elsewhere where a cell is empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from matchmaker.cooperation.service import RecordTerms, faults
from matchmaker.spreadsheets import cells, dividing, money_columns
from matchmaker.spreadsheets.cells import Lists, Row
from matchmaker.spreadsheets.directory import Directory, Known
from matchmaker.spreadsheets.dividing import SHORTEST_TEXT, SHORTEST_TITLE
from matchmaker.spreadsheets.headings import Column
from matchmaker.spreadsheets.import_fields import FIELDS
from matchmaker.spreadsheets.reading import Cell, Line
from matchmaker.spreadsheets.terms import county
from models import ImportKind, OrganisationKind, PartyRole, User

RECORD_DAYS = ("registered_on", "signed_on", "starts_on", "ends_on")
SAID_ONCE = (
    "organisation",
    "county",
    "address",
    "industry",
    "contact_name",
    "contact_phone",
    "contact_email",
)
"""What a merged cell says once for all rows beside it."""
RECORD_TEXTS = ("contract_number", "registration_number", "leader_a", "leader_b")
USUAL_MODE, USUAL_NEED = "commissioned", "research"

_NEED_WORDS = (("testing", "检测|检验|测试"), ("talent", "人才|引进专家"), ("process", "工艺"), ("equipment", "设备|装备|自动化|产线"), ("product", "产品|研制"))  # fmt: skip
_INDUSTRY_WORDS = (
    ("C36", "汽车|零部件"), ("C27", "制药|医药|药业"), ("C26", "化工|化学|新材料"), ("C17", "纺织"), ("C18", "服装|服饰"),
    ("C15", "茶|酒"), ("C14", "食品"), ("C38", "电气|电器|电池|电缆"), ("C39", "电子|芯片|半导体|光电"), ("C40", "仪器|仪表|传感"),
    ("C37", "船舶|航空|轨道"), ("C29", "塑料|橡胶|塑胶"), ("C31", "钢铁|特钢"), ("C32", "铝|铜|有色"), ("C30", "建材|玻璃|陶瓷|水泥"),
    ("C22", "造纸|纸业"), ("C23", "印刷"), ("N77", "环保|环境"), ("I65", "软件|信息|网络|数据"), ("A03", "养殖|畜牧"),
    ("A01", "农业|种植|种业"), ("C33", "金属|五金"), ("C35", "设备|装备"), ("C34", "机械|机电|机床"),
)  # fmt: skip
_KIND_WORDS = ((OrganisationKind.INSTITUTE, "研究院|研究所|研究中心|科学院"), (OrganisationKind.UNIVERSITY, "大学|学院|学校"), (OrganisationKind.INTERMEDIARY, "事务所|生产力促进|技术转移中心|孵化"))  # fmt: skip
_DEVELOPMENT = {"development_commissioned": "commissioned", "development_joint": "joint_rd"}
_CATEGORY_MODES = {
    **_DEVELOPMENT,
    "transfer": "transfer",
    "licence": "transfer",
    "consulting": "consulting",
    "service": "services",
}


@dataclass
class Context:
    """What the rows of one table are read with."""

    kind: ImportKind
    columns: tuple[Column, ...]
    lists: Lists
    today: date
    actor: User
    owner: Known | None
    """Whose all rows are; None: each names its own."""
    organisations: Directory
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fields = {each.name: each for each in FIELDS[self.kind]}

    @property
    def money_in_columns(self) -> bool:
        """Whether limits stand in columns of their own."""
        return any(each.field in (money_columns.LOW, money_columns.HIGH) for each in self.columns)

    def known(self, row: Row, field: str) -> Known | None:
        """Whom the field names; said at the row where that is nobody."""
        return self.organisations.named_in(row, field, but_bureau=self.kind is ImportKind.RECORD)


def filled(context: Context, line: Line) -> Line:
    """With what merged cells say once for several rows in its cells too: so it is given back. `merged`: what was put in."""
    said = {
        place: cell
        for place, cell in line.merged.items()
        if place < len(context.columns)
        and context.columns[place].field in SAID_ONCE
        and (place >= len(line.cells) or line.cells[place] is None)
    }
    width = max(len(line.cells), *(place + 1 for place in said)) if said else 0
    cells = (
        said.get(place, line.cells[place] if place < len(line.cells) else None) for place in range(width)
    )
    return replace(line, cells=tuple(cells) if said else line.cells, merged=said)


def understood(context: Context, line: Line) -> Row:
    """What a row of `filled` says, with faults and repairs. What only the engine can guess is still missing."""
    row = Row()
    money: dict[str, tuple[Column, Cell]] = {}
    apart = context.money_in_columns

    def read(row: Row, column: Column, cell: Cell) -> None:
        asked = context.fields[str(column.field)]
        cells.read(row, asked, cell, column.unit, context.lists, context.today, unit_above=column.unit_above)

    for place, (column, cell) in enumerate(zip(context.columns, line.cells, strict=False)):
        if place in line.merged:
            row.repaired(str(column.field), "from_above", value=str(line.merged[place]))
        if column.field is None or cell is None:
            continue
        if apart and column.field in money_columns.COLUMNS:
            money[column.field] = column, cell
        else:
            read(row, column, cell)
    if money:
        money_columns.read(row, money, read)
    _COMPLETE[context.kind](context, row)
    for each in FIELDS[context.kind]:
        told = any(name == each.name for name, _, _ in row.faults)
        if each.needed and not row.values.get(each.name) and not told:
            row.wrong(each.name, "needed")
    return row


def _organisation(context: Context, row: Row) -> None:
    name = row.text("name")
    if name and len(name) < SHORTEST_TITLE:
        row.wrong("name", "too_short", least=SHORTEST_TITLE)
    if not row.values.get("kind") and name:
        kinds = (kind for kind, words in _KIND_WORDS if re.search(words, name))
        kind = next(kinds, OrganisationKind.ENTERPRISE).value
        row.values["kind"] = kind
        row.repaired("kind", "by_name", value=context.lists.label("organisation_kind", kind))
    _place(context, row, None)


def _problem(context: Context, row: Row) -> None:
    owner = _owner(context, row)
    dividing.divide(row)
    dividing.name(row, "statement")
    dividing.texts(row)
    if not row.values.get("need"):
        text = row.text("title")
        need = next((need for need, words in _NEED_WORDS if re.search(words, text)), USUAL_NEED)
        row.values["need"] = need
        row.repaired("need", "by_title", value=context.lists.label("need", need))
    _field(context, row)
    _industry(context, row, owner)
    _place(context, row, owner)
    if owner is not None and not row.values.get("county"):  # of an unknown one it may be known
        row.wrong("county", "needed")
    _modes(context, row)
    _wanted_by(context, row)
    _posting(context, row, owner)


def _wanted_by(context: Context, row: Row) -> None:
    """The end of next year where nothing is said, which a word like 尽快 is too; of a day that was not read, nothing."""
    if any(name == "wanted_by" for name, _, _ in row.faults):
        return
    value = row.text("wanted_by")
    if value and date.fromisoformat(value) <= context.today:
        row.wrong("wanted_by", "past_day", value=value)
    elif not value:
        empty = next((each for each in row.repairs if each[:2] == ("wanted_by", "as_empty")), None)
        details = dict(empty[2]) if empty else {}
        if empty:
            row.repairs.remove(empty)
        row.values["wanted_by"] = date(context.today.year + 1, 12, 31).isoformat()
        row.repaired("wanted_by", "usual", value=row.values["wanted_by"], **details)


def _capability(context: Context, row: Row) -> None:
    owner = _owner(context, row)
    dividing.name(row, "summary")
    if 0 < len(row.text("summary")) < SHORTEST_TEXT:
        row.wrong("summary", "too_short", least=SHORTEST_TEXT)
    if extra := row.values.pop("targets_text", ""):
        row.values["application"] = f"{row.text('application')}\n{extra}".strip()
        row.repaired("targets", "moved", to="application")
    if not row.values.get("kind"):
        row.values["kind"] = "result"
        row.repaired("kind", "usual", value=context.lists.label("capability_kind", "result"))
    if not row.values.get("trl") and row.values["kind"] in ("result", "patent"):
        row.wrong("trl", "needed")
    _field(context, row)
    _modes(context, row)
    _place(context, row, None)
    _posting(context, row, owner)


def _record(context: Context, row: Row) -> None:
    parties = []
    for name, role in (("party_a", PartyRole.A), ("party_b", PartyRole.B), ("party_c", PartyRole.C)):
        if not row.values.get(name):
            continue
        known = context.known(row, name)
        if known is None:
            continue
        row.values[name] = known.name
        if not known.verified:
            row.wrong(name, "not_verified", given=known.name)
        else:
            row.values[f"{name}_id"] = known.id
            parties.append((role, known.id))
    _mode(context, row)
    if row.values.get("signed_on") and not row.values.get("contract_category"):
        row.wrong("contract_category", "needed_to_sign")
    for name, fault in () if row.faults else faults(terms_of_row(row.values), context.today):
        row.wrong("party_b" if name == "parties" else name, "terms", fault=fault.value)


def _mode(context: Context, row: Row) -> None:
    """Mode and category say much the same: what is not said is taken from the other, and 技术开发 is told by the mode."""
    category, mode = row.text("contract_category"), row.text("mode")
    guessed = [each for each in row.repairs if each[:2] == ("contract_category", "read_as")]
    if guessed and category in _DEVELOPMENT and mode in _DEVELOPMENT.values():
        meant = next(code for code, each in _DEVELOPMENT.items() if each == mode)
        row.values["contract_category"] = meant
        row.repairs.remove(guessed[0])
        label = context.lists.label("contract_category", meant)
        row.repaired("contract_category", "read_as", given=guessed[0][2]["given"], value=label)
    if not mode and category in _CATEGORY_MODES:
        row.values["mode"] = _CATEGORY_MODES[category]
        label = context.lists.label("mode", row.values["mode"])
        row.repaired("mode", "by_category", value=label, **({"unsure": True} if guessed else {}))
    if not row.values.get("mode"):
        row.wrong("mode", "needed")


def terms_of_row(values: Mapping[str, Any]) -> RecordTerms:
    """The terms that a good row of a table of records says."""
    given: dict[str, Any] = {name: _day(values.get(name)) for name in RECORD_DAYS}
    given |= {name: _wan(values.get(name)) for name in ("amount", "technology_amount")}
    given |= {name: str(values.get(name) or "") for name in RECORD_TEXTS}
    parties = tuple(
        (role, int(values[f"party_{role.value}_id"]))
        for role in (PartyRole.A, PartyRole.B, PartyRole.C)
        if values.get(f"party_{role.value}_id")
    )
    return RecordTerms(
        title=str(values.get("title") or ""),
        mode=str(values.get("mode") or ""),
        contract_category=values.get("contract_category"),
        programme=values.get("programme"),
        field=values.get("field"),
        parties=parties,
        paid=_wan(values.get("paid")) or Decimal(0),
        **given,
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _wan(value: Any) -> Decimal | None:
    return Decimal(value) if value else None


def _owner(context: Context, row: Row) -> Known | None:
    name = row.text("organisation")
    known: Known | None
    if context.owner is not None:
        known = context.owner
        if name and context.organisations.called(name) != known:
            row.wrong("organisation", "not_own", given=name)
        name = known.name
    else:
        if not name:
            row.wrong("organisation", "needed_in_each")
        known = context.known(row, "organisation") if name else None
        name = known.name if known else name
    row.values["organisation"] = name
    if known is not None:
        row.values["organisation_id"] = known.id
        if not known.verified:
            row.wrong("organisation", "not_verified", given=known.name)
    return known


def _field(context: Context, row: Row) -> None:
    second = row.text("subfield")
    parent = context.lists.parent(second) if second else None
    if parent and not row.values.get("field"):
        row.values["field"] = parent
    elif parent and parent != row.values["field"]:
        label = context.lists.label("subfield", row.values.pop("subfield"))
        row.repaired("subfield", "not_of_field", given=label)


def _industry(context: Context, row: Row, owner: Known | None) -> None:
    """The organisation's; else by words in its name, and then in the title."""
    if row.values.get("industry"):
        return
    if owner is not None and owner.industry:
        row.values["industry"] = owner.industry
        row.repaired("industry", "of_organisation", value=context.lists.label("industry", owner.industry))
        return
    for name in (row.text("organisation"), row.text("title")):
        found = next((code for code, words in _INDUSTRY_WORDS if re.search(words, name)), None)
        if found and found in dict(context.lists.choices("industry")):
            row.values["industry"] = found
            row.repaired("industry", "by_name", value=context.lists.label("industry", found))
            return
    if owner is not None:
        row.wrong("industry", "needed_of_organisation")


def _place(context: Context, row: Row, owner: Known | None) -> None:
    if row.values.get("county"):
        return
    found = county(row.text("address"), context.lists.choices("county")) if row.text("address") else None
    if found is not None:
        row.values["county"] = found.value
        row.repaired("county", "by_address", value=context.lists.label("county", found.value))
    elif owner is not None and owner.county:
        row.values["county"] = owner.county
        row.repaired("county", "of_organisation", value=context.lists.label("county", owner.county))


def _modes(context: Context, row: Row) -> None:
    if not row.values.get("modes"):
        row.values["modes"] = [USUAL_MODE]
        row.repaired("modes", "usual", value=context.lists.label("mode", USUAL_MODE))


def _posting(context: Context, row: Row, owner: Known | None) -> None:
    """What problems and capabilities share."""
    if not row.values.get("contact_name"):
        # whoever types a table for others is not whom the companies ask for
        own = "" if context.actor.is_staff else context.actor.name
        _of_organisation(row, "contact_name", (owner.contact_name if owner else "") or own)
        if owner and not row.values.get("contact_phone"):
            _of_organisation(row, "contact_phone", owner.contact_phone)
            if not row.values.get("contact_email"):
                _of_organisation(row, "contact_email", owner.contact_email)
    if owner and not row.values.get("contact_name"):
        row.wrong("contact_name", "no_contact")
    elif owner and not (row.values.get("contact_phone") or row.values.get("contact_email")):
        row.repaired("contact_phone", "no_phone")
    until = row.text("valid_until")
    if until and date.fromisoformat(until) <= context.today:
        del row.values["valid_until"]
        row.repaired("valid_until", "past_validity", given=until)


def _of_organisation(row: Row, name: str, value: str) -> None:
    if value:
        row.values[name] = value
        row.repaired(name, "of_organisation", value=value)


_COMPLETE: Mapping[ImportKind, Callable[[Context, Row], None]] = {
    ImportKind.ORGANISATION: _organisation,
    ImportKind.PROBLEM: _problem,
    ImportKind.CAPABILITY: _capability,
    ImportKind.RECORD: _record,
}
