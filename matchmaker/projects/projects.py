"""Projects: made from a common need or by hand, amended, noted, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker import amendments
from matchmaker.amendments import FieldChange
from matchmaker.common_needs import service as common_needs
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.organisations import choosing
from matchmaker.policy import Action, condition, public, require
from matchmaker.projects import events
from matchmaker.projects.drafting import draft
from matchmaker.projects.errors import BadTerms, ChangedMeanwhile, ProjectNotFound, ReasonMissing
from matchmaker.projects.terms import FIELDS, Fault, ProjectTerms, faults, terms_of
from matchmaker.work import Work
from models import (
    CommonNeed,
    Organisation,
    Participant,
    ParticipantRole,
    Problem,
    Project,
    ProjectEvent,
    ProjectSource,
    ProjectStatus,
    User,
    Verification,
)


def proposed(work: Work, need_id: int | None) -> ProjectTerms:
    """What the form of a new project starts with. Raises common_needs.NeedNotFound."""
    require(work.actor, Action.PROJECT_EDIT)
    return ProjectTerms(title="") if need_id is None else draft(common_needs.find(work, need_id))


def create(work: Work, terms: ProjectTerms, need_id: int | None = None) -> Project:
    """A draft that its maker brokers. Raises BadTerms."""
    require(work.actor, Action.PROJECT_EDIT)
    take_serial_lock(work.session)
    wrong = faults(terms) + _unknown(work, terms)
    if wrong:
        raise BadTerms(wrong)
    need = work.session.get(CommonNeed, need_id) if need_id is not None else None
    project = Project(
        number=_next_number(work),
        status=ProjectStatus.DISTILLING,
        need=need,
        broker=work.person,
        created_at=work.now(),
    )
    for name in FIELDS:
        setattr(project, name, getattr(terms, name))
    project.participants = _participants(terms)
    project.sources = [ProjectSource(problem_id=each) for each in terms.sources]
    work.session.add(project)
    work.session.flush()
    events.note(work, project, "created", moved=("", project.status.value), need=need.id if need else None)
    work.session.flush()
    return project


def find(work: Work, project_id: int, for_change: bool = False) -> Project:
    """With its sources and events. `for_change`: nobody else changes it until this work is committed.

    Raises ProjectNotFound.
    """
    if for_change:
        take_serial_lock(work.session)
    found = work.session.scalar(
        select(Project)
        .where(Project.id == project_id, condition(work.actor, Action.PROJECT_READ, Project))
        .options(
            joinedload(Project.broker),
            joinedload(Project.need),
            selectinload(Project.sources),
            selectinload(Project.events).joinedload(ProjectEvent.actor),
        )
        .execution_options(populate_existing=for_change)
    )
    if found is None:
        raise ProjectNotFound(project_id)
    return found


def amend(
    work: Work, project: Project, terms: ProjectTerms, version: int, last_event: int = 0
) -> list[FieldChange]:
    """Write the terms over the project's and keep what they replaced; returns what changed.

    `version` and `last_event` are those of the form. Raises ChangedMeanwhile and BadTerms.
    """
    require(work.actor, Action.PROJECT_EDIT, project)
    terms = replace(terms, broker_id=terms.broker_id or project.broker_id)
    changes = _differences(work, project, terms)
    if version != project.version:
        happened = [event for event in project.events if event.id > last_event]
        raise ChangedMeanwhile(project, happened, changes)
    wrong = faults(terms, project.status) + _unknown(work, terms, project)
    if wrong:
        raise BadTerms(wrong)
    if not changes:
        return []
    for name in FIELDS:
        setattr(project, name, getattr(terms, name))
    if terms.broker_id is not None:
        project.broker = work.session.get_one(User, terms.broker_id)
    before = terms_of(project)
    if (before.lead, before.partners) != (terms.lead, terms.partners):
        project.participants = []
        work.session.flush()  # the old ones go first: an organisation takes part once, and one of them leads
        project.participants = _participants(terms)
    if set(before.sources) != set(terms.sources):
        kept = {each.problem_id: each for each in project.sources}
        project.sources = [kept.get(each) or ProjectSource(problem_id=each) for each in terms.sources]
    events.note(
        work, project, events.AMENDED, amendments.in_writing(changes), fields=[each.field for each in changes]
    )
    work.session.flush()
    return changes


def add_note(work: Work, project: Project, text: str) -> None:
    """Into the timeline, which is the bureau's own. Raises ReasonMissing without words."""
    require(work.actor, Action.PROJECT_EDIT, project)
    if not text.strip():
        raise ReasonMissing
    events.note(work, project, "noted", text.strip())


def organisations_to_choose(work: Work, project: Project | None = None) -> dict[str, Organisation]:
    """By name: those that may take part, and those that do already."""
    require(work.actor, Action.PROJECT_EDIT)
    return choosing.partners(work, [each.organisation for each in project.participants] if project else [])


def problems_to_choose(work: Work, numbers: Sequence[int]) -> dict[int, Problem]:
    """Of these numbers those of problems that the actor may read, in their order."""
    wanted = select(Problem).where(
        Problem.id.in_(numbers), condition(work.actor, Action.PROBLEM_READ, Problem)
    )
    by_id = {each.id: each for each in work.session.scalars(wanted).unique()}
    return {each: by_id[each] for each in numbers if each in by_id}


def brokers_to_choose(work: Work, project: Project | None) -> list[User]:
    """The bureau's staff, and whoever brokers the project now."""
    return notices.brokers(work, project.broker if project else None)


def _participants(terms: ProjectTerms) -> list[Participant]:
    lead = [] if terms.lead is None else [Participant(organisation_id=terms.lead, role=ParticipantRole.LEAD)]
    return lead + [Participant(organisation_id=each, role=ParticipantRole.PARTNER) for each in terms.partners]


def _next_number(work: Work) -> str:
    """XM2026-0001 and on, in the bureau's year; under the serial lock, so that no two projects get the same."""
    year = f"XM{work.today().year}-"
    last = work.session.scalar(
        select(Project.number)
        .where(Project.number.like(f"{year}%"))
        .order_by(func.length(Project.number).desc(), Project.number.desc())
        .limit(1)
    )
    return f"{year}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def _unknown(work: Work, terms: ProjectTerms, project: Project | None = None) -> list[tuple[str, Fault]]:
    """Organisations that are not verified, and problems that are not public; those that are there already may stay."""
    here = terms_of(project) if project else ProjectTerms(title="")
    found = []
    for name, wanted, kept in (
        ("lead", {terms.lead} - {None}, {here.lead, *here.partners}),
        ("partners", set(terms.partners), {here.lead, *here.partners}),
    ):
        if not _all_verified(work, {each for each in wanted if each is not None and each not in kept}):
            found.append((name, Fault.UNKNOWN_ORGANISATION))
    fresh = [each for each in terms.sources if each not in here.sources]
    choosable = select(func.count(Problem.id)).where(
        Problem.id.in_(fresh), public(Problem), condition(work.actor, Action.PROBLEM_READ, Problem)
    )
    if fresh and work.session.scalar(choosable) != len(fresh):
        found.append(("sources", Fault.UNKNOWN_PROBLEM))
    return found


def _all_verified(work: Work, ids: set[int]) -> bool:
    wanted = select(func.count(Organisation.id)).where(
        Organisation.id.in_(ids), Organisation.status == Verification.VERIFIED
    )
    return not ids or work.session.scalar(wanted) == len(ids)


def _differences(work: Work, project: Project, terms: ProjectTerms) -> list[FieldChange]:
    before = terms_of(project)
    pairs: list[tuple[str, Any, Any]] = [
        (name, amendments.written(getattr(before, name)), amendments.written(getattr(terms, name)))
        for name in FIELDS
    ]
    pairs += [
        ("lead", _names(work, [before.lead]), _names(work, [terms.lead])),
        ("partners", _names(work, before.partners), _names(work, terms.partners)),
        ("sources", _numbers(before.sources), _numbers(terms.sources)),
        ("broker", _person(work, before.broker_id), _person(work, terms.broker_id)),
    ]
    return [FieldChange(name, old, new) for name, old, new in pairs if old != new]


def _names(work: Work, ids: Sequence[int | None]) -> str:
    found = [work.session.get(Organisation, each) for each in ids if each]
    return "、".join(each.name for each in found if each is not None)


def _numbers(ids: Sequence[int]) -> str:
    return "、".join(map(str, sorted(ids)))


def _person(work: Work, user_id: int | None) -> str:
    user = work.session.get(User, user_id) if user_id is not None else None
    return user.name if user else ""
