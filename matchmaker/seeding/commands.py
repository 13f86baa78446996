"""`flask seed`."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext

from matchmaker.terminal import database, fail, plain, progress, settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("seed")
@click.option("--folder", type=FOLDER, help="示例数据的文件夹，默认 seed_data。Folder of sample files.")
@click.option(
    "--if-empty", is_flag=True, help="已有数据时什么也不做。Do nothing where there are data already."
)
@plain
def seed(folder: Path | None, if_empty: bool) -> None:
    """把示例数据装进空的数据库。Load the sample data into an empty database.

    全部装好才保存：中途停止，数据库里什么也不留，可以再运行。

    \b
    flask seed
    flask seed --folder /path/to/other/samples
    """
    import logging

    import structlog

    from matchmaker.seeding import service
    from matchmaker.seeding.files import BadSeed

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    bar = progress(0, gettext("装入示例数据"), delay=0.5)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        with bar:
            loaded = service.load(database(), settings(), folder or service.FOLDER, show)
    except service.AlreadyLoaded:
        if not if_empty:
            click.echo(gettext("示例数据已经装过，没有改动。"))
        return
    except service.NotEmpty:
        if not if_empty:
            fail(gettext("数据库里已有正式的单位，不能装入示例数据。请换一个空的数据库。"))
        return
    except BadSeed as error:
        fail(gettext("示例数据有误，没有装入：%(reason)s", reason=str(error)))
    click.echo(
        gettext(
            "已装入示例数据：单位 %(organisations)d 个，难题 %(problems)d 条，成果 %(capabilities)d 条，匹配 %(pairings)d 对，合作记录 %(records)d 条。",
            **vars(loaded),
        )
    )
