"""Earlier texts: what a published problem or capability said before it was edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from matchmaker.postings.errors import Posting
from matchmaker.work import Work
from models import Revision

NOT_CONTENT = frozenset(
    {
        "id",
        "created_at",
        "updated_at",
        "submitted_at",
        "published_at",
        "first_submitted_at",
        "first_published_at",
        "organisation_id",
        "author_id",
        "status",
        "return_reason",
        "external_id",
        "same_as_id",
        "version",
    }
)
"""Columns that people do not write."""


@dataclass(frozen=True)
class Edit:
    """One edit of a published text: the revision with the old data, and each field that changed."""

    revision: Revision
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Change:
    """A field before and after, as JSON values."""

    name: str
    before: Any
    after: Any


def snapshot(posting: Posting) -> dict[str, Any]:
    """Everything that people wrote, as JSON."""
    columns = (each.key for each in type(posting).__table__.columns)
    data: dict[str, Any] = {"title": posting.title}  # first, where a change is shown
    data |= {name: _plain(getattr(posting, name)) for name in columns if name not in NOT_CONTENT}
    data["modes"] = sorted(posting.modes)
    return data


def keep(work: Work, posting: Posting) -> Revision | None:
    """Keep the present text before it is changed; None where the last revision holds it already."""
    data = snapshot(posting)
    last = work.session.scalar(
        select(Revision).where(*_of(posting)).order_by(Revision.number.desc()).limit(1)
    )
    if last is not None and last.data == data:
        return None
    revision = Revision(
        kind=posting.KIND,
        object_id=posting.id,
        number=(last.number if last else 0) + 1,
        data=data,
        author_id=work.actor.id if work.actor else None,
        created_at=work.now(),
    )
    work.session.add(revision)
    work.session.flush()
    return revision


def revision_count(work: Work, posting: Posting) -> int:
    return work.session.scalar(select(func.count(Revision.id)).where(*_of(posting))) or 0


def edits(work: Work, posting: Posting) -> list[Edit]:
    """Newest first; each compared with the text that followed it."""
    found = list(work.session.scalars(select(Revision).where(*_of(posting)).order_by(Revision.number.desc())))
    after = snapshot(posting)
    made = []
    for revision in found:
        made.append(Edit(revision, tuple(_changes(revision.data, after))))
        after = revision.data
    return made


def _of(posting: Posting) -> tuple[Any, Any]:
    return Revision.kind == posting.KIND, Revision.object_id == posting.id


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterable[Change]:
    for name, value in after.items():
        if before.get(name) != value:
            yield Change(name, before.get(name), value)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value
