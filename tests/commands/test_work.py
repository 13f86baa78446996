"""`flask work`: once or until it is stopped, beside a server, and again after it was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from matchmaker.notices import service as notices
from matchmaker.settings import ROOT, Settings
from matchmaker.work import Work
from models import DeliveryStatus, User
from tests.commands.conftest import Run
from tests.deliveries.post_office import mails, stored


def tell(work: Work, person: User) -> None:
    notices.tell(work, [person], "problem.published", "/problems/7", title="气孔检测")
    work.session.commit()


def test_once_sends_what_is_due_and_ends(
    run: Run, work: Work, people: dict[str, User], settings: Settings
) -> None:
    tell(work, people["enterprise"])
    assert "已处理发送 1 次" in run("work", "--once").output
    assert mails(settings).count("Subject:") == 1
    assert "已处理发送 0 次" in run("work", "--once").output


@contextmanager
def beside(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """`flask work` beside this process; its log is its standard error."""
    environment = os.environ | {
        "DATABASE_URL": settings.database,
        "MATCHMAKER_DATA_DIR": str(settings.data_dir),
        "MATCHMAKER_MODEL": settings.model,
        "SECRET_KEY": "test",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work", "--beside", str(os.getpid())]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.terminate()


def said(keeper: subprocess.Popen[str], event: str) -> int:
    """Wait for the event in its log; returns the process that it is about."""
    assert keeper.stderr
    for line in keeper.stderr:
        if f'"event": "{event}"' in line:
            return int(json.loads(line)["pid"])
    pytest.fail(f"it ended without {event}")


def test_a_worker_that_is_killed_is_started_again_and_stops_when_told(
    work: Work, people: dict[str, User], settings: Settings
) -> None:
    with beside(settings) as keeper:
        first = said(keeper, "worker.started")
        os.kill(first, signal.SIGKILL)
        assert said(keeper, "worker.died") == first
        second = said(keeper, "worker.started")
        keeper.send_signal(signal.SIGINT)
        assert said(keeper, "worker.stopped") == second
        assert keeper.wait() == 0
    tell(work, people["enterprise"])
    assert [each.status for each in stored(settings)] == [DeliveryStatus.WAITING]
