"""Sides, staff, strangers in any order: nothing opens without both consents, confidential parts not without the
undertaking in force, and every step stands in the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from matchmaker.pairings import service
from matchmaker.pairings.consent import consent_of
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.undertakings import service as undertakings
from matchmaker.work import Work
from models import (
    AuditEvent,
    ConsentWay,
    DeclineReason,
    IllegalStep,
    Pairing,
    PairingEvent,
    PairingStatus,
    Side,
    User,
)
from tests import factories
from tests.pairings import pairs

SECRET = "配方：氯化钾百分之三点七"
OWNERS = {Side.PROBLEM: "enterprise", Side.CAPABILITY: "liaison"}
NEXT = {
    # What the trade says, apart from the code: (step, where the side stands) -> where it stands then.
    ("agree", None): "agreed",
    ("agree", "asked"): "agreed",
    ("agree", "declined"): "agreed",
    ("agree", "withdrawn"): "agreed",
    ("decline", None): "declined",
    ("decline", "asked"): "declined",
    ("withdraw", "agreed"): "withdrawn",
}
REFUSALS = (
    service.AlreadyInterested,
    service.NotInterested,
    service.NotOpen,
    service.NothingToAsk,
    service.SideRefused,
    service.AlreadyAccepted,
    IllegalStep,
)
REFUSED = {"declined", "withdrawn"}
sides = st.sampled_from(Side)
steps = st.sampled_from(("agree", "decline", "withdraw"))
outsiders = st.sampled_from(("other_enterprise", "other_liaison", "administrator", "staff"))


class Consent(RuleBasedStateMachine):
    """`work` and `people` are given by the test; each example has a pairing of its own."""

    work: Work
    people: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        session = self.work.session
        self.problem = factories.problem(session, self.people["enterprise"], confidential=SECRET)
        self.capability = factories.capability(session, self.people["liaison"])
        self.pairing: Pairing = pairs.by_hand(self.work, self.problem, self.capability)
        session.flush()
        self.stands: dict[Side, str | None] = dict.fromkeys(Side)
        self.accepted: set[Side] = set()
        self.history: list[str] = []
        self.looked_at: tuple[object, ...] = ()

    def as_(self, name: str) -> Work:
        return self.work.as_actor(self.people[name])

    @property
    def dismissed(self) -> bool:
        return self.pairing.status is PairingStatus.DISMISSED

    def expect(self, allowed: bool, event: str, call: Callable[[], Any]) -> bool:
        """The step is taken exactly where it is allowed; only then the history is longer, or anything else changed."""
        before = self.stand()
        try:
            call()
        except REFUSALS:
            assert not allowed
            assert self.stand() == before
            return False
        assert allowed
        self.history.append(event)
        return True

    def stand(self) -> tuple[object, ...]:
        """What a refused step leaves as it is: every event stands in the audit too."""
        self.work.session.flush()
        said = sorted((each.side, each.status) for each in self.pairing.interests)
        last = self.work.session.scalar(select(func.max(AuditEvent.id)))
        return self.pairing.status, self.pairing.version, self.pairing.broker_id, said, last

    def answered(self, side: Side, step: str, event: str, call: Callable[[], Any]) -> None:
        after = NEXT.get((step, self.stands[side]))
        allowed = after is not None and not (step == "agree" and not self.pairing.is_open)
        if self.expect(allowed, event, call):
            self.stands[side] = after
            if step == "agree":
                self.ask()

    def ask(self) -> None:
        for side in Side:
            self.stands[side] = self.stands[side] or "asked"

    @rule(side=sides, step=steps)
    def a_side_answers(self, side: Side, step: str) -> None:
        work, pairing = self.as_(OWNERS[side]), self.pairing
        calls: dict[str, tuple[str, Callable[[], Any]]] = {
            "agree": ("interest", lambda: service.express(work, pairing, "想谈")),
            "decline": ("decline_interest", lambda: service.decline(work, pairing, DeclineReason.NOT_NOW)),
            "withdraw": ("withdraw_interest", lambda: service.withdraw(work, pairing)),
        }
        self.answered(side, step, *calls[step])

    @rule(side=sides, step=steps)
    def staff_record_an_answer(self, side: Side, step: str) -> None:
        said = service.Said(ConsentWay.PHONE, self.work.today(), "王工")
        given = service.Answer(step, reason=DeclineReason.OTHER if step == "decline" else None, said=said)
        event = {"agree": "record_interest", "decline": "record_decline", "withdraw": "record_withdrawal"}
        self.answered(
            side, step, event[step], lambda: service.record(self.as_("staff"), self.pairing, side, given)
        )

    @rule()
    def staff_propose(self) -> None:
        allowed = self.pairing.is_open and None in self.stands.values()
        if self.expect(allowed, "propose", lambda: service.propose(self.as_("staff"), self.pairing)):
            self.ask()

    @property
    def refused(self) -> bool:
        return bool(REFUSED & set(self.stands.values()))

    @rule(has_spoken=st.booleans())
    def staff_introduce(self, has_spoken: bool) -> None:
        """Against a refusal only after they have spoken with that side again."""
        early = self.pairing.status in (PairingStatus.SUGGESTED, PairingStatus.SHORTLISTED)
        spoken = list(Side) if has_spoken else []
        if self.expect(
            early and (has_spoken or not self.refused),
            "introduce",
            lambda: service.introduce(self.as_("staff"), self.pairing, self.pairing.version, spoken=spoken),
        ):
            self.ask()

    @rule()
    def staff_dismiss_or_reopen(self) -> None:
        work, version = self.as_("staff"), self.pairing.version
        if self.dismissed:
            self.expect(True, "reopen", lambda: service.reopen(work, self.pairing, version))
        else:
            allowed = self.pairing.is_open
            self.expect(allowed, "dismiss", lambda: service.dismiss(work, self.pairing, version, "field"))

    @rule(side=sides)
    def a_side_accepts_the_undertaking(self, side: Side) -> None:
        latest = undertakings.in_force(self.work)
        assert latest is not None
        allowed = side not in self.accepted and not self.dismissed
        if self.expect(
            allowed,
            "undertake",
            lambda: service.accept(self.as_(OWNERS[side]), self.pairing, latest.version),
        ):
            self.accepted.add(side)

    @rule()
    def a_new_undertaking_is_published(self) -> None:
        latest = undertakings.in_force(self.work)
        assert latest is not None
        text = f"第{latest.version + 1}版：保密内容只用于洽谈"
        undertakings.publish(self.as_("administrator"), text, text, latest.version)
        self.accepted.clear()

    @rule(name=outsiders, side=sides)
    def outsiders_answer_for_nobody(self, name: str, side: Side) -> None:
        work = self.as_(name)
        said = service.Said(ConsentWay.PHONE, self.work.today(), "王工")
        tries: list[Callable[[], Any]] = [
            lambda: service.express(work, self.pairing, ""),
            lambda: service.withdraw(work, self.pairing),
            lambda: service.accept(work, self.pairing, 1),
        ]
        if name != "staff":
            tries.append(lambda: service.propose(work, self.pairing))
            tries.append(lambda: service.record(work, self.pairing, side, service.Answer("agree", said=said)))
        for attempt in tries:
            try:
                attempt()
            except Forbidden:
                continue
            raise AssertionError(f"{name} answered")

    @invariant()
    def opens_only_to_the_other_side_after_both_agreed(self) -> None:
        """Asked again only where something has happened: it takes longest."""
        if self.stand() == self.looked_at:
            return
        self.looked_at = self.stand()
        both = set(self.stands.values()) == {"agreed"} and not self.dismissed
        expected = {
            ("liaison", Action.PROBLEM_READ_CONTACT): both,
            ("liaison", Action.PROBLEM_READ_CONFIDENTIAL): both and Side.CAPABILITY in self.accepted,
            ("enterprise", Action.CAPABILITY_READ_CONTACT): both,
            ("enterprise", Action.CAPABILITY_READ_CONFIDENTIAL): both and Side.PROBLEM in self.accepted,
            ("other_liaison", Action.PROBLEM_READ_CONTACT): False,
            ("other_enterprise", Action.CAPABILITY_READ_CONFIDENTIAL): False,
        }
        of = {"problem": self.problem, "capability": self.capability}
        found = {
            (name, action): allow(self.people[name], action, of[action.value.partition(":")[0]])
            for name, action in expected
        }
        assert found == expected

    @invariant()
    def the_page_tells_what_stands(self) -> None:
        found = consent_of(self.as_("liaison"), self.pairing)
        shown = {side: one.interest and one.interest.status.value for side, one in found.sides.items()}
        may = set(self.stands.values()) == {"agreed"} and not self.dismissed
        readable = may and Side.CAPABILITY in self.accepted
        assert (shown, found.both, found.sides[Side.PROBLEM].hides) == (self.stands, may, not readable)

    @invariant()
    def no_step_is_lost(self) -> None:
        kept = select(PairingEvent.action).where(PairingEvent.pairing_id == self.pairing.id)
        assert list(self.work.session.scalars(kept.order_by(PairingEvent.id))) == self.history
        audited = select(func.count(AuditEvent.id)).where(
            AuditEvent.object_kind == "pairing", AuditEvent.object_id == self.pairing.id
        )
        assert self.work.session.scalar(audited) == len(self.history)


def run(machine: type[Consent], work: Work, people: dict[str, User], examples: int, steps: int) -> None:
    """Random steps; the same ones each time."""
    machine.work, machine.people = work, people
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_opens_without_both_consents_and_no_step_is_lost(work: Work, people: dict[str, User]) -> None:
    run(Consent, work, people, examples=6, steps=12)
