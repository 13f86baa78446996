"""Finds the common needs among open problems, and keeps what was found under the ids that it had before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import selectinload

from matchmaker.common_needs.evidence import LEAST_COMPANIES, Parts, fitting
from matchmaker.database import take_serial_lock
from matchmaker.engine.gathering import Group, gather, key_terms
from matchmaker.policy import public
from matchmaker.work import Work
from models import CommonNeed, CommonNeedMember, Problem, ProblemStatus, ToldApart

SOURCES = ("title", "background", "statement", "targets", "targets_text")
"""Texts of a problem that say what is asked for. Not what the company has: every one has a workshop and a test room."""
SAME = 0.5
"""Members in common, of those of either, from which a group is the need that was found before."""


@dataclass(frozen=True)
class Found:
    """A group of at least two companies, with the words that its members share."""

    group: Group
    terms: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """Of a run: how many problems were looked at, and what became of the needs."""

    problems: int
    needs: int
    fresh: int
    gone: int


def open_problems() -> ColumnElement[bool]:
    """Published, of a verified company, not a duplicate of another: what still waits for a solution."""
    return and_(Problem.status == ProblemStatus.PUBLISHED, Problem.same_as_id.is_(None), public(Problem))


def look(work: Work) -> list[Found]:
    """What the engine finds among the open problems now. Reads only; takes seconds among thousands."""
    owners = _owners(work)
    groups = gather(work.engine, work.session, "problem", owners, told_apart(work), _needs_of(work))
    return [
        Found(each, key_terms(work.engine, work.session, "problem", each, SOURCES))
        for each in groups
        if len({owners[member] for member in each.members}) >= LEAST_COMPANIES
    ]


def keep(work: Work, found: Sequence[Found]) -> Outcome:
    """Write down what `look` found. A need that is found again keeps its id; one that is not has no members left.

    What changed since the look, such as a problem that was withdrawn, is left out.
    """
    take_serial_lock(work.session)
    owners, apart = _owners(work), set(told_apart(work))
    found = [each for each in found if _still_stands(each.group, owners, apart)]
    before = {
        need.id: need
        for need in work.session.scalars(
            select(CommonNeed).where(CommonNeed.gone_at.is_(None)).options(selectinload(CommonNeed.members))
        )
    }
    ids = _ids(found, {need.id: {each.problem_id for each in need.members} for need in before.values()})
    gone = [need for need in before.values() if need.id not in ids]
    for need in gone:
        end(work, need)
    kept = [_made(work) if each is None else before[each] for each in ids]
    for need, each in zip(kept, found, strict=True):
        # first all that leave: a problem is a member once, and may go from one need to another
        need.members = [one for one in need.members if one.problem_id in each.group.members]
    work.session.flush()
    fits = fitting(work, {place: each.group.members for place, each in enumerate(found)})
    for place, (need, each) in enumerate(zip(kept, found, strict=True)):
        write(work, need, each.group, each.terms, owners, len(fits[place]))
    work.session.flush()
    return Outcome(len(owners), len(found), sum(each is None for each in ids), len(gone))


def write(
    work: Work, need: CommonNeed, group: Group, terms: Sequence[str], owners: Mapping[int, int], fits: int
) -> None:
    """The need as this group: its members, and the strength of the evidence."""
    parts = Parts(len({owners[each] for each in group.members}), group.cohesion, fits)
    need.medoid_id, need.terms, need.cohesion = group.medoid, list(terms), group.cohesion
    need.companies, need.capabilities, need.strength = parts.companies, parts.capabilities, parts.strength
    need.engine_version, need.found_at = work.engine.version(work.session), work.now()
    members = {each.problem_id: each for each in need.members}
    for problem, closeness in group.closeness.items():
        if problem in members:
            members[problem].closeness = closeness
        else:
            need.members.append(CommonNeedMember(problem_id=problem, closeness=closeness))


def end(work: Work, need: CommonNeed) -> None:
    """It is found no more. The row stays: a project may have come of it."""
    need.members, need.gone_at = [], work.now()


def told_apart(work: Work) -> list[tuple[int, int]]:
    """Pairs of which staff said that they do not ask for the same thing."""
    return [(row[0], row[1]) for row in work.session.execute(select(ToldApart.first_id, ToldApart.second_id))]


def owners_of(work: Work, problems: Sequence[int]) -> dict[int, int]:
    """The companies of those that are still open, by problem."""
    rows = work.session.execute(
        select(Problem.id, Problem.organisation_id).where(open_problems(), Problem.id.in_(problems))
    )
    return {row[0]: row[1] for row in rows}


def _owners(work: Work) -> dict[int, int]:
    rows = work.session.execute(select(Problem.id, Problem.organisation_id).where(open_problems()))
    return {row[0]: row[1] for row in rows}


def _needs_of(work: Work) -> dict[int, int]:
    rows = work.session.execute(select(CommonNeedMember.problem_id, CommonNeedMember.need_id))
    return {row[0]: row[1] for row in rows}


def _still_stands(group: Group, owners: Mapping[int, int], apart: set[tuple[int, int]]) -> bool:
    if not all(member in owners for member in group.members):
        return False
    members = set(group.members)
    return not any(left in members and right in members for left, right in apart)


def _made(work: Work) -> CommonNeed:
    made = CommonNeed(
        cohesion=0.0,
        companies=0,
        capabilities=0,
        strength=0.0,
        engine_version="",
        created_at=work.now(),
    )
    work.session.add(made)
    return made


def _ids(found: Sequence[Found], before: Mapping[int, set[int]]) -> list[int | None]:
    """For each group the id of the need that it is, None for a new one: those that share most first."""
    shared = []
    for place, each in enumerate(found):
        members = set(each.group.members)
        for need_id, old in before.items():
            jaccard = len(members & old) / len(members | old)
            if jaccard >= SAME:
                shared.append((-jaccard, need_id, place))
    ids: list[int | None] = [None] * len(found)
    taken: set[int] = set()
    for _, need_id, place in sorted(shared):
        if ids[place] is None and need_id not in taken:
            ids[place] = need_id
            taken.add(need_id)
    return ids
