"""One of each object whose rules the database holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from models import (
    Attachment,
    AttachmentOwner,
    Audience,
    Briefing,
    BriefingSection,
    BulkChange,
    BulkItem,
    BulkKind,
    Call,
    Capability,
    Channel,
    CheckClaim,
    CheckKind,
    ConsentStatus,
    CooperationRecord,
    Delivery,
    EncoderState,
    EncoderVersion,
    EntryKind,
    Frequency,
    ImportKind,
    ImportRow,
    Interest,
    Invitation,
    Job,
    LearntRanking,
    Milestone,
    NextStep,
    NoticeChoice,
    Pairing,
    PairingEvent,
    PairingStatus,
    PartyRole,
    PayloadFormat,
    Problem,
    Proposal,
    RankingState,
    RecognitionLevel,
    RecordEvent,
    RecordParty,
    ResearchBody,
    Role,
    RowState,
    SectionKind,
    Side,
    SpreadsheetImport,
    ThreadEntry,
    Undertaking,
    UndertakingAcceptance,
    User,
    Webhook,
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


def one_row_each(objects: Objects) -> None:
    """The tables with enumerations that `objects` leaves empty."""

    several = BulkChange(actor=objects.author, kind=BulkKind.DISMISS)
    several.items.append(BulkItem(pairing=objects.pairing, version=1, status_before=PairingStatus.SUGGESTED))
    objects.session.add_all(
        [
            Attachment(
                owner_kind=AttachmentOwner.PROBLEM,
                owner_id=1,
                name="a",
                media_type="b",
                size=0,
                sha256="",
                stored_as="",
            ),
            Invitation(
                organisation=objects.author.organisation,
                email="a@example.com",
                role=Role.ENTERPRISE,
                token_hash="",
                invited_by=objects.author,
                expires_at=now(),
            ),
            several,
            NoticeChoice(user_id=objects.author.id, topic="steps", frequency=Frequency.OFF),
            Webhook(organisation=objects.author.organisation, url="https://a", format=PayloadFormat.JSON),
            Delivery(channel=Channel.MAIL, purpose="notice", user=objects.author, next_try_at=now()),
            Proposal(
                call=Call(
                    problem=objects.problem, title="a", requirements="b", reward=Decimal(1), closes_at=now()
                ),
                organisation=objects.liaison.organisation,
                author=objects.liaison,
            ),
            encoder_version("v", "retired"),
            ResearchBody(
                organisation=objects.author.organisation,
                kind="key_laboratory",
                level=RecognitionLevel.PROVINCIAL,
                name="重点实验室",
            ),
            LearntRanking(
                name="a.1",
                base="a",
                encoder="v",
                state=RankingState.REFUSED,
                weights={},
                bias=0.0,
                cuts=[],
                figures={},
                learnt_through=0,
            ),
        ]
    )
    briefing = Briefing(
        title="简报", language="zh_CN", first=date(2026, 7, 1), last=date(2026, 9, 30), taken_at=now()
    )
    briefing.sections.append(BriefingSection(kind=SectionKind.OVERVIEW))
    objects.session.add_all(
        [
            briefing,
            CheckClaim(user=objects.author, kind=CheckKind.PROBLEM, object_id=1, seen_at=now()),
            Job(kind="import.check"),
        ]
    )
    imported = SpreadsheetImport(kind=ImportKind.PROBLEM, file_name="a.xlsx", digest="", user=objects.author)
    objects.session.add(imported)
    objects.session.flush()
    objects.session.add(ImportRow(import_id=imported.id, number=2, state=RowState.GOOD, content=b""))
    factories.project(objects.session, lead=objects.author.organisation)
    factories.carrier(objects.session, level=RecognitionLevel.NATIONAL)
    factories.alliance(objects.session, objects.author.organisation, level=RecognitionLevel.MUNICIPAL)
    offered = factories.service(objects.session, objects.author.organisation)
    factories.service_request(objects.session, offered, objects.problem)
    objects.session.flush()
