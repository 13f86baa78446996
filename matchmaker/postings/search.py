"""Lists of problems and capabilities: filters, search by meaning and words together, order, pages.

Everything a list shows follows from its query string, so that it can be kept as a bookmark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from matchmaker.belonging import Belonging
from matchmaker.days import EVER, Days
from matchmaker.listing import Listing, Rows, page_of, paginate, stream
from matchmaker.policy import PUBLIC_CAPABILITIES, PUBLIC_PROBLEMS, Action, condition, public
from matchmaker.postings.happened import Happened, in_days, is_gap
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import (
    Capability,
    CapabilityMode,
    CapabilityStatus,
    Organisation,
    Problem,
    ProblemMode,
    ProblemStatus,
    Urgency,
)

SEARCH_LIMIT = 200
"""The most that a search finds; who needs more narrows it by filters."""
NEAR_ENOUGH = 0.25
"""Hits below this share of the best one's score have little to do with what was asked."""
SURE = 0.42
"""Where the best hit scores below this, nothing really fits and the page says so: of 20 searches for what the sample
data hold the worst had 0.45, of seven for nonsense, weather and football the best 0.40."""
WEAK_LIMIT = 5
LONGEST_QUERY = 200
UNSTATED = "none"
"""As a field, or a problem's county: that none is given."""

READ = {Problem: Action.PROBLEM_READ, Capability: Action.CAPABILITY_READ}
PUBLIC: Mapping[type, Sequence[StrEnum]] = {Problem: PUBLIC_PROBLEMS, Capability: PUBLIC_CAPABILITIES}
STATUSES: Mapping[type, type[StrEnum]] = {Problem: ProblemStatus, Capability: CapabilityStatus}


class Sort(StrEnum):
    NEWEST = "newest"
    RELEVANCE = "relevance"
    DEADLINE = "deadline"
    WAITING = "waiting"
    """Who waits longest to be checked comes first."""


@dataclass(frozen=True)
class Filters:
    """What a list's address asks for; codes that do not exist find nothing, numbers that are none are passed over."""

    q: str = ""
    field: str = ""
    subfield: str = ""
    county: str = ""
    mode: str = ""
    status: str = ""
    industry: str = ""
    urgency: str = ""
    kind: str = ""
    """Of a problem its need, of a capability its kind."""
    trl: int | None = None
    """At least this maturity."""
    organisation: int | None = None
    carrier: int | None = None
    alliance: int | None = None
    """To which its organisation belongs."""
    happened: str = ""
    """What is to have happened on `days`; without it, the first publication. For the bureau alone, as is `gap`."""
    days: Days = EVER
    gap: bool = False
    """Problems that wait with nothing that fits them."""
    sort: Sort | None = None
    page: int = 1
    cut: bool = field_of(default=False, compare=False)
    """More words were given than are searched for; `q` holds those that are."""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        """From a request's arguments; anything else in them is passed over."""
        texts = ("q", "field", "subfield", "county", "mode", "status", "industry", "urgency", "kind")
        sort = query.get("sort", "")
        return cls(
            **{name: query.get(name, "").replace("\x00", "").strip()[:LONGEST_QUERY] for name in texts},
            trl=number(query.get("trl")),
            organisation=number(query.get("organisation")),
            carrier=number(query.get("carrier")),
            alliance=number(query.get("alliance")),
            happened=query.get("happened", "")[:LONGEST_QUERY],
            days=Days.of(query),
            gap=query.get("gap", "") not in ("", "0"),
            sort=Sort(sort) if sort in list(Sort) else None,
            page=number(query.get("page")) or 1,
            cut=len(query.get("q", "").strip()) > LONGEST_QUERY,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but order and page is asked for."""
        return self != Filters(sort=self.sort, page=self.page)

    @property
    def chosen(self) -> bool:
        """Whether anything but words, order and page is asked for."""
        return self != Filters(q=self.q, sort=self.sort, page=self.page)


@dataclass(frozen=True)
class Found:
    """A page of a list, and what the list's controls need."""

    listing: Listing[Any]
    sort: Sort
    weak: bool
    """Words were given and nothing fits them well."""
    relevant: int | None
    """So many of the page have to do with the words; what follows is there because the filters leave little. None: all."""
    statuses: tuple[StrEnum, ...]
    """Those that this reader can filter by."""
    counts: Mapping[StrEnum, int]
    """How many there are of each, for staff only."""


def find(work: Work, model: type[Problem] | type[Capability], filters: Filters) -> Found:
    """What the actor may read of `model` and the filters let through.

    Everyone but staff sees what is public, without what is the same as another; one's own drafts have a page of
    their own.
    Raises ModelMissing when words are given.
    """
    wanted = _wanted(work, model, filters)
    weak, relevant = False, None
    if filters.q:
        sort = filters.sort or Sort.RELEVANCE
        ids, near, weak = _matching(work, model, filters, wanted)
        if sort is Sort.RELEVANCE:
            listing = _page_in_order(work, model, ids, filters.page)
            relevant = near if near < len(ids) and not weak else None
        else:
            listing = _page_sorted(work, model, [model.id.in_(ids)], sort, filters.page)
    else:
        sort = _sort(filters)
        listing = _page_sorted(work, model, wanted, sort, filters.page)
    return Found(listing, sort, weak, relevant, _statuses(work, model), _counts(work, model))


def every(work: Work, model: type[Problem] | type[Capability], filters: Filters) -> Rows[Any]:
    """What `find` shows on all its pages, for an export; nothing confidential is read. Raises ModelMissing."""
    wanted = _wanted(work, model, filters)
    if not filters.q:
        return stream(work.session, _for_export(select(model).where(*wanted), model, _sort(filters)))
    ids, _near, _weak = _matching(work, model, filters, wanted)
    found = _for_export(select(model).where(model.id.in_(ids)), model, filters.sort or Sort.NEWEST)
    if filters.sort in (None, Sort.RELEVANCE):
        places = {each: place for place, each in enumerate(ids)}
        return Rows(len(ids), sorted(work.session.scalars(found), key=lambda each: places[each.id]))
    return stream(work.session, found)


def _for_export(wanted: Select[Any], model: Any, sort: Sort) -> Select[Any]:
    """In order, with who has it in hand, and without the confidential text, which is not even opened."""
    wanted = wanted.order_by(*_order(model, sort)).options(joinedload(model.broker))
    return wanted.options(defer(Problem.confidential)) if model is Problem else wanted


def _wanted(work: Work, model: Any, filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [_readable(work, model), *_conditions(model, filters), *_of_the_desk(work, model, filters)]
    return [*wanted, _in_status(model, filters.status)] if filters.status else wanted


def conditions(
    work: Work, model: type[Problem] | type[Capability], filters: Filters
) -> list[ColumnElement[bool]]:
    """Which rows the list has, for figures that count them; words are left out."""
    return _wanted(work, model, filters)


def _sort(filters: Filters) -> Sort:
    """The order where nothing is searched for."""
    sort = filters.sort or (Sort.WAITING if filters.status == "submitted" else Sort.NEWEST)
    return Sort.NEWEST if sort is Sort.RELEVANCE else sort


def _readable(work: Work, model: Any) -> ColumnElement[bool]:
    if work.actor is not None and work.actor.is_staff:
        return condition(work.actor, READ[model], model)
    return public(model) & condition(work.actor, READ[model], model) & _main(model)


def _main(model: Any) -> ColumnElement[bool]:
    """Not the same as another that is shown."""
    main = aliased(model)
    return or_(model.same_as_id.is_(None), model.same_as_id.not_in(select(main.id).where(public(main))))


def _conditions(model: Any, filters: Filters) -> list[ColumnElement[bool]]:
    equal = {
        model.field: "" if filters.field == UNSTATED else filters.field,
        model.subfield: filters.subfield,
        model.organisation_id: filters.organisation,
    }
    if model is Problem:
        equal |= {
            Problem.industry: filters.industry,
            Problem.need: filters.kind,
            Problem.county: "" if filters.county == UNSTATED else filters.county,
        }
    else:
        equal |= {Capability.kind: filters.kind}
    wanted: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value]
    for column, value in ((model.field, filters.field), (model.county, filters.county)):
        if value == UNSTATED:
            wanted.append(func.coalesce(column, "") == "")
    wanted += Belonging(filters.carrier, filters.alliance).of(model.organisation_id)
    if filters.mode:
        owners = (
            select(ProblemMode.problem_id).where(ProblemMode.code == filters.mode)
            if model is Problem
            else select(CapabilityMode.capability_id).where(CapabilityMode.code == filters.mode)
        )
        wanted.append(model.id.in_(owners))
    if model is Problem and filters.urgency in list(Urgency):
        wanted.append(Problem.urgency == Urgency(filters.urgency))
    if model is Capability and filters.county not in (
        "",
        UNSTATED,
    ):  # where the team has a place here, or where its institution is
        here = select(Organisation.id).where(Organisation.county == filters.county)
        wanted.append(or_(Capability.county == filters.county, Capability.organisation_id.in_(here)))
    if model is Capability and filters.trl:
        wanted.append(Capability.trl >= filters.trl)
    return wanted


def _of_the_desk(work: Work, model: Any, filters: Filters) -> list[ColumnElement[bool]]:
    """What only the bureau may ask: others would learn from it whom a problem was introduced to, and when."""
    if work.actor is None or not work.actor.is_staff:
        return []
    wanted: list[ColumnElement[bool]] = []
    if filters.happened in list(Happened) or filters.days:
        known = filters.happened in list(Happened)
        what = Happened(filters.happened) if known else Happened.PUBLISHED
        wanted += in_days(model, what, filters.days)
    if filters.gap:
        wanted.append(is_gap() if model is Problem else false())
    return wanted


def _in_status(model: Any, status: str) -> ColumnElement[bool]:
    known = STATUSES[model]
    found: ColumnElement[bool] = model.status.in_([known(status)] if status in list(known) else [])
    return found


def _matching(
    work: Work, model: Any, filters: Filters, wanted: list[ColumnElement[bool]]
) -> tuple[list[int], int, bool]:
    """Ids, best first, how many of them have to do with the words, and whether nothing fits well.

    The engine searches inside what the filters let through. It knows public ones only: others, and those of an
    organisation that is named, are found by the words as they stand. Where somebody narrowed by filters too, what
    is there fills a page: they said already what it is to be about.
    """
    session, words = work.session, filters.q
    within = list(session.scalars(select(model.id).where(*wanted)))
    hits = work.engine.search(session, model.KIND, words, SEARCH_LIMIT, within)
    best = hits[0].score if hits else 0.0
    near = [hit.id for hit in hits if hit.score >= best * NEAR_ENOUGH]
    pattern = f"%{_escaped(words)}%"
    literal = session.scalars(
        select(model.id)
        .join(Organisation, Organisation.id == model.organisation_id)
        .where(
            *wanted,
            or_(model.title.ilike(pattern, escape="\\"), Organisation.name.ilike(pattern, escape="\\")),
        )
        .order_by(model.id.desc())
        .limit(SEARCH_LIMIT)
    ).all()
    if best < SURE:
        near = [] if literal else near[:WEAK_LIMIT]
    known = set(near)
    found = [*(each for each in literal if each not in known), *near]
    if filters.chosen and len(found) < work.settings.page_size:
        known |= set(found)
        room = work.settings.page_size - len(found)
        rest = [hit.id for hit in hits if hit.id not in known][:room]
    else:
        rest = []
    return [*found, *rest], len(found), not literal and best < SURE


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _page_in_order(work: Work, model: Any, ids: list[int], page: int) -> Listing[Any]:
    listing = page_of(ids, page, work.settings.page_size)
    rows = {
        each.id: each
        for each in work.session.scalars(select(model).where(model.id.in_(listing.items))).unique()
    }
    return Listing([rows[each] for each in listing.items], listing.page, listing.size, listing.total)


def _page_sorted(
    work: Work, model: Any, wanted: list[ColumnElement[bool]], sort: Sort, page: int
) -> Listing[Any]:
    query = select(model).where(*wanted).order_by(*_order(model, sort))
    return paginate(work.session, query, page, work.settings.page_size)


def _order(model: Any, sort: Sort) -> list[Any]:
    if sort is Sort.DEADLINE:
        deadline = Problem.wanted_by if model is Problem else Capability.valid_until
        return [deadline.is_(None), deadline, model.id]
    if sort is Sort.WAITING:
        return [model.submitted_at.is_(None), model.submitted_at, model.id]
    shown = func.coalesce(model.published_at, model.submitted_at, model.created_at)
    return [shown.desc(), model.id.desc()]


def _statuses(work: Work, model: Any) -> tuple[StrEnum, ...]:
    if work.actor is not None and work.actor.is_staff:
        return tuple(each for each in STATUSES[model] if each.value != "draft")
    return tuple(PUBLIC[model])


def _counts(work: Work, model: Any) -> Mapping[StrEnum, int]:
    if work.actor is None or not work.actor.is_staff:
        return {}
    rows = work.session.execute(
        select(model.status, func.count(model.id)).where(_readable(work, model)).group_by(model.status)
    )
    return {row[0]: row[1] for row in rows}
