"""What the pages of problems and of capabilities say alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matchmaker.formats import moment
from matchmaker.postings.happened import Happened
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from models import BudgetReaders, MoneyKind, Urgency

HAPPENED: Mapping[Happened, Any] = {
    Happened.PUBLISHED: _("首次发布"),
    Happened.INTRODUCED: _("首次对接"),
    Happened.CONFIRMED: _("首次确认合作"),
    Happened.SIGNED: _("首次签约"),
    Happened.SOLVED: _("已解决（验收通过）"),
}
LISTS: Mapping[str, str] = {
    "field": "field",
    "subfield": "subfield",
    "industry": "industry",
    "county": "county",
    "need": "need",
    "modes": "mode",
    "kind": "capability_kind",
    "stage": "stage",
}
"""The vocabulary that a column's codes are from."""
ENUMERATIONS: Mapping[str, type[StrEnum]] = {
    "money_kind": MoneyKind,
    "urgency": Urgency,
    "budget_readers": BudgetReaders,
}


def in_words(vocabulary: Vocabulary, name: str, value: Any) -> Any:
    """The value of a column as people read it; what holds no code comes back as it is."""
    if value and name in LISTS:
        codes = value if isinstance(value, list) else [value]
        return gettext("、").join(vocabulary.label(LISTS[name], code) for code in codes)
    if value and name in ENUMERATIONS:
        return label(ENUMERATIONS[name](value))
    if value and name == "patents":
        return [{**row, "kind": vocabulary.label("patent_kind", row.get("kind"))} for row in value]
    return value


def saved_meanwhile(saved_at: datetime) -> str:
    """Said above a form whose text somebody else has changed meanwhile."""
    said: str = gettext(
        "您打开以后，有人在 %(time)s 保存过新的内容，所以您的修改还没有保存。您填写的都在下面；"
        "请对照最新内容，确认后再保存一次，就以您的为准。",
        time=moment(saved_at),
    )
    return said
