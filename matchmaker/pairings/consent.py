"""Staff propose a talk and record what sides told them; sides accept the undertaking; all of it as its readers see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.audit import service as audit
from matchmaker.pairings.answers import (
    EVENTS,
    Answer,
    answer,
    answer_of,
    posting_of,
    refuse_stale,
    tell_of,
)
from matchmaker.pairings.asking import ask
from matchmaker.pairings.decisions import log_event, renew, tell_sides
from matchmaker.pairings.errors import (
    AlreadyAccepted,
    NoteMissing,
    NothingToAsk,
    NotOpen,
    NotPublic,
    TalkInFuture,
)
from matchmaker.pairings.reading import side_of, standing
from matchmaker.policy import Action, allow, is_public, require
from matchmaker.postings.documents import Posting
from matchmaker.undertakings import service as undertakings
from matchmaker.work import Work
from models import (
    Attachment,
    AttachmentOwner,
    Interest,
    Organisation,
    Pairing,
    PairingStatus,
    Problem,
    Side,
    Undertaking,
    UndertakingAcceptance,
    User,
)


@dataclass(frozen=True)
class SideConsent:
    """Where one side stands."""

    side: Side
    organisation: Organisation
    interest: Interest | None
    """None: never asked."""
    accepted: Sequence[UndertakingAcceptance]
    """The versions of the undertaking that it accepted here, the newest first."""
    steps: tuple[str, ...]
    """What the reader can enter for it now: agree, decline, withdraw."""
    has_confidential: bool
    may_read: bool
    """The reader may read them now."""

    @property
    def hides(self) -> bool:
        """It has confidential parts that the reader may not read now."""
        return self.has_confidential and not self.may_read


@dataclass(frozen=True)
class Consent:
    """Where the two stand with each other."""

    sides: Mapping[Side, SideConsent]
    own: Side | None
    """The reader's; None for the bureau."""
    both: bool
    undertaking: Undertaking | None
    """The version in force."""
    may_propose: bool
    may_accept: bool
    """The reader's side has still to accept the version in force."""


def consent_of(work: Work, pairing: Pairing) -> Consent:
    """Of a pairing that the reader may read."""
    latest, own = undertakings.in_force(work), side_of(work.person, pairing)
    accepted = _accepted(work, pairing)
    has_accepted = latest is not None and any(
        each.side is own and each.undertaking_id == latest.id for each in accepted
    )
    records = allow(work.actor, Action.CONSENT_RECORD, pairing)
    return Consent(
        sides={side: _side(work, pairing, side, own, accepted, records) for side in Side},
        own=own,
        both=len(standing(pairing)) == len(Side) and pairing.status is not PairingStatus.DISMISSED,
        undertaking=latest,
        may_propose=records and pairing.is_open and len(pairing.interests) < len(Side),
        may_accept=(
            allow(work.actor, Action.UNDERTAKING_ACCEPT, pairing)
            and latest is not None
            and not has_accepted
            and pairing.status is not PairingStatus.DISMISSED
        ),
    )


def propose(work: Work, pairing: Pairing, note: str = "") -> list[Side]:
    """Staff ask the sides whether they want to talk; returns those newly asked.

    Raises NotOpen, NotPublic while one cannot read the other, and NothingToAsk where both were asked before.
    """
    require(work.actor, Action.CONSENT_RECORD, pairing)
    renew(work, pairing)
    if not pairing.is_open:
        raise NotOpen(pairing)
    for posting in (pairing.problem, pairing.capability):
        if not is_public(posting):
            raise NotPublic(posting)
    asked = ask(work, pairing)
    if not asked:
        raise NothingToAsk
    log_event(work, pairing, "propose", note)
    audit.record(work, "consent.proposed", pairing, sides=[each.value for each in asked])
    tell_sides(work, pairing, "consent.proposed")
    return asked


def record(work: Work, pairing: Pairing, side: Side, given: Answer, version: int | None = None) -> bool:
    """Staff enter what a side told them. Returns whether both agree now.

    Raises TalkInFuture, NoteMissing without a person or a declining's reason, StaleConsent, and what `answer` raises.
    """
    require(work.actor, Action.CONSENT_RECORD, pairing)
    renew(work, pairing)
    refuse_stale(work, pairing, side, version)
    if given.said is None or not given.said.person.strip() or (given.step == "decline") != bool(given.reason):
        raise NoteMissing
    if given.said.day > work.today():
        raise TalkInFuture
    return answer(work, pairing, side, given)


def accept(work: Work, pairing: Pairing, version: int) -> UndertakingAcceptance:
    """The actor accepts that version of the undertaking for their side of this pairing.

    Raises NotOpen for a dismissed pairing, StaleUndertaking if another version is in force, and AlreadyAccepted.
    """
    require(work.actor, Action.UNDERTAKING_ACCEPT, pairing)
    renew(work, pairing)
    side, latest = side_of(work.person, pairing), undertakings.in_force(work)
    assert side is not None  # the policy lets parties only
    if pairing.status is PairingStatus.DISMISSED:
        raise NotOpen(pairing)
    if latest is None:
        raise undertakings.UndertakingNotFound(version)
    if latest.version != version:
        raise undertakings.StaleUndertaking(latest)
    if any(each.side is side and each.undertaking is latest for each in _accepted(work, pairing)):
        raise AlreadyAccepted
    made = UndertakingAcceptance(
        pairing=pairing, side=side, undertaking=latest, user=work.person, created_at=work.now()
    )
    work.session.add(made)
    event = log_event(work, pairing, "undertake", "")
    event.side, event.undertaking = side, latest
    work.session.flush()
    audit.record(work, "undertaking.accepted", pairing, side=side.value, version=latest.version)
    tell_of(work, pairing, side, "undertaking.accepted", version=latest.version)
    return made


def _side(
    work: Work,
    pairing: Pairing,
    side: Side,
    own: Side | None,
    accepted: Sequence[UndertakingAcceptance],
    records: bool,
) -> SideConsent:
    interest, posting = answer_of(pairing, side), posting_of(pairing, side)
    confidential = (
        Action.PROBLEM_READ_CONFIDENTIAL if side is Side.PROBLEM else Action.CAPABILITY_READ_CONFIDENTIAL
    )
    return SideConsent(
        side=side,
        organisation=posting.organisation,
        interest=interest,
        accepted=[each for each in accepted if each.side is side],
        steps=_steps(pairing, interest) if records or own is side else (),
        has_confidential=_has_confidential(work, posting),
        may_read=allow(work.actor, confidential, posting),
    )


def _has_confidential(work: Work, posting: Posting) -> bool:
    """Whether there is anything confidential; that there is, is no secret."""
    if isinstance(posting, Problem) and posting.confidential:
        return True
    kept = select(Attachment.id).where(
        Attachment.owner_kind == AttachmentOwner(posting.KIND),
        Attachment.owner_id == posting.id,
        Attachment.confidential,
        Attachment.removed_at.is_(None),
    )
    return work.session.scalar(kept.limit(1)) is not None


def _steps(pairing: Pairing, interest: Interest | None) -> tuple[str, ...]:
    """One who was never asked can still say yes."""
    found = Interest.MACHINE.actions(interest.status) if interest else tuple(EVENTS)[:1]
    return tuple(step for step in found if step != "agree" or pairing.is_open)


def _accepted(work: Work, pairing: Pairing) -> list[UndertakingAcceptance]:
    wanted = (
        select(UndertakingAcceptance)
        .where(UndertakingAcceptance.pairing_id == pairing.id)
        .options(
            joinedload(UndertakingAcceptance.undertaking),
            joinedload(UndertakingAcceptance.user).joinedload(User.organisation),
        )
        .order_by(UndertakingAcceptance.id.desc())
    )
    return list(work.session.scalars(wanted))
