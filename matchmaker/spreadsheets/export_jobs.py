"""Exports as jobs, fetched from the job's page: all data for an administrator, and any list that is long."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from flask_babel import force_locale

from matchmaker.audit import service as audit
from matchmaker.jobs import service as jobs
from matchmaker.jobs.service import Run
from matchmaker.policy import Action, require
from matchmaker.spreadsheets import exporting
from matchmaker.spreadsheets.exporting import Form
from matchmaker.spreadsheets.list_sheets import LISTS
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import Job

KIND = "export.everything"
LIST_KIND = "export.list"
PATIENCE = 2.0
"""Seconds between two words on the progress."""
FILE_NAME = "matchmaker-%s.zip"


def ask(work: Work, language: str) -> Job:
    """To be written as soon as this work is committed, in the actor's name and `language`."""
    require(work.actor, Action.DATA_EXPORT)
    made = jobs.put(work, KIND, {}, language=language)
    audit.record(work, "data.export_asked", made)
    return made


def ask_list(work: Work, name: str, query: Mapping[str, str], form: Form, language: str) -> Job:
    """The list of that name of LISTS with these filters, as soon as this work is committed."""
    require(work.actor, Action.LIST_EXPORT)
    require(work.actor, LISTS[name].action)
    return jobs.put(
        work, LIST_KIND, {"list": name, "query": dict(query), "form": form.value}, language=language
    )


def task_list(run: Run) -> None:
    """Write the list into a file that is kept with the job. Begun anew where it was interrupted."""
    name, query, form = run.parameters["list"], run.parameters["query"], Form(run.parameters["form"])
    with force_locale(_locale(run)):
        with run.reading() as work:
            opened = exporting.open_list(work, _vocabulary(run, work), name, query)
            exported, rows = exporting.write_list(name, opened, form, _told(run, opened.total))
        with exported.content as content:
            data = content.read()
        with run.piece() as piece:
            piece.keep_file(exported.file_name(piece.work), exported.media_type, data)
            piece.note(rows, rows, "exporting")
            exporting.audit_list(piece.work, name, rows, form, query)


def task(run: Run) -> None:
    """Write all of it into a file that is kept with the job. Begun anew where it was interrupted."""
    with force_locale(_locale(run)):
        with run.reading() as work:
            vocabulary = _vocabulary(run, work)
            total = exporting.rows_in_all(work, vocabulary)
            content, written = exporting.write_everything(work, vocabulary, _told(run, total))
        with content:
            data = content.read()
        with run.piece() as piece:
            name = FILE_NAME % piece.work.today().isoformat()
            piece.keep_file(name, "application/zip", data)
            piece.note(written, written, "exporting")
            audit.record(piece.work, "data.exported", piece.job, rows=written, bytes=len(data))


def _locale(run: Run) -> str:
    return "en" if run.language.startswith("en") else "zh_Hans_CN"


def _vocabulary(run: Run, work: Work) -> Vocabulary:
    return Vocabulary(work.session, english=_locale(run) == "en")


def _told(run: Run, total: int) -> Callable[[int], None]:
    """Writes down how far it is, now and then; raises what ends the job."""
    last = time.monotonic()

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last < PATIENCE:
            return
        with run.piece() as piece:
            piece.note(done, max(done, total), "exporting")
        last = time.monotonic()

    return progress
