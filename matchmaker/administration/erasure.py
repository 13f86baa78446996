"""A person is erased: name, addresses and numbers go from every table; what they did stays, done by nobody by name.

It cannot be undone. See docs/adr.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from matchmaker.accounts import directory
from matchmaker.administration import handing_over
from matchmaker.administration.errors import AlreadyErased, StillInHand
from matchmaker.administration.traces import ERASED_NAME, Person, Place, clean, places
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.policy import Action, require
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import (
    Base,
    Capability,
    Delivery,
    IndexedDocument,
    Invitation,
    Job,
    JobFile,
    Notice,
    NoticeChoice,
    Problem,
    SavedFilter,
    User,
)

UNMATCHED = "!"
"""What no password hashes to."""
READABLE = frozenset({"organisation", "cooperation_record", "record_event"})
"""Tables that administrators read anyway; of messages, notes and drafts they learn no word here either."""
CONTACT = ("contact_name", "contact_phone", "contact_email")


@dataclass(frozen=True)
class ErasurePlan:
    """What erasing somebody would do, before it is done."""

    user: User
    contacts: Sequence[tuple[str, int]]
    """(table, id) of what they are the contact of: it will have none."""
    places: Mapping[str, int]
    """How many texts of each table hold the name, the contacts left out."""
    excerpts: Sequence[Place]
    """Of those that every administrator may read."""
    namesakes: int
    """Other accounts of that name: whom a text means, nobody can tell."""
    in_hand: int
    """What is to be handed over first."""


def plan(work: Work, user: User) -> ErasurePlan:
    """Nothing is done. Raises OwnAccount, LastAdministrator and AlreadyErased."""
    require(work.actor, Action.ACCOUNT_ERASE, user)
    _refuse(work, user)
    person = Person.of(user)
    contacts = [(table, row.id) for table, row in _contacts(work, user, person)]
    namesakes = work.session.scalar(
        select(func.count(User.id)).where(User.name == user.name, User.id != user.id)
    )
    found = [
        each
        for each in places(work.session, person)
        if not (each.column in CONTACT and (each.table, each.row[0]) in contacts)
    ]
    readable = [each for each in found if each.table in READABLE]
    return ErasurePlan(
        user,
        contacts,
        Counter(each.table for each in found),
        readable,
        namesakes or 0,
        handing_over.in_hand(work, user).total,
    )


def erase(work: Work, user: User, reason: str, names: bool) -> None:
    """Do it; `names`: the name goes from texts too, wherever it stands.

    Raises OwnAccount, LastAdministrator, AlreadyErased, and StillInHand where something is to be handed over first.
    """
    require(work.actor, Action.ACCOUNT_ERASE, user)
    take_serial_lock(work.session)
    work.session.refresh(user)
    _refuse(work, user)
    if handing_over.in_hand(work, user).total:
        raise StillInHand(user)
    person = Person.of(user)
    _forget_what_was_told(work, user, person)
    for _table, row in _contacts(work, user, person):
        for field in CONTACT:
            setattr(row, field, "")
    _close(work, user)
    work.session.flush()
    changed = clean(work.session, person, names)
    work.session.expire_all()
    _index(work, changed)
    vouched = audit.forget_name(work, user)
    audit.record(work, audit.ERASED, user, reason=person.cleaned(reason, True), **vouched)


def _refuse(work: Work, user: User) -> None:
    if user.erased_at is not None:
        raise AlreadyErased
    directory.refuse_closing(work, user)


def _close(work: Work, user: User) -> None:
    user.name, user.email, user.mobile = ERASED_NAME, None, None
    user.password_hash, user.totp_secret, user.totp_last_step = UNMATCHED, None, 0
    user.failed_sign_ins, user.locked_until, user.last_sign_in_at = 0, None, None
    user.active, user.erased_at = False, work.now()
    user.session_epoch += 1


def _forget_what_was_told(work: Work, user: User, person: Person) -> None:
    """What was sent to them, what they chose and kept, and files that were made for them."""
    own: tuple[Any, ...] = (Notice, NoticeChoice, SavedFilter, Delivery)
    for model in own:
        work.session.execute(delete(model).where(model.user_id == user.id))
    jobs = select(Job.id).where(Job.user_id == user.id)
    work.session.execute(delete(JobFile).where(JobFile.job_id.in_(jobs)))
    if person.email:
        work.session.execute(
            update(Invitation)
            .where(Invitation.email == person.email)
            .values(email="", name="", revoked_at=func.coalesce(Invitation.revoked_at, work.now()))
        )


def contacts_of(work: Work, user: User) -> list[tuple[str, Any]]:
    """(table, row) of everything whose contact is this person, for who may know all that is held about them."""
    own = work.actor is user
    require(work.actor, Action.ACCOUNT_MANAGE_OWN if own else Action.ACCOUNT_ERASE, user)
    return _contacts(work, user, Person.of(user))


def _contacts(work: Work, user: User, person: Person) -> list[tuple[str, Any]]:
    """(table, row) of everything whose contact is this person: by address or number, or by name in their organisation."""
    found: list[tuple[str, Any]] = []
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if not all(hasattr(model, field) for field in CONTACT):
            continue
        for row in work.session.scalars(select(model).order_by(model.id)):
            if _is_contact(row, user, person):
                found.append((model.__tablename__, row))
    return found


def _is_contact(row: Any, user: User, person: Person) -> bool:
    if person.email and (row.contact_email or "").lower() == person.email:
        return True
    if person.mobile and "".join(filter(str.isdigit, row.contact_phone or "")).endswith(person.mobile):
        return True
    owner = getattr(row, "organisation_id", None) or row.id
    return bool(owner == user.organisation_id and (row.contact_name or "").strip() == person.name)


def _index(work: Work, changed: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    """The engine's rows of what was changed are made anew from the texts as they are now."""
    models: tuple[Any, ...] = (Problem, Capability)
    for model in models:
        ids = [key[0] for table, key in changed if table == model.__tablename__]
        known = select(IndexedDocument.object_id).where(IndexedDocument.kind == model.KIND)
        found = work.session.scalars(select(model).where(model.id.in_(ids), model.id.in_(known))).all()
        if found:
            postings.index_many(work, found)
