"""Whatever people do in whatever order and at whatever time: nothing is opened early, lost, or recorded twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from matchmaker.calls import reviewing, service, wording
from matchmaker.calls.errors import BadTerms, CallNotFound
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.work import Work
from models import (
    UNSEALED_STATUSES,
    Call,
    CallEvent,
    CallStatus,
    CooperationRecord,
    IllegalStep,
    Proposal,
    ProposalEvent,
    User,
)
from tests.calls.calling import CLOSES, START, Calling, content, terms

EXAMPLES, STEPS = 6, 24
ROLES = ("enterprise", "other_enterprise", "liaison", "other_liaison", "staff", "administrator")
REFUSED: tuple[type[Exception], ...] = (*wording.REFUSED, Forbidden, IllegalStep, BadTerms, CallNotFound)
roles = st.sampled_from(ROLES)
proposers = st.sampled_from(("liaison", "other_liaison", "other_liaison", "enterprise"))
reviewers = st.sampled_from(("staff", "other_enterprise"))


def test_no_sequence_opens_early_loses_an_event_or_makes_two_records(
    work: Work, people: dict[str, User]
) -> None:
    base = Calling(work, people)
    service.cancel(base.by("staff"), base.call, "另行张榜")
    work.session.commit()
    run_state_machine_as_test(
        lambda: Machine(base),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


class Machine(RuleBasedStateMachine):
    """One call; each example is one transaction, taken back at its end."""

    def __init__(self, base: Calling) -> None:
        super().__init__()
        self.base = base
        self.session = base.work.session
        self.done = 0
        """Steps that were taken: each leaves one event."""

    @initialize()
    def put_up(self) -> None:
        self.base.at = START
        self.call: Call = service.create(self.base.by("staff"), self.base.problem, terms())
        self.base.call = self.call
        service.publish(self.base.by("staff"), self.call)
        self.done = 2

    def teardown(self) -> None:
        self.session.rollback()

    def take(self, step: Callable[..., Any], *given: Any, leaves: int = 1) -> None:
        """Take a step, or be refused: then nothing is left but a call that the clock closed."""
        closed = self.closings()
        try:
            step(*given)
        except REFUSED:
            pass
        else:
            self.done += leaves
        self.done += self.closings() - closed

    def closings(self) -> int:
        wanted = select(func.count(CallEvent.id)).where(
            CallEvent.call_id == self.call.id, CallEvent.action == "close"
        )
        return self.session.scalar(wanted) or 0

    def one(self, place: int) -> Proposal | None:
        found = self.session.scalars(
            select(Proposal).where(Proposal.call_id == self.call.id).order_by(Proposal.id)
        ).all()
        return found[place % len(found)] if found else None

    @rule(hours=st.sampled_from((1, 60, 24 * 9, 24 * 11)))
    def time_passes(self, hours: int) -> None:
        self.base.at += timedelta(hours=hours)

    @rule()
    def the_worker_comes_by(self) -> None:
        before = self.events()
        service.follow(self.base.by(None))
        self.done += self.events() - before

    @rule(name=proposers)
    def somebody_answers(self, name: str) -> None:
        made: list[Proposal] = []
        self.take(lambda: made.append(service.start(self.base.by(name), self.call, content())), leaves=0)
        if made:
            self.take(service.hand_in, self.base.by(name), made[0])

    @rule(name=roles, place=st.integers(0, 3), what=st.sampled_from(("replace", "withdraw", "hand_in")))
    def somebody_touches_a_proposal(self, name: str, place: int, what: str) -> None:
        proposal, work = self.one(place), self.base.by(name)
        if proposal is None:
            return
        if what == "withdraw":
            self.take(service.withdraw, work, proposal)
            return
        if what == "replace":
            self.take(service.save, work, proposal, content(team="换了人"), proposal.version, leaves=0)
        if proposal.draft is not None:
            self.take(service.hand_in, work, proposal)

    @rule(name=roles)
    def somebody_opens_the_proposals(self, name: str) -> None:
        self.take(service.unseal, self.base.by(name), self.call)

    @rule(name=reviewers, points=st.integers(0, 100), conflicted=st.sampled_from((False, False, True)))
    def somebody_reviews(self, name: str, points: int, conflicted: bool) -> None:
        work = self.base.by(name)
        self.take(service.name_reviewer, self.base.by("staff"), self.call, str(work.person.email))
        self.take(service.declare, work, self.call, conflicted, "")
        marks = {each.id: service.Mark(points) for each in self.call.criteria}
        for proposal in self.call.proposals:
            self.take(service.save_scores, work, proposal, marks, leaves=0)
        self.take(service.finish, work, self.call)

    @rule(name=roles, place=st.one_of(st.none(), st.integers(0, 3)))
    def somebody_decides(self, name: str, place: int | None) -> None:
        winner = None if place is None else self.one(place)
        self.take(service.decide, self.base.by(name), self.call, winner, "综合评分")
        self.take(service.announce, self.base.by(name), self.call)

    @rule()
    def the_call_goes_on(self) -> None:
        """The step that staff would take next, so that every example comes far."""
        staff, status = self.base.by("staff"), self.call.status
        if status is CallStatus.OPEN:
            self.take(lambda: self.base.hand_in("liaison"))
            self.base.at = max(self.base.at, self.call.closes_at or CLOSES)
            self.take(service.unseal, self.base.by("staff"), self.call)
        elif status is CallStatus.UNDER_REVIEW:
            self.somebody_reviews("staff", 80, False)
            self.somebody_decides("staff", 0)
        elif status is CallStatus.NOTICE:
            self.staff_answer()
            self.base.end_of_notice()
            winner = self.call.winner
            name = (
                "other_liaison"
                if winner and winner.author is self.base.people["other_liaison"]
                else "liaison"
            )
            self.take(service.award, self.base.by("staff"), self.call, self.base.capabilities[name])
        else:
            self.take(service.unseal, staff, self.call)

    @rule(name=roles)
    def somebody_objects(self, name: str) -> None:
        self.take(service.object_to, self.base.by(name), self.call, "依据不足")

    @rule()
    def staff_answer(self) -> None:
        for each in [each for each in self.call.objections if each.answered_at is None]:
            self.take(service.answer, self.base.by("staff"), each, self.call, "已复核")

    @rule(name=roles, of=st.sampled_from(("liaison", "other_liaison")))
    def somebody_awards(self, name: str, of: str) -> None:
        self.take(service.award, self.base.by(name), self.call, self.base.capabilities[of])

    @rule(name=roles, what=st.sampled_from(("cancel", "reconsider", "end_without_award", "extend")))
    def somebody_turns_it_round(self, name: str, what: str) -> None:
        work = self.base.by(name)
        if what == "extend":
            closes = (self.call.closes_at or CLOSES) + timedelta(days=2)
            self.take(service.extend, work, self.call, closes, "延长")
        else:
            self.take(getattr(service, what), work, self.call, "有原因")

    def events(self) -> int:
        of_call = select(func.count(CallEvent.id)).where(CallEvent.call_id == self.call.id)
        of_proposals = (
            select(func.count(ProposalEvent.id))
            .join(Proposal, Proposal.id == ProposalEvent.proposal_id)
            .where(Proposal.call_id == self.call.id)
        )
        self.session.flush()
        return (self.session.scalar(of_call) or 0) + (self.session.scalar(of_proposals) or 0)

    @invariant()
    def nothing_is_open_before_its_time(self) -> None:
        closes = self.call.closes_at
        for each in self.call.proposals:
            early = closes is not None and self.base.at < closes
            assert not (early and each.status in UNSEALED_STATUSES)
            if each.status not in UNSEALED_STATUSES:
                readers = {
                    self.base.people[name].organisation_id
                    for name in ROLES
                    if allow(self.base.people[name], Action.PROPOSAL_READ, each)
                }
                assert readers <= {each.organisation_id}

    @invariant()
    def every_step_left_its_event(self) -> None:
        assert self.events() == self.done

    @invariant()
    def an_award_is_one_record_and_a_record_is_an_award(self) -> None:
        records = self.session.scalar(select(func.count(CooperationRecord.id)))
        assert records == (1 if self.call.status is CallStatus.AWARDED else 0)

    @invariant()
    def nobody_tied_judged(self) -> None:
        proposers = {each.organisation_id for each in self.call.proposals if each.status in UNSEALED_STATUSES}
        for each in reviewing.judging(self.call):
            assert each.finished_at is None or each.user.organisation_id not in proposers
