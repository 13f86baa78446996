"""Exports: a list as it is filtered, a whole record, all data. What leaves is what its reader may read, and audited."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

from matchmaker.audit import service as audit
from matchmaker.policy import Action, require
from matchmaker.spreadsheets import record_sheets
from matchmaker.spreadsheets.list_sheets import EVERYTHING, LISTS, title
from matchmaker.spreadsheets.sheets import Opened
from matchmaker.spreadsheets.writing import Progress, write_csv, write_workbook
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import LOCAL_ZONE, Work
from models import CooperationRecord

MOST_AT_ONCE = 10_000
"""Rows that a request writes; a longer list is written by a job."""
LONGEST_WORDS = 300
"""Characters of a list's filters that the audit keeps."""

_NO_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')
"""What no name of a file may hold; a record's title may."""


class Form(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv",  # to which the web adds the encoding
}


class TooLong(Exception):
    """The list has more rows than a request writes."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self.total = total


@dataclass(frozen=True)
class Exported:
    """A written file, open at its beginning; whoever takes it closes it."""

    title: str
    form: Form
    content: IO[bytes]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]

    def file_name(self, work: Work) -> str:
        return f"{_NO_NAME.sub(' ', self.title)} {work.today().isoformat()}.{self.form}"


def export_list(
    work: Work, vocabulary: Vocabulary, name: str, query: Mapping[str, str], form: Form = Form.XLSX
) -> Exported:
    """The list of that name of LISTS, filtered and ordered as its address says, however many pages it has.

    Raises TooLong, KeyError for an unknown name, and what the list's own page raises.
    """
    opened = open_list(work, vocabulary, name, query)
    if opened.total > MOST_AT_ONCE:
        raise TooLong(opened.total)
    exported, rows = write_list(name, opened, form)
    audit_list(work, name, rows, form, query)
    return exported


def open_list(work: Work, vocabulary: Vocabulary, name: str, query: Mapping[str, str]) -> Opened:
    """Raises Forbidden, KeyError for an unknown name, and what the list's own page raises."""
    require(work.actor, Action.LIST_EXPORT)
    require(work.actor, LISTS[name].action)
    return LISTS[name].open(work, vocabulary, query)


def write_list(
    name: str, opened: Opened, form: Form, progress: Progress | None = None
) -> tuple[Exported, int]:
    """The file and how many rows it has; whoever hands it out audits that. Raises what `progress` raises."""
    with _file() as content:
        if form is Form.XLSX:
            rows = write_workbook(content, opened.sheets, progress)
        else:
            rows = write_csv(content, opened.sheets[0], progress)
    return Exported(title(name), form, content), rows


def audit_list(work: Work, name: str, rows: int, form: Form, query: Mapping[str, str]) -> None:
    audit.record(work, "list.exported", None, list=name, rows=rows, form=form.value, filters=_words(query))


def export_record(work: Work, vocabulary: Vocabulary, record: CooperationRecord) -> Exported:
    """A whole record: its terms, parties, milestones, steps and amendments."""
    require(work.actor, Action.RECORD_READ, record)
    with _file() as content:
        write_workbook(content, record_sheets.whole(work, vocabulary, record))
    audit.record(work, "record.exported", record, number=record.number)
    return Exported(f"{record.number} {record.title}", Form.XLSX, content)


def write_everything(work: Work, vocabulary: Vocabulary, progress: Progress) -> tuple[IO[bytes], int]:
    """A zip with a workbook for each list, whole, and how many rows that are. Whoever keeps it audits it.

    Raises Forbidden, and what `progress` raises.
    """
    require(work.actor, Action.DATA_EXPORT)
    written = 0
    with _file() as content, zipfile.ZipFile(content, "w") as archive:
        for name, opening in EVERYTHING.items():
            opened, before = opening(work, vocabulary, {}), written
            with _file() as book:
                written += write_workbook(book, opened.sheets, _after(progress, before))
            named = zipfile.ZipInfo(f"{title(name)}.xlsx", work.now().astimezone(LOCAL_ZONE).timetuple()[:6])
            with book, archive.open(named, "w") as member:
                while chunk := book.read(1 << 16):
                    member.write(chunk)
    return content, written


def rows_in_all(work: Work, vocabulary: Vocabulary) -> int:
    """About how many rows all data have, to tell how far their export is."""
    require(work.actor, Action.DATA_EXPORT)
    return sum(opening(work, vocabulary, {}).total for opening in EVERYTHING.values())


def _after(progress: Progress, before: int) -> Progress:
    return lambda written: progress(before + written)


def _words(query: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(query.items()) if value and name != "page")[
        :LONGEST_WORDS
    ]


@contextmanager
def _file() -> Iterator[IO[bytes]]:
    """A file that goes when it is closed: left open at its beginning, or closed where writing it failed."""
    content = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    try:
        yield content
    except BaseException:
        content.close()
        raise
    content.seek(0)
