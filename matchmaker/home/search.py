"""Search over everything: problems and capabilities by meaning and words, organisations and records by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.cooperation import register
from matchmaker.cooperation.register import Entry
from matchmaker.listing import Listing
from matchmaker.organisations import service as organisations
from matchmaker.organisations.service import OrganisationFilter
from matchmaker.policy import Action, allow, require
from matchmaker.postings import service as postings
from matchmaker.postings.service import Filters
from matchmaker.work import Work
from models import Capability, Organisation, Problem

SHOWN = 6
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Group:
    """The first of what was found in one list; `weak`: it is near in meaning, but nothing really fits."""

    items: Sequence[object]
    total: int
    weak: bool = False


@dataclass(frozen=True)
class SearchResults:
    """What the reader may know of and the words find; `q` as it was searched, `cut`: more was typed."""

    q: str
    problems: Group
    capabilities: Group
    organisations: Group
    records: Group
    cut: bool = False

    @property
    def total(self) -> int:
        return sum(
            each.total for each in (self.problems, self.capabilities, self.organisations, self.records)
        )


NOTHING = Group((), 0)


def search(work: Work, typed: str, belonging: Belonging = ANYWHERE) -> SearchResults:
    """Nothing for nothing; `belonging`: only what is of its members. Raises ModelMissing."""
    require(work.actor, Action.HOME_READ)
    whole = typed.replace("\x00", "").strip()
    words = whole[:LONGEST_QUERY]
    if not words:
        return SearchResults("", NOTHING, NOTHING, NOTHING, NOTHING)
    named: Listing[Organisation] = organisations.organisations(
        work, OrganisationFilter(q=words, belonging=belonging), 1
    )
    return SearchResults(
        q=words,
        problems=_postings(work, Problem, words, belonging),
        capabilities=_postings(work, Capability, words, belonging),
        organisations=Group(named.items[:SHOWN], named.total),
        records=_records(work, words, belonging),
        cut=len(whole) > LONGEST_QUERY,
    )


def _postings(work: Work, model: type[Problem] | type[Capability], words: str, belonging: Belonging) -> Group:
    filters = Filters(q=words, carrier=belonging.carrier, alliance=belonging.alliance)
    found = postings.find(work, model, filters)
    return Group(found.listing.items[:SHOWN], found.listing.total, found.weak)


def _records(work: Work, words: str, belonging: Belonging) -> Group:
    if not allow(work.actor, Action.RECORD_READ):
        return NOTHING
    filters = register.Filters(q=words, carrier=belonging.carrier, alliance=belonging.alliance)
    found: Listing[Entry] = register.find(work, filters).listing
    return Group(found.items[:SHOWN], found.total)
