"""Common needs as staff read them: the list, strongest first, and one with what speaks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.common_needs.errors import NeedNotFound
from matchmaker.common_needs.evidence import FROM_FAIR, LEAST_COMPANIES, Fit, Strength, fitting, in_words
from matchmaker.common_needs.finding import SOURCES, open_problems
from matchmaker.engine import NotIndexed, SentencePair
from matchmaker.engine.gathering import bindings
from matchmaker.listing import Listing, Rows, paginate
from matchmaker.policy import Action, allow, require
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import Capability, CommonNeed, CommonNeedMember, Organisation, Problem, Project, ToldApart

LONGEST_CODE = 32
SHOWN_FITS = 8


@dataclass(frozen=True)
class Filters:
    """What the list's address asks for; codes that do not exist find nothing."""

    field: str = ""
    county: str = ""
    belonging: Belonging = ANYWHERE
    """To what the company of a member belongs."""
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        page = query.get("page", "")
        field, county = (
            query.get(name, "").replace("\x00", "").strip()[:LONGEST_CODE] for name in ("field", "county")
        )
        return cls(field, county, Belonging.from_query(query), number(page) or 1)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the page is asked for."""
        return self != Filters(page=self.page)


@dataclass(frozen=True)
class Member:
    """A problem of a need that is still open; `closeness` 0 to 1 to the others."""

    problem: Problem
    closeness: float
    bindings: tuple[SentencePair, ...] = ()
    """The sentences by which it is like the one that stands for all; that one's are on the left."""


@dataclass(frozen=True)
class Budget:
    """What members give, added up, in 万元; `given` by so many of them. One that gives a range counts with both ends."""

    low: Decimal
    high: Decimal
    given: int


@dataclass(frozen=True)
class Need:
    """A common need with its open members, the one that stands for all first."""

    need: CommonNeed
    members: Sequence[Member]
    projects: Sequence[Project]

    @property
    def companies(self) -> list[Organisation]:
        """Each once, in the order of their problems."""
        return list(
            {each.problem.organisation_id: each.problem.organisation for each in self.members}.values()
        )

    @property
    def counties(self) -> list[str]:
        return list(dict.fromkeys(each.problem.county for each in self.members if each.problem.county))

    @property
    def fields(self) -> list[str]:
        """Most frequent first."""
        found = [each.problem.field for each in self.members if each.problem.field]
        return sorted(dict.fromkeys(found), key=lambda code: -found.count(code))

    @property
    def strength(self) -> Strength:
        return in_words(self.need.strength)

    @property
    def title(self) -> str:
        """That of the problem that stands for all."""
        return self.members[0].problem.title if self.members else ""

    @property
    def budget(self) -> Budget:
        given = [each.problem for each in self.members if each.problem.money_low is not None]
        low = sum((each.money_low or Decimal(0) for each in given), Decimal(0))
        high = sum(((each.money_high or each.money_low or Decimal(0)) for each in given), Decimal(0))
        return Budget(low, high, len(given))


@dataclass(frozen=True)
class FittingCapability:
    capability: Capability
    fit: Fit


@dataclass(frozen=True)
class Page:
    """One need with all that speaks for it, or was said against members."""

    need: Need
    capabilities: Sequence[FittingCapability]
    apart: Sequence[Problem]
    """Problems that staff told apart from members."""


def needs(work: Work, filters: Filters) -> Listing[Need]:
    """Those that stand now, strongest first."""
    require(work.actor, Action.COMMON_NEED_READ)
    listing = paginate(work.session, _wanted(filters), filters.page, work.settings.page_size)
    return Listing(_with_members(work, listing.items), listing.page, listing.size, listing.total)


def every(work: Work, filters: Filters) -> Rows[Need]:
    """All of the list, for an export."""
    require(work.actor, Action.COMMON_NEED_READ)
    found = work.session.scalars(_wanted(filters)).all()
    return Rows(len(found), _with_members(work, found))


def count(work: Work) -> int:
    """How many stand on more than weak evidence and have no project yet: for the navigation."""
    if not allow(work.actor, Action.COMMON_NEED_DECIDE):
        return 0
    unused = _standing().where(
        CommonNeed.strength >= FROM_FAIR, ~select(Project.id).where(Project.need_id == CommonNeed.id).exists()
    )
    return work.session.scalar(unused.with_only_columns(func.count(CommonNeed.id))) or 0


def find(work: Work, need_id: int) -> Page:
    """With the sentences that bind its members and the capabilities that fit. Raises NeedNotFound."""
    require(work.actor, Action.COMMON_NEED_READ)
    found = work.session.get(CommonNeed, need_id, options=[joinedload(CommonNeed.medoid)])
    if found is None:
        raise NeedNotFound(need_id)
    (need,) = _with_members(work, [found])
    bound = (
        [need.members[0], *(_bound(work, need.members[0], each) for each in need.members[1:])]
        if need.members
        else []
    )
    need = Need(found, bound, need.projects)
    return Page(need, _capabilities(work, need), _apart(work, need))


def of_problem(work: Work, problem: Problem) -> CommonNeed | None:
    """The need that it is a member of, for whoever may read needs."""
    if not allow(work.actor, Action.COMMON_NEED_READ):
        return None
    return work.session.scalar(
        select(CommonNeed)
        .join(CommonNeedMember, CommonNeedMember.need_id == CommonNeed.id)
        .where(CommonNeedMember.problem_id == problem.id)
    )


def _standing() -> Select[Any]:
    """Those that open problems of several companies still make: one may have been withdrawn since the last run."""
    companies = (  # from each need to its few members: the other way round every open problem is looked at
        select(func.count(Problem.organisation_id.distinct()))
        .join_from(CommonNeedMember, Problem, Problem.id == CommonNeedMember.problem_id)
        .where(CommonNeedMember.need_id == CommonNeed.id, open_problems())
        .correlate(CommonNeed)
        .scalar_subquery()
    )
    return select(CommonNeed).where(CommonNeed.gone_at.is_(None), companies >= LEAST_COMPANIES)


def _wanted(filters: Filters) -> Select[Any]:
    wanted = _standing()
    for column, value in ((Problem.field, filters.field), (Problem.county, filters.county)):
        if value:
            wanted = wanted.where(CommonNeed.id.in_(_having(column == value)))
    asked = filters.belonging
    for each in (Belonging(carrier=asked.carrier), Belonging(alliance=asked.alliance)):
        for condition in each.of(Problem.organisation_id):
            wanted = wanted.where(CommonNeed.id.in_(_having(condition)))
    return wanted.order_by(CommonNeed.strength.desc(), CommonNeed.id)


def _having(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(CommonNeedMember.need_id)
        .join(Problem, Problem.id == CommonNeedMember.problem_id)
        .where(open_problems(), condition)
    )


def _with_members(work: Work, found: Sequence[CommonNeed]) -> list[Need]:
    ids = [each.id for each in found]
    members: dict[int, list[CommonNeedMember]] = {each: [] for each in ids}
    for each in work.session.scalars(
        select(CommonNeedMember)
        .join(Problem, Problem.id == CommonNeedMember.problem_id)
        .where(CommonNeedMember.need_id.in_(ids), open_problems())
        .options(selectinload(CommonNeedMember.problem))
    ):
        members[each.need_id].append(each)
    projects: dict[int, list[Project]] = {each: [] for each in ids}
    for project in work.session.scalars(select(Project).where(Project.need_id.in_(ids)).order_by(Project.id)):
        projects[project.need_id or 0].append(project)
    return [
        Need(
            each,
            [
                Member(one.problem, one.closeness)
                for one in sorted(
                    members[each.id],
                    key=lambda one: (one.problem_id != each.medoid_id, -one.closeness, one.problem_id),
                )
            ],
            projects[each.id],
        )
        for each in found
    ]


def _bound(work: Work, first: Member, member: Member) -> Member:
    try:
        found = bindings(work.engine, work.session, "problem", first.problem.id, member.problem.id, SOURCES)
    except NotIndexed:  # the engine's rows of it are being made anew
        found = ()
    return Member(member.problem, member.closeness, found)


def _capabilities(work: Work, need: Need) -> list[FittingCapability]:
    fits = fitting(work, {0: [each.problem.id for each in need.members]})[0][:SHOWN_FITS]
    wanted = select(Capability).where(Capability.id.in_([fit.capability_id for fit in fits]))
    by_id = {each.id: each for each in work.session.scalars(wanted).unique()}
    return [FittingCapability(by_id[fit.capability_id], fit) for fit in fits]


def _apart(work: Work, need: Need) -> list[Problem]:
    members = [each.problem.id for each in need.members]
    pairs = work.session.execute(
        select(ToldApart.first_id, ToldApart.second_id).where(
            or_(ToldApart.first_id.in_(members), ToldApart.second_id.in_(members))
        )
    )
    others = {each for pair in pairs for each in pair} - set(members)
    wanted = select(Problem).where(and_(Problem.id.in_(others), open_problems())).order_by(Problem.id)
    return list(work.session.scalars(wanted).unique())
