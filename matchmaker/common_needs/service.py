"""Common needs: looked for every night and when staff ask, corrected by staff.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from matchmaker.audit import service as audit
from matchmaker.common_needs import finding
from matchmaker.common_needs.errors import NeedNotFound, NotAMember
from matchmaker.common_needs.evidence import LEAST_COMPANIES, Fit, Parts, Strength, fitting, in_words
from matchmaker.common_needs.finding import Outcome, keep, look, open_problems
from matchmaker.common_needs.reading import Filters, Need, Page, count, every, find, needs, of_problem
from matchmaker.common_needs.running import ask, ask_nightly, pending
from matchmaker.database import take_serial_lock
from matchmaker.engine.gathering import key_terms, measure
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import CommonNeed, CommonNeedMember, ToldApart

__all__ = [
    "Filters",
    "Fit",
    "Need",
    "NeedNotFound",
    "NotAMember",
    "Outcome",
    "Page",
    "Parts",
    "Strength",
    "ask",
    "ask_nightly",
    "count",
    "every",
    "find",
    "fitting",
    "in_words",
    "keep",
    "look",
    "needs",
    "of_problem",
    "open_problems",
    "pending",
    "take_back",
    "tell_apart",
]


def tell_apart(work: Work, need: CommonNeed, problem_id: int) -> bool:
    """The problem does not ask for what the others ask for, and no later run puts it with any of them.

    Returns whether the others are still a common need. Raises NotAMember.
    """
    require(work.actor, Action.COMMON_NEED_DECIDE, need)
    take_serial_lock(work.session)
    work.session.refresh(need, ["members"])
    member = _member(need, problem_id)
    others = [each.problem_id for each in need.members if each is not member]
    known = set(finding.told_apart(work))
    for other in others:
        first, second = sorted((problem_id, other))
        if (first, second) not in known:
            work.session.add(ToldApart(first_id=first, second_id=second, told_by=work.person))
    need.members.remove(member)
    work.session.flush()
    stands = _measure_again(work, need)
    audit.record(work, "common_need.told_apart", need, problem=problem_id)
    return stands


def take_back(work: Work, need: CommonNeed, problem_id: int) -> None:
    """It may ask for the same after all: the next run decides anew. Nothing happens where nobody said otherwise."""
    require(work.actor, Action.COMMON_NEED_DECIDE, need)
    take_serial_lock(work.session)
    members = [each.problem_id for each in need.members]
    told = (
        (ToldApart.first_id == problem_id) & ToldApart.second_id.in_(members),
        (ToldApart.second_id == problem_id) & ToldApart.first_id.in_(members),
    )
    if work.session.scalar(select(ToldApart.id).where(or_(*told)).limit(1)) is None:
        return
    work.session.execute(delete(ToldApart).where(or_(*told)))
    audit.record(work, "common_need.taken_back", need, problem=problem_id)


def _member(need: CommonNeed, problem_id: int) -> CommonNeedMember:
    found = next((each for each in need.members if each.problem_id == problem_id), None)
    if found is None:
        raise NotAMember(need.id, problem_id)
    return found


def _measure_again(work: Work, need: CommonNeed) -> bool:
    """What is left of it; less than two companies are no common need."""
    members = [each.problem_id for each in need.members]
    owners = finding.owners_of(work, members)
    group = None
    if len(set(owners.values())) >= LEAST_COMPANIES:
        group = measure(work.engine, work.session, "problem", list(owners))
    if group is None:
        finding.end(work, need)
        work.session.flush()
        return False
    need.members = [each for each in need.members if each.problem_id in group.members]
    terms = key_terms(work.engine, work.session, "problem", group, finding.SOURCES)
    fits = fitting(work, {need.id: group.members})[need.id]
    finding.write(work, need, group, terms, owners, len(fits))
    work.session.flush()
    return True
