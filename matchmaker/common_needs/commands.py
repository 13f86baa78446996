"""`flask cluster-problems`."""

from __future__ import annotations

import click
from flask_babel import gettext

from matchmaker.terminal import database, plain, work_of


@click.command("cluster-problems")
@plain
def cluster_problems() -> None:
    """从已发布的难题中归并共性需求。Find what several companies ask for in the same way.

    后台每天夜里自动办理一次；导入大批难题以后可以马上运行。没有变化时结果不变。

    \b
    flask cluster-problems
    """
    from matchmaker.common_needs import service

    with database().session(write=False) as reading:
        found = service.look(work_of(reading))
    with database().session() as writing:
        outcome = service.keep(work_of(writing), found)
    click.echo(
        gettext(
            "看了 %(problems)d 条公开的难题，共性需求 %(needs)d 组，其中新的 %(fresh)d 组；不再成立的 %(gone)d 组。",
            **vars(outcome),
        )
    )
