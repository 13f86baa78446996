"""Whatever kills a change of the encoder, nothing half done serves, and the next run goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from random import Random

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.imports.reindexing import Job
from matchmaker.settings import ROOT
from models import Pairing
from tests.commands.changing import CAPABILITIES, NEW, OLD, edit, of_present_titles, ranking, stored

KILLED = """
import os, signal, sys
from dataclasses import replace
from sqlalchemy import event
from matchmaker.database import Database
from matchmaker.engine.lexical import term_strings
from matchmaker.imports import reindexing
from matchmaker.settings import Settings
from tests.engine.samples import changeable_engine

url, model, to = sys.argv[1:]
settings = Settings(database_url=url, model=model, suggestion_floor=0)
term_strings("the dictionary", "is read once")
for name, value in {"CHUNK": 2, "CLEANED": 3, "MATCHING_SECONDS": 0.0}.items():
    setattr(reindexing, name, value)

def work(dies_at):
    database = Database(url)
    job = reindexing.Job(database, changeable_engine(), settings, patience=0)
    left = dies_at
    @event.listens_for(database.engine, "before_cursor_execute")
    def count(*given):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    reindexing.run(job, reindexing.wanted(job, to))

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(int(line))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def test_a_job_that_is_killed_anywhere_goes_on_and_nothing_half_done_serves(
    job: Job, database_url: str
) -> None:
    before, random = ranking(job), Random(1)
    after: dict[int, float] | None = None
    kills = 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, OLD, NEW],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as killed:

        def run(dies_at: int) -> int:
            assert killed.stdin
            assert killed.stdout
            killed.stdin.write(f"{dies_at}\n")
            return int(killed.stdout.readline())

        while (ended := run(random.randrange(30, 200))) == signal.SIGKILL:
            kills += 1
            now = ranking(job)
            if now != before:
                after = after or now
            assert now == (after or before)
            if kills % 3 == 0:
                edit(job, kills % CAPABILITIES, f"第{kills}次中断以后改的名称")
                before, after = (before, ranking(job)) if after else (ranking(job), None)
        assert killed.stdin
        killed.stdin.close()
    assert ended == 0
    assert kills >= 3
    assert stored(job) == {NEW: of_present_titles(job, NEW)}
    with job.work(write=False) as work:
        assert {each.engine_version for each in work.session.scalars(select(Pairing))} == {
            work.engine.version(work.session)
        }
        assert audit.first_broken_link(work) is None
