"""Exports of lists and records: what leaves, for whom, in which form, and the trace it leaves."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from matchmaker.cooperation import service as cooperation
from matchmaker.spreadsheets.exporting import Exported, Form
from matchmaker.spreadsheets.list_sheets import LISTS
from matchmaker.work import Work
from models import (
    AuditEvent,
    Carrier,
    CarrierMembership,
    ProblemStatus,
    RecordStatus,
    Side,
    User,
    Verification,
)
from tests import factories
from tests.cooperation import records
from tests.factories import sign_in

SECRET = "刀具涂层配方甲乙丙"


def book(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status
    return load_workbook(io.BytesIO(answer.data))


def table(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """The first sheet's rows by heading."""
    head, *rows = book(client, address).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def events(work: Work, action: str) -> list[AuditEvent]:
    work.session.rollback()
    return list(work.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_an_export_holds_what_the_filters_let_through_on_all_pages(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    wanted = [factories.problem(work.session, people["enterprise"], field="4").title for _ in range(25)]
    factories.problem(work.session, people["enterprise"], field="8")
    work.session.commit()

    rows = table(sign_in(client, people["staff"]), "/exports/problems.xlsx?field=4&page=2")

    assert [row["难题名称"] for row in rows] == wanted[::-1]


def test_cells_are_numbers_and_days_under_a_frozen_head(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"], wanted_by=date(2030, 5, 31))
    work.session.commit()

    sheet = book(sign_in(client, people["staff"]), "/exports/problems.xlsx").active
    head = {cell.value: cell.column for cell in sheet[1]}

    def cell(heading: str) -> Any:
        return sheet.cell(2, head[heading])

    assert sheet.freeze_panes == "A2"
    assert cell("计划投入：金额或下限（万元）").value == 60
    assert cell("期望完成时间").value == datetime(2030, 5, 31)
    assert cell("发布时间").is_date
    assert cell("主要技术指标").value == "检出率 ≥ 98 %"
    assert cell("拟合作方式").value == "委托开发"


def test_what_looks_like_a_formula_stays_text(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    typed = '=HYPERLINK("http://example.com")'
    factories.problem(work.session, people["enterprise"], title=typed, contact_phone="+86 0556")
    work.session.commit()
    staff = sign_in(client, people["staff"])

    sheet = book(staff, "/exports/problems.xlsx").active
    found = {cell.value: cell for cell in sheet[2]}
    text = staff.get("/exports/problems.csv").data
    line = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))[1]

    assert [(found[each].data_type, found[each].quotePrefix) for each in (typed, "+86 0556")] == [
        ("s", True)
    ] * 2
    assert text.startswith(b"\xef\xbb\xbf")
    assert "'" + typed in line
    assert "'+86 0556" in line
    assert "60.00" in line


def test_nothing_confidential_leaves_and_drafts_stay_with_their_author(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"], confidential=SECRET)
    draft = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT, title="没有写完的难题")
    work.session.commit()

    public = client_of(client, people["staff"]).get("/exports/problems.csv").text
    own = client_of(client, people["enterprise"]).get("/exports/my-problems.csv").text

    assert draft.title not in public
    assert draft.title in own
    assert SECRET not in public + own


def client_of(client: FlaskClient, person: User) -> FlaskClient:
    return sign_in(client.application.test_client(), person)


def test_contacts_go_to_whom_both_sides_opened_them(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    closed = factories.problem(work.session, people["enterprise"], contact_name="未开放的人")
    opened = factories.problem(work.session, people["enterprise"], contact_name="已开放的人")
    pairing = records.pairing(work.session, people["enterprise"], people["liaison"], problem=opened)
    factories.agree(work.session, pairing, Side.PROBLEM, Side.CAPABILITY)
    work.session.commit()

    seen = client_of(client, people["liaison"]).get("/exports/problems.csv").text
    by_stranger = client_of(client, people["other_liaison"]).get("/exports/problems.csv").text

    assert "已开放的人" in seen
    assert closed.title in seen
    assert "未开放的人" not in seen
    assert "已开放的人" not in by_stranger


def test_the_register_brings_its_milestones_and_only_the_own_records(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    own = records.paired_record(work.session, people)
    records.milestone(own, work.session, due_in=-3, name="样机测试")
    strangers = [people["other_enterprise"].organisation, people["other_liaison"].organisation]
    other = records.record(work.session, strangers)
    records.milestone(other, work.session, name="别人的")
    work.session.commit()

    found = book(client_of(client, people["enterprise"]), "/exports/records.xlsx")
    register, milestones = ([list(row) for row in sheet.iter_rows(values_only=True)] for sheet in found)

    assert [row[0] for row in register[1:]] == [own.number]
    assert register[1][register[0].index("合同金额（万元）")] == 80.5
    assert [row[:2] for row in milestones[1:]] == [[own.number, "样机测试"]]
    assert milestones[1][milestones[0].index("状态")] == "已逾期"


def test_a_whole_record_has_its_parties_steps_and_amendments(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    staff = work.as_actor(people["staff"])
    record = records.paired_record(work.session, people, RecordStatus.INTENDED)
    before = cooperation.terms_of(record)
    changed = replace(before, title="压铸件在线检测二期")
    cooperation.amend(staff, record, changed, record.version, record.events[-1].id)
    work.session.commit()

    found = book(client_of(client, people["liaison"]), f"/exports/records/{record.id}.xlsx")
    facts = {row[0]: row[1] for row in found.worksheets[0].iter_rows(values_only=True)}
    parties, _milestones, steps, amendments = (
        list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in found.worksheets[1:]
    )

    assert facts["记录编号"] == record.number
    assert [row[1] for row in parties] == [each.organisation.name for each in record.parties]
    assert [row[2] for row in steps] == ["建立合作记录", "修改合作记录"]
    assert amendments[0][2:] == ("项目名称", before.title, "压铸件在线检测二期")


def test_a_file_is_named_without_what_no_name_may_hold(work: Work) -> None:
    exported = Exported("2026-0001 甲/乙\n丙", Form.XLSX, io.BytesIO())

    assert exported.file_name(work) == f"2026-0001 甲 乙 丙 {work.today().isoformat()}.xlsx"


def test_a_record_of_others_is_not_found(work: Work, client: FlaskClient, people: dict[str, User]) -> None:
    record = records.paired_record(work.session, people)
    work.session.commit()

    answer = client_of(client, people["other_enterprise"]).get(f"/exports/records/{record.id}.xlsx")

    assert answer.status_code == 404


def test_every_export_is_audited_with_its_filters(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    factories.organisation(work.session, status=Verification.PENDING)
    work.session.commit()

    rows = table(client_of(client, people["administrator"]), "/exports/organisations.xlsx?status=pending")

    (event,) = events(work, "list.exported")
    assert len(rows) == 1
    assert event.actor_id == people["administrator"].id
    assert event.details == {
        "list": "organisations",
        "rows": 1,
        "form": "xlsx",
        "filters": "status=pending",
    }


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_exported_to_whom_its_page_is_open(
    work: Work, client: FlaskClient, people: dict[str, User], name: str
) -> None:
    records.paired_record(work.session, people)
    work.session.commit()
    open_to = {
        "my-problems": {"enterprise"},
        "my-capabilities": {"liaison"},
        "pairings": {"staff", "administrator"},
        "accounts": {"staff", "administrator"},
        "common-needs": {"staff", "administrator"},
        "audit": {"administrator"},
    }.get(name, {"enterprise", "liaison", "staff", "administrator"})

    status = {
        role: client_of(client, people[role]).get(f"/exports/{name}.xlsx").status_code
        for role in ("enterprise", "liaison", "staff", "administrator")
    }

    assert {role for role, code in status.items() if code == 200} == open_to
    assert set(status.values()) <= {200, 403}


def test_visitors_are_sent_to_the_sign_in(client: FlaskClient) -> None:
    assert client.get("/exports/problems.xlsx").location.startswith("/sign-in")


def test_the_headings_are_english_in_the_english_interface(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"])
    people["staff"].language = "en"
    work.session.commit()

    (row,) = table(client_of(client, people["staff"]), "/exports/problems.xlsx")

    assert row["Field"] == "Advanced manufacturing and automation"
    assert all(heading.isascii() for heading in row)


def test_carriers_bring_how_their_companies_stand_now(
    work: Work, client: FlaskClient, people: dict[str, User]
) -> None:
    firm, other = people["enterprise"].organisation, people["other_enterprise"].organisation
    carrier = Carrier(kind="incubator", name="示例创业服务中心", county="340811")
    carrier.memberships = [
        CarrierMembership(organisation=firm, stage="incubating", since=date(2026, 3, 1)),
        CarrierMembership(
            organisation=other, stage="incubating", since=date(2025, 1, 1), until=date(2026, 1, 1)
        ),
    ]
    work.session.add(carrier)
    work.session.commit()

    found = book(client_of(client, people["enterprise"]), "/exports/carriers.xlsx?county=340811")
    listed, members = ([list(row) for row in sheet.iter_rows(values_only=True)] for sheet in found)

    assert [row[0] for row in listed[1:]] == [carrier.name]
    assert [row[:2] for row in members[1:]] == [[carrier.name, firm.name]]


def test_the_encoding_of_a_csv_is_said_once(work: Work, client: FlaskClient, people: dict[str, User]) -> None:
    answer = sign_in(client, people["staff"]).get("/exports/problems.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
