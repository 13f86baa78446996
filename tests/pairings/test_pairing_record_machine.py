"""A pairing from suggestion to an accepted or ended cooperation, in any order of steps by anybody: at most one record,
no step lost, nothing confidential where it was not opened, and whoever may not, changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import func, select

from matchmaker.audit import service as audit
from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.service import MilestoneTerms, RecordTerms
from matchmaker.pairings import service
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import (
    AuditEvent,
    CooperationRecord,
    IllegalStep,
    Milestone,
    Notice,
    PairingEvent,
    PairingStatus,
    RecordEvent,
    Role,
    Side,
    User,
)
from tests import factories
from tests.pairings.test_consent_machine import SECRET, Consent, run, sides

PHONE = "0556-0000077"
TERMS = RecordTerms(title="阀门密封面激光熔覆", mode="commissioned", amount=Decimal(100))
BEFORE_CONFIRMED = ("suggested", "shortlisted", "introduced", "negotiating")
PAIRING_STEPS = {
    # What the trade says, apart from the code: (step, where the pairing stands) -> where it stands then.
    ("shortlist", "suggested"): "shortlisted",
    ("negotiate", "introduced"): "negotiating",
    ("reopen", "shortlisted"): "suggested",
    ("reopen", "dismissed"): "suggested",
    **{("confirm", status): "confirmed" for status in BEFORE_CONFIRMED},
}
RUNNING = ("intended", "signed", "in_progress")
RECORD_STEPS = {
    ("sign", "intended"): "signed",
    ("start", "signed"): "in_progress",
    ("accept", "in_progress"): "accepted",
    ("reopen", "accepted"): "in_progress",
    **{("terminate", status): "terminated" for status in RUNNING},
}
RECORD_EVENTS = {
    "sign": "signed",
    "start": "started",
    "accept": "accepted",
    "terminate": "terminated",
    "reopen": "reopened",
}
PROBLEM_DURING = {"accepted": "solved", "terminated": "published"} | dict.fromkeys(RUNNING, "in_cooperation")
MILESTONE_STEPS = {
    ("complete", "planned"): "done",
    ("waive", "planned"): "waived",
    ("reopen", "done"): "planned",
    ("reopen", "waived"): "planned",
}
REFUSALS = (
    service.AlreadyConfirmed,
    cooperation.BadTerms,
    cooperation.ChangedMeanwhile,
    cooperation.OpenMilestones,
    cooperation.RecordClosed,
    IllegalStep,
)
bureau = st.sampled_from(("staff", "other_staff"))
strangers = st.sampled_from(
    ("visitor", "enterprise", "other_enterprise", "liaison", "other_liaison", "administrator")
)
recorded = precondition(lambda machine: machine.record is not None)


class PairingAndRecord(Consent):
    """What the sides say is the rules of Consent; here the bureau decides, and a record is followed."""

    def __init__(self) -> None:
        super().__init__()
        self.problem.contact_phone = self.capability.contact_phone = PHONE
        self.work.session.flush()
        self.record: CooperationRecord | None = None
        self.recorded_as = ""
        self.milestones: dict[int, str] = {}
        self.followed: list[str] = []
        self.signed = False

    @initialize(name=bureau, is_confirmed=st.booleans())
    def half_of_them_begin_with_a_record(self, name: str, is_confirmed: bool) -> None:
        if is_confirmed:
            self.confirm(name)

    def as_(self, name: str) -> Work:
        return replace(self.work, actor=None) if name == "visitor" else super().as_(name)

    def stand(self) -> tuple[object, ...]:
        record = self.record
        of_record = (record.status, record.version, record.amount) if record else ()
        return *super().stand(), *of_record, self.problem.status

    def follow(self, allowed: bool, event: str, call: Callable[[], Any]) -> bool:
        """A step of the record, which stands in its history and not in that of the pairing."""
        before = self.stand()
        try:
            call()
        except REFUSALS:
            assert not allowed, event
            assert self.stand() == before
            return False
        assert allowed, event
        self.followed.append(event)
        return True

    @rule(name=bureau, step=st.sampled_from(("shortlist", "negotiate", "reopen")))
    def staff_decide(self, name: str, step: str) -> None:
        after = PAIRING_STEPS.get((step, self.pairing.status.value))
        take = getattr(service, step)
        if self.expect(
            after is not None, step, lambda: take(self.as_(name), self.pairing, self.pairing.version)
        ):
            assert self.pairing.status.value == after

    @rule(name=bureau)
    def staff_confirm(self, name: str) -> None:
        self.confirm(name)

    def confirm(self, name: str) -> None:
        work, status = self.as_(name), self.pairing.status.value
        if status not in BEFORE_CONFIRMED:
            error = service.AlreadyConfirmed if self.record else IllegalStep
            before = self.stand()
            try:
                service.confirm(work, self.pairing, TERMS, self.pairing.version)
            except error:
                assert self.stand() == before
                return
            raise AssertionError("confirmed again")
        if self.refused:
            before = self.stand()
            try:
                service.confirm(work, self.pairing, TERMS, self.pairing.version, spoken=[])
            except service.SideRefused:
                assert self.stand() == before
            else:
                raise AssertionError("confirmed against a refusal")
        self.record = service.confirm(work, self.pairing, TERMS, self.pairing.version, spoken=list(Side))
        self.history.append("confirm")
        self.followed, self.recorded_as = ["opened"], "intended"

    @rule(name=bureau, to=bureau)
    def staff_hand_over(self, name: str, to: str) -> None:
        changes = self.pairing.broker is not self.people[to]
        gave = service.hand_over(self.as_(name), self.pairing, self.people[to], self.pairing.version)
        assert gave == changes
        if changes:
            self.history.append("take_on" if name == to else "hand_over")

    @rule(name=bureau, step=st.sampled_from(("shortlist", "dismiss", "confirm")))
    def a_step_on_a_page_that_is_out_of_date_does_nothing(self, name: str, step: str) -> None:
        work, before, old = self.as_(name), self.stand(), self.pairing.version - 1
        given: dict[str, tuple[Any, ...]] = {"dismiss": (old, "field"), "confirm": (TERMS, old)}
        try:
            getattr(service, step)(work, self.pairing, *given.get(step, (old,)))
        except (service.StaleDecision, service.AlreadyConfirmed):
            assert self.stand() == before
            return
        raise AssertionError("an old page was believed")

    @recorded
    @rule(name=bureau, step=st.sampled_from((*RECORD_EVENTS, "sign", "start", "accept")))
    def a_record_goes_on(self, name: str, step: str) -> None:
        work, record, after = self.as_(name), self.held(), RECORD_STEPS.get((step, self.recorded_as))
        if (step, self.recorded_as) == ("reopen", "terminated"):
            after = "in_progress" if self.signed else "intended"
        takes: dict[str, Callable[[], None]] = {
            "sign": lambda: cooperation.sign(work, record, work.today(), "development_commissioned"),
            "start": lambda: cooperation.start(work, record, work.today()),
            "accept": lambda: cooperation.accept(work, record, cooperation.Results(patents=1), "通过"),
            "terminate": lambda: cooperation.terminate(work, record, "企业转产"),
            "reopen": lambda: cooperation.reopen(work, record, "误操作"),
        }
        waits = step == "accept" and "planned" in self.milestones.values()
        if self.follow(after is not None and not waits, RECORD_EVENTS[step], takes[step]):
            self.recorded_as = str(after)
            self.signed = self.signed or step == "sign"

    @recorded
    @rule(name=bureau, is_fresh=st.booleans())
    def a_record_is_amended(self, name: str, is_fresh: bool) -> None:
        record = self.held()
        terms = cooperation.terms_of(record)
        terms = replace(terms, amount=(terms.amount or Decimal(0)) + 1)
        version = record.version if is_fresh else record.version - 1
        self.follow(is_fresh, "amended", lambda: cooperation.amend(self.as_(name), record, terms, version))

    @recorded
    @rule(name=bureau)
    def a_milestone_is_added(self, name: str) -> None:
        made: list[Milestone] = []
        work, record = self.as_(name), self.held()
        terms = MilestoneTerms("中期检查", work.today())
        allowed = self.recorded_as in RUNNING
        if self.follow(
            allowed, "milestone_added", lambda: made.append(cooperation.add_milestone(work, record, terms))
        ):
            self.milestones[made[0].id] = "planned"

    @recorded
    @rule(name=bureau, place=st.integers(0, 3), step=st.sampled_from(("complete", "waive", "reopen")))
    def a_milestone_goes_on(self, name: str, place: int, step: str) -> None:
        if not self.milestones:
            return
        id = list(self.milestones)[place % len(self.milestones)]
        work, milestone = self.as_(name), self.work.session.get_one(Milestone, id)
        after = MILESTONE_STEPS.get((step, self.milestones[id]))
        takes: dict[str, tuple[str, Callable[[], None]]] = {
            "complete": (
                "milestone_completed",
                lambda: cooperation.complete_milestone(work, milestone, work.today()),
            ),
            "waive": ("milestone_waived", lambda: cooperation.waive_milestone(work, milestone, "不再需要")),
            "reopen": ("milestone_reopened", lambda: cooperation.reopen_milestone(work, milestone)),
        }
        if self.follow(after is not None and self.recorded_as in RUNNING, *takes[step]):
            self.milestones[id] = str(after)

    @rule(name=strangers, side=sides)
    def who_is_not_of_the_staff_decides_nothing(self, name: str, side: Side) -> None:
        work, pairing, before = self.as_(name), self.pairing, self.stand()
        version = pairing.version
        tries: list[Callable[[], Any]] = [
            *(lambda step=step: getattr(service, step)(work, pairing, version) for step in DECISIONS),
            lambda: service.dismiss(work, pairing, version, "field"),
            lambda: service.confirm(work, pairing, TERMS, version),
            lambda: service.hand_over(work, pairing, self.people["staff"], version),
        ]
        if self.record is not None:
            record = self.record
            tries += [
                lambda: cooperation.sign(work, record, work.today(), "development_commissioned"),
                lambda: cooperation.accept(work, record, cooperation.Results(), "通过"),
                lambda: cooperation.terminate(work, record, "企业转产"),
                lambda: cooperation.amend(work, record, TERMS, record.version),
                lambda: cooperation.add_milestone(work, record, MilestoneTerms("中期检查", work.today())),
            ]
        for attempt in tries:
            try:
                attempt()
            except Forbidden:
                continue
            raise AssertionError(f"{name} decided")
        assert self.stand() == before

    def held(self) -> CooperationRecord:
        assert self.record is not None
        return self.record

    @invariant()
    def a_confirmed_pairing_has_one_record_and_no_other_has_any(self) -> None:
        wanted = select(CooperationRecord.id).where(CooperationRecord.pairing_id == self.pairing.id)
        confirmed = self.pairing.status is PairingStatus.CONFIRMED
        assert list(self.work.session.scalars(wanted)) == ([self.held().id] if confirmed else [])

    @invariant()
    def statuses_change_by_events_alone(self) -> None:
        for owner, event, began in self.chains():
            moves = self.work.session.execute(
                select(event.from_status, event.to_status)
                .where(owner, event.to_status.is_not(None))
                .order_by(event.id)
            ).all()
            stands = began
            for before, after in moves:
                assert before == stands
                stands = after
            now = self.held().status if event is RecordEvent else self.pairing.status
            assert stands == now.value

    def chains(self) -> list[tuple[Any, Any, str]]:
        """Whose events, of which kind, and from where they lead."""
        found: list[tuple[Any, Any, str]] = [
            (PairingEvent.pairing_id == self.pairing.id, PairingEvent, "suggested")
        ]
        if self.record is not None:
            found.append((RecordEvent.record_id == self.record.id, RecordEvent, ""))
        return found

    @invariant()
    def the_record_stands_where_its_steps_led(self) -> None:
        if self.record is None:
            assert self.problem.status.value == "published"
            return
        session, record = self.work.session, self.record
        kept = select(RecordEvent.action).where(RecordEvent.record_id == record.id).order_by(RecordEvent.id)
        assert list(session.scalars(kept)) == self.followed
        audited = select(func.count(AuditEvent.id)).where(
            AuditEvent.object_kind == "cooperation_record", AuditEvent.object_id == record.id
        )
        assert session.scalar(audited) == len(self.followed)
        assert (record.status.value, self.problem.status.value) == (
            self.recorded_as,
            PROBLEM_DURING[self.recorded_as],
        )
        assert {each.id: each.status.value for each in record.milestones} == self.milestones

    @invariant()
    def what_is_told_and_kept_names_neither_secret_nor_phone(self) -> None:
        session = self.work.session
        told = session.scalars(select(Notice.details).order_by(Notice.id.desc()).limit(20)).all()
        kept = session.scalars(select(AuditEvent.details).order_by(AuditEvent.id.desc()).limit(20)).all()
        assert not {SECRET, PHONE} & {word for word in (SECRET, PHONE) if word in str((told, kept))}

    def teardown(self) -> None:
        """Once for each sequence, as it takes longer: what the sides' pages show, and the audit's chain."""
        both = set(self.stands.values()) == {"agreed"} and not self.dismissed
        for name, own, other in (
            ("liaison", Side.CAPABILITY, Side.PROBLEM),
            ("enterprise", Side.PROBLEM, Side.CAPABILITY),
        ):
            page = service.page_of(self.as_(name), self.pairing.id)
            assert page.contacts == ({own, other} if both else {own})
            if own is Side.CAPABILITY and not (both and own in self.accepted):
                assert SECRET not in str((page.passages, page.suggestion, page.thread))
        for name in ("other_enterprise", "other_liaison"):
            self.sees_nothing(name)
        assert audit.check(self.work, newest=400).broken is None

    def sees_nothing(self, name: str) -> None:
        try:
            service.page_of(self.as_(name), self.pairing.id)
        except service.PairingNotFound:
            pass
        else:
            raise AssertionError(f"{name} sees the pairing")
        if self.record is not None:
            try:
                cooperation.find(self.as_(name), self.record.id)
            except cooperation.RecordNotFound:
                return
            raise AssertionError(f"{name} sees the record")


DECISIONS = ("shortlist", "introduce", "negotiate", "reopen")


def test_no_order_of_steps_makes_two_records_loses_one_or_shows_what_is_not_open(
    work: Work, people: dict[str, User]
) -> None:
    colleague = factories.user(work.session, Role.STAFF, people["staff"].organisation)
    work.session.commit()
    run(PairingAndRecord, work, people | {"other_staff": colleague}, examples=5, steps=20)
