"""What the places of a briefing's template are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

PLACES: Mapping[str, Any] = {
    "title": _("标题"),
    "city": _("城市"),
    "first": _("起始日"),
    "last": _("截止日"),
    "place": _("县（市、区），没有选时为城市"),
    "today": _("导出的日期"),
    "taken_on": _("取数的日期"),
    "author": _("起草人"),
    "sections": _(
        "各部分：heading 标题、paragraphs 段落、pictures 图（image、caption）、tables 表（title、headings、rows）。写法见自带的模板"
    ),
}
