"""What is written on the thread of a pairing: messages between its sides and the bureau, and notes of talks.

Entries are only ever added. Who reads one is its audience, which the policy turns into a condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matchmaker.attachments import service as attachments
from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.pairings.decisions import path_of, renew, side_members
from matchmaker.pairings.errors import NothingSaid, NotInTouch, TalkInFuture
from matchmaker.pairings.reading import side_of
from matchmaker.pairings.repeats import just_written
from matchmaker.policy import Action, allow, require
from matchmaker.work import Work
from models import NOTE_KINDS, AttachmentOwner, Audience, EntryKind, Pairing, ThreadEntry, User

MESSAGE_LENGTH = 2000
TALK_LENGTH = 4000


def audiences(work: Work, pairing: Pairing) -> tuple[Audience, ...]:
    """To whom the actor may write now, the usual one first; empty: to nobody.

    A side's message to its own audience goes to the bureau alone.
    """
    if not allow(work.actor, Action.THREAD_WRITE, pairing):
        return ()
    across = allow(work.actor, Action.THREAD_WRITE_ACROSS, pairing)
    side = side_of(work.person, pairing)
    if work.person.is_staff or side is None:
        return (Audience.BOTH, Audience.PROBLEM, Audience.CAPABILITY)
    own = Audience(side.value)
    return (Audience.BOTH, own) if across else (own,)


def write(
    work: Work, pairing: Pairing, text: str, audience: Audience, files: Sequence[attachments.Upload] = ()
) -> ThreadEntry:
    """A message, with files if there are any. Those whom it is for, and the broker, are told; of the same sent twice
    the first is kept.

    Raises NothingSaid, attachments' Refused (the caller rolls back), and NotInTouch where a side writes to the
    other although no introduction was proposed or made.
    """
    require(work.actor, Action.THREAD_WRITE, pairing)
    renew(work, pairing)
    if audience not in audiences(work, pairing):
        raise NotInTouch(pairing)
    side = None if work.person.is_staff else side_of(work.person, pairing)
    entry = ThreadEntry(kind=EntryKind.MESSAGE, side=side, audience=audience, text=text.strip())
    if (sent := _sent_before(work, pairing, entry, files)) is not None:
        return sent
    _add(work, pairing, entry, files)
    audit.record(
        work, "thread.message", pairing, entry=entry.id, audience=audience.value, files=len(_given(files))
    )
    told = [*_readers(work, pairing, audience), *_staff_concerned(work, pairing)]
    _tell(work, told, "thread.message", pairing)
    return entry


def note(
    work: Work,
    pairing: Pairing,
    kind: EntryKind,
    day: date,
    text: str,
    internal: bool,
    files: Sequence[attachments.Upload] = (),
) -> ThreadEntry:
    """What was said in a call, visit or meeting on that day: among staff, or for both sides, who are told then. Of the
    same sent twice the first is kept.

    Raises NothingSaid, TalkInFuture, attachments' Refused (the caller rolls back).
    """
    require(work.actor, Action.THREAD_NOTE, pairing)
    if kind not in NOTE_KINDS:
        raise ValueError(f"{kind.value} is no kind of a note")
    if day > work.today():
        raise TalkInFuture(day)
    renew(work, pairing)
    audience = Audience.STAFF if internal else Audience.BOTH
    entry = ThreadEntry(kind=kind, audience=audience, day=day, text=text.strip())
    if (sent := _sent_before(work, pairing, entry, files)) is not None:
        return sent
    _add(work, pairing, entry, files)
    audit.record(
        work, "thread.note", pairing, entry=entry.id, audience=audience.value, files=len(_given(files))
    )
    broker = [pairing.broker] if pairing.broker is not None else []
    _tell(work, [*_readers(work, pairing, audience), *broker], "thread.note", pairing)
    return entry


def _add(work: Work, pairing: Pairing, entry: ThreadEntry, files: Sequence[attachments.Upload]) -> None:
    if not entry.text and not _given(files):
        raise NothingSaid
    entry.pairing, entry.author, entry.created_at = pairing, work.person, work.now()
    pairing.acted_on = True
    work.session.add(entry)
    work.session.flush()
    if _given(files):
        attachments.attach_all(work, entry, files, confidential=False)


def _sent_before(
    work: Work, pairing: Pairing, entry: ThreadEntry, files: Sequence[attachments.Upload]
) -> ThreadEntry | None:
    """The same without files, just written by the same person."""
    last = just_written(work, pairing)
    if last is None or not entry.text or _given(files):
        return None
    if any(getattr(last, name) != getattr(entry, name) for name in ("kind", "audience", "day", "text")):
        return None
    return None if attachments.of_several(work, AttachmentOwner.THREAD_ENTRY, [last.id]) else last


def _given(files: Sequence[attachments.Upload]) -> list[attachments.Upload]:
    """A form's empty file field comes as a file without a name."""
    return [file for file in files if file.filename]


def _readers(work: Work, pairing: Pairing, audience: Audience) -> list[User]:
    """Members of the sides it is for but the author's own colleagues, who sit next to them."""
    organisations = {
        Audience.STAFF: set(),
        Audience.PROBLEM: {pairing.problem.organisation_id},
        Audience.CAPABILITY: {pairing.capability.organisation_id},
        Audience.BOTH: {pairing.problem.organisation_id, pairing.capability.organisation_id},
    }[audience] - {work.person.organisation_id}
    return [each for each in side_members(work, pairing) if each.organisation_id in organisations]


def _staff_concerned(work: Work, pairing: Pairing) -> list[User]:
    """The broker; while nobody has taken it on, all staff, so that a side's question finds somebody."""
    if pairing.broker is not None and pairing.broker.active:
        return [pairing.broker]
    return [] if work.person.is_staff else notices.staff(work)


def _tell(work: Work, people: list[User], kind: str, pairing: Pairing) -> None:
    name, title = work.person.organisation.name, pairing.problem.title
    notices.tell(work, people, kind, path_of(pairing), name=name, title=title)
