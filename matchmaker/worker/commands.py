"""`flask work`: sends mail and pushes, reminds, and does jobs, until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType

import click
import structlog
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError

from matchmaker.terminal import database, engine, plain, settings
from matchmaker.worker import labour
from matchmaker.worker.chores import Rota
from matchmaker.worker.delivering import Courier
from matchmaker.worker.labour import Labourer
from matchmaker.worker.office import Office

PAUSE = 1.0
"""Seconds between two looks at the outbox."""
AFTER_TROUBLE = 5.0
"""Seconds until the next try where the database is out of reach."""
LAST_PIECE = 15.0
"""Seconds that the piece of a job which is being done is waited for; another worker repeats it otherwise."""

log = structlog.get_logger()


@click.command("work")
@click.option("--once", is_flag=True, help="办完到期的就结束。Do what is due now, and end.")
@click.option(
    "--beside",
    type=int,
    metavar="PID",
    help="随这个进程结束，意外中断时重新开始。End with this process, and start again after dying.",
)
@plain
def work(once: bool, beside: int | None) -> None:
    """发送邮件和推送，按时提醒，办理导入、导出等后台任务。Send mail and pushes, remind, do imports and exports.

    可以同时运行几个，不会重复发送和办理；随时可以停止，没有办完的任务下次接着办。

    \b
    flask work
    flask work --once
    """
    office = Office(database(), engine(), settings())
    if once:
        Rota(office).do_due()
        attempts = Courier(office).deliver_due()
        click.echo(gettext("已处理发送 %(count)d 次。", count=attempts))
        jobs = Labourer(office, labour.TASKS).do_due()
        click.echo(gettext("已办理后台任务 %(count)d 件。", count=jobs))
        return
    stop = _stop_on_signals()
    if beside is None:
        run(office, stop)
    else:
        _keep_running(office, stop, lambda: os.getppid() != beside)


def run(office: Office, stop: Event, is_orphan: Callable[[], bool] = lambda: False) -> None:
    """Look and send until told to stop; what is being sent, and the piece of a job, is finished first."""
    rota, courier = Rota(office), Courier(office)
    ended = Event()
    jobs = labour.start(Labourer(office, labour.TASKS), ended, PAUSE)
    log.info("worker.started", pid=os.getpid())
    while not stop.is_set() and not is_orphan():
        try:
            rota.do_due()
            courier.deliver_due(stop.is_set)
        except DBAPIError as error:
            log.error("worker.database_failed", error=type(error).__name__, reason=str(error.orig))
            stop.wait(AFTER_TROUBLE)
        except Exception:  # one broken chore must not keep the mail waiting for ever
            log.exception("worker.failed")
            stop.wait(AFTER_TROUBLE)
        stop.wait(PAUSE)
    ended.set()
    jobs.join(LAST_PIECE)
    log.info("worker.stopped", pid=os.getpid())


def _keep_running(office: Office, stop: Event, is_orphan: Callable[[], bool]) -> None:
    """A child does the work; one that died is replaced. It too ends when the process that it serves is gone."""
    keeper = os.getpid()
    while not stop.is_set() and not is_orphan():
        child = os.fork()
        if child == 0:
            run(office, stop, lambda: os.getppid() != keeper)
            sys.stderr.flush()
            os._exit(0)
        _await_end(child, stop, is_orphan)
        if not stop.is_set() and not is_orphan():
            log.error("worker.died", pid=child)
            stop.wait(PAUSE)


def _await_end(child: int, stop: Event, is_orphan: Callable[[], bool]) -> None:
    told = False
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if not told and (stop.is_set() or is_orphan()):
            os.kill(child, signal.SIGTERM)
            told = True
        Event().wait(PAUSE / 5) if told else stop.wait(PAUSE)


def _stop_on_signals() -> Event:
    stop = Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, told)
    return stop
