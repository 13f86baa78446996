"""Sentences that the pages of problems and of capabilities say alike."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from matchmaker.formats import moment


def saved_meanwhile(saved_at: datetime) -> str:
    """Said above a form whose text somebody else has changed meanwhile."""
    said: str = gettext(
        "您打开以后，有人在 %(time)s 保存过新的内容，所以您的修改还没有保存。您填写的都在下面；"
        "请对照最新内容，确认后再保存一次，就以您的为准。",
        time=moment(saved_at),
    )
    return said
