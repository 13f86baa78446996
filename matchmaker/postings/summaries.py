"""For a list of one's own problems or capabilities: how strong the suggestions of each are, and the best of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.engine import strength
from matchmaker.policy import Action, condition
from matchmaker.postings.errors import Posting
from matchmaker.work import Work
from models import OPEN_STATUSES, Pairing, Problem


@dataclass(frozen=True)
class SuggestionSummary:
    """`best` is the open pairing with the highest score."""

    count: int
    strengths: Mapping[str, int]
    """How many of each strength: a bare sum would promise more than a long tail of weak ones holds."""
    best: Pairing


def suggestion_summaries(work: Work, postings: Sequence[Posting]) -> dict[int, SuggestionSummary]:
    """By the posting's id; postings without open pairings that the actor may read are left out."""
    if not postings:
        return {}
    of_problem = isinstance(postings[0], Problem)
    column = Pairing.problem_id if of_problem else Pairing.capability_id
    other = Pairing.capability if of_problem else Pairing.problem
    found = work.session.scalars(
        select(Pairing)
        .where(
            column.in_([each.id for each in postings]),
            Pairing.status.in_(OPEN_STATUSES),
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .order_by(Pairing.score.desc(), Pairing.id)
        .options(joinedload(other))
    )
    grouped: dict[int, list[Pairing]] = {}
    for pairing in found:
        grouped.setdefault(pairing.problem_id if of_problem else pairing.capability_id, []).append(pairing)
    return {
        key: SuggestionSummary(len(pairings), Counter(strength(each.score) for each in pairings), pairings[0])
        for key, pairings in grouped.items()
    }
