"""Briefings keep the figures of their day and the words of the people who wrote them."""

from __future__ import annotations

import io
import re
import struct
import zlib
from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta

import pytest
from docx import Document
from flask.testing import FlaskClient

from matchmaker.briefings import export, service
from matchmaker.briefings.pictures import NotAPicture, pictures
from matchmaker.briefings.service import ChangedMeanwhile, Plan
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    AuditEvent,
    Briefing,
    BriefingSection,
    Milestone,
    ProblemStatus,
    RecordStatus,
    SectionKind,
    User,
)
from tests import factories
from tests.briefings.conftest import TITLE, section
from tests.cooperation import records
from tests.factories import sign_in


def text_of(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def png(width: int = 2, height: int = 2, *, broken: bool = False) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) ^ broken)
        )

    rows = b"".join(b"\x00" + b"\xff\xff\xff" * 2 for _ in range(2))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def address(data: bytes) -> str:
    return "data:image/png;base64," + b64encode(data).decode()


def test_the_eight_parts_are_drafted_from_the_figures(briefing: Briefing) -> None:
    assert [each.kind for each in briefing.sections] == list(SectionKind)
    assert "新征集技术难题 1 项" in section(briefing, SectionKind.OVERVIEW).text
    assert "先进制造与自动化（1 项）" in section(briefing, SectionKind.PROBLEMS).text
    assert [each["title"] for each in briefing.figures["problems"]] == ["铝合金压铸壳体气孔在线检测"]


def test_figures_stay_as_they_were_until_they_are_taken_anew(
    bureau: Work, briefing: Briefing, people: dict[str, User]
) -> None:
    service.edit(bureau, briefing, SectionKind.OVERVIEW, "本局改过的总体情况。", 1)
    factories.problem(bureau.session, people["enterprise"], published_at=bureau.now())
    bureau.session.flush()
    assert briefing.figures["totals"]["problems"] == 1
    assert service.take_anew(bureau, briefing) == 1
    assert briefing.figures["totals"]["problems"] == 2
    assert section(briefing, SectionKind.OVERVIEW).text == "本局改过的总体情况。"
    assert "2 项" in section(briefing, SectionKind.PROBLEMS).text


def test_two_who_write_in_different_parts_do_not_meet_and_in_one_the_second_is_told(
    bureau: Work, briefing: Briefing
) -> None:
    service.edit(bureau, briefing, SectionKind.GAPS, "缺口。", 1)
    service.edit(bureau, briefing, SectionKind.OVERVIEW, "第一个人写的。", 1)
    with pytest.raises(ChangedMeanwhile) as told:
        service.edit(bureau, briefing, SectionKind.OVERVIEW, "第二个人写的。", 1)
    assert (told.value.section.text, told.value.section.version) == ("第一个人写的。", 2)


def test_late_milestones_due_by_the_end_of_the_period_are_in_it(
    bureau: Work, people: dict[str, User], plan: Plan
) -> None:
    record = records.paired_record(bureau.session, people, RecordStatus.IN_PROGRESS)
    yesterday = bureau.today() - timedelta(days=1)
    for name, due in (("样机试制", yesterday), ("验收", bureau.today() + timedelta(days=3))):
        record.milestones.append(Milestone(name=name, due_on=due))
    bureau.session.flush()
    late = service.make(bureau, plan).figures["overdue"]
    assert [(each["milestone"], each["late"]) for each in late] == [("样机试制", 1)]
    earlier = replace(plan, first=yesterday - timedelta(days=9), last=yesterday - timedelta(days=1))
    assert service.make(bureau, earlier).figures["overdue"] == []


def test_the_word_file_has_edited_texts_figures_and_pictures_and_the_audit_knows(
    bureau: Work, briefing: Briefing
) -> None:
    service.edit(bureau, briefing, SectionKind.NEXT_STEPS, "先办 <A&B> 两家的对接。\n再开会。", 1)
    data = export.document(bureau, briefing, {"months": png()})
    said = text_of(data)
    assert "先办 <A&B> 两家的对接。" in said
    assert "新征集技术难题\n1" in said
    assert "铝合金压铸壳体气孔在线检测" in said
    assert "{{" not in said
    assert "{%" not in said
    assert len(Document(io.BytesIO(data)).inline_shapes) == 1
    event = bureau.session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert (event.action, event.details) == ("briefing.exported", {"pictures": 1})


def test_an_english_briefing_is_english_whoever_reads_it(
    client: FlaskClient, bureau: Work, people: dict[str, User], plan: Plan
) -> None:
    people["staff"].language = "en"
    made = service.make(bureau, plan)
    bureau.session.commit()
    people["staff"].language = "zh_CN"
    bureau.session.commit()
    page = sign_in(client, people["staff"]).get(f"/briefings/{made.id}").text
    assert 'lang="en">1. Overview</h2>' in page
    assert "重新取数" in page


@pytest.mark.parametrize(
    "sent",
    [
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,@@@@",
        address(b"GIF89a" + b"0" * 80),
        address(png(broken=True)),
        address(png()[:-3]),
        address(png() + b"<script>"),
        address(png(width=100_000)),
        address(png() + b"0" * 500_000),
    ],
)
def test_what_is_no_picture_is_refused(sent: str) -> None:
    with pytest.raises(NotAPicture):
        pictures({"chart-months": sent}, ["months"])


def test_pictures_of_charts_that_are_not_there_are_passed_over() -> None:
    assert pictures({"chart-months": address(png()), "chart-other": "x"}, ["months"]) == {"months": png()}


def test_a_section_is_saved_while_it_is_written_and_a_conflict_keeps_both_texts(
    client: FlaskClient, bureau: Work, briefing: Briefing, people: dict[str, User]
) -> None:
    staff, path = sign_in(client, people["staff"]), f"/briefings/{briefing.id}/sections/overview"
    asking = {"headers": {"Accept": "application/json"}}
    first = staff.post(path, data={"text": "甲写的", "version": 1}, **asking)
    assert (first.status_code, first.json["version"]) == (200, 2)  # type: ignore[index]
    second = staff.post(path, data={"text": "乙写的", "version": 1}, **asking)
    assert (second.status_code, second.json["text"]) == (409, "甲写的")  # type: ignore[index]
    page = staff.post(path, data={"text": "乙写的", "version": 1})
    assert page.status_code == 409
    assert "甲写的" in page.text
    assert "乙写的" in page.text
    assert staff.post(path, data={"text": "长" * 8001, "version": 2}, **asking).status_code == 422


def test_a_broken_picture_gives_the_page_again_and_no_file(
    client: FlaskClient, briefing: Briefing, people: dict[str, User]
) -> None:
    staff = sign_in(client, people["staff"])
    refused = staff.post(f"/briefings/{briefing.id}/export", data={"chart-months": address(b"nothing")})
    assert refused.status_code == 422
    assert "请刷新页面后再导出一次" in refused.text


def test_a_briefing_is_made_from_the_form_and_own_days_must_be_in_order(
    client: FlaskClient, bureau: Work, people: dict[str, User]
) -> None:
    staff = sign_in(client, people["staff"])
    own = {"span": "own", "first": "2026-03-31", "last": "2026-01-01"}
    refused = staff.post("/briefings/new", data=own)
    assert refused.status_code == 422
    assert "截止日不能早于起始日" in refused.text
    assert staff.post("/briefings/new", data={"span": "own"}).status_code == 422
    made = staff.post("/briefings/new", data={"span": "last_quarter"})
    assert made.status_code == 303
    found = bureau.session.query(Briefing).one()
    assert (found.last - found.first).days in (89, 90, 91)
    assert str(found.first) in found.title


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [("2026-01-01", "9999-12-31", "last"), ("0001-01-01", "2026-01-31", "first")],
)
def test_days_that_no_figures_can_be_of_are_refused_at_the_field(
    client: FlaskClient, bureau: Work, people: dict[str, User], first: str, last: str, refused: str
) -> None:
    sent = {"span": "own", "first": first, "last": last}
    answer = sign_in(client, people["staff"]).post("/briefings/new", data=sent)
    assert answer.status_code == 422
    said = re.findall(r'id="(\w+)-error"[^>]*>([^<]*)<', answer.text)
    until = f"{bureau.today().year + 2}-12-31"
    assert [(name, words.strip()) for name, words in said] == [
        (refused, f"日期要在 2000-01-01 至 {until} 之间")
    ]
    assert bureau.session.query(Briefing).count() == 0


def test_a_briefing_of_days_without_end_counts_what_was_published(
    bureau: Work, people: dict[str, User], plan: Plan
) -> None:
    factories.problem(bureau.session, people["enterprise"], ProblemStatus.SUBMITTED)
    factories.problem(bureau.session, people["enterprise"], published_at=bureau.now())
    made = service.make(bureau, replace(plan, first=date.min, last=date.max))
    assert made.figures["totals"]["problems"] == 1


def test_a_briefing_is_deleted_with_its_texts_and_the_audit_knows_which_it_was(
    client: FlaskClient, bureau: Work, briefing: Briefing, people: dict[str, User]
) -> None:
    path = f"/briefings/{briefing.id}"
    assert sign_in(client, people["administrator"]).post(f"{path}/delete").status_code == 403
    staff = sign_in(client, people["staff"])
    assert re.search(rf'action="{path}/delete"[^>]* data-ask="[^"]+要删除吗？"', staff.get(path).text)
    answer = staff.post(f"{path}/delete", follow_redirects=True)
    assert f"已删除简报“{TITLE}”。" in answer.text
    assert staff.post(f"{path}/delete").status_code == 404
    bureau.session.expire_all()
    assert (bureau.session.query(Briefing).count(), bureau.session.query(BriefingSection).count()) == (0, 0)
    event = bureau.session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert (event.action, event.details["title"]) == ("briefing.deleted", TITLE)


def test_nobody_but_the_bureau_gets_at_them(
    client: FlaskClient, work: Work, briefing: Briefing, people: dict[str, User], plan: Plan
) -> None:
    with pytest.raises(Forbidden):
        service.make(work.as_actor(people["administrator"]), plan)
    assert sign_in(client, people["enterprise"]).get(f"/briefings/{briefing.id}").status_code == 403


def test_the_bureaus_own_template_is_used(bureau: Work, briefing: Briefing, people: dict[str, User]) -> None:
    own = Document()
    own.add_paragraph("内部资料 {{ title }}")
    written = io.BytesIO()
    own.save(written)
    administrator = bureau.as_actor(people["administrator"])
    export.replace_template(administrator, written.getvalue())
    assert "内部资料 联席会议简报" in text_of(export.document(bureau, briefing, {}))
    export.restore_template(administrator)
    assert "内部资料" not in text_of(export.document(bureau, briefing, {}))
