"""Published problems and capabilities whose validity is about to end: their author is told at 30 and at 7 days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from matchmaker.notices import reminders
from matchmaker.notices import service as notices
from matchmaker.policy import PUBLIC_CAPABILITIES
from matchmaker.postings.errors import Posting
from matchmaker.postings.steps import path_of
from matchmaker.work import Work
from models import Capability, Problem, ProblemStatus, User

AHEAD = (30, 7)
"""Days before the last day of validity."""
PUBLISHED: dict[Any, tuple[Any, ...]] = {
    Problem: (ProblemStatus.PUBLISHED,),
    Capability: PUBLIC_CAPABILITIES,
}


def remind(work: Work) -> int:
    """Tell of what expires soon, each stage once; returns how many were told of. For a daily job."""
    return sum(_remind_of(work, model) for model in PUBLISHED)


def _remind_of(work: Work, model: Any) -> int:
    today = work.today()
    soon: list[Posting] = list(
        work.session.scalars(
            select(model)
            .where(
                model.status.in_(PUBLISHED[model]),
                model.valid_until >= today,
                model.valid_until <= today + timedelta(days=max(AHEAD)),
            )
            .order_by(model.id)
        )
    )
    stages = [(each, f"{each.valid_until} {_stage(each.valid_until or today, today)}") for each in soon]
    told = reminders.new(work, f"{model.KIND}.expiring", [(each.id, occasion) for each, occasion in stages])
    for posting, occasion in stages:
        if (posting.id, occasion) in told:
            _tell(work, posting, today)
    return len(told)


def _stage(valid_until: date, today: date) -> int:
    return min(each for each in AHEAD if (valid_until - today).days <= each)


def _tell(work: Work, posting: Posting, today: date) -> None:
    until = posting.valid_until or today
    notices.tell(
        work,
        _concerned(work, posting),
        f"expiring.{posting.KIND}",
        path_of(posting),
        title=posting.title,
        due=until.isoformat(),
        days=(until - today).days,
    )


def _concerned(work: Work, posting: Posting) -> list[User]:
    """The author; where the author has left, whoever is there."""
    author = posting.author
    if author is not None and author.active and author.organisation_id == posting.organisation_id:
        return [author]
    return notices.members(work, posting.organisation)
