"""The pages on which a document is handed in: what they show, what they refuse, and that they keep nothing."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matchmaker.settings import Settings
from matchmaker.survey_forms.wording import FAULTS
from matchmaker.work import Work
from models import AuditEvent, Problem, User
from tests.factories import sign_in
from tests.survey_forms import samples

PAGE = "/problems/from-document"
WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def firm(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return sign_in(client, people["enterprise"])


def upload(client: FlaskClient, data: bytes, name: str = "征集表.docx", page: str = PAGE) -> Any:
    return client.post(page, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def kept(work: Work, settings: Settings) -> tuple[int, int, list[Path]]:
    """Problems, audit events and files that are there."""
    work.session.rollback()
    rows = [work.session.scalar(select(func.count(model.id))) or 0 for model in (Problem, AuditEvent)]
    files = [each for each in settings.data_dir.rglob("*") if each.is_file() and "sqlite" not in each.name]
    return rows[0], rows[1], files


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', page)
    return found[1] if found else ""


def test_the_form_is_filled_in_and_nothing_is_kept(work: Work, firm: FlaskClient, settings: Settings) -> None:
    before = kept(work, settings)

    answer = upload(firm, samples.docx())

    assert answer.status_code == 200
    assert value_of(answer.text, "title") == "铝合金压铸壳体气孔在线检测"
    assert 'action="/problems/new"' in answer.text
    assert "data-autosave" not in answer.text
    assert "主营产品：汽车零部件压铸件" in answer.text
    assert "表上写的单位是“安庆市另一家机械有限公司”" in answer.text
    assert kept(work, settings) == before


def test_a_guess_is_named_at_its_field(firm: FlaskClient) -> None:
    answer = firm.post(PAGE, data={"text": "难题名称：水稻良种选育与高效种植"})

    assert "这是系统按名称猜的" in answer.text
    assert "系统猜的" in answer.text


def test_a_liaison_reads_a_results_sheet(client: FlaskClient, people: dict[str, User]) -> None:
    liaison = sign_in(client, people["liaison"])

    answer = liaison.post(
        "/capabilities/from-document", data={"text": "成果名称：压铸件缺陷检测\n成熟度：7级"}
    )

    assert value_of(answer.text, "title") == "压铸件缺陷检测"
    assert 'action="/capabilities/new"' in answer.text
    assert liaison.get(PAGE).status_code == 403


def test_words_of_a_document_are_shown_as_words(firm: FlaskClient) -> None:
    answer = firm.post(PAGE, data={"text": "难题名称：<script>alert(1)</script>\n其他<img src=x>"})

    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


def test_a_pdf_with_a_script_is_read_for_its_words_alone(firm: FlaskClient) -> None:
    script = "/OpenAction << /S /JavaScript /JS (app.launchURL\\('http://example.com'\\)) >>"

    answer = upload(firm, samples.pdf(["难题名称：压铸件气孔检测"], extra=script), "表.pdf")

    assert value_of(answer.text, "title") == "压铸件气孔检测"
    assert "launchURL" not in answer.text


def _bomb() -> bytes:
    squeezed = zlib.compressobj(9)
    chunk = bytes(4 * 1024 * 1024)
    packed = b"".join(squeezed.compress(chunk) for _ in range(60)) + squeezed.flush()
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return re.sub(
        rb"<< /Length \d+ >>\nstream\nBT .*?endstream", lambda _: stream, samples.pdf(["甲"]), flags=re.S
    )


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing in it": ("empty", lambda: b""),
    "more bytes than are read": ("too_large", lambda: b"%PDF-" + bytes(10 * 1024 * 1024)),
    "a truncated Word file": ("damaged", lambda: samples.docx()[:3000]),
    "a truncated PDF": ("damaged", lambda: samples.pdf(["难题名称：甲"])[:400]),
    "a locked PDF": ("encrypted", lambda: samples.pdf(["难题名称：甲"], encrypt="secret")),
    "a locked Word file": ("encrypted", lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
    "the old Word format": ("old_word", lambda: OLE + bytes(600) + "WordDocument".encode("utf-16-le")),
    "a spreadsheet": ("spreadsheet", lambda: samples.zipped(xl__workbook_xml=b"<workbook/>")),
    "a picture by another name": ("not_a_form", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "any other archive": ("not_a_form", lambda: samples.zipped(readme_txt=b"x")),
    "an archive that unpacks to much": (
        "unpacks_too_large",
        lambda: samples.zipped(word__document_xml=WORD % (b" " * 30_000_000)),
    ),
    "entities that grow": (
        "damaged",
        lambda: samples.zipped(word__document_xml=b'<!DOCTYPE a [<!ENTITY b "c">]>' + WORD % b""),
    ),
    "more text than a form": (
        "too_much_text",
        lambda: samples.zipped(word__document_xml=WORD % (b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 6000)),
    ),
    "more pages than a form": ("too_many_pages", lambda: samples.pdf(["难题名称：甲"], pages=41)),
    "a page that unpacks to much": ("damaged", _bomb),
    "a scan": ("no_text", lambda: samples.pdf([" "])),
    "a page that is its own parent": (
        "damaged",
        lambda: samples.pdf(["甲"]).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]"),
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_cannot_be_read_is_refused_at_the_field_and_not_kept(
    work: Work, firm: FlaskClient, settings: Settings, case: str
) -> None:
    code, make = HOSTILE[case]
    before = kept(work, settings)

    answer = upload(firm, make())

    assert answer.status_code == 422
    assert str(FAULTS[code]) in re.search(r'id="file-error">([^<]*)<', answer.text)[1]  # type: ignore[index]
    assert kept(work, settings) == before


def test_neither_file_nor_text_is_told_at_the_field(firm: FlaskClient) -> None:
    answer = firm.post(PAGE, data={"text": " "})

    assert answer.status_code == 422
    assert "请选择文件，或在下面粘贴文字" in answer.text
