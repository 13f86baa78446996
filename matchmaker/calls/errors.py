"""What can stand in the way of a call's steps; worded in wording.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from models import Call, CallEvent, CooperationRecord, Objection, Problem, Proposal, Reviewer


class CallNotFound(LookupError):
    """There is no such call, proposal, reviewer or objection, or the actor may not know of it."""


class StaleCall(Exception):
    """Somebody changed the call since the actor looked; carries the last step. Nothing was written."""

    def __init__(self, call: Call, event: CallEvent | None) -> None:
        super().__init__(f"call {call.id} is at version {call.version}")
        self.call = call
        self.event = event


class StaleProposal(Exception):
    """A colleague saved the proposal since the actor opened it; nothing was written."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(f"proposal {proposal.id} is at version {proposal.version}")
        self.proposal = proposal


class AlreadyCalled(Exception):
    """The problem has a call that has not ended; carries it."""

    def __init__(self, call: Call) -> None:
        super().__init__(f"problem {call.problem_id} has call {call.id}")
        self.call = call


class NotCallable(Exception):
    """Only a published problem, which is no duplicate, can be opened as a call."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"problem {problem.id} is {problem.status.value}")
        self.problem = problem


class Fault(StrEnum):
    """Why a call's terms, a proposal or the name of a reviewer cannot be right; worded in wording.FAULTS."""

    TITLE = "title"
    REQUIREMENTS = "requirements"
    REWARD = "reward"
    CLOSES_MISSING = "closes_missing"
    CLOSES_PASSED = "closes_passed"
    CLOSES_EARLIER = "closes_earlier"
    NOBODY_NAMED = "nobody_named"
    NO_CRITERIA = "no_criteria"
    CRITERION_TWICE = "criterion_twice"
    WEIGHTS = "weights"
    REASON = "reason"
    PLAN = "plan"
    TEAM = "team"
    PRICE = "price"
    MONTHS = "months"
    NO_ACCOUNT = "no_account"
    ADMINISTRATOR = "administrator"
    NOT_VERIFIED = "not_verified"
    OF_A_PROPOSER = "of_a_proposer"
    NAMED_ALREADY = "named_already"


class BadTerms(Exception):
    """What was given cannot be right; `faults` are (field, fault)."""

    def __init__(self, faults: Sequence[tuple[str, Fault]]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults))
        self.faults = list(faults)


class TooLate(Exception):
    """The call closed before this reached the server, or takes no proposals; what was typed stays a draft.

    `moment` is the server's time that decided.
    """

    def __init__(self, call: Call, moment: datetime) -> None:
        super().__init__(f"call {call.id} closed at {call.closes_at}, it was {moment}")
        self.call = call
        self.moment = moment


class NotAddressed(Exception):
    """The organisation is not, or not any more, one of those that may answer the call."""

    def __init__(self, call: Call) -> None:
        super().__init__(f"call {call.id}")
        self.call = call


class TooManyProposals(Exception):
    """The organisation has as many proposals for this call as one may have."""


class Unreadable(Exception):
    """The ciphertext does not open with any key, or belongs to another proposal."""


class TooEarly(Exception):
    """The closing time has not come: nothing is opened before it, by anybody."""


class NoProposals(Exception):
    """Nobody handed in a proposal: there is nothing to open. The call can be ended without award."""


class Tied(Exception):
    """The reviewer's own organisation handed in a proposal, or the reviewer stepped back."""


class NotDeclared(Exception):
    """A reviewer says first whether something ties them to a proposer."""


class ReviewFinished(Exception):
    """Scores that were handed in stay; their reviewer stays."""

    def __init__(self, reviewer: Reviewer) -> None:
        super().__init__(f"reviewer {reviewer.id}")
        self.reviewer = reviewer


class ScoresMissing(Exception):
    """A review is handed in whole; carries the proposals that are not scored."""

    def __init__(self, proposals: Sequence[Proposal]) -> None:
        super().__init__(", ".join(str(each.id) for each in proposals))
        self.proposals = list(proposals)


class ReviewsOutstanding(Exception):
    """Somebody named has not handed in their scores, or nobody is named: no ranking and no decision yet."""


class NotInNotice(Exception):
    """Objections are taken during the public notice only."""


class NoticeRunning(Exception):
    """The time for objections is not over; carries the call."""

    def __init__(self, call: Call) -> None:
        super().__init__(f"call {call.id} until {call.objections_until}")
        self.call = call


class OpenObjections(Exception):
    """Objections wait for an answer; carries them."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__(", ".join(str(each.id) for each in objections))
        self.objections = list(objections)


class NoWinner(Exception):
    """The decision chose no proposal, so there is nothing to award; or chose one, so it cannot end without."""


class WrongCapability(Exception):
    """Not a published capability of the winner."""


class AlreadyAwarded(Exception):
    """The call was awarded already; carries the one cooperation record."""

    def __init__(self, record: CooperationRecord) -> None:
        super().__init__(record.number)
        self.record = record
