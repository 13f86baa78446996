"""Drafts of agreements of intent, and the template that the bureau may replace."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from docx import Document
from flask.testing import FlaskClient

from matchmaker.cooperation import agreement
from matchmaker.work import Work
from models import AuditEvent, CooperationRecord, User
from tests.cooperation import records
from tests.cooperation.records import again
from tests.factories import sign_in


def text_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def word(*paragraphs: str) -> bytes:
    document = Document()
    for each in paragraphs:
        document.add_paragraph(each)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.fixture
def bureau(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["staff"])


@pytest.fixture
def administrator(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return sign_in(client, people["administrator"])


def upload(client: FlaskClient, data: bytes, name: str = "意向书.docx") -> tuple[int, str]:
    sent = {"file": (io.BytesIO(data), name)}
    response = client.post("/agreements/template", data=sent, content_type="multipart/form-data")
    return response.status_code, response.text


def test_a_draft_says_what_the_record_says(bureau: Work, record: CooperationRecord) -> None:
    record.amount = Decimal("1234.50")
    record.title = "阀门 <A&B> 熔覆"
    said = text_of(agreement.draft(bureau, record))
    for party in record.parties:
        assert f"{party.organisation.name}" in said
        assert party.organisation.code in said
    assert "阀门 <A&B> 熔覆" in said
    assert "1,234.50 万元" in said
    assert "{{" not in said


def test_what_the_record_leaves_open_is_left_to_be_filled_in(bureau: Work, record: CooperationRecord) -> None:
    record.amount = record.technology_amount = None
    assert f"拟投入经费 {agreement.BLANK}" in text_of(agreement.draft(bureau, record))


@pytest.mark.parametrize(("parties", "copies"), [(2, "三"), (3, "四")])
def test_each_party_and_the_bureau_get_a_copy(
    bureau: Work, people: dict[str, User], parties: int, copies: str
) -> None:
    sides = [people[each].organisation for each in ("enterprise", "liaison", "other_liaison")][:parties]
    record = records.record(bureau.session, sides)
    assert f"一式{copies}份" in text_of(agreement.draft(bureau, record))


def test_milestones_stand_in_the_table_but_for_waived_ones(bureau: Work, record: CooperationRecord) -> None:
    said = text_of(agreement.draft(bureau, record))
    for each in record.milestones:
        assert (each.name in said) == (each.status.value != "waived")


def test_confidential_details_are_in_no_draft(bureau: Work, record: CooperationRecord) -> None:
    assert record.pairing
    record.pairing.problem.confidential = "配方含钇百分之三点七"
    assert "含钇百分" not in text_of(agreement.draft(bureau, record))


def test_staff_get_the_draft_as_a_file_and_the_audit_knows(
    client: FlaskClient, people: dict[str, User], record: CooperationRecord, work: Work
) -> None:
    response = sign_in(client, people["staff"]).post(f"/agreements/{record.id}")
    assert response.status_code == 200
    assert again(work, record).title in text_of(response.data)
    assert work.session.query(AuditEvent).filter_by(action="record.agreement_drafted").count() == 1


def test_the_bureaus_own_template_is_used_until_it_is_taken_back(
    administrator: FlaskClient, bureau: Work, record: CooperationRecord
) -> None:
    assert upload(administrator, word("甲方是{{ party_a }}"))[0] == 303
    assert text_of(agreement.draft(bureau, record)).startswith("甲方是")
    bureau.session.commit()
    assert administrator.post("/agreements/template", data={"restore": "1"}).status_code == 303
    assert "产学研合作意向书" in text_of(agreement.draft(bureau, record))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 nothing", "这不是能打开的 .docx 文件"),
        (word("甲方{{ party_z }}"), "不认识的占位符：party_z"),
        (word("甲方{{ party_a"), "占位符写得不对"),
        (word("{{ title.__class__.__mro__[1].__subclasses__() }}"), "占位符写得不对"),
        (word("{{ 'x' * 10**10 }}"), "占位符写得不对"),
        (word("{{ 'x'.center(1000000000) }}"), "占位符写得不对"),
        (word("{% for each in range(99999) %}x{% endfor %}"), "不认识的占位符：range"),
    ],
)
def test_what_cannot_be_a_template_is_refused_and_the_old_one_stays(
    administrator: FlaskClient, bureau: Work, record: CooperationRecord, data: bytes, said: str
) -> None:
    status, page = upload(administrator, data)
    assert status == 422
    assert said in page
    assert "产学研合作意向书" in text_of(agreement.draft(bureau, record))


def test_no_file_at_all_is_asked_for(administrator: FlaskClient) -> None:
    response = administrator.post("/agreements/template", data={}, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "请选择一个 .docx 文件" in response.text
