"""The pages of an import: templates that can be handed in, choices that are kept, refused rows that can be corrected."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from matchmaker.spreadsheets import importing
from matchmaker.work import Work
from models import ImportKind, ImportRow, Problem, RowState, SpreadsheetImport, User, now
from tests import factories
from tests.spreadsheets.tables import PROBLEMS, labour, problem, rows, take, workbook


def upload(client: FlaskClient, content: bytes, kind: str = "problem") -> str:
    """The address of the import's page."""
    file = (io.BytesIO(content), "征集表.xlsx")
    answer = client.post("/imports/", data={"kind": kind, "file": file})
    assert answer.status_code == 303
    assert answer.location
    return answer.location


@pytest.mark.parametrize("kind", [each.value for each in ImportKind])
def test_a_template_filled_in_is_read_and_its_sample_is_not(
    client: FlaskClient, work: Work, people: dict[str, User], kind: str
) -> None:
    factories.sign_in(client, people["staff"])
    book = load_workbook(io.BytesIO(client.get(f"/imports/templates/{kind}.xlsx").data))
    page = book.worksheets[0]
    assert page["A2"].value.startswith("示例")
    assert page.data_validations.dataValidation
    page.append([1, *(cell.value for cell in page[2][1:])])
    target = io.BytesIO()
    book.save(target)
    address = upload(client, target.getvalue(), kind)
    labour(work)
    imported = work.session.scalars(select(SpreadsheetImport)).one()
    found = rows(work, imported)
    assert [row.number for row, _ in found] == [3]
    assert all(column["field"] for column in imported.columns)
    unread = {code for _, kept in found for _, code, _ in kept.faults}
    assert unread <= {"unknown_organisation", "code_checksum", "past_day"}
    assert client.get(address).status_code == 200


def test_choices_are_kept_and_the_rows_that_were_chosen_come_in(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    factories.sign_in(client, people["staff"])
    content = workbook(
        [
            PROBLEMS,
            problem(firm, "壳体气孔在线检测"),
            problem(firm, "铝液除气效率提升", 内容="铝液含氢量高，希望把除气时间缩短一半，成本不增加。"),
        ]
    )
    address = upload(client, content)
    assert "hx-get" in client.get(address).text
    labour(work)
    page = client.get(address).text
    first = re.search(r'name="(row-\d+)"', page)
    assert first
    client.post(f"{address}/choices", data={first[1]: "skip", "handling": "update", "do": "save"})
    assert re.search(r'<option value="skip" selected', client.get(address).text)
    client.post(f"{address}/choices", data={first[1]: "skip", "publishes": "1", "do": "start"})
    labour(work)
    assert [each.title for each in work.session.scalars(select(Problem))] == ["铝液除气效率提升"]
    work.session.commit()
    done = client.get(address).text
    assert "已新增" in done
    assert "已跳过" in done


def test_one_row_is_one_row_in_english_too(client: FlaskClient, work: Work, people: dict[str, User]) -> None:
    firm = people["enterprise"].organisation.name
    imported = take(work, people["staff"], workbook([PROBLEMS, problem(firm, "壳体气孔在线检测")]))
    factories.sign_in(client, people["staff"])
    client.post("/language", data={"language": "en"})
    page = client.get(f"/imports/{imported.id}").text
    assert "Import 1 row<" in page
    assert "The row listed below:" in page


def test_all_rows_of_a_kind_are_chosen_at_once(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    imported = take(
        work,
        people["staff"],
        workbook([PROBLEMS, problem(firm, "壳体气孔在线检测"), problem(firm, "壳体气孔在线检测")]),
    )
    factories.sign_in(client, people["staff"])
    client.post(f"/imports/{imported.id}/choices?show=alike", data={"all": "both", "do": "all"})
    chosen = work.session.scalars(select(ImportRow.handling).order_by(ImportRow.number)).all()
    assert [each and each.value for each in chosen] == [None, "both"]


def test_refused_rows_come_back_with_the_reason_and_can_be_handed_in_corrected(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    content = workbook(
        [PROBLEMS, problem(firm, "壳体气孔在线检测", 预算="若干"), problem(firm, "铝液除气效率提升")]
    )
    imported = take(work, people["staff"], content)
    factories.sign_in(client, people["staff"])
    book = load_workbook(io.BytesIO(client.get(f"/imports/{imported.id}/refused.xlsx").data))
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]][1:] == list(PROBLEMS)
    assert page.max_row == 2
    assert "若干" in page["A2"].value
    column = [cell.value for cell in page[1]].index("预算（万元）") + 1
    page.cell(2, column).value = "50万"
    target = io.BytesIO()
    book.save(target)
    ((row, kept),) = rows(work, take(work, people["staff"], target.getvalue()))
    assert row.state is not RowState.BAD
    assert kept.values["money"] == ["exact", "50.00", None]


def test_a_file_that_turns_out_damaged_later_says_so_and_can_be_deleted(
    client: FlaskClient, work: Work, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = people["enterprise"].organisation.name
    content = workbook([PROBLEMS, *(problem(firm, f"壳体气孔在线检测{n}") for n in range(3))])
    factories.sign_in(client, people["staff"])
    address = upload(client, content)
    monkeypatch.setattr("matchmaker.spreadsheets.reading.MOST_ROWS", -18)
    labour(work)
    assert "表格超过" in client.get(address).text
    assert client.post(f"{address}/discard").status_code == 303
    assert client.get(address).status_code == 404


def test_imports_are_forgotten_after_the_set_time(work: Work, people: dict[str, User]) -> None:

    imported = take(work, people["staff"], workbook([PROBLEMS, problem("甲", "壳体气孔在线检测")]))
    late = Work(work.session, None, work.engine, work.settings, clock=lambda: now() + timedelta(days=8))
    assert importing.forget(work) == 0
    assert importing.forget(late) == 1
    work.session.commit()
    assert work.session.get(SpreadsheetImport, imported.id, populate_existing=True) is None
    assert work.session.scalars(select(ImportRow)).all() == []


def test_the_check_shows_the_amounts_and_days_that_were_read(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    firm = people["enterprise"].organisation.name
    factories.sign_in(client, people["staff"])
    amounts = {"壳体气孔在线检测": "50-80万元", "铝液除气效率提升": 60, "轴承异音自动判定": "面议"}
    table = [PROBLEMS, *(problem(firm, title, 预算=amount) for title, amount in amounts.items())]
    address = upload(client, workbook(table))
    labour(work)
    shown = client.get(address).text
    for amount in ("50–80 万元", "60 万元", "面议"):
        assert f"<span>计划投入：{amount}</span>" in shown
    assert shown.count("<span>期望完成时间：2099-06-30</span>") == 3
    client.post("/language", data={"language": "en"})
    shown = client.get(address).text
    assert "<span>Budget: ¥500,000–800,000</span>" in shown
    assert "<span>Budget: ¥600,000</span>" in shown
