"""The sentences of duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext

from matchmaker.duplicates.errors import AlreadyDuplicate
from matchmaker.duplicates.reading import State
from matchmaker.postings.service import Posting
from models import Problem

STATES: Mapping[State, Any] = {
    State.LIKELY: lazy_pgettext("duplicates", "可能重复"),
    State.SAME: lazy_pgettext("duplicates", "已关联为同一项"),
    State.APART: lazy_pgettext("duplicates", "已判为不同"),
}


def percent(alike: float) -> str:
    """How alike two are, in whole per cents; never 100."""
    if alike >= 1.0:
        return str(gettext("用词相同"))
    return str(gettext("用词约 %(n)s %% 相同", n=min(99, round(alike * 100))))


def linked(duplicate: Posting, main: Posting) -> str:
    return str(
        gettext(
            "“%(title)s”已关联为“%(main)s”的同一项，以后只办理后者；发布单位已收到通知。",
            title=duplicate.title,
            main=main.title,
        )
    )


def already(error: AlreadyDuplicate) -> str:
    """Which of the two is linked already, and to what."""
    main = error.posting.same_as
    return str(
        gettext(
            "“%(title)s”已关联为“%(main)s”的同一项。请先撤销那个关联，或直接与“%(main)s”关联。",
            title=error.posting.title,
            main=main.title,
        )
    )


def to_owner(posting: Posting) -> str:
    """For its owner: what being a duplicate means."""
    if isinstance(posting, Problem):
        return str(
            gettext(
                "科技局认定这个难题与另一项是同一项，匹配和对接按那一项办理。您的内容原样保留；有不同意见请联系科技局。"
            )
        )
    return str(
        gettext(
            "科技局认定这项成果与另一项是同一项，匹配和对接按那一项办理。您的内容原样保留；有不同意见请联系科技局。"
        )
    )
