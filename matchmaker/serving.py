"""What happens around serving: what the terminal says when the server is up, and workers made warm."""

from __future__ import annotations

import os

import structlog
from flask import Flask
from flask_babel import force_locale, gettext

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine, ModelMissing
from matchmaker.seeding import service as seeding
from matchmaker.terminal import language
from matchmaker.wording import label
from models import User

log = structlog.get_logger()


def greeting(app: Flask, address: str) -> str:
    """The address and, where sample data are loaded, an account of each role. Leaves no connection open."""
    database = Database(app.extensions["settings"].database)
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
