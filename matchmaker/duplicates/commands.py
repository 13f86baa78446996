"""`flask find-duplicates`."""

from __future__ import annotations

import click
from flask_babel import gettext

from matchmaker.terminal import database, plain, work_of

CHUNK = 50
"""Texts looked at in one transaction: others write in between."""


@click.command("find-duplicates")
@plain
def find_duplicates() -> None:
    """核对全部公开的难题和成果有没有重复。Look at everything public for duplicates.

    提交和修改时会自动核对；导入大批文字以后运行一次，或每晚运行。可以随时中断。

    \b
    flask find-duplicates
    """
    from matchmaker.duplicates import service

    for kind in ("problem", "capability"):
        after: int | None = 0
        while after is not None:
            with database().session() as session:
                after = service.look_at_all(work_of(session), kind, after, CHUNK)
    with database().session(write=False) as session:
        found = service.count_likely(work_of(session))
    click.echo(gettext("可能重复的难题 %(problem)d 对，成果 %(capability)d 对。", **found))
