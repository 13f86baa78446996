"""Pairings as tests need them: of indexed postings, suggested by the engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import Capability, CapabilityStatus, Pairing, Problem, ProblemStatus, User, now
from tests import factories


def problem(
    work: Work, author: User, status: ProblemStatus = ProblemStatus.PUBLISHED, **given: Any
) -> Problem:
    made = factories.problem(work.session, author, status, **given)
    postings.index(work, made)
    return made


def capability(
    work: Work, author: User, status: CapabilityStatus = CapabilityStatus.PUBLISHED, **given: Any
) -> Capability:
    made = factories.capability(work.session, author, status, **given)
    postings.index(work, made)
    return made


def suggested(work: Work, people: dict[str, User], **given: Any) -> Pairing:
    """A problem of `enterprise` and a capability of `liaison`, paired by the engine; committed."""
    ours = problem(work, people["enterprise"], **given)
    theirs = capability(work, people["liaison"])
    service.suggest(work, ours)
    work.session.commit()
    return of(work, ours, theirs)


def of(work: Work, ours: Problem, theirs: Capability) -> Pairing:
    return work.session.scalars(
        select(Pairing).where(Pairing.problem_id == ours.id, Pairing.capability_id == theirs.id)
    ).one()


def stored(work: Work) -> list[Pairing]:
    return list(work.session.scalars(select(Pairing).order_by(Pairing.id)))


def by_hand(work: Work, ours: Problem, theirs: Capability, score: float = 0.8, **given: Any) -> Pairing:
    """A pairing as the engine might have left it, without asking the engine."""
    made = Pairing(
        problem=ours,
        capability=theirs,
        score=score,
        parts={"title": 0.9},
        engine_version="test",
        scored_at=now(),
        **given,
    )
    work.session.add(made)
    work.session.flush()
    return made
