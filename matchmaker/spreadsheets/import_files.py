"""Files of imports: the template of each kind, and the rows that are given back with the reason."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from matchmaker.spreadsheets.cells import Lists
from matchmaker.spreadsheets.headings import SAMPLE
from matchmaker.spreadsheets.import_fields import FIELDS, As, Field
from matchmaker.spreadsheets.import_rows import Kept
from matchmaker.spreadsheets.reading import MOST_ROWS
from matchmaker.spreadsheets.sheets import Column, Kind, Sheet
from matchmaker.spreadsheets.writing import write_workbook
from models import ImportKind

NEEDED, OPTIONAL = PatternFill("solid", fgColor="FCE4D6"), PatternFill("solid", fgColor="E8EEF4")
GREY = Font(italic=True, color="808080")
NUMBER = "序号"
LISTS = "列表"
"""The sheet that the drop-downs are filled from."""
SEVERAL = "可以写几项，用顿号隔开：%s"
WIDE = 40
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(kind: ImportKind, lists: Lists) -> bytes:
    """An .xlsx with Chinese headings, drop-downs, and a sample row that is not imported."""
    fields = [each for each in FIELDS[kind] if each.read is not As.IGNORED and not each.export_only]
    book = Workbook()
    page: Any = book.active
    page.title = "填写"
    page.append([NUMBER, *(_heading(each) for each in fields)])
    page.append([SAMPLE, *(_sample(each) for each in fields)])
    beside: Any = book.create_sheet(LISTS)
    beside.sheet_state = "hidden"
    for number, each in enumerate(fields, 2):
        _shape(page, number, each)
        if each.list:
            _choices(page, beside, number, each, [label for _, label in lists.choices(each.list)])
    for cell in page[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    for cell in page[2]:
        cell.font, cell.alignment = GREY, Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 12
    page.freeze_panes = "B2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def given_back(
    headings: Sequence[str], rows: Sequence[tuple[int, Kept]], reasons: Callable[[Kept], str], why: str
) -> bytes:
    """The rows as they stood in the file, with why they were not imported in a first column."""

    def cell(place: int) -> Callable[[tuple[int, Kept]], str]:
        return lambda each: each[1].cells[place] if place < len(each[1].cells) else ""

    columns: list[Column[tuple[int, Kept]]] = [Column(why, lambda each: reasons(each[1]), Kind.LONG)]
    columns += [Column(heading, cell(place)) for place, heading in enumerate(headings)]
    target = io.BytesIO()
    write_workbook(target, [Sheet(why, columns, rows)])
    return target.getvalue()


def _heading(field: Field) -> str:
    return f"{field.label} *" if field.needed else field.label


def _sample(field: Field) -> str:
    return field.example


def _shape(page: Any, number: int, field: Field) -> None:
    letter = get_column_letter(number)
    page.column_dimensions[letter].width = WIDE if field.most >= 500 else 18
    page.cell(1, number).fill = NEEDED if field.needed else OPTIONAL
    if field.most:
        page.cell(1, number).comment = Comment(f"最多 {field.most} 个字", "模板")


def _choices(page: Any, beside: Any, number: int, field: Field, labels: Sequence[str]) -> None:
    """A drop-down; where several may stand in a cell, they are listed in a remark, since a list takes one only."""
    if field.read is As.TERMS:
        page.cell(1, number).comment = Comment(SEVERAL % "、".join(labels), "模板", width=320, height=160)
        return
    column = beside.max_column + (1 if beside.cell(1, 1).value else 0)
    for place, label in enumerate(labels, 1):
        beside.cell(place, column, label)
    letter = get_column_letter(column)
    listed = DataValidation(
        "list", formula1=f"{LISTS}!${letter}$1:${letter}${max(len(labels), 1)}", allow_blank=True
    )
    listed.error, listed.errorStyle = "请从列表中选择", "warning"
    page.add_data_validation(listed)
    listed.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{MOST_ROWS}")
