"""The checking queue: the list, one item to work on, and what is decided about it.

Other packages import from here; the modules beside this one are its rooms. Publishing, returning and verifying are
the use cases of the packages whose things are checked; here they are taken one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from matchmaker.capabilities import service as capabilities
from matchmaker.checking import claims
from matchmaker.checking.completeness import Subject, lacking
from matchmaker.checking.errors import (
    Altered,
    CannotUndo,
    NotInQueue,
    OrganisationNotVerified,
    Overtaken,
)
from matchmaker.checking.queue import (
    CHECKS,
    MODELS,
    WAITING,
    Entry,
    Filters,
    Place,
    Position,
    count,
)
from matchmaker.checking.reading import (
    Comparison,
    Item,
    Queue,
    Seen,
    company,
    comparison,
    item,
    newest_event,
    next_after,
    oldest,
    queue,
)
from matchmaker.checking.undoing import DECISIONS, MINUTES, Decision, last, undo
from matchmaker.database import take_serial_lock
from matchmaker.organisations import service as organisations
from matchmaker.policy import allow
from matchmaker.postings.service import NotVerified
from matchmaker.problems import service as problems
from matchmaker.work import Work
from models import Capability, CheckKind, Problem

__all__ = [
    "DECISIONS",
    "MINUTES",
    "Altered",
    "CannotUndo",
    "Comparison",
    "Decided",
    "Decision",
    "Entry",
    "Filters",
    "Item",
    "NotInQueue",
    "OrganisationNotVerified",
    "Overtaken",
    "Place",
    "Position",
    "Queue",
    "Seen",
    "Subject",
    "accept",
    "company",
    "comparison",
    "count",
    "item",
    "lacking",
    "last",
    "look_at",
    "next_after",
    "oldest",
    "queue",
    "send_back",
    "undo",
]


@dataclass(frozen=True)
class Decided:
    """What was decided about, and what to go on with, claimed for the actor; None where nothing is left."""

    subject: Subject
    following: Place | None


def accept(work: Work, kind: CheckKind, number: int, version: int, filters: Filters) -> Decided:
    """Publish the text, or verify the organisation, that the actor read in this version.

    Raises NotInQueue, Overtaken, Altered, OrganisationNotVerified.
    """
    subject = _to_decide(work, kind, number, version)
    following = next_after(work, filters, kind, subject)
    try:
        if isinstance(subject, Problem):
            problems.publish(work, subject)
        elif isinstance(subject, Capability):
            capabilities.publish(work, subject)
        else:
            organisations.verify(work, subject)
    except NotVerified as error:
        raise OrganisationNotVerified(subject) from error
    return _go_on(work, subject, following)


def send_back(
    work: Work, kind: CheckKind, number: int, version: int, reason: str, filters: Filters
) -> Decided:
    """Return the text, or refuse the organisation, with a reason its people read.

    Raises NotInQueue, Overtaken, Altered, and the ReasonMissing of what is checked.
    """
    subject = _to_decide(work, kind, number, version)
    following = next_after(work, filters, kind, subject)
    if isinstance(subject, Problem):
        problems.send_back(work, subject, reason)
    elif isinstance(subject, Capability):
        capabilities.send_back(work, subject, reason)
    else:
        organisations.reject(work, subject, reason)
    return _go_on(work, subject, following)


def look_at(work: Work, kind: CheckKind, number: int) -> Seen:
    """Let the others know that the actor has it open; what the actor should know about it in turn.

    Raises NotInQueue.
    """
    seen = company(work, kind, number)
    if seen.waits:
        claims.claim(work, kind, number)
    else:
        claims.release(work)
    return seen


def _go_on(work: Work, subject: Subject, following: Place | None) -> Decided:
    if following is None:
        claims.release(work)
    else:
        claims.claim(work, following.kind, following.id)
    return Decided(subject, following)


def _to_decide(work: Work, kind: CheckKind, number: int, version: int) -> Subject:
    """From now on nobody else decides; and we see what the last one did."""
    take_serial_lock(work.session)
    subject = cast(Subject | None, work.session.get(MODELS[kind], number, populate_existing=True))
    if subject is None or not allow(work.actor, CHECKS[kind], subject):
        raise NotInQueue(kind, number)
    if subject.status is not WAITING[kind]:
        raise Overtaken(kind, subject, newest_event(work, kind, number))
    if subject.version != version:
        raise Altered(kind, subject)
    return subject
