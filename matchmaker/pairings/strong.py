"""New strong suggestions: members of either side who asked for it are told, once and together for each of their postings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.notices import choices, reminders
from matchmaker.notices import service as notices
from matchmaker.notices.topics import topic_of
from matchmaker.policy import Action, allow, public
from matchmaker.postings.errors import Posting
from matchmaker.postings.steps import path_of
from matchmaker.work import Work
from models import Capability, Pairing, PairingStatus, Problem, User

NEW_DAYS = 7
"""A suggestion is new for so long since it could first be seen: whoever asks today is not told of last year's."""
KINDS = {Problem.KIND: "match.problem", Capability.KIND: "match.capability"}


def tell(work: Work) -> int:
    """Tell of strong suggestions that nobody was told of; returns how many postings were told of. For an hourly job."""
    asking: dict[int, list[User]] = defaultdict(list)
    for person in choices.who_chose(work, topic_of(KINDS[Problem.KIND])):
        asking[person.organisation_id].append(person)
    if not asking:
        return 0
    bundles: dict[Posting, list[Pairing]] = defaultdict(list)
    for pairing in _strong(work, asking):
        for posting in (pairing.problem, pairing.capability):
            if posting.organisation_id in asking:
                bundles[posting].append(pairing)
    told = 0
    for posting, pairings in bundles.items():
        told += _tell_of(work, posting, pairings, asking[posting.organisation_id])
    return told


def _tell_of(work: Work, posting: Posting, pairings: list[Pairing], people: list[User]) -> int:
    readers = [each for each in people if all(allow(each, Action.PAIRING_READ, pair) for pair in pairings)]
    new = (
        reminders.new(work, KINDS[posting.KIND], [(each.id, "strong") for each in pairings])
        if readers
        else ()
    )
    if new:
        kind, path = KINDS[posting.KIND], path_of(posting)
        notices.tell(work, readers, kind, path, title=posting.title, count=len(new))
    return bool(new)


def _strong(work: Work, organisations: Iterable[int]) -> Iterable[Pairing]:
    """Suggestions of these organisations that are strong, new and seen by both sides."""
    since = work.now() - timedelta(days=NEW_DAYS)
    mine = list(organisations)
    new: list[Any] = [
        each >= since for each in (Pairing.created_at, Problem.published_at, Capability.published_at)
    ]
    return work.session.scalars(
        select(Pairing)
        .join(Pairing.problem)
        .join(Pairing.capability)
        .options(contains_eager(Pairing.problem), contains_eager(Pairing.capability))
        .where(
            Pairing.status == PairingStatus.SUGGESTED,
            Pairing.score >= work.settings.strong_match,
            or_(Problem.organisation_id.in_(mine), Capability.organisation_id.in_(mine)),
            or_(*new),
            public(Problem),
            public(Capability),
        )
        .order_by(Pairing.id)
    )
