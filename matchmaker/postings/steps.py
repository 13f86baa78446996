"""The way of a problem or capability from draft to public view and back: its steps, their events, who is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import structlog
from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.policy import Action, condition
from matchmaker.postings.errors import Posting
from matchmaker.postings.service import months_after
from matchmaker.work import Work
from models import AuditEvent, Problem, advance

PATHS = {"problem": "/problems/", "capability": "/capabilities/"}
log = structlog.get_logger()


def path_of(posting: Posting) -> str:
    """Of its page; notices lead there."""
    return f"{PATHS[posting.KIND]}{posting.id}"


def step(work: Work, posting: Posting, action: str, event: str, **details: Any) -> None:
    """Move it along its state machine and say so in the audit. Raises IllegalStep."""
    before, after = advance(posting, action)
    audit.record(work, event, posting, **{"from": before, "to": after}, **details)
    log.info(event, id=posting.id, actor=work.actor.id if work.actor else None)


def tell_owner(work: Work, posting: Posting, kind: str, **details: Any) -> None:
    """A notice to the members of its organisation."""
    members = notices.members(work, posting.organisation)
    notices.tell(work, members, kind, path_of(posting), title=posting.title, **details)


def tell_staff(work: Work, posting: Posting, kind: str) -> None:
    """A notice to the bureau, that names the organisation."""
    staff = notices.staff(work)
    notices.tell(work, staff, kind, path_of(posting), name=posting.organisation.name, title=posting.title)


def forget_publication(work: Work, posting: Posting) -> None:
    """As if it had not been published the last time: by then it may have been public before, or never."""
    event = f"{posting.KIND}.published"
    moments = [each.at for each in events_of(work, posting) if each.action == event]
    posting.published_at = moments[1] if len(moments) > 1 else None
    if posting.published_at is None:
        posting.first_published_at = None


def default_validity(work: Work) -> date:
    """How long it stays up where nobody says otherwise."""
    return months_after(work.today(), work.settings.valid_months)


def events_of(work: Work, posting: Posting) -> Sequence[AuditEvent]:
    """The audit's events of it, newest first."""
    return work.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.object_kind == posting.KIND, AuditEvent.object_id == posting.id)
        .order_by(AuditEvent.id.desc())
    ).all()


def next_waiting(work: Work, posting: Posting) -> Any:
    """Of its kind the one that waits longest to be checked, beside this one; None if nothing waits."""
    model: Any = type(posting)
    check = Action.PROBLEM_CHECK if model is Problem else Action.CAPABILITY_CHECK
    return work.session.scalar(
        select(model)
        .where(model.status == "submitted", model.id != posting.id, condition(work.actor, check, model))
        .order_by(model.submitted_at, model.id)
        .limit(1)
    )
