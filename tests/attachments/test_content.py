"""What a file is: its content decides, and it has to agree with its name."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from matchmaker.attachments import content
from matchmaker.attachments.names import extension_of
from tests.attachments import samples


def accepted(tmp_path: Path, name: str, data: bytes) -> str | None:
    path = tmp_path / "file"
    path.write_bytes(data)
    return content.media_type_of(path, extension_of(name))


@pytest.mark.parametrize("name", samples.GENUINE)
def test_genuine_files_of_every_allowed_type_are_recognised(tmp_path: Path, name: str) -> None:
    assert accepted(tmp_path, name, samples.GENUINE[name]) is not None


@pytest.mark.parametrize("extension", sorted(content.TYPES))
def test_no_file_of_another_kind_passes_under_this_extension(tmp_path: Path, extension: str) -> None:
    alike = {"jpg": {"jpeg"}, "jpeg": {"jpg"}, "txt": {"csv"}, "csv": {"txt"}}.get(extension, set()) | {
        extension
    }
    passed = [
        name
        for name, data in samples.GENUINE.items()
        if extension_of(name) not in alike and accepted(tmp_path, f"x.{extension}", data)
    ]
    assert passed == []


@pytest.mark.parametrize("extension", sorted(content.TYPES))
@pytest.mark.parametrize(
    "data", [samples.HTML, samples.SVG, samples.MACHO, b"#!/bin/sh\n"], ids=["html", "svg", "exe", "sh"]
)
def test_pages_and_programs_pass_under_no_extension(tmp_path: Path, extension: str, data: bytes) -> None:
    assert accepted(tmp_path, f"x.{extension}", data) is None


@pytest.mark.parametrize("extension", ["html", "svg", "zip", "exe", "js", "xlsm", ""])
def test_other_extensions_are_not_on_the_list(extension: str) -> None:
    assert extension not in content.TYPES


def test_a_page_behind_a_pdf_header_is_refused(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.pdf", b"%PDF-1.4\n" + samples.HTML + b"\n%%EOF") is None


def test_a_page_behind_a_gif_header_is_refused(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.gif", b"GIF89a/*" + samples.HTML + b"*/;") is None


def test_a_page_behind_a_byte_order_mark_is_refused_as_text(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.txt", b"\xef\xbb\xbf \n" + samples.HTML) is None


def test_a_truncated_pdf_is_refused(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.pdf", samples.PDF[:40]) is None


@pytest.mark.parametrize(
    ("name", "start"), [("x.pdf", samples.PDF), ("x.gif", samples.GIF), ("x.jpg", samples.JPEG)]
)
def test_a_file_that_is_also_an_archive_is_refused(tmp_path: Path, name: str, start: bytes) -> None:
    assert accepted(tmp_path, name, start + samples.ZIP) is None


def test_an_archive_behind_a_program_is_refused_as_a_document(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.docx", samples.MACHO + samples.DOCX) is None


def test_a_document_with_bytes_before_its_first_member_is_refused(tmp_path: Path) -> None:
    hidden = b"PK\x03\x04" + samples.MACHO
    assert accepted(tmp_path, "x.docx", hidden + samples.DOCX) is None


def test_a_plain_archive_is_refused_as_a_document(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.docx", samples.ZIP) is None


def test_a_document_with_macros_is_refused(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.docx", samples.office("word/document.xml", "word/vbaProject.bin")) is None


def test_an_installer_is_refused_as_an_old_document(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.doc", samples.ole("!_StringData")) is None


def test_text_with_null_bytes_is_refused(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.txt", b"abc\x00def") is None


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    assert accepted(tmp_path, "x.txt", b"\xff\xfa\xff" * 10) is None


def test_a_bomb_of_a_document_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("word/document.xml", "w") as member:
            for _ in range(9):
                member.write(b"\x00" * (64 * 1024 * 1024))
    started = time.perf_counter()
    assert content.media_type_of(path, "docx") is None
    assert time.perf_counter() - started < 0.2  # unpacking it takes longer than making its list of members


def test_a_document_with_an_endless_list_of_members_is_refused_unread(tmp_path: Path) -> None:
    made = io.BytesIO(samples.DOCX)
    data = bytearray(made.getvalue())
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", content.MOST_DIRECTORY_BYTES + 1)
    assert accepted(tmp_path, "x.docx", bytes(data)) is None


@pytest.mark.parametrize("cut", range(0, len(samples.DOCX), 23))
def test_a_damaged_document_is_refused_and_raises_nothing(tmp_path: Path, cut: int) -> None:
    assert accepted(tmp_path, "x.docx", samples.DOCX[:cut]) is None


def test_a_document_with_a_damaged_directory_raises_nothing(tmp_path: Path) -> None:
    for place in range(samples.DOCX.rfind(b"PK\x01\x02"), len(samples.DOCX)):
        damaged = bytearray(samples.DOCX)
        damaged[place] ^= 0xFF
        accepted(tmp_path, "x.docx", bytes(damaged))
