"""Objects of one party and of another, in every state that changes who may see them, for the tests of the policy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models import (
    Audience,
    Call,
    CallStatus,
    Capability,
    CapabilityStatus,
    ConsentStatus,
    CooperationRecord,
    Criterion,
    EntryKind,
    Invitation,
    Milestone,
    Notice,
    Organisation,
    OrganisationKind,
    Pairing,
    PartyRole,
    Problem,
    ProblemStatus,
    ProjectStatus,
    Proposal,
    ProposalStatus,
    RecordParty,
    RecordStatus,
    RequestStatus,
    Reviewer,
    Role,
    ServiceStatus,
    Side,
    ThreadEntry,
    User,
    Verification,
    now,
)
from tests import factories

PERSONS = (
    "visitor",
    "enterprise",
    "other_enterprise",
    "liaison",
    "other_liaison",
    "intermediary",
    "staff",
    "administrator",
)


class Standing:
    """The enterprise's and the liaison's objects, and some of nobody among `people`."""

    def __init__(self, session: Session, people: dict[str, User]) -> None:
        self._session = session
        self.people: dict[str, User | None] = {"visitor": None, **people}
        self.firm, self.school = people["enterprise"], people["liaison"]
        self._problems()
        self._capabilities()
        self._pairings()
        self._records()
        self._organisations()
        self._threads()
        self._calls()
        self._carriers()
        self._services()
        self._projects()
        session.commit()

    def _problems(self) -> None:
        self.problems = {
            status: factories.problem(self._session, self.firm, status) for status in ProblemStatus
        }
        self.nobodys_problem = factories.problem(self._session, self._stranger(Role.ENTERPRISE))

    def _capabilities(self) -> None:
        self.capabilities = {
            status: factories.capability(self._session, self.school, status) for status in CapabilityStatus
        }
        self.nobodys_capability = factories.capability(self._session, self._stranger(Role.LIAISON))

    def _stranger(self, role: Role) -> User:
        kind = OrganisationKind.ENTERPRISE if role is Role.ENTERPRISE else OrganisationKind.UNIVERSITY
        return factories.user(self._session, role, factories.organisation(self._session, kind))

    def _pairings(self) -> None:
        published = self.problems[ProblemStatus.PUBLISHED], self.capabilities[CapabilityStatus.PUBLISHED]
        self.agreed = self.pairing(*published, interests=(Side.PROBLEM, Side.CAPABILITY))
        self.one_sided = self.pairing(published[0], self.nobodys_capability, interests=(Side.PROBLEM,))
        self.taken_back = self.pairing(self.nobodys_problem, published[1], interests=tuple(Side))
        self.taken_back.interests[0].status = ConsentStatus.WITHDRAWN
        self.hidden = self.pairing(self.problems[ProblemStatus.DRAFT], published[1])
        self.nobodys_pairing = self.pairing(self.nobodys_problem, self.nobodys_capability)
        published[0].broker = self.people["staff"]
        self.nobodys_pairing.broker = self.people["staff"]
        self.hidden.broker = self.people["staff"]

    def pairing(self, problem: Problem, capability: Capability, interests: tuple[Side, ...] = ()) -> Pairing:
        made = Pairing(problem=problem, capability=capability, score=0.5, engine_version="test")
        for side in interests:
            factories.agree(self._session, made, side, undertaken=True)
        self._session.add(made)
        self._session.flush()
        return made

    def _records(self) -> None:
        self.record = self._record("A-1", self.firm.organisation, self.school.organisation)
        self.nobodys_record = self._record(
            "B-1", self.nobodys_problem.organisation, self.nobodys_capability.organisation
        )
        self.milestone = Milestone(
            record=self.record, name="中期检查", due_on=(now() + timedelta(days=30)).date()
        )
        self._session.add(self.milestone)

    def _record(self, number: str, first: Organisation, second: Organisation) -> CooperationRecord:
        made = CooperationRecord(
            number=number,
            title="合作",
            mode="commissioned",
            amount=Decimal(10),
            status=RecordStatus.IN_PROGRESS,
        )
        made.parties = [
            RecordParty(role=PartyRole.A, organisation=first),
            RecordParty(role=PartyRole.B, organisation=second),
        ]
        self._session.add(made)
        self._session.flush()
        return made

    def _organisations(self) -> None:
        self.pending = factories.organisation(self._session, status=Verification.PENDING)
        self.rejected = factories.organisation(self._session, status=Verification.REJECTED)
        self.invitation = Invitation(
            organisation=self.firm.organisation,
            email="colleague@example.com",
            role=Role.ENTERPRISE,
            token_hash="0" * 64,
            invited_by=self.firm,
            expires_at=now() + timedelta(hours=1),
        )
        self.notice = Notice(user_id=self.firm.id, kind="problem.published", details={"title": "x"}, path="/")
        self._session.add_all([self.invitation, self.notice])
        self._session.flush()

    def _threads(self) -> None:
        """An entry for each audience: on the pairing of the two, on a hidden one, and on one of nobody here."""
        self.entries, *_others = (
            {
                audience: ThreadEntry(
                    pairing=pairing,
                    kind=EntryKind.CALL,
                    author=self.people["staff"],
                    audience=audience,
                    day=now().date(),
                )
                for audience in Audience
            }
            for pairing in (self.agreed, self.hidden, self.nobodys_pairing)
        )
        for entries in (self.entries, *_others):
            self._session.add_all(entries.values())
        self._session.flush()

    def _calls(self) -> None:
        """The firm's draft and its open call with a sealed proposal of the school; nobody's, opened and judged."""
        self.draft_call = self._call(self.problems[ProblemStatus.IN_COOPERATION], CallStatus.DRAFT)
        self.open_call = self._call(self.problems[ProblemStatus.PUBLISHED], CallStatus.OPEN)
        self.judged_call = self._call(self.nobodys_problem, CallStatus.UNDER_REVIEW)
        self.judged_call.reviewers = [
            Reviewer(user=self._person("other_enterprise"), declared_at=now(), conflicted=False),
            Reviewer(user=self._person("other_liaison"), declared_at=now(), conflicted=True),
        ]
        self.sealed_proposal = self._proposal(self.open_call, ProposalStatus.SEALED)
        self.unsealed_proposal = self._proposal(self.judged_call, ProposalStatus.UNSEALED)

    def _person(self, name: str) -> User:
        person = self.people[name]
        assert person is not None
        return person

    def _call(self, problem: Problem, status: CallStatus) -> Call:
        published = None if status is CallStatus.DRAFT else now()
        made = Call(
            problem=problem,
            title="在线检测装置揭榜",
            requirements="三十秒内判定",
            reward=Decimal(50),
            closes_at=now() + timedelta(days=10),
            status=status,
            published_at=published,
        )
        made.criteria = [Criterion(position=1, name="技术先进性", weight=100)]
        self._session.add(made)
        self._session.flush()
        return made

    def _proposal(self, call: Call, status: ProposalStatus) -> Proposal:
        made = Proposal(
            call=call,
            organisation=self.school.organisation,
            author=self.school,
            status=status,
            sealed=b"of another key",
            handed_in_at=now(),
        )
        self._session.add(made)
        self._session.flush()
        return made

    def _carriers(self) -> None:
        """The firm's carrier and alliance, and one of each that does not exist any more."""
        self.carrier = factories.carrier(self._session, self.firm.organisation)
        self.closed_carrier = factories.carrier(self._session, active=False)
        self.alliance = factories.alliance(self._session, self.firm.organisation)
        self.dissolved = factories.alliance(
            self._session, self.nobodys_problem.organisation, self.school.organisation, active=False
        )

    def _services(self) -> None:
        """The intermediary's services by state, what the firm asked of it by state, and what was asked of another."""
        body = self._person("intermediary").organisation
        self.services = {status: factories.service(self._session, body, status) for status in ServiceStatus}
        offered = self.services[ServiceStatus.PUBLISHED]
        self.requests = {
            status: factories.service_request(
                self._session, offered, problem, status, wish=f"请检测{status.value}"
            )
            for status, problem in zip(RequestStatus, self.problems.values(), strict=False)
        }
        other = factories.service(
            self._session, factories.organisation(self._session, OrganisationKind.INTERMEDIARY)
        )
        self.nobodys_request = factories.service_request(self._session, other, self.nobodys_problem)

    def _projects(self) -> None:
        """The firm's and the school's: one recommended, one still the bureau's draft; and one of nobody here."""
        firm, school = self.firm.organisation, self.school.organisation
        self.recommended_project = factories.project(
            self._session, ProjectStatus.RECOMMENDED, lead=firm, partners=(school,)
        )
        self.draft_project = factories.project(self._session, lead=firm, partners=(school,))
        self.nobodys_project = factories.project(
            self._session, ProjectStatus.RECOMMENDED, lead=self.nobodys_problem.organisation
        )

    def release(self) -> None:
        """Let others write."""
        self._session.rollback()

    def of(self, model: type) -> list[Any]:
        """Every row of the model."""
        return list(self._session.query(model).order_by(model.id))  # type: ignore[attr-defined]
