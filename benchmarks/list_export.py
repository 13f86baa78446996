"""Ten thousand problems exported as staff do it from their list: time and memory, .xlsx and CSV.

    python -m benchmarks.list_export --rows 10000

Uses a database of its own in a temporary folder, with the longest texts that a form usually holds. Memory is the peak
of the whole process over what it had before the export began.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from flask import Flask

from matchmaker import create_app, schema
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.settings import Settings
from matchmaker.spreadsheets import exporting
from matchmaker.spreadsheets.exporting import Form
from matchmaker.vocabulary.service import Vocabulary, load
from matchmaker.work import Work
from models import Problem, ProblemStatus, User
from tests import factories

TEXT = "壳体月产六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定，人工看片跟不上节拍。" * 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), secret_key="benchmark")
        app = create_app(settings)
        database: Database = app.extensions["database"]
        schema.upgrade(database.engine)
        person = _filled(database, rows)
        for form in Form:
            _measured(app, person, form)


def _filled(database: Database, rows: int) -> int:
    """The number of the member of staff who exports."""
    with database.session() as session:
        load(session)
        people = factories.people(session)
        problems = [
            Problem(
                organisation=people["enterprise"].organisation,
                title=f"铝合金压铸壳体气孔在线检测{number}",
                status=ProblemStatus.PUBLISHED,
                need="testing",
                background=TEXT,
                statement=TEXT,
                field="8",
                industry="C36",
                county="340811",
                contact_name="设备科",
            )
            for number in range(rows)
        ]
        for problem in problems:
            problem.modes = ["commissioned", "testing"]
        session.add_all(problems)
        session.flush()
        number = people["staff"].id
    database.engine.dispose()  # no connection goes into the processes that measure
    return number


def _measured(app: Flask, person: int, form: Form) -> None:
    database: Database = app.extensions["database"]
    engine: MatchingEngine = app.extensions["engine"]
    # a fresh process for each: the peak of the one before stays with it
    if os.fork():
        os.wait()
        return
    with app.test_request_context(), database.session() as session:
        work = Work(session, session.get_one(User, person), engine, app.extensions["settings"])
        before, began, busy = _peak(), time.perf_counter(), time.process_time()
        exported = exporting.export_list(work, Vocabulary(session), "problems", {}, form)
        seconds, busy, grown = time.perf_counter() - began, time.process_time() - busy, _peak() - before
        size = exported.content.seek(0, os.SEEK_END)
    print(
        f"{form}: {seconds:.1f} s ({busy:.1f} s of the processor), {size / 1e6:.1f} MB, memory +{grown:.0f} MB",
        flush=True,
    )
    os._exit(0)


def _peak() -> float:
    """MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
