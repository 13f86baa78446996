"""Files that commands are given: the option that names one, and what is said of a line that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matchmaker.engine.graded import UnknownName
from matchmaker.engine.runs import BadLine, Fault
from matchmaker.terminal import fail

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FAULTS = {
    Fault.NOT_TEXT.name: _("不是 UTF-8 文字"),
    Fault.NOT_JSON.name: _("不是 JSON"),
    Fault.NOT_AN_OBJECT.name: _("不是 JSON 对象"),
    Fault.NO_ID.name: _("没有编号（id），或编号里有空格"),
    Fault.ID_TWICE.name: _("编号与前面的一行相同"),
    Fault.NO_TITLE.name: _("没有名称（title）"),
    Fault.TEXT_NOT_A_STRING.name: _("正文（text）不是文字"),
    Fault.COLUMNS.name: _("列数与格式不符"),
    Fault.NOT_A_NUMBER.name: _("应为数字"),
}


@contextmanager
def faults_told() -> Iterator[None]:
    """Ends the command with a sentence about the first thing in its files that cannot be used."""
    try:
        yield
    except BadLine as error:
        fail(bad_line(error))
    except UnknownName as error:
        fail(gettext("%(file)s 里没有“%(name)s”，评分文件里却有。", file=error.path, name=error.name))


def bad_line(error: BadLine) -> str:
    """Which line of which file cannot be used, and why."""
    return str(
        gettext(
            "%(file)s 第 %(line)d 行：%(reason)s。没有写出结果。",
            file=error.path,
            line=error.line,
            reason=FAULTS[error.fault.name],
        )
    )
