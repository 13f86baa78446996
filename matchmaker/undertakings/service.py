"""The undertaking of confidentiality 保密承诺书: its versions. Who accepts one stands with the pairing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Organisation, Pairing, PairingStatus, Side, Undertaking, UndertakingAcceptance

TEXT_LENGTH = 10_000
UNDERTAKING_FILE = Path(__file__).resolve().parents[2] / "seed_data" / "undertaking.yaml"


class UndertakingNotFound(LookupError):
    """There is no such version."""


class StaleUndertaking(Exception):
    """Somebody published a newer version since the page was drawn; carries it."""

    def __init__(self, undertaking: Undertaking) -> None:
        super().__init__(f"version {undertaking.version} is in force")
        self.undertaking = undertaking


class UnchangedUndertaking(Exception):
    """The text is that of the version in force: everybody would have to accept the same again."""


def in_force(work: Work) -> Undertaking | None:
    """The latest version; None while there is none, and then no confidential part opens to another side."""
    return work.session.scalar(select(Undertaking).order_by(Undertaking.version.desc()).limit(1))


def find(work: Work, version: int) -> Undertaking:
    """Any version, the old ones too. Raises UndertakingNotFound."""
    require(work.actor, Action.UNDERTAKING_READ)
    found = work.session.scalar(select(Undertaking).where(Undertaking.version == version))
    if found is None:
        raise UndertakingNotFound(version)
    return found


def versions(work: Work) -> Sequence[tuple[Undertaking, int]]:
    """All versions, the newest first, each with the number of its acceptances."""
    require(work.actor, Action.UNDERTAKING_PUBLISH)
    accepted = (
        select(func.count(UndertakingAcceptance.id))
        .where(UndertakingAcceptance.undertaking_id == Undertaking.id)
        .scalar_subquery()
    )
    rows = work.session.execute(select(Undertaking, accepted).order_by(Undertaking.version.desc()))
    return [(row[0], int(row[1])) for row in rows]


def publish(work: Work, text_zh: str, text_en: str, version: int) -> Undertaking:
    """Put a new version in force: what opened by an earlier one is closed until the new one is accepted, and those
    for whom it closes are told.

    `version` is the one in force when the page was drawn, 0 for none. Raises StaleUndertaking,
    UnchangedUndertaking.
    """
    require(work.actor, Action.UNDERTAKING_PUBLISH)
    take_serial_lock(work.session)
    latest = in_force(work)
    if latest is not None and latest.version != version:
        raise StaleUndertaking(latest)
    texts = tuple("\n".join(text.split("\r\n")).strip() for text in (text_zh, text_en))
    if latest is not None and texts == (latest.text_zh, latest.text_en):
        raise UnchangedUndertaking
    made = Undertaking(
        version=latest.version + 1 if latest else 1,
        text_zh=texts[0],
        text_en=texts[1],
        published_by=work.person,
        created_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    audit.record(work, "undertaking.published", made, version=made.version)
    if latest is not None:
        _tell_those_who_accepted(work, latest, made)
    return made


def _tell_those_who_accepted(work: Work, before: Undertaking, made: Undertaking) -> None:
    """Members of each organisation for which something closes now, once, however many pairings it is about."""
    closing: dict[Organisation, list[Pairing]] = defaultdict(list)
    accepted = (
        select(UndertakingAcceptance)
        .join(UndertakingAcceptance.pairing)
        .where(UndertakingAcceptance.undertaking_id == before.id, Pairing.status != PairingStatus.DISMISSED)
        .options(joinedload(UndertakingAcceptance.pairing))
        .order_by(UndertakingAcceptance.id)
    )
    for each in work.session.scalars(accepted):
        own = each.pairing.problem if each.side is Side.PROBLEM else each.pairing.capability
        closing[own.organisation].append(each.pairing)
    for organisation, pairings in closing.items():
        path = f"/pairings/{pairings[0].id}" if len(pairings) == 1 else "/pairings/mine"
        notices.tell(
            work,
            notices.members(work, organisation),
            "undertaking.renewed",
            path,
            version=made.version,
            count=len(pairings),
        )


def load(session: Session, file: Path = UNDERTAKING_FILE) -> bool:
    """Put the file's text in force as version 1 where there is none yet. Returns whether it was put."""
    if session.scalar(select(Undertaking.id).limit(1)) is not None:
        return False
    texts = yaml.safe_load(file.read_text("utf-8"))
    session.add(Undertaking(version=1, text_zh=texts["zh"].strip(), text_en=texts["en"].strip()))
    session.flush()
    return True
