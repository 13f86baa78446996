"""What every `flask` command shares: the language of its sentences, errors without tracebacks, a progress bar."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec, cast

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from tqdm import tqdm

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine, ModelMissing, VersionMissing
from matchmaker.settings import Settings
from matchmaker.settings_in_service import effective
from matchmaker.work import Work

INTERRUPTED = 130
Arguments = ParamSpec("Arguments")


def plain(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """A command's body: in the application, in the terminal's language, its foreseeable failures in plain words."""

    @with_appcontext
    @wraps(command)
    def run(*arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        with force_locale(language(os.environ)):
            try:
                command(*arguments, **options)
            except KeyboardInterrupt:
                click.echo(gettext("已停止。做完的部分都已保存，可以再运行一次接着做。"), err=True)
                sys.exit(INTERRUPTED)
            except BrokenPipeError:
                raise
            except (ModelMissing, DBAPIError, OSError) as error:
                fail(_in_words(error))

    return run


def language(environment: Mapping[str, str]) -> str:
    """English where the terminal asks for it, else Chinese."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := environment.get(name):
            return "en" if chosen.startswith("en") else "zh_Hans_CN"
    return "zh_Hans_CN"


def fail(sentence: str) -> NoReturn:
    """Say what is wrong on standard error and end with status 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def database() -> Database:
    return cast(Database, current_app.extensions["database"])


def engine() -> MatchingEngine:
    return cast(MatchingEngine, current_app.extensions["engine"])


def work_of(session: Session) -> Work:
    """The operator's work: nobody is signed in, and who may run commands may do everything."""
    return Work(session, None, engine(), effective(session, settings()))


def progress(total: int, what: str, delay: float = 0) -> tqdm[Any]:
    """A bar on standard error, from `delay` seconds on; a line now and then where that is a file."""
    pause = 0.1 if sys.stderr.isatty() else 10
    return tqdm(total=total, desc=what, unit="", dynamic_ncols=True, delay=delay, mininterval=pause)


@contextmanager
def counted(what: str, delay: float = 0) -> Iterator[Callable[[int, int], None]]:
    """As `progress`, for work that is told how much is done and how much there is in all."""
    with progress(0, what, delay) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _in_words(error: Exception) -> str:
    sentence: str
    if isinstance(error, VersionMissing):
        sentence = gettext(
            "现有的向量由模型 %(version)s 算出，但找不到这个模型。请放回它的文件夹，或运行 flask reindex 换成设置里的模型。",
            version=error.version,
        )
    elif isinstance(error, ModelMissing):
        sentence = gettext(
            "匹配模型没有装好（%(reason)s）。请先运行 make model，或用 MATCHMAKER_MODEL 指定一个模型文件夹。",
            reason=error.setting,
        )
    elif isinstance(error, OSError):
        reason = error.strerror or str(error)
        sentence = gettext("不能读写 %(path)s：%(reason)s", path=error.filename or "", reason=reason)
    else:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        if isinstance(error, OperationalError | ProgrammingError) and _lacks_tables(reason):
            sentence = gettext("数据库里的表没有建好，或者版本太旧。请先运行 flask migrate。")
        else:
            sentence = gettext("数据库出错：%(reason)s", reason=reason)
    return sentence


def _lacks_tables(reason: str) -> bool:
    return any(sign in reason for sign in ("no such table", "no such column", "does not exist"))
