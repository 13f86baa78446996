"""What merging two organisations would do, before it is done: what moves, what stands in the way, who reads what anew."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select

from matchmaker.administration import belongings
from matchmaker.policy import Action, require
from matchmaker.relations import PUBLIC_CAPABILITIES, PUBLIC_PROBLEMS
from matchmaker.work import Work
from models import (
    ENDED,
    Attachment,
    AttachmentOwner,
    Call,
    Capability,
    CooperationRecord,
    Interest,
    Organisation,
    OrganisationKind,
    Pairing,
    PairingStatus,
    Participant,
    Problem,
    Project,
    Proposal,
    ProposalStatus,
    RecordParty,
    Service,
    ServiceRequest,
    Side,
    User,
    Webhook,
)

LIVE_PROPOSALS = (ProposalStatus.DRAFT, ProposalStatus.SEALED, ProposalStatus.UNSEALED)


class Obstacle(StrEnum):
    """Why two organisations cannot be merged, or not now."""

    SAME = "same"
    BUREAU = "bureau"
    ANOTHER_KIND = "another_kind"
    MERGED_ALREADY = "merged_already"
    MAIN_NOT_VERIFIED = "main_not_verified"
    """The other is: what it published would go out of public view."""
    RIVAL_PROPOSALS = "rival_proposals"
    """Both answer a call that has not ended."""
    OWN_CALL = "own_call"
    """One answers a call of the other that has not ended."""


@dataclass(frozen=True)
class Reading:
    """What the people of one organisation will newly read of the other's, or of what was opened to the other."""

    readers: Sequence[User]
    of: Organisation
    drafts: int
    confidential: Sequence[str]
    """Titles of problems with confidential details."""
    files: int
    opened_by: Sequence[str]
    """Names of organisations whose contacts, and what they keep confidential, were opened to the other in a pairing."""
    records: int
    proposals: int
    requests: int
    """Service requests that it made, or that were made to it: wish, contact and result."""
    projects: int
    """Distilled projects that were recommended with it."""

    @property
    def is_any(self) -> bool:
        return bool(
            self.readers
            and (
                self.drafts
                or self.confidential
                or self.files
                or self.opened_by
                or self.records
                or self.proposals
                or self.requests
                or self.projects
            )
        )


@dataclass(frozen=True)
class MergePlan:
    """Of `merged`, which ends, into `main`, which goes on."""

    merged: Organisation
    main: Organisation
    obstacles: Sequence[Obstacle]
    moves: Mapping[str, int]
    """Rows that move, by table."""
    stays: Mapping[str, int]
    """Rows that stay with the merged organisation, because the main one has their like."""
    same_titles: Sequence[tuple[Any, Any]]
    """Postings of both that are called the same: (merged's, main's)."""
    readings: Sequence[Reading]
    becomes_public: Sequence[Any]
    """Postings that nobody sees now, because the merged organisation is not verified."""
    robot: bool
    """The merged organisation has a group robot, which will be told nothing more."""

    @property
    def fingerprint(self) -> str:
        """The same as long as the summary would be: what is confirmed is what was read."""
        said = [
            [self.merged.id, self.merged.version, self.main.id, self.main.version],
            sorted(self.obstacles),
            sorted(self.moves.items()),
            sorted(self.stays.items()),
            [[one.id, other.id] for one, other in self.same_titles],
            [
                [
                    [user.id for user in each.readers],
                    each.drafts,
                    list(each.confidential),
                    each.files,
                    list(each.opened_by),
                    each.records,
                    each.proposals,
                    each.requests,
                    each.projects,
                ]
                for each in self.readings
            ],
            [each.id for each in self.becomes_public],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def plan(work: Work, merged: Organisation, main: Organisation) -> MergePlan:
    """What it would do; nothing is done."""
    require(work.actor, Action.ORGANISATION_MERGE)
    stays = Counter[str]()
    for each in belongings.belongings():
        clashing = each.clashing(work.session, merged, main)
        if clashing:
            stays[each.table.name] += len(clashing)
    moves = Counter(belongings.counts(work.session, merged))
    moves.subtract(stays)
    return MergePlan(
        merged=merged,
        main=main,
        obstacles=_obstacles(work, merged, main),
        moves={table: number for table, number in moves.items() if number > 0},
        stays=dict(stays),
        same_titles=_same_titles(work, merged, main),
        readings=[
            each for each in (_reading(work, main, merged), _reading(work, merged, main)) if each.is_any
        ],
        becomes_public=_becomes_public(work, merged, main),
        robot=work.session.scalar(select(Webhook.id).where(Webhook.organisation_id == merged.id)) is not None,
    )


def _obstacles(work: Work, merged: Organisation, main: Organisation) -> list[Obstacle]:
    if merged.id == main.id:
        return [Obstacle.SAME]
    found = []
    if OrganisationKind.BUREAU in (merged.kind, main.kind):
        found.append(Obstacle.BUREAU)
    elif merged.kind is not main.kind:
        found.append(Obstacle.ANOTHER_KIND)
    if merged.merged_into_id is not None or main.merged_into_id is not None:
        found.append(Obstacle.MERGED_ALREADY)
    elif merged.is_verified and not main.is_verified:
        found.append(Obstacle.MAIN_NOT_VERIFIED)
    answered = _calls_answered(work, merged), _calls_answered(work, main)
    if answered[0] & answered[1]:
        found.append(Obstacle.RIVAL_PROPOSALS)
    if answered[0] & _calls_of(work, main) or answered[1] & _calls_of(work, merged):
        found.append(Obstacle.OWN_CALL)
    return found


def _calls_answered(work: Work, organisation: Organisation) -> set[int]:
    wanted = (
        select(Proposal.call_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Proposal.organisation_id == organisation.id,
            Proposal.status.in_(LIVE_PROPOSALS),
            Call.status.not_in(ENDED),
        )
    )
    return set(work.session.scalars(wanted))


def _calls_of(work: Work, organisation: Organisation) -> set[int]:
    wanted = (
        select(Call.id)
        .join(Problem, Problem.id == Call.problem_id)
        .where(Problem.organisation_id == organisation.id, Call.status.not_in(ENDED))
    )
    return set(work.session.scalars(wanted))


def _same_titles(work: Work, merged: Organisation, main: Organisation) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    models: tuple[Any, ...] = (Problem, Capability)
    for model in models:
        of_main = {
            each.title: each
            for each in work.session.scalars(select(model).where(model.organisation_id == main.id))
        }
        of_merged = work.session.scalars(
            select(model).where(model.organisation_id == merged.id).order_by(model.id)
        )
        found += [(each, of_main[each.title]) for each in of_merged if each.title and each.title in of_main]
    return found


def _becomes_public(work: Work, merged: Organisation, main: Organisation) -> list[Any]:
    if merged.is_verified or not main.is_verified:
        return []
    found: list[Any] = []
    for model, statuses in ((Problem, PUBLIC_PROBLEMS), (Capability, PUBLIC_CAPABILITIES)):
        wanted = select(model).where(model.organisation_id == merged.id, model.status.in_(statuses))
        found += work.session.scalars(wanted.order_by(model.id)).all()
    return found


def _reading(work: Work, of: Organisation, readers_of: Organisation) -> Reading:
    """What `readers_of`'s people newly read of `of`'s."""
    session = work.session
    readers = session.scalars(
        select(User).where(User.organisation_id == readers_of.id, User.active).order_by(User.id)
    ).all()
    drafts, files = 0, 0
    for model, public, kind in (
        (Problem, PUBLIC_PROBLEMS, AttachmentOwner.PROBLEM),
        (Capability, PUBLIC_CAPABILITIES, AttachmentOwner.CAPABILITY),
    ):
        own: Any = select(model.id).where(model.organisation_id == of.id)
        hidden = own.where(model.status.not_in(public))
        drafts += session.scalar(select(func.count()).select_from(hidden.subquery())) or 0
        confidential = (
            Attachment.owner_kind == kind,
            Attachment.owner_id.in_(own),
            Attachment.confidential.is_(True),
        )
        files += session.scalar(select(func.count(Attachment.id)).where(*confidential)) or 0
    titles = session.scalars(
        select(Problem.title)
        .where(Problem.organisation_id == of.id, Problem.confidential != "")
        .order_by(Problem.id)
    ).all()
    records = session.scalar(
        select(func.count(func.distinct(CooperationRecord.id)))
        .join(RecordParty, RecordParty.record_id == CooperationRecord.id)
        .where(RecordParty.organisation_id == of.id)
    )
    proposals = session.scalar(select(func.count(Proposal.id)).where(Proposal.organisation_id == of.id))
    opened = [each.name for each in opened_to(work, of)]
    return Reading(
        readers,
        of,
        drafts,
        titles,
        files,
        opened,
        records or 0,
        proposals or 0,
        session.scalar(_requests(of)) or 0,
        session.scalar(_projects(of)) or 0,
    )


def _requests(of: Organisation) -> Select[int]:
    asked_of = select(Service.id).where(Service.organisation_id == of.id)
    return select(func.count(ServiceRequest.id)).where(
        or_(ServiceRequest.requester_id == of.id, ServiceRequest.service_id.in_(asked_of))
    )


def _projects(of: Organisation) -> Select[int]:
    taking_part = select(Participant.project_id).where(Participant.organisation_id == of.id)
    return select(func.count(Project.id)).where(
        Project.id.in_(taking_part), Project.recommended_at.is_not(None)
    )


def opened_to(work: Work, organisation: Organisation) -> Sequence[Organisation]:
    """Those that agreed to open contacts to it in a pairing, as it did to them, and still do."""
    both = [
        select(Interest.id)
        .where(Interest.pairing_id == Pairing.id, Interest.side == side, Interest.stands)
        .exists()
        for side in Side
    ]
    sides = (
        select(Problem.organisation_id.label("one"), Capability.organisation_id.label("other"))
        .select_from(Pairing)
        .join(Problem, Pairing.problem_id == Problem.id)
        .join(Capability, Pairing.capability_id == Capability.id)
        .where(Pairing.status != PairingStatus.DISMISSED, *both)
        .subquery()
    )
    others = or_(
        Organisation.id.in_(select(sides.c.other).where(sides.c.one == organisation.id)),
        Organisation.id.in_(select(sides.c.one).where(sides.c.other == organisation.id)),
    )
    return work.session.scalars(select(Organisation).where(others).order_by(Organisation.id)).all()
