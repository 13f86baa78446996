"""What the pages of capabilities show to their reader, each in one piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from matchmaker.attachments import service as attachments
from matchmaker.capabilities.service import EDITABLE, find, wanting
from matchmaker.confidentiality import service as confidentiality
from matchmaker.duplicates import service as duplicates
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, allow, condition, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.documents import CAPABILITY_SOURCES, document_of
from matchmaker.postings.service import Edit, Filters, Found, Like, Likeness, SuggestionSummary
from matchmaker.work import Work
from models import OPEN_STATUSES, Attachment, AuditEvent, Capability, CapabilityStatus, Pairing

SUGGESTIONS_SHOWN = 5
TITLE_TELLS = 4
"""A shorter title says nothing yet."""
OWN_PER_PAGE = 50
STEPS = {
    "submit": Action.CAPABILITY_SUBMIT,
    "publish": Action.CAPABILITY_CHECK,
    "return": Action.CAPABILITY_CHECK,
    "archive": Action.CAPABILITY_ARCHIVE,
    "restore": Action.CAPABILITY_ARCHIVE,
}
"""The right that each step of the state machine asks of a person."""


@dataclass(frozen=True)
class CapabilityPage:
    """A capability as its reader sees it. Templates show contacts and history only where this says so."""

    capability: Capability
    may_read_contact: bool
    may_read_history: bool
    is_own: bool
    steps: frozenset[str]
    """What the reader can do now: edit, submit, publish, return, archive, restore."""
    wanting: tuple[str, ...]
    """For its owner and whoever checks it: fields without which readers in industry pass it over."""
    suggestions: Sequence[pairings.Suggestion]
    attachments: Sequence[Attachment]
    removed_attachments: Sequence[Attachment]
    events: Sequence[AuditEvent]
    revisions: int
    similar: Sequence[Like]
    """For whoever checks it: public ones about much the same thing, without likely copies, which are in `same`."""
    same: duplicates.Notes
    next_waiting: Capability | None
    """For whoever checks: the one to look at after this."""
    guarded: confidentiality.Guarded


@dataclass(frozen=True)
class HistoryPage:
    capability: Capability
    edits: Sequence[Edit]
    events: Sequence[AuditEvent]
    may_read_contact: bool


class OwnSort(StrEnum):
    UPDATED = "updated"
    SUGGESTIONS = "suggestions"
    TITLE = "title"


@dataclass(frozen=True)
class OwnFilters:
    """What the address of `mine` asks for; anything unreadable is passed over."""

    q: str = ""
    """Words as they stand in the title, the team or the school."""
    status: str = ""
    field: str = ""
    sort: OwnSort = OwnSort.UPDATED
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> OwnFilters:
        general = Filters.from_query(query)
        sort = query.get("sort", "")
        return cls(
            q=general.q,
            status=general.status,
            field=general.field,
            sort=OwnSort(sort) if sort in list(OwnSort) else OwnSort.UPDATED,
            page=general.page,
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.status or self.field)


@dataclass(frozen=True)
class Own:
    """The liaison's table: a page of it, how many there are in each status, and each row's suggestions."""

    listing: Listing[Capability]
    counts: Mapping[CapabilityStatus, int]
    suggestions: Mapping[int, SuggestionSummary]
    steps: Mapping[int, frozenset[str]]


def page_of(work: Work, capability_id: int) -> CapabilityPage:
    """Raises PostingNotFound."""
    capability = find(work, capability_id)

    def may(action: Action) -> bool:
        return allow(work.actor, action, capability)

    checks, own, history = (
        may(Action.CAPABILITY_CHECK),
        is_own(work, capability),
        may(Action.CAPABILITY_READ_HISTORY),
    )
    waiting = capability.status is CapabilityStatus.SUBMITTED
    return CapabilityPage(
        capability=capability,
        may_read_contact=may(Action.CAPABILITY_READ_CONTACT),
        may_read_history=history,
        is_own=own,
        steps=steps_of(work, capability),
        wanting=wanting(capability) if own or checks else (),
        suggestions=pairings.suggestions_for(work, capability, SUGGESTIONS_SHOWN),
        attachments=attachments.of(work, capability.KIND, capability.id),
        removed_attachments=attachments.removed_from(work, capability.KIND, capability.id),
        events=steps.events_of(work, capability) if history else (),
        revisions=postings.revision_count(work, capability) if history else 0,
        similar=_similar(work, capability) if checks and waiting else (),
        same=duplicates.notes_of(work, capability),
        next_waiting=steps.next_waiting(work, capability) if checks else None,
        guarded=confidentiality.guarded(work, capability),
    )


def history_of(work: Work, capability_id: int) -> HistoryPage:
    """Every edit of the published text and every step. Raises PostingNotFound."""
    capability = find(work, capability_id)
    require(work.actor, Action.CAPABILITY_READ_HISTORY, capability)
    return HistoryPage(
        capability,
        postings.edits(work, capability),
        steps.events_of(work, capability),
        allow(work.actor, Action.CAPABILITY_READ_CONTACT, capability),
    )


def listed(work: Work, filters: Filters) -> Found:
    require(work.actor, Action.CAPABILITY_READ)
    return postings.find(work, Capability, filters)


def mine(work: Work, filters: OwnFilters) -> Own:
    """The capabilities of the actor's organisation, a page of the table that the filters ask for."""
    require(work.actor, Action.CAPABILITY_CREATE)
    own = Capability.organisation_id == work.person.organisation_id
    listing = paginate(work.session, _own_wanted(work, filters), filters.page, OWN_PER_PAGE)
    rows = work.session.execute(
        select(Capability.status, func.count(Capability.id)).where(own).group_by(Capability.status)
    )
    counts = {row[0]: row[1] for row in rows}
    return Own(
        listing=listing,
        counts={status: counts[status] for status in CapabilityStatus if status in counts},
        suggestions=postings.suggestion_summaries(work, listing.items),
        steps={each.id: steps_of(work, each) for each in listing.items},
    )


def every_own(work: Work, filters: OwnFilters) -> Rows[Capability]:
    """All of that table, for an export."""
    require(work.actor, Action.CAPABILITY_CREATE)
    return stream(work.session, _own_wanted(work, filters))


def _own_wanted(work: Work, filters: OwnFilters) -> Select[Capability]:
    own = Capability.organisation_id == work.person.organisation_id
    return select(Capability).where(own, *_own_conditions(filters)).order_by(*_own_order(work, filters.sort))


def likeness_of(work: Work, values: Mapping[str, Any], capability_id: int | None) -> Likeness | None:
    """For the text typed so far; None while there is too little of it. `capability_id` is that of a stored draft."""
    require(work.actor, Action.CAPABILITY_CREATE)
    empty: dict[str, Any] = dict.fromkeys(CAPABILITY_SOURCES, "") | {"targets": []}
    draft = Capability(id=capability_id or 0, **(empty | dict(values)))
    draft.organisation = work.person.organisation
    if len(draft.title) < TITLE_TELLS:
        return None
    return postings.likeness(work, document_of(draft, searchable=False))


def is_own(work: Work, capability: Capability) -> bool:
    return allow(work.actor, Action.CAPABILITY_EDIT, capability)


def steps_of(work: Work, capability: Capability) -> frozenset[str]:
    """The steps that the state allows and the actor may take, and "edit"."""
    possible = {
        step
        for step in Capability.MACHINE.actions(capability.status)
        if step in STEPS and allow(work.actor, STEPS[step], capability)
    }
    if capability.status in EDITABLE and is_own(work, capability):
        possible.add("edit")
    return frozenset(possible)


def _own_conditions(filters: OwnFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.status:
        known = filters.status in list(CapabilityStatus)
        wanted.append(Capability.status.in_([CapabilityStatus(filters.status)] if known else []))
    if filters.field:
        wanted.append(Capability.field == filters.field)
    if filters.q:
        columns = (Capability.title, Capability.team, Capability.school, Capability.contact_name)
        wanted.append(or_(*(column.icontains(filters.q, autoescape=True) for column in columns)))
    return wanted


def _own_order(work: Work, sort: OwnSort) -> list[Any]:
    updated = func.coalesce(Capability.updated_at, Capability.created_at).desc()
    if sort is OwnSort.TITLE:
        return [Capability.title, Capability.id]
    if sort is OwnSort.UPDATED:
        return [updated, Capability.id.desc()]
    best = (
        select(func.coalesce(func.max(Pairing.score), 0))
        .where(
            Pairing.capability_id == Capability.id,
            Pairing.status.in_(OPEN_STATUSES),
            condition(work.actor, Action.PAIRING_READ, Pairing),
        )
        .correlate(Capability)
        .scalar_subquery()
    )
    return [best.desc(), updated, Capability.id.desc()]


def _similar(work: Work, capability: Capability) -> list[Like]:
    found = postings.similar(work, document_of(capability, searchable=False))
    return [each for each in found if not each.is_copy]
