"""One of each object whose rules the database holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models import (
    Audience,
    Capability,
    ConsentStatus,
    CooperationRecord,
    EncoderState,
    EncoderVersion,
    EntryKind,
    Interest,
    Milestone,
    NextStep,
    Pairing,
    PairingEvent,
    PartyRole,
    Problem,
    RecordEvent,
    RecordParty,
    Side,
    ThreadEntry,
    Undertaking,
    UndertakingAcceptance,
    User,
    now,
)
from tests import factories


def encoder_version(version: str, state: str, **given: Any) -> EncoderVersion:
    values: dict[str, Any] = {"setting": "./models/v", "origin": "trained", "activated_at": now()} | given
    return EncoderVersion(version=version, state=EncoderState(state), **values)


class Objects:
    """A problem, a capability, their pairing with its events and interest, and a cooperation record of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        people = factories.people(session)
        self.author: User = people["enterprise"]
        self.liaison: User = people["liaison"]
        self.problem: Problem = factories.problem(session, self.author)
        self.capability: Capability = factories.capability(session, self.liaison)
        self.pairing = self._add(
            Pairing(problem=self.problem, capability=self.capability, score=0.5, engine_version="rank-1")
        )
        self.pairing.events.append(PairingEvent(action="shortlisted"))
        self.interest = Interest(side=Side.PROBLEM, user=self.author, status=ConsentStatus.AGREED)
        self.pairing.interests.append(self.interest)
        self.undertaking = self._add(Undertaking(version=2, text_zh="承诺", text_en="We undertake"))
        self._add(
            UndertakingAcceptance(
                pairing=self.pairing, side=Side.PROBLEM, undertaking=self.undertaking, user=self.author
            )
        )
        self.step = self._add(
            NextStep(pairing=self.pairing, what="回访", due_on=date(2027, 3, 1), owner=people["staff"])
        )
        self.entry = self._add(
            ThreadEntry(
                pairing=self.pairing,
                kind=EntryKind.MESSAGE,
                author=self.author,
                side=Side.PROBLEM,
                audience=Audience.BOTH,
                text="样件已寄出",
            )
        )
        self.record = self.record_of(self.pairing)
        self.milestone = Milestone(name="样机", due_on=date(2027, 3, 1), payment=Decimal(20))
        self.record.milestones.append(self.milestone)
        self.record.events.append(RecordEvent(action="opened"))
        self.record.parties.append(
            RecordParty(role=PartyRole.A, organisation=self.author.organisation),
        )
        session.flush()

    def record_of(
        self, pairing: Pairing | None, number: str = "2026-0001", **given: Any
    ) -> CooperationRecord:
        values: dict[str, Any] = {"title": "气孔检测", "mode": "commissioned", "amount": Decimal(60)} | given
        return self._add(CooperationRecord(number=number, pairing=pairing, **values))

    def _add(self, made: Any) -> Any:
        self.session.add(made)
        self.session.flush()
        return made
