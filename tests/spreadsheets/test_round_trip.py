"""What the service exports, it reads back as what is there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from matchmaker.spreadsheets import importing
from matchmaker.work import Work
from models import Handling, ImportKind, MoneyKind, RowState, User
from tests import factories
from tests.factories import sign_in
from tests.spreadsheets.tables import rows, run, take

MONEY = (
    {"money_kind": MoneyKind.EXACT, "money_low": Decimal("60.50"), "money_high": None},
    {"money_kind": MoneyKind.RANGE, "money_low": Decimal(50), "money_high": Decimal(80)},
    {"money_kind": MoneyKind.NEGOTIABLE, "money_low": None, "money_high": None},
)
TARGETS = [
    {"name": "检出率", "comparison": "≥", "value": "98", "unit": "%"},
    {"name": "非甲烷总烃", "comparison": "≤", "value": "50", "unit": "mg/m³"},
    {"name": "外壳防护等级", "comparison": "=", "value": "IP56", "unit": ""},
    {"name": "单件节拍", "comparison": "≤", "value": "4.5", "unit": "秒"},
]
PATENTS = [
    {"kind": "invention", "number": "ZL202310123456.7", "state": "授权", "holder": "某大学（安庆）"},
    {"kind": "utility", "number": "示例-2020-1276", "state": "", "holder": "某公司"},
]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", [ImportKind.PROBLEM, ImportKind.CAPABILITY])
def test_an_export_is_read_back_as_what_is_there(
    work: Work, client: FlaskClient, people: dict[str, User], kind: ImportKind, form: str
) -> None:
    for number, money in enumerate(MONEY):
        given = {"title": f"压铸壳体气孔检测第{number}项", "county": "340811", "subfield": "801", **money}
        if kind is ImportKind.PROBLEM:
            factories.problem(
                work.session,
                people["enterprise"],
                **given,
                targets=TARGETS,
                targets_text="样件 200 件\n由双方测定",
                wanted_by=date(2099 if number else 2020, 6, 30),  # what is past stays as it is
            )
        else:
            factories.capability(work.session, people["liaison"], **given, patents=PATENTS)
    work.session.commit()
    name = "problems" if kind is ImportKind.PROBLEM else "capabilities"
    content = sign_in(client, people["staff"]).get(f"/exports/{name}.{form}?county=340811").data

    imported = take(work, people["staff"], content, kind)

    assert [(row.state, kept.faults) for row, kept in rows(work, imported)] == [(RowState.SAME, [])] * 3
    importing.decide(work.as_actor(people["staff"]), imported, Handling.UPDATE, None, {})
    assert run(work, people["staff"], imported) == {"unchanged": 3}
