"""Files that are no tables, or exaggerate: a clear refusal, nothing stored, within bounds of memory."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from matchmaker.spreadsheets import checking, import_wording, reading
from matchmaker.spreadsheets.reading import BadFile, Line
from matchmaker.work import Work
from models import ImportKind, Job, SpreadsheetImport, User
from tests import factories
from tests.spreadsheets.tables import PROBLEMS, problem, workbook

GOOD = workbook([PROBLEMS, *(problem("甲公司", f"壳体气孔在线检测{n}") for n in range(20))])
MEGABYTE = 1024 * 1024


def replaced(part: str, content: bytes) -> bytes:
    """The good workbook with one part exchanged."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, content if each == part else old.read(each))
    return target.getvalue()


def sheet(rows: bytes, head: bytes = b"") -> bytes:
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return replaced(
        "xl/worksheets/sheet1.xml",
        head + b"<worksheet " + namespace + b"><sheetData>" + rows + b"</sheetData></worksheet>",
    )


ENTITIES = b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 1000 + b'">]>'
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000, "old_or_locked"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not_a_table"),
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "damaged"),
    "bomb": (lambda: replaced("xl/styles.xml", b" " * 60 * MEGABYTE), "unpacks_too_large"),
    "big_sheet": (lambda: sheet(b" " * 101 * MEGABYTE), "unpacks_too_large"),
    "columns": (lambda: sheet(b"<row>" + b"<c/>" * 1_000_000 + b"</row>"), "too_many_columns"),
    "wide": (lambda: workbook([PROBLEMS, ["x"] * 300]), "too_many_columns"),
    "entities": (lambda: sheet(b"<row><c t='str'><v>&x;</v></c></row>", ENTITIES), "damaged"),
    "archive": (lambda: _archive(), "not_a_table"),
    "page": (lambda: "<html><table><tr><td>难题名称</td></tr></table></html>".encode(), "not_a_table"),
    "encoding": (lambda: b"\x81\xff\xfe\x80" * 50, "encoding"),
    "binary": (lambda: b"a,b\n" + bytes(range(1, 9)), "not_a_table"),
    "no_heading": (lambda: workbook([["甲", "乙"], ["1", "2"]]), "no_heading"),
    "no_rows": (lambda: workbook([PROBLEMS]), "no_rows"),
}


def _archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return target.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_reason_and_nothing_is_stored(
    client: FlaskClient, work: Work, people: dict[str, User], name: str
) -> None:
    make, code = BAD[name]
    content = make()
    factories.sign_in(client, people["staff"])
    tracemalloc.start()
    answer = client.post("/imports/", data={"kind": "problem", "file": (io.BytesIO(content), "表.xlsx")})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 422
    expected = str(import_wording.FILE_FAULTS[code]).partition("%")[0]
    assert expected in answer.text
    assert peak < 40 * MEGABYTE + 3 * len(content)
    for model in (SpreadsheetImport, Job):
        assert work.session.scalar(select(func.count()).select_from(model)) == 0


def test_rows_beyond_the_limit_are_refused_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 50)
    content = ("难题名称,需求内容\n" + "甲,乙\n" * 100).encode()
    with reading.opened(content) as (only,), pytest.raises(BadFile) as refused:
        list(only.lines())
    assert refused.value.code == "too_many_rows"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_in_the_usual_encodings_are_read(encoding: str) -> None:
    content = "难题名称;需求内容\n壳体气孔；检测;'=1+1\n".encode(encoding)
    with reading.opened(content) as (only,):
        assert list(only.lines()) == [
            Line(1, ("难题名称", "需求内容")),
            Line(2, ("壳体气孔；检测", "=1+1")),
        ]


def test_formulas_give_their_last_value_and_a_claimed_size_is_not_believed() -> None:
    rows = b"<row r='1'><c r='A1'><f>1+1</f><v>2</v></c><c r='B1'><f>[1]Other!A1</f></c><c r='C1' t='e'><v>#REF!</v></c></row>"
    content = sheet(rows).replace(b"A1:K21", b"A1:XFD9")
    with reading.opened(content) as (only,):
        assert list(only.lines()) == [Line(1, (2,))]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from(["cut", "flip", "part", "text"]))
def test_whatever_is_broken_in_a_file_it_is_read_or_refused(seed: int, how: str) -> None:
    chance = random.Random(seed)
    content = bytearray(GOOD)
    if how == "cut":
        del content[chance.randrange(len(content)) :]
    elif how == "flip":
        for _ in range(chance.randrange(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
    elif how == "part":
        with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
            part = chance.choice(archive.namelist())
            inner = bytearray(archive.read(part))
        for _ in range(chance.randrange(1, 20)):
            inner[chance.randrange(len(inner))] = chance.randrange(256)
        content = bytearray(replaced(part, bytes(inner)))
    else:
        content = bytearray(chance.randbytes(chance.randrange(400)))
    assert _outcome(bytes(content)) in {"read", *import_wording.FILE_FAULTS}


def _outcome(content: bytes) -> str:
    try:
        with reading.opened(content) as sheets:
            list(checking.data(checking.choose(ImportKind.PROBLEM, sheets)))
    except BadFile as refused:
        return refused.code
    return "read"
