"""Tables as people hand them in, and an import taken through its steps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.spreadsheets import checking, import_rows, importing, storing
from matchmaker.spreadsheets.import_rows import Kept
from matchmaker.work import Work
from matchmaker.worker.labour import Labourer
from matchmaker.worker.office import Office
from models import ImportKind, ImportRow, SpreadsheetImport, User

Rows = Sequence[Sequence[Any]]

PROBLEMS = (
    "单位名称",
    "难题名称",
    "需求背景",
    "需求内容",
    "技术领域",
    "行业",
    "县区",
    "预算（万元）",
    "完成时间",
    "联系人",
    "电话",
)
"""Usual headings; none is the template's own but two."""
STATEMENT = "需要在压铸后三十秒内判定直径 0.5 毫米以上的气孔，给出位置，适应五种壳体换型。"
BACKGROUND = "壳体月产六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定。"


def workbook(rows: Rows, merged: Sequence[str] = ()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for each in merged:
        book.active.merge_cells(each)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def problem(firm: str, title: str, **given: Any) -> list[Any]:
    """A good row under PROBLEMS."""
    values = {
        "背景": BACKGROUND,
        "内容": STATEMENT,
        "领域": "先进制造与自动化",
        "行业": "汽车制造业",
        "县区": "宜秀区",
        "预算": 60,
        "完成": "2099-06-30",
        "联系人": "李工",
        "电话": "0556-7654321",
    } | given
    return [firm, title, *values.values()]


def take(
    work: Work, person: User, content: bytes, kind: ImportKind = ImportKind.PROBLEM
) -> SpreadsheetImport:
    """Taken in and checked."""
    made = importing.take(work.as_actor(person), kind, "征集表.xlsx", content)
    work.session.commit()
    labour(work)
    return seen(work, made)


def run(work: Work, person: User, imported: SpreadsheetImport) -> dict[str, int]:
    """Imported; how many rows became what."""
    importing.start(work.as_actor(person), imported)
    work.session.commit()
    labour(work)
    counts = importing.counts(work, seen(work, imported)).outcomes
    work.session.commit()
    return {outcome.value: number for outcome, number in counts.items() if number}


def labour(work: Work) -> int:
    tasks = {"import.check": checking.check, "import.run": storing.store}
    office = Office(Database.of(work.settings), work.engine, work.settings)
    return Labourer(office, tasks, beat=30).do_due()


def seen(work: Work, imported: SpreadsheetImport) -> SpreadsheetImport:
    """As it stands now, in no transaction of the test's own."""
    work.session.commit()
    work.session.expire_all()
    found = work.session.get_one(SpreadsheetImport, imported.id)
    for job in (found.check_job, found.run_job, found.organisation, found.user):
        if job is not None:
            work.session.refresh(job)
    work.session.commit()
    return found


def rows(work: Work, imported: SpreadsheetImport) -> list[tuple[ImportRow, Kept]]:
    found = work.session.scalars(
        select(ImportRow).where(ImportRow.import_id == imported.id).order_by(ImportRow.number)
    )
    read = [(row, import_rows.opened(work.session, row)) for row in found]
    work.session.commit()
    return read


def codes(kept: Kept) -> set[tuple[str, str]]:
    """(field, code) of everything that is noted at a row."""
    return {(name, code) for name, code, _ in (*kept.faults, *kept.repairs)}
