"""What an operator does with the keys of confidential details."""

from __future__ import annotations

import click
from flask_babel import gettext, pgettext

from matchmaker.confidentiality import rotation
from matchmaker.terminal import counted, database, fail, plain, settings
from models.sealed import NoKey


@click.command("rotate-key")
@click.option("--new", "anyway", is_flag=True, help="上次没有做完也换一把新的。A new key even so.")
@plain
def rotate_key(anyway: bool) -> None:
    """更换保密内容的密钥，并用新密钥重新加密文字和文件。Seal all that is confidential with a new key.

    随时可以停止，再运行一次接着做；系统照常使用。没有东西还用的旧密钥最后从密钥文件里去掉。

    \b
    flask rotate-key
    """
    place = _place()
    try:
        with counted(pgettext("progress", "重新加密")) as show:
            done = rotation.rotate(place, show, anyway)
    except NoKey:
        fail(_no_key())
    if done.is_new:
        click.echo(
            gettext("新密钥 %(key)s 已写入 %(path)s，请马上备份。", key=done.key, path=place.keys.path)
        )
    click.echo(
        gettext(
            "已用密钥 %(key)s 重新加密文字 %(texts)d 段、文件 %(files)d 个；去掉旧密钥 %(dropped)d 把。",
            key=done.key,
            texts=done.texts,
            files=done.files,
            dropped=done.dropped,
        )
    )
    if done.useless:
        click.echo(gettext("设置里较旧的 %(count)d 把密钥已没有东西在用，可以去掉。", count=done.useless))
    elif place.keys.is_given and not done.texts and not done.files:
        click.echo(gettext("密钥来自设置：要更换，请把新密钥写在最前面，用逗号隔开，再运行一次。"))
    if done.unreadable:
        fail(
            gettext("有 %(count)d 项解不开，保持原样。请找回它们的密钥后再运行一次。", count=done.unreadable)
        )


def seal_files_left_open() -> None:
    """Part of `flask migrate`: confidential files of an earlier version, sealed one by one."""
    try:
        with counted(pgettext("progress", "加密保密附件"), delay=0.5) as show:
            count = rotation.seal_open_files(_place(), show)
    except NoKey:
        fail(_no_key())
    if count:
        click.echo(gettext("已加密保密附件 %(count)d 个。", count=count))


def _place() -> rotation.Place:
    keys = database().keys
    assert keys is not None  # an installation's database has keys
    return rotation.Place(database(), keys, settings())


def _no_key() -> str:
    return str(
        gettext(
            "找不到保密内容的密钥。请把 %(path)s 从备份中放回；不要另建新的，否则已有的保密内容解不开。",
            path=settings().data_dir / "confidential_key",
        )
    )
