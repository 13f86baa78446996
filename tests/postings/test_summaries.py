"""What a list says of each posting's suggestions."""

from __future__ import annotations

from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import User
from tests import factories
from tests.pairings import pairs


def test_suggestions_are_counted_by_their_strength(work: Work, people: dict[str, User]) -> None:
    ours = factories.problem(work.session, people["enterprise"])
    for score in (0.9, 0.4, 0.3, 0.25):
        pairs.by_hand(work, ours, factories.capability(work.session, people["liaison"]), score=score)

    summary = postings.suggestion_summaries(work.as_actor(people["enterprise"]), [ours])[ours.id]

    assert summary.strengths == {"strong": 1, "good": 2, "possible": 1}
