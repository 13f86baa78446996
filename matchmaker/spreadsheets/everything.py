"""All data as a job: asked for by an administrator, written by the worker, fetched from the job's page."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask_babel import force_locale

from matchmaker.audit import service as audit
from matchmaker.jobs import service as jobs
from matchmaker.jobs.service import Run
from matchmaker.policy import Action, require
from matchmaker.spreadsheets import exporting
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import Job

KIND = "export.everything"
PATIENCE = 2.0
"""Seconds between two words on the progress."""
FILE_NAME = "matchmaker-%s.zip"


def ask(work: Work, language: str) -> Job:
    """To be written as soon as this work is committed, in the actor's name and `language`."""
    require(work.actor, Action.DATA_EXPORT)
    made = jobs.put(work, KIND, {}, language=language)
    audit.record(work, "data.export_asked", made)
    return made


def task(run: Run) -> None:
    """Write all of it into a file that is kept with the job. Begun anew where it was interrupted."""
    english = run.language.startswith("en")
    with force_locale("en" if english else "zh_Hans_CN"):
        with run.reading() as work:
            vocabulary = Vocabulary(work.session, english)
            total = exporting.rows_in_all(work, vocabulary)
            content, written = exporting.write_everything(work, vocabulary, _told(run, total))
        with content:
            data = content.read()
        with run.piece() as piece:
            name = FILE_NAME % piece.work.today().isoformat()
            piece.keep_file(name, "application/zip", data)
            piece.note(written, written, "exporting")
            audit.record(piece.work, "data.exported", piece.job, rows=written, bytes=len(data))


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
