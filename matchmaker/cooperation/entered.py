"""A record of an agreement made elsewhere, entered with what it concerns: organisations, a problem, a capability.

What is entered so was never checked as its owners' texts are: staff write a short public text, publish it at once, and
it is marked with the record's number. Its problem goes along with the record as that of a pairing does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.cooperation import records
from matchmaker.cooperation.terms import RecordTerms
from matchmaker.organisations import service as organisations
from matchmaker.organisations.errors import OrganisationTaken
from matchmaker.organisations.service import Facts
from matchmaker.policy import Action, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.service import Posting
from matchmaker.work import Work
from models import Capability, CooperationRecord, Organisation, OrganisationKind, PartyRole, Problem

KIND_OF_CAPABILITY = "result"


@dataclass(frozen=True)
class NewOrganisation:
    """One that is not registered yet, as its licence says."""

    name: str
    kind: OrganisationKind
    code: str
    county: str | None = None


@dataclass(frozen=True)
class NewPosting:
    """A problem or capability in short; `field` None: that of the record."""

    title: str
    summary: str
    field: str | None = None


@dataclass(frozen=True)
class Entered:
    """What is new beside the record. The problem is 甲方's, the capability 乙方's."""

    organisations: Mapping[PartyRole, NewOrganisation] = field(default_factory=dict)
    problem: NewPosting | None = None
    capability: NewPosting | None = None


class PartyTaken(Exception):
    """A new party's code or name belongs to another organisation already; `field` is "code" or "name"."""

    def __init__(self, role: PartyRole, field: str) -> None:
        super().__init__(f"{field} of party {role.value} is taken")
        self.role = role
        self.field = field


def enter(work: Work, terms: RecordTerms, entered: Entered) -> CooperationRecord:
    """The record, after its new parties and with its new texts. `terms` name the parties that are known.

    Raises PartyTaken and BadTerms; the caller takes back what was written until then.
    """
    require(work.actor, Action.RECORD_EDIT)
    parties = dict(terms.parties or ())
    for role, new in entered.organisations.items():
        parties[role] = _organisation(work, role, new).id
    record = records.create(work, replace(terms, parties=tuple(sorted(parties.items()))))
    by_role = {party.role: party.organisation for party in record.parties}
    if entered.problem is not None:
        _problem(work, record, by_role[PartyRole.A], entered.problem)
    if entered.capability is not None:
        _capability(work, record, by_role[PartyRole.B], entered.capability)
    return record


def mark_of(record: CooperationRecord) -> str:
    """The external identifier of what was entered with the record."""
    return f"record:{record.number}"


def problem_of(work: Work, record: CooperationRecord) -> Problem | None:
    """The one that the record solves: its pairing's, or the one entered with it."""
    if record.pairing is not None:
        return record.pairing.problem
    return work.session.scalar(select(Problem).where(Problem.external_id == mark_of(record)))


def capability_of(work: Work, record: CooperationRecord) -> Capability | None:
    """As `problem_of`."""
    if record.pairing is not None:
        return record.pairing.capability
    return work.session.scalar(select(Capability).where(Capability.external_id == mark_of(record)))


def _organisation(work: Work, role: PartyRole, new: NewOrganisation) -> Organisation:
    """Verified at once: staff have its contract before them."""
    try:
        made = organisations.enter(work, new.kind, Facts(name=new.name, code=new.code, county=new.county))
    except OrganisationTaken as taken:
        raise PartyTaken(role, taken.field) from taken
    organisations.verify(work, made)
    return made


def _problem(work: Work, record: CooperationRecord, owner: Organisation, new: NewPosting) -> None:
    made = Problem(
        organisation=owner,
        title=new.title,
        statement=new.summary,
        county=owner.county,
        industry=owner.industry,
        external_id=mark_of(record),
    )
    _publish(work, record, made, new, Action.PROBLEM_CHECK)
    steps.step(work, made, "begin_cooperation", "problem.cooperation_begun", record=record.number)
    postings.index(work, made)


def _capability(work: Work, record: CooperationRecord, owner: Organisation, new: NewPosting) -> None:
    made = Capability(
        organisation=owner,
        title=new.title,
        summary=new.summary,
        kind=KIND_OF_CAPABILITY,
        county=owner.county,
        external_id=mark_of(record),
    )
    _publish(work, record, made, new, Action.CAPABILITY_CHECK)
    postings.index(work, made)


def _publish(
    work: Work, record: CooperationRecord, made: Posting, new: NewPosting, publishes: Action
) -> None:
    """Through the states that every text goes through."""
    made.author, made.created_at, made.field = work.person, work.now(), new.field or record.field
    made.modes = [record.mode]
    made.valid_until = steps.default_validity(work)
    work.session.add(made)
    work.session.flush()
    audit.record(work, f"{made.KIND}.created", made, record=record.number)
    steps.step(work, made, "submit", f"{made.KIND}.submitted")
    made.submitted_at = work.now()
    require(work.actor, publishes, made)
    steps.step(work, made, "publish", f"{made.KIND}.published")
    made.published_at = work.now()
    steps.tell_owner(work, made, f"{made.KIND}.published")
