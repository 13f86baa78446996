"""What the pages of the queue show: the list, one item with everything that helps to decide, two texts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, or_, select

from matchmaker.attachments import service as attachments
from matchmaker.checking import claims, registration, undoing
from matchmaker.checking import queue as queue_of
from matchmaker.checking.completeness import Subject, lacking
from matchmaker.checking.errors import NotInQueue, Overtaken
from matchmaker.checking.queue import (
    CHECKS,
    MODELS,
    WAITING,
    Entry,
    Filters,
    Place,
    Position,
    neighbour,
    place_of,
    position,
)
from matchmaker.checking.readability import Finding, Hint, findings
from matchmaker.checking.registration import Doubt
from matchmaker.duplicates import service as duplicates
from matchmaker.listing import Listing
from matchmaker.policy import Action, allow, condition, require
from matchmaker.postings import service as postings
from matchmaker.postings.documents import CAPABILITY_SOURCES, PROBLEM_SOURCES, targets_in_words
from matchmaker.postings.service import Change, Posting
from matchmaker.work import Work
from models import (
    Attachment,
    AuditEvent,
    Capability,
    CheckKind,
    LikelyDuplicate,
    Organisation,
    Problem,
    Term,
    VocabularyKind,
)

NAMESAKES_SHOWN = 3
PROBLEM_TEXTS = ("statement", "background", "basis", "targets_text")
CAPABILITY_TEXTS = ("summary", "innovation", "advantage", "economics", "application", "cases")
"""What everybody reads, the main text first."""
MEASURED: Mapping[type, tuple[str, ...]] = {
    Problem: ("targets_text", "statement"),
    Capability: ("advantage", "economics", "summary"),
}
"""Where a figure may stand instead of the rows of targets."""
FITTING: Mapping[str, tuple[str, ...]] = {
    Hint.SHORT: ("vague",),
    Hint.STOCK_PHRASES: ("vague",),
    Hint.NO_FIGURE: ("targets", "indicators"),
    Hint.EMPTY_TITLE: ("title",),
    Hint.CONTACT_IN_TEXT: ("contact",),
    Doubt.CODE_OF_OTHER_KIND: ("kind", "code"),
    Doubt.NAME_OF_OTHER_KIND: ("kind",),
    Doubt.CODE_OF_OTHER_PLACE: ("county",),
    "targets": ("targets", "indicators"),
    "advantage": ("advantage",),
    "economics": ("economics",),
    "application": ("application",),
    "patents": ("patents",),
    "money_kind": ("budget",),
    "introduction": ("introduction",),
    "namesakes": ("twice",),
    "likely": ("duplicate",),
}
"""Which ready reasons speak of what; a list that an administrator changed may lack them."""


@dataclass(frozen=True)
class Queue:
    """A page of the list. `likely`: of these a colleague of theirs says much the same; `open_at`: who has it open."""

    listing: Listing[Entry]
    filters: Filters
    counts: Mapping[CheckKind, int]
    likely: frozenset[tuple[CheckKind, int]]
    open_at: Mapping[tuple[CheckKind, int], Sequence[str]]
    last: undoing.Decision | None


@dataclass(frozen=True)
class Seen:
    """What the actor should know about what they have open."""

    kind: CheckKind
    subject: Subject
    waits: bool
    event: AuditEvent | None
    """If it waits no more: what happened to it last."""
    others: Sequence[str]
    """Colleagues who have it open as well."""


@dataclass(frozen=True)
class Returned:
    """That it came back once, why, and what is different now. Of an organisation only which fields are known."""

    event: AuditEvent
    changes: Sequence[Change]
    fields: Sequence[str]


@dataclass(frozen=True)
class Item:
    kind: CheckKind
    subject: Any
    place: Place
    position: Position
    previous: Place | None
    next: Place | None
    others: Sequence[str]
    lacking: Sequence[str]
    findings: Sequence[Finding]
    doubts: Sequence[Doubt]
    namesakes: Sequence[Organisation]
    """Of an organisation: others with much the same name."""
    same: duplicates.Notes | None
    returned: Returned | None
    attachments: Sequence[Attachment]
    last: undoing.Decision | None

    @property
    def fitting(self) -> frozenset[str]:
        """The ready reasons that speak of what was found here, by their codes."""
        seen: list[str] = [each.hint for each in self.findings]
        seen += [*self.lacking, *self.doubts]
        seen += ["namesakes"] if self.namesakes else []
        seen += ["likely"] if self.same and self.same.likely else []
        return frozenset(code for name in seen for code in FITTING.get(name, ()))


@dataclass(frozen=True)
class Comparison:
    """Two texts field by field: the field's name, how it stands here, how it stands there."""

    other: Posting
    rows: Sequence[tuple[str, str, str]]


def queue(work: Work, filters: Filters) -> Queue:
    require(work.actor, Action.CHECKING_WORK)
    counts = queue_of.totals(work, filters)
    total = counts[filters.kind] if filters.kind else sum(counts.values())
    size = work.settings.page_size
    shown = replace(filters, page=max(1, min(filters.page, -(-total // size) or 1)))
    found = queue_of.page(work, shown, size)
    return Queue(
        Listing(found, shown.page, size, total),
        shown,
        counts,
        _likely(work, found),
        claims.of_others(work),
        undoing.last(work),
    )


def oldest(work: Work, count: int) -> tuple[list[Entry], Mapping[CheckKind, int]]:
    """The first few that wait, and how many of each kind there are: for the first page."""
    return queue_of.page(work, Filters(), count), queue_of.totals(work, Filters())


def item(work: Work, kind: CheckKind, number: int, filters: Filters) -> Item:
    """Raises NotInQueue, and Overtaken for what waits no more."""
    seen = company(work, kind, number)
    place = place_of(work, kind, number)
    if not seen.waits or place is None:
        raise Overtaken(kind, seen.subject, seen.event)
    taken = tuple(claims.of_others(work))
    subject = seen.subject
    posting = None if isinstance(subject, Organisation) else subject
    return Item(
        kind=kind,
        subject=subject,
        place=place,
        position=position(work, filters, place),
        previous=neighbour(work, filters, place, backwards=True, without=taken),
        next=neighbour(work, filters, place, without=taken),
        others=seen.others,
        lacking=lacking(subject),
        findings=_findings(posting) if posting else (),
        doubts=_doubts(work, subject) if isinstance(subject, Organisation) else (),
        namesakes=_namesakes(work, subject) if isinstance(subject, Organisation) else (),
        same=duplicates.notes_of(work, posting) if posting else None,
        returned=_returned(work, kind, subject),
        attachments=attachments.of(work, posting.KIND, posting.id) if posting else (),
        last=undoing.last(work),
    )


def company(work: Work, kind: CheckKind, number: int) -> Seen:
    """Whether it still waits, and who else looks at it. Raises NotInQueue."""
    require(work.actor, Action.CHECKING_WORK)
    subject = work.session.get(MODELS[kind], number)
    if subject is None or not allow(work.actor, CHECKS[kind], subject):
        raise NotInQueue(kind, number)
    waits = subject.status is WAITING[kind]
    return Seen(
        kind=kind,
        subject=subject,
        waits=waits,
        event=None if waits else newest_event(work, kind, number),
        others=claims.of_others(work).get((kind, number), ()),
    )


def next_after(work: Work, filters: Filters, kind: CheckKind, subject: Subject) -> Place | None:
    """What to go on with after one that waits no more: the next in the queue that no colleague has open."""
    asked = getattr(subject, "submitted_at", None) or subject.created_at
    return neighbour(work, filters, Place(asked, kind, subject.id), without=tuple(claims.of_others(work)))


def newest_event(work: Work, kind: CheckKind, number: int) -> AuditEvent | None:
    """What happened to it last, readings left aside."""
    return work.session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.object_kind == kind.value,
            AuditEvent.object_id == number,
            AuditEvent.action.not_like("%\\_read", escape="\\"),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).first()


def comparison(work: Work, kind: CheckKind, number: int, other: int) -> Comparison:
    """Two of a kind side by side. Raises NotInQueue, and PostingNotFound for the other."""
    posting = company(work, kind, number).subject
    if isinstance(posting, Organisation):
        raise NotInQueue(kind, number)
    against = duplicates.find(work, kind.value, other)
    names = PROBLEM_SOURCES if isinstance(posting, Problem) else CAPABILITY_SOURCES
    rows = [(name, _text(posting, name), _text(against, name)) for name in names]
    return Comparison(against, [row for row in rows if row[1] or row[2]])


def _likely(work: Work, found: Sequence[Entry]) -> frozenset[tuple[CheckKind, int]]:
    """Which of them have a likely duplicate that nobody judged."""
    asked = {
        kind: [each.id for each in found if each.kind is kind]
        for kind in CheckKind
        if kind.value in postings.MODELS
    }
    tests = [
        and_(
            LikelyDuplicate.kind == kind.value,
            or_(LikelyDuplicate.first_id.in_(ids), LikelyDuplicate.second_id.in_(ids)),
        )
        for kind, ids in asked.items()
        if ids
    ]
    if not tests:
        return frozenset()
    pairs = work.session.execute(
        select(LikelyDuplicate.kind, LikelyDuplicate.first_id, LikelyDuplicate.second_id).where(
            LikelyDuplicate.told_apart_at.is_(None), or_(*tests)
        )
    )
    return frozenset((CheckKind(kind), each) for kind, first, second in pairs for each in (first, second))


def _findings(posting: Posting) -> list[Finding]:
    names = PROBLEM_TEXTS if isinstance(posting, Problem) else CAPABILITY_TEXTS
    measured = [targets_in_words(posting), *(getattr(posting, name) for name in MEASURED[type(posting)])]
    return findings(posting.title, {name: getattr(posting, name) for name in names}, measured)


def _doubts(work: Work, organisation: Organisation) -> list[Doubt]:
    counties = work.session.scalars(select(Term.code).where(Term.kind == VocabularyKind.COUNTY))
    return registration.doubts(organisation, frozenset(counties))


def _namesakes(work: Work, organisation: Organisation) -> Sequence[Organisation]:
    core = registration.core_of(organisation.name)
    if not core:
        return ()
    return work.session.scalars(
        select(Organisation)
        .where(
            Organisation.name.contains(core, autoescape=True),
            Organisation.id != organisation.id,
            condition(work.actor, Action.ORGANISATION_READ, Organisation),
        )
        .order_by(Organisation.id)
        .limit(NAMESAKES_SHOWN)
    ).all()


def _returned(work: Work, kind: CheckKind, subject: Subject) -> Returned | None:
    """If the bureau's last word on it was to send it back."""
    events = work.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.object_kind == kind.value, AuditEvent.object_id == subject.id)
        .order_by(AuditEvent.id.desc())
    ).all()
    decided = _standing_decision(events)
    if decided is None or undoing.DECISIONS[decided.action][1]:
        return None
    if isinstance(subject, Organisation):
        edits = [each for each in events if each.action == "organisation.changed" and each.id > decided.id]
        return Returned(
            decided, (), sorted({name for each in edits for name in each.details.get("fields", ())})
        )
    kept = postings.edits(work, subject)
    return Returned(decided, kept[0].changes if kept else (), ())


def _standing_decision(events: Sequence[AuditEvent]) -> AuditEvent | None:
    """The newest decision that was not taken back; `events` are newest first."""
    taken_back = 0
    for each in events:
        if each.action.endswith(".rechecked"):
            taken_back += 1
        elif each.action in undoing.DECISIONS:
            if not taken_back:
                return each
            taken_back -= 1
    return None


def _text(posting: Posting, name: str) -> str:
    return targets_in_words(posting) if name == "targets" else str(getattr(posting, name) or "")
