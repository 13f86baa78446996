"""What happens around serving: what the terminal says when the server is up, and workers made warm."""

from __future__ import annotations

import os
import subprocess
import sys

import structlog
from flask import Flask
from flask_babel import force_locale, gettext

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine, ModelMissing
from matchmaker.seeding import service as seeding
from matchmaker.settings import Settings
from matchmaker.terminal import language
from matchmaker.wording import label
from models import User

WORKER_SECONDS = 20

log = structlog.get_logger()


def greeting(app: Flask, address: str) -> str:
    """The address and, where sample data are loaded, an account of each role. Leaves no connection open."""
    database = Database.of(app.extensions["settings"])
    try:
        with database.session(write=False) as session, app.app_context(), force_locale(language(os.environ)):
            lines = [gettext("Matchmaker 已启动：%(address)s （Ctrl-C 停止）", address=address)]
            accounts = seeding.accounts(session)
            if accounts:
                lines.append(gettext("示例账号，密码都是 %(password)s：", password=seeding.PASSWORD))
                lines += [_line(account) for account in accounts]
            return "\n".join(["", *lines, ""])
    finally:
        database.engine.dispose()


def _line(account: User) -> str:
    role = str(label(account.role))
    return f"  {account.email:<24} {role}  {account.organisation.name}"


def start_worker(settings: Settings) -> subprocess.Popen[bytes] | None:
    """`flask work` beside the server, if the settings want it; it also ends by itself when this process is gone."""
    if not settings.worker:
        return None
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work", "--beside", str(os.getpid())]
    return subprocess.Popen(command)


def stop_worker(worker: subprocess.Popen[bytes] | None) -> None:
    """It finishes what it is sending. What it does not finish in time is sent by the next one."""
    if worker is None:
        return
    worker.terminate()
    try:
        worker.wait(WORKER_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()


def warm(app: Flask) -> None:
    """Load the model and read the vectors, so that nobody waits for it. Without a model pages still work."""
    engine: MatchingEngine = app.extensions["engine"]
    database: Database = app.extensions["database"]
    try:
        with database.session(write=False) as session:
            engine.encoder(session)
            for kind in ("problem", "capability"):
                engine.search(session, kind, "预热", 1)
    except ModelMissing as error:
        log.error("engine.model_missing", reason=str(error))
