"""Uploading and downloading in a browser, with and without scripts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from matchmaker.attachments import service
from matchmaker.work import Work
from models import Attachment, AuditEvent, Problem, User
from tests import factories
from tests.attachments import samples
from tests.attachments.samples import file


@pytest.fixture
def problem(work: Work, people: dict[str, User]) -> Problem:
    made = factories.problem(work.session, people["enterprise"])
    work.session.commit()
    return made


@pytest.fixture
def owner(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["enterprise"])


def attach(
    work: Work, author: User, to: Problem, confidential: bool = False, name: str = "检测报告.pdf"
) -> Attachment:
    made = service.attach(work.as_actor(author), to, file(name), confidential)
    work.session.commit()
    return made


def upload(
    client: FlaskClient, problem: Problem, *files: tuple[str, bytes], htmx: bool = False, **fields: str
) -> TestResponse:
    return client.post(
        f"/attachments/problem/{problem.id}",
        data={"files": [(io.BytesIO(data), name) for name, data in files], **fields},
        content_type="multipart/form-data",
        headers={"HX-Request": "true"} if htmx else {},
    )


def rows(work: Work) -> list[Attachment]:
    work.session.rollback()
    return list(work.session.scalars(select(Attachment).order_by(Attachment.id)))


def files_on_disk(work: Work) -> list[Path]:
    return [path for path in (work.settings.data_dir / "attachments").rglob("*") if path.is_file()]


def test_an_upload_returns_to_the_owners_page(owner: FlaskClient, problem: Problem) -> None:
    assert upload(owner, problem, ("报告.pdf", samples.PDF)).status_code == 303


def test_several_files_are_uploaded_at_once(owner: FlaskClient, work: Work, problem: Problem) -> None:
    upload(owner, problem, ("一.pdf", samples.PDF), ("二.docx", samples.DOCX))
    assert [row.name for row in rows(work)] == ["一.pdf", "二.docx"]


def test_the_check_box_makes_a_file_confidential(owner: FlaskClient, work: Work, problem: Problem) -> None:
    upload(owner, problem, ("报告.pdf", samples.PDF), confidential="1")
    assert rows(work)[0].confidential


def test_with_htmx_an_upload_answers_with_the_list(owner: FlaskClient, problem: Problem) -> None:
    answer = upload(owner, problem, ("检测报告.pdf", samples.PDF), htmx=True)
    assert answer.status_code == 200
    assert "检测报告.pdf" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("网页.pdf", samples.HTML, "“网页.pdf”的内容与扩展名 .pdf 不符"),
        ("空.pdf", b"", "“空.pdf”是空文件"),
        ("程序.exe", samples.MACHO, "“程序.exe”这种文件不能上传"),
        ("", b"", "请先选择文件"),
    ],
)
def test_a_refused_file_is_explained_at_the_field(
    owner: FlaskClient, problem: Problem, name: str, data: bytes, message: str, htmx: bool
) -> None:
    answer = upload(owner, problem, (name, data), htmx=htmx)
    assert answer.status_code == 422
    assert message in answer.text.split('id="attachment-files-error"')[1]


def test_of_several_files_with_a_bad_one_nothing_is_kept(
    owner: FlaskClient, work: Work, problem: Problem
) -> None:
    upload(owner, problem, ("好.pdf", samples.PDF), ("坏.pdf", samples.HTML))
    assert (rows(work), files_on_disk(work)) == ([], [])


def test_a_file_over_the_limit_is_refused(owner: FlaskClient, work: Work, problem: Problem) -> None:
    answer = upload(owner, problem, ("大.txt", b"a" * (20 * 1024 * 1024 + 1)))
    assert answer.status_code == 422
    assert "超过 20 MB" in answer.text
    assert files_on_disk(work) == []


def test_a_request_beyond_all_limits_is_refused_with_a_page(owner: FlaskClient, problem: Problem) -> None:
    answer = owner.post(
        f"/attachments/problem/{problem.id}",
        data={"files": (io.BytesIO(b"a" * (209 * 1024 * 1024)), "大.txt")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 413
    assert "超过了限制" in answer.text


def test_a_stranger_cannot_upload_to_another_companys_problem(
    client: FlaskClient, people: dict[str, User], problem: Problem
) -> None:
    stranger = factories.sign_in(client, people["other_enterprise"])
    assert upload(stranger, problem, ("报告.pdf", samples.PDF)).status_code == 403


def test_an_upload_to_what_the_person_may_not_know_of_is_not_found(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    draft = factories.problem(work.session, people["enterprise"], status=factories.ProblemStatus.DRAFT)
    work.session.commit()
    stranger = factories.sign_in(client, people["other_enterprise"])
    assert upload(stranger, draft, ("报告.pdf", samples.PDF)).status_code == 404


def test_a_public_file_is_downloaded_by_a_visitor(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem)
    answer = client.get(f"/attachments/{made.id}")
    assert (answer.status_code, answer.data) == (200, samples.PDF)


def test_a_download_is_saved_under_its_chinese_name_and_never_shown(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem)
    headers = client.get(f"/attachments/{made.id}").headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E6%A3%80%E6%B5%8B%E6%8A%A5%E5%91%8A.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_a_confidential_file_is_hidden_from_a_visitor(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem, confidential=True)
    assert client.get(f"/attachments/{made.id}").status_code == 404


def test_a_confidential_file_is_not_sent_to_a_get(
    owner: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem, confidential=True)
    answer = owner.get(f"/attachments/{made.id}")
    assert samples.PDF not in answer.data
    assert "这是保密附件" in answer.text


def test_a_posted_download_of_a_confidential_file_sends_it_and_is_recorded(
    owner: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem, confidential=True)
    assert owner.post(f"/attachments/{made.id}").data == samples.PDF
    work.session.rollback()
    events = work.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "attachment.confidential_read")
    ).all()
    assert [(event.actor_id, event.object_id) for event in events] == [(people["enterprise"].id, made.id)]


def test_lost_bytes_are_explained(
    client: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem)
    files_on_disk(work)[0].unlink()
    answer = client.get(f"/attachments/{made.id}")
    assert answer.status_code == 404
    assert "文件找不到了" in answer.text


def test_a_removed_file_is_no_longer_downloaded(
    owner: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem)
    assert owner.post(f"/attachments/{made.id}/remove").status_code == 303
    assert owner.get(f"/attachments/{made.id}").status_code == 404


def test_a_file_is_not_removed_by_a_get(
    owner: FlaskClient, work: Work, people: dict[str, User], problem: Problem
) -> None:
    made = attach(work, people["enterprise"], problem)
    assert owner.get(f"/attachments/{made.id}/remove").status_code == 405


def test_the_owners_list_offers_upload_and_removal(owner: FlaskClient, problem: Problem) -> None:
    shown = upload(owner, problem, ("报告.pdf", samples.PDF), htmx=True).text
    assert 'name="files"' in shown
    assert "/remove" in shown
