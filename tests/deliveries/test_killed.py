"""kill -9 of whoever tells or sends, anywhere: every notice is sent, and a repeat has the same Message-ID."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matchmaker.database import Database
from matchmaker.deliveries import outbox
from matchmaker.settings import ROOT
from models import Delivery, DeliveryStatus, Notice, User
from tests.conftest import MODEL
from tests.deliveries.servers import MailServer, mail_server

KILLED = """
import os, signal, sys
from datetime import timedelta
from sqlalchemy import event, select
from matchmaker import logs, mail
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.notices import service as notices
from matchmaker.settings import Settings
from matchmaker.worker.delivering import Courier
from matchmaker.worker.office import Office
from models import User, now

logs.configure()
model = sys.argv[1]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def run(url, mail_url, task, dies_at, runs):
    settings = Settings(database_url=url, model=model, mail_url=mail_url, secret_key="test")
    database = Database(url)
    left = dies_at
    def count(*given):
        nonlocal left
        left -= 1
        if left == 0:
            die()
    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    office = Office(database, MatchingEngine(model), settings, clock=lambda: now() + runs * timedelta(minutes=6))
    if task == "tell":
        with office.work() as work:
            notices.tell(work, work.session.scalars(select(User)), "problem.published", "/", title=str(runs))
    else:
        def send(*letter):
            mail.deliver(*letter)
            count()
        Courier(office, send_letter=send).deliver_due()

for line in sys.stdin:
    url, mail_url, task, dies_at, runs = line.split()
    child = os.fork()
    if child == 0:
        run(url, mail_url, task, int(dies_at), int(runs))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""

Run = Callable[[str, int], int]


@pytest.fixture(scope="module")
def mortal() -> Iterator[subprocess.Popen[str]]:
    """A process whose children run tasks and die at their nth step; to start it takes seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, MODEL],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    ) as started:
        yield started
        assert started.stdin
        started.stdin.close()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def run(mortal: subprocess.Popen[str], database_url: str, server: MailServer) -> Run:
    """`run(task, dies_at)` returns how it ended. Each run is minutes after the one before."""
    runs = 0

    def once(task: str, dies_at: int) -> int:
        nonlocal runs
        runs += 1
        assert mortal.stdin
        assert mortal.stdout
        mortal.stdin.write(f"{database_url} {server.url} {task} {dies_at} {runs}\n")
        return int(mortal.stdout.readline())

    return once


def test_nothing_is_lost_and_a_repeat_can_be_recognised(
    run: Run, server: MailServer, database: Database, people: dict[str, User]
) -> None:
    random = Random(4)
    assert signal.SIGKILL in [run("tell", random.randrange(1, 30)) for _ in range(4)]
    run("tell", 10_000)
    with database.session(write=False) as session:
        promised = _keys(session, Delivery.status != DeliveryStatus.SENT)
        assert len(promised) == len(session.scalars(select(Notice.id)).all()) >= len(people)
    kills = 0
    while run("send", random.randrange(20, 120)) == signal.SIGKILL:
        kills += 1
    run("send", 10_000)
    with database.session(write=False) as session:
        assert _keys(session, Delivery.status == DeliveryStatus.SENT) == promised
    arrived = Counter(server.identifiers())
    assert set(arrived) == {f"<{key}@127.0.0.1>" for key in promised}
    assert kills > 0
    assert sum(arrived.values()) - len(arrived) <= kills


def test_a_worker_killed_between_sending_and_marking_sends_again_after_its_lease(
    run: Run, server: MailServer, database: Database, people: dict[str, User]
) -> None:
    run("tell", 10_000)
    with database.session() as session:
        one, *others = session.scalars(select(Delivery).order_by(Delivery.id))
        for each in others:
            outbox.cancel(each)
        key = one.key
    dies_at = 10
    while len(server.messages) == 0:
        run("send", dies_at)
        dies_at += 1
    with database.session(write=False) as session:
        assert session.scalar(select(Delivery.status).where(Delivery.key == key)) is DeliveryStatus.SENDING
    run("send", 10_000)
    assert server.identifiers() == [f"<{key}@127.0.0.1>"] * 2


def _keys(session: Session, condition: ColumnElement[bool]) -> set[str]:
    return set(session.scalars(select(Delivery.key).where(condition)))
