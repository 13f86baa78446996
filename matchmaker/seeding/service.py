"""Loads the sample data into a database that holds nothing else, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from matchmaker.accounts import passwords
from matchmaker.database import Database
from matchmaker.engine import Document, MatchingEngine, load_encoder
from matchmaker.engine.encoding import encode_documents
from matchmaker.notices import choices
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.seeding import briefings, files
from matchmaker.seeding.calls import Calls
from matchmaker.seeding.carriers import Carriers
from matchmaker.seeding.cooperations import Cooperations, first_uses
from matchmaker.seeding.encoding import RememberingEncoder
from matchmaker.seeding.files import Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.postings import Postings
from matchmaker.seeding.projects import Projects
from matchmaker.seeding.services import Services
from matchmaker.seeding.timeline import Timeline
from matchmaker.settings import ROOT, Settings
from matchmaker.undertakings.service import load as load_undertaking
from matchmaker.vocabulary.service import load as load_vocabulary
from matchmaker.work import LOCAL_ZONE, Work
from models import (
    Capability,
    CooperationRecord,
    Delivery,
    Frequency,
    Notice,
    Organisation,
    Pairing,
    Problem,
    Role,
    User,
    now,
)

FOLDER = ROOT / "seed_data"
PASSWORD = "Sample-2026"  # noqa: S105 - it is meant to be known: README.md says it
SHOWN = (
    "company@example.com",
    "liaison@example.com",
    "service@example.com",
    "staff1@example.com",
    "admin@example.com",
)
"""Whose accounts are shown to somebody who looks at the sample data, rather than their colleagues'."""
BATCH = 25
NOTICES_UNREAD_DAYS = 8
KEPT_FILTERS = {
    "我经办的": {"look": "columns", "broker": "me"},
    "两周没动的": {"look": "columns", "age": "14", "sort": "waiting"},
    "没人经办的好匹配": {"broker": "none", "strength": "strong"},
}
Progress = Callable[[int, int], None]
"""Told how much is done, and how much there is."""


class AlreadyLoaded(Exception):
    """The sample data are there."""


class NotEmpty(Exception):
    """The database holds organisations of its own, with which sample data must not mix."""


@dataclass(frozen=True)
class Loaded:
    organisations: int
    problems: int
    capabilities: int
    pairings: int
    records: int


def load(database: Database, settings: Settings, folder: Path, progress: Progress) -> Loaded:
    """Load a folder of sample files. Raises AlreadyLoaded, NotEmpty, BadSeed, ModelMissing, OSError."""
    with database.session(write=False) as session:
        _refuse(session)
    seed = files.read(folder)
    encoder = RememberingEncoder(load_encoder(settings.encoder))
    people = People(seed, PASSWORD)
    made = Postings(seed, people, settings)
    timeline = Timeline(now().astimezone(LOCAL_ZONE).date())
    projects = Projects(seed, people, made)
    _plan(timeline, seed, people, made, projects)
    documents = _documents(seed, made, timeline)
    total = len(documents) + len(timeline) + len(documents)
    for start in range(0, len(documents), BATCH):
        encode_documents(encoder, documents[start : start + BATCH])
        progress(min(start + BATCH, len(documents)), total)
    with database.session() as session, _dated(session) as clock:
        _refuse(session)  # again: now nobody else writes
        load_vocabulary(session)
        load_undertaking(session)
        engine = MatchingEngine(
            settings.encoder, encoder=encoder, counts_pending=True, home=settings.data_dir
        )
        work = Work(session, None, engine, settings)
        for done, at in enumerate(timeline.run(work, people.users), 1):
            clock.at = at
            progress(len(documents) + done, total)
        for done, _ in enumerate(_suggest_again(work, made), len(documents) + len(timeline) + 1):
            progress(done, total)
        projects.distil(work)
        _read_old_notices(session, timeline)
        _nothing_of_it_is_mailed(session)
        _choose_notices(work, people)
        _keep_filters(work, people)
        return _counted(session)


def is_loaded(session: Session) -> bool:
    return session.scalar(select(Organisation.id).where(Organisation.is_sample).limit(1)) is not None


def accounts(session: Session) -> list[User]:
    """A sample account of each role that can still sign in with PASSWORD."""
    found = []
    for role in Role:
        user = session.scalar(
            select(User)
            .join(Organisation)
            .where(Organisation.is_sample, User.role == role, User.active)
            .order_by(User.email.in_(SHOWN).desc(), User.id)
            .limit(1)
        )
        if user is not None and passwords.verify(user.password_hash, PASSWORD):
            found.append(user)
    return found


def _refuse(session: Session) -> None:
    if is_loaded(session):
        raise AlreadyLoaded
    if session.scalar(select(Organisation.id).limit(1)) is not None:
        raise NotEmpty


def _plan(timeline: Timeline, seed: Seed, people: People, made: Postings, projects: Projects) -> None:
    made.plan(timeline, first_uses(seed))
    people.plan(timeline, made.first_deeds())
    Cooperations(seed, people, made).plan(timeline)
    Calls(seed, people, made).plan(timeline)
    Carriers(seed, people).plan(timeline)
    Services(seed, people, made).plan(timeline)
    briefings.plan(timeline, people)
    projects.plan(timeline)


def _documents(seed: Seed, made: Postings, timeline: Timeline) -> list[Document]:
    """What the engine will be given later, to encode it now. Their numbers are not those of the database."""
    nowhere = Organisation(name="", county=None)
    drafts: list[Problem | Capability] = [
        *(Problem(**made.problem_values(each, timeline.today)) for each in seed.problems.values()),
        *(
            Capability(**made.capability_values(each, timeline.today), organisation=nowhere)
            for each in seed.capabilities.values()
        ),
    ]
    return [replace(document_of(draft, True), id=number) for number, draft in enumerate(drafts)]


class _Clock:
    """The time at which the present step is taken."""

    def __init__(self) -> None:
        self.at = now()


@contextmanager
def _dated(session: Session) -> Iterator[_Clock]:
    """New rows that a service does not date itself are dated by the step that makes them."""
    clock = _Clock()

    def date_rows(session: Session, context: Any, instances: Any) -> None:
        for row in session.new:
            if "created_at" in type(row).__mapper__.columns and row.created_at is None:
                row.created_at = clock.at

    event.listen(session, "before_flush", date_rows)
    try:
        yield clock
    finally:
        event.remove(session, "before_flush", date_rows)


def _suggest_again(work: Work, made: Postings) -> Iterator[Problem | Capability]:
    """What was scored early in the year, among few texts and their few words, is scored among all."""
    everything: list[Problem | Capability] = [*made.problems.values(), *made.capabilities.values()]
    for posting in everything:
        if postings.is_served(posting):
            pairings.suggest(work, posting)
        yield posting


def _read_old_notices(session: Session, timeline: Timeline) -> None:
    """People have read what they were told before last week."""
    session.flush()
    session.execute(
        update(Notice)
        .where(Notice.created_at < timeline.moment(NOTICES_UNREAD_DAYS))
        .values(read_at=Notice.created_at)
    )


def _nothing_of_it_is_mailed(session: Session) -> None:
    """The year is over, and its people do not exist."""
    session.flush()
    session.execute(update(Notice).values(in_digest=False, delivery_id=None))
    session.execute(delete(Delivery))


def _choose_notices(work: Work, people: People) -> None:
    """Those whose accounts are shown want to hear of strong suggestions."""
    for person in people.users.values():
        if person.email in SHOWN:
            choices.choose(replace(work, actor=person, clock=now), {"match": Frequency.DAILY})


def _keep_filters(work: Work, people: People) -> None:
    """Looks at the board that the broker whose account is shown comes back to."""
    for person in people.users.values():
        if person.email == "staff1@example.com":
            own = replace(work, actor=person, clock=now)
            for name, query in KEPT_FILTERS.items():
                pairings.save_filter(own, name, pairings.QueueFilters.of(query))


def _counted(session: Session) -> Loaded:
    classes = (Organisation, Problem, Capability, Pairing, CooperationRecord)
    return Loaded(*(session.scalar(select(func.count(each.id))) or 0 for each in classes))
