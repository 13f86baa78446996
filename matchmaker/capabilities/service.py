"""What people do with capabilities: write, submit, check, publish, return, archive, restore, expire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.duplicates import service as duplicates
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, allow, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.service import Incomplete, NotEditable, NotVerified, PostingNotFound, ReasonMissing
from matchmaker.work import Work
from models import Capability, CapabilityStatus

DRAFTS = (CapabilityStatus.DRAFT, CapabilityStatus.RETURNED)
"""Nobody but the author's organisation works with these texts: they may be incomplete and are saved while typing."""
EDITABLE = (*DRAFTS, CapabilityStatus.PUBLISHED)
REQUIRED = ("title", "kind", "summary", "field", "modes", "valid_until", "contact_name")
"""What a capability must have to be submitted; the form asks for more than that it is there."""
MATURITY_KINDS = ("result", "patent")
"""Kinds that have a maturity of their own, and must say it; a team, a platform or an expert need not."""
WANTED = ("advantage", "economics")
"""Fields without which reviewers in industry pass over an entry: it may be submitted, and its owner is warned."""

log = structlog.get_logger()


def find(work: Work, capability_id: int) -> Capability:
    """Raises PostingNotFound, also for a capability that the actor may not know of."""
    capability = work.session.get(Capability, capability_id)
    if capability is None or not allow(work.actor, Action.CAPABILITY_READ, capability):
        raise PostingNotFound("capability", capability_id)
    return capability


def find_own(work: Work, capability_id: int) -> Capability:
    """A capability that the actor may edit, in whatever state. Raises PostingNotFound and Forbidden."""
    capability = find(work, capability_id)
    require(work.actor, Action.CAPABILITY_EDIT, capability)
    return capability


def missing(capability: Capability) -> tuple[str, ...]:
    """The required fields that are empty."""
    required = (*REQUIRED, "trl") if capability.kind in MATURITY_KINDS else REQUIRED
    return tuple(name for name in required if not getattr(capability, name))


def wanting(capability: Capability) -> tuple[str, ...]:
    """The fields without which readers in industry pass it over."""
    return tuple(name for name in WANTED if not getattr(capability, name))


def defaults(work: Work) -> dict[str, Any]:
    """What a new capability's form starts with."""
    require(work.actor, Action.CAPABILITY_CREATE)
    person, organisation = work.person, work.person.organisation
    return {
        "contact_name": person.name,
        "contact_phone": person.mobile or organisation.contact_phone,
        "contact_email": person.email or organisation.contact_email,
        "valid_until": steps.default_validity(work),
    }


def create(work: Work, values: Mapping[str, Any]) -> Capability:
    """A new draft of the actor's organisation."""
    require(work.actor, Action.CAPABILITY_CREATE)
    capability = Capability(organisation=work.person.organisation, author=work.person, created_at=work.now())
    work.session.add(capability)
    postings.write(work, capability, values, seen=None, keep_old=False)
    work.session.flush()
    audit.record(work, "capability.created", capability)
    log.info("capability.created", id=capability.id, actor=work.person.id)
    return capability


def save(work: Work, capability: Capability, values: Mapping[str, Any], seen: int) -> list[str]:
    """Write what was typed; returns the names of the fields that changed.

    A published text stays published: the old one is kept as a revision, the new one indexed and matched at once.
    Raises NotEditable, EditConflict, and Incomplete where a published text would lose something required.
    """
    require(work.actor, Action.CAPABILITY_EDIT, capability)
    if capability.status not in EDITABLE:
        raise NotEditable(capability)
    changed = postings.write(work, capability, values, seen, keep_old=capability.status not in DRAFTS)
    if not changed:
        return []
    audit.record(work, "capability.edited", capability, fields=changed)
    if capability.status is CapabilityStatus.PUBLISHED:
        if lacking := missing(capability):
            raise Incomplete(capability, lacking)
        _match(work, capability)
    return changed


def autosave(work: Work, capability: Capability, values: Mapping[str, Any], seen: int) -> None:
    """Write what is typed into a draft so far. Not an audit event: what counts is what is submitted.

    Raises NotEditable and EditConflict.
    """
    require(work.actor, Action.CAPABILITY_EDIT, capability)
    if capability.status not in DRAFTS:
        raise NotEditable(capability)
    postings.write(work, capability, values, seen, keep_old=False)


def submit(work: Work, capability: Capability) -> None:
    """Hand it to the bureau; it is indexed, not searchable, and has its suggestions at once.

    Raises NotVerified, Incomplete, IllegalStep.
    """
    require(work.actor, Action.CAPABILITY_SUBMIT, capability)
    if not capability.organisation.is_verified:
        raise NotVerified(capability)
    if lacking := missing(capability):
        raise Incomplete(capability, lacking)
    steps.step(work, capability, "submit", "capability.submitted")
    capability.submitted_at = work.now()
    capability.return_reason = ""
    _match(work, capability)
    steps.tell_staff(work, capability, "capability.submitted")


def publish(work: Work, capability: Capability) -> None:
    """Show it to everyone. Matched again: there may be new problems since it was submitted.

    Raises NotVerified where the organisation's verification was taken back meanwhile.
    """
    require(work.actor, Action.CAPABILITY_CHECK, capability)
    if not capability.organisation.is_verified:
        raise NotVerified(capability)
    steps.step(work, capability, "publish", "capability.published")
    capability.published_at = work.now()
    if capability.valid_until is None or capability.valid_until <= work.today():
        capability.valid_until = steps.default_validity(work)
    _match(work, capability)
    steps.tell_owner(work, capability, "capability.published")


def send_back(work: Work, capability: Capability, reason: str) -> None:
    """Return it to its author with what is to be changed; the text is kept, to be compared when it comes again.

    Raises ReasonMissing.
    """
    require(work.actor, Action.CAPABILITY_CHECK, capability)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    postings.keep(work, capability)
    steps.step(work, capability, "return", "capability.returned", reason=reason)
    capability.return_reason = reason
    pairings.retract(work, capability)
    steps.tell_owner(work, capability, "capability.returned", reason=reason)


def recheck(work: Work, capability: Capability) -> None:
    """Take back what the bureau decided a moment ago: it waits again. Whether that is still right the caller knows."""
    require(work.actor, Action.CAPABILITY_CHECK, capability)
    if capability.status is CapabilityStatus.PUBLISHED:
        steps.forget_publication(work, capability)
    steps.step(work, capability, "recheck", "capability.rechecked")
    capability.return_reason = ""
    _match(work, capability)
    steps.tell_owner(work, capability, "capability.rechecked")


def archive(work: Work, capability: Capability) -> None:
    """Take it out of public view, by its owner or by staff."""
    require(work.actor, Action.CAPABILITY_ARCHIVE, capability)
    steps.step(work, capability, "archive", "capability.archived")
    _take_down(work, capability)
    if not _is_owner(work, capability):
        steps.tell_owner(work, capability, "capability.archived")


def restore(work: Work, capability: Capability) -> None:
    """An archived capability becomes a draft again; what was public before is kept as a revision."""
    require(work.actor, Action.CAPABILITY_ARCHIVE, capability)
    if capability.published_at is not None:
        postings.keep(work, capability)
    steps.step(work, capability, "restore", "capability.restored")
    if not _is_owner(work, capability):
        steps.tell_owner(work, capability, "capability.restored")


def expire_due(work: Work) -> int:
    """Published capabilities whose validity has ended are archived; returns how many. For a daily command."""
    due = work.session.scalars(
        select(Capability)
        .where(Capability.status == CapabilityStatus.PUBLISHED, Capability.valid_until < work.today())
        .order_by(Capability.id)
    ).all()
    for capability in due:
        steps.step(work, capability, "archive", "capability.expired")
        _take_down(work, capability)
        steps.tell_owner(work, capability, "capability.expired")
    return len(due)


def _match(work: Work, capability: Capability) -> None:
    postings.index(work, capability)
    duplicates.look(work, capability)
    if capability.same_as_id is None:
        pairings.suggest(work, capability)


def _take_down(work: Work, capability: Capability) -> None:
    postings.hide(work, capability)
    pairings.retract(work, capability)


def _is_owner(work: Work, capability: Capability) -> bool:
    return work.person.organisation_id == capability.organisation_id
