"""kill -9 of the worker anywhere in an import: every row comes in once."""

from __future__ import annotations

import signal
import subprocess
import sys

from sqlalchemy import func, select

from matchmaker.settings import ROOT
from matchmaker.spreadsheets import importing
from matchmaker.work import Work
from models import ImportKind, JobStatus, Organisation, OrganisationKind, User
from tests import factories
from tests.spreadsheets.tables import seen, workbook

KILLED = """
import os, signal, sys
from sqlalchemy import event
from matchmaker import logs
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.jobs import queue
from matchmaker.settings import Settings
from matchmaker.spreadsheets import checking, storing
from matchmaker.worker.labour import Labourer
from matchmaker.worker.office import Office
from models import now
from pathlib import Path

logs.configure()
url, folder = sys.argv[1:]
settings = Settings(database_url=url, data_dir=Path(folder), secret_key="test")
for number, line in enumerate(sys.stdin):
    child = os.fork()
    if child == 0:
        left = int(line)
        def die(*given):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        database = Database.of(settings)
        event.listen(database.engine, "before_cursor_execute", die)
        event.listen(database.engine, "commit", die)
        office = Office(database, MatchingEngine("none"), settings, clock=lambda: now() + number * queue.LEASE)
        Labourer(office, {"import.check": checking.check, "import.run": storing.store}, beat=30).do_due()
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
ROWS = 60
NEVER = 1_000_000


def test_every_row_comes_in_once_however_often_the_worker_dies(work: Work, people: dict[str, User]) -> None:
    head = ("单位名称", "统一社会信用代码", "所在县（市、区）")
    content = workbook(
        [head, *((f"示例第{n}研究所", factories.credit_code(), "宜秀区") for n in range(ROWS))]
    )
    as_staff = work.as_actor(people["staff"])
    imported = importing.take(as_staff, ImportKind.ORGANISATION, "名录.xlsx", content)
    work.session.commit()
    ends: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, work.settings.database, str(work.settings.data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as mortal:
        ends += [_run(mortal, dies_at) for dies_at in (30, 100, NEVER)]
        importing.start(as_staff, seen(work, imported))
        work.session.commit()
        ends += [_run(mortal, dies_at) for dies_at in (60, 700, 1000, NEVER)]
        assert mortal.stdin
        mortal.stdin.close()
    found = seen(work, imported)
    assert ends.count(signal.SIGKILL) > 2
    assert ends[-1] == 0
    assert found.run_job is not None
    assert found.run_job.status is JobStatus.DONE
    counts = importing.counts(work, found)
    assert (counts.total, counts.outcomes["added"]) == (ROWS, ROWS)  # type: ignore[index]
    institutes = select(func.count()).where(Organisation.kind == OrganisationKind.INSTITUTE)
    assert work.session.scalar(institutes) == ROWS


def _run(mortal: subprocess.Popen[str], dies_at: int) -> int:
    assert mortal.stdin
    assert mortal.stdout
    mortal.stdin.write(f"{dies_at}\n")
    return int(mortal.stdout.readline())
