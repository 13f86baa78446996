"""kill -9 of the worker in the middle of a job, anywhere: what it counted is counted once."""

from __future__ import annotations

import signal
import subprocess
import sys
from random import Random

from matchmaker.database import Database
from matchmaker.settings import ROOT
from matchmaker.work import Work
from models import Job, JobStatus, User
from tests.conftest import MODEL
from tests.jobs.counting import ask

KILLED = """
import os, signal, sys
from sqlalchemy import event
from matchmaker import logs
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.jobs import queue
from matchmaker.settings import Settings
from matchmaker.worker.labour import Labourer
from matchmaker.worker.office import Office
from models import now
from tests.jobs.counting import count

logs.configure()
url, model = sys.argv[1:]
for number, line in enumerate(sys.stdin):
    child = os.fork()
    if child == 0:
        left = int(line)
        def die(*given):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        database = Database(url)
        event.listen(database.engine, "before_cursor_execute", die)
        event.listen(database.engine, "commit", die)
        office = Office(database, MatchingEngine(model), Settings(database_url=url, model=model, secret_key="test"),
                        clock=lambda: now() + number * queue.LEASE)
        Labourer(office, {"count": count}, beat=30).do_due()
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def test_a_job_goes_on_behind_what_the_killed_worker_committed(
    work: Work, people: dict[str, User], database: Database, database_url: str
) -> None:
    total = 40
    job = ask(work, people["staff"], total)
    random = Random(5)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, MODEL],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as mortal:
        assert mortal.stdin
        assert mortal.stdout
        ends = []
        while (not ends or ends[-1] == signal.SIGKILL) and len(ends) < 60:
            mortal.stdin.write(f"{random.randrange(20, 90)}\n")
            ends.append(int(mortal.stdout.readline()))
        mortal.stdin.close()
    with database.session(write=False) as session:
        found = session.get_one(Job, job.id)
        assert len(ends) > 2
        assert found.status is JobStatus.DONE
        assert found.result == {"counted": list(range(total))}
