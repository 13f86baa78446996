"""Another encoder into service without a gap: its vectors are made beside those that serve, then it takes over.

The job opens its own short transactions, so that nobody waits for it long. It may be killed at any point and
begun again: what is done is done, and nothing that is half done serves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.database import Database, take_serial_lock
from matchmaker.engine import Document, EncodedDocument, MatchingEngine, ModelMissing, rows, versions
from matchmaker.engine.rows import Known
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Capability, EncoderOrigin, EncoderState, EncoderVersion, Pairing, Problem, User

CHUNK = 50
"""Documents that are encoded at a time, and written in one transaction."""
LAST = 10
"""As many may be encoded while everybody who writes waits for the switch."""
MATCHING_SECONDS = 0.05
"""How long suggestions are looked for in one transaction."""
CLEANED = 200
"""Documents whose old vectors are deleted in one transaction."""
PATIENCE_SECONDS = 5.0
"""How long the other processes have, at least, to take up an announced version."""
Posting = Problem | Capability


class NothingBefore(LookupError):
    """There is no earlier version to go back to."""


def _silent(step: str, done: int, total: int) -> None:
    return


@dataclass(frozen=True)
class Job:
    """Where and for whom the work is done; `progress` is told the step, how much is done and how much there is."""

    database: Database
    engine: MatchingEngine
    settings: Settings
    actor: User | None = None
    progress: Callable[[str, int, int], None] = _silent
    patience: float = PATIENCE_SECONDS

    @contextmanager
    def work(self, write: bool = True) -> Iterator[Work]:
        with self.database.session(write=write) as session:
            yield Work(session, self.actor, self.engine, self.settings)


@dataclass(frozen=True)
class Outcome:
    """The version that serves at the end, and whether it served before; what was encoded and matched anew."""

    version: str
    switched: bool
    encoded: int
    matched: int


def prepare(
    job: Job, setting: str, origin: EncoderOrigin | None = None, figures: Mapping[str, Any] | None = None
) -> EncoderVersion:
    """Register the model in a folder as the one to be prepared. Raises ModelMissing."""
    job.engine.in_service.at(setting).load()  # a model that cannot be loaded is not registered
    with job.work() as work:
        return work.engine.in_service.register(work.session, setting, origin, figures)


def prepare_again(job: Job, version: EncoderVersion) -> EncoderVersion:
    """As `prepare`, for a version that is registered. Raises ModelMissing."""
    job.engine.in_service.encoder(version)
    with job.work() as work:
        return versions.register(work.session, version.version, "", version.origin)


def back(job: Job) -> EncoderVersion | None:
    """The version that served before the present one, registered again. Raises NothingBefore, ModelMissing."""
    with job.work(write=False) as work:
        found = versions.before(work.session)
    if found is None:
        raise NothingBefore
    return prepare_again(job, found)


def wanted(job: Job, to: str | None = None) -> EncoderVersion | None:
    """The version that should serve, registered: `to` is a version's name, a folder or a hub name.

    Without it: one whose preparation was begun; else the model of the setting, if it never served or the
    present one cannot be loaded; else the present one. None: there is nothing to encode. Raises ModelMissing.
    """
    with job.work(write=False) as work:
        named = versions.named(work.session, to) if to else None
        serving, preparing = versions.active(work.session), versions.preparing(work.session)
    if to:
        return prepare_again(job, named) if named else prepare(job, job.engine.in_service.offered(to))
    if serving is None or preparing is not None:
        return preparing
    return prepare(job, job.settings.encoder) if _setting_is_new(job, serving) else serving


def _setting_is_new(job: Job, serving: EncoderVersion) -> bool:
    """Whether the model of the setting should take over although nobody named it."""
    try:
        configured = job.engine.in_service.configured.version
    except ModelMissing:
        return False
    if configured == serving.version:
        return False
    with job.work(write=False) as work:
        known = versions.named(work.session, configured)
    if known is None or known.activated_at is None:
        return True
    try:
        job.engine.in_service.encoder(serving)
    except ModelMissing:
        return True
    return False


def run(job: Job, version: EncoderVersion) -> Outcome:
    """Bring a version into service, or bring what the one in service lacks. Raises ModelMissing."""
    switched = version.state is not EncoderState.ACTIVE
    if switched:
        encoded = catch_up(job, version)
        announce(job, version)
        encoded += catch_up(job, version)
        while not switch(job, version):
            encoded += catch_up(job, version)
    else:
        encoded = refresh(job, version)
    matched = match_again(job)
    clean(job)
    return Outcome(version.version, switched, encoded, matched)


def catch_up(job: Job, version: EncoderVersion) -> int:
    """Encode every document that lacks vectors of a version that does not serve yet; returns how many it was.

    Whoever writes a document meanwhile writes the vectors of the version that serves and drops the others, so
    that the document is found here once more.
    """
    with job.work(write=False) as work:
        total = rows.count_lacking(work.session, version.id)
    done = 0
    while found := _lacking(job, version, CHUNK):
        encoded = _encode(job, version, found)
        with job.work() as work:
            done += _store(work, version, found, encoded)
        job.progress("encode", done, max(total, done))
    return done


def _lacking(job: Job, version: EncoderVersion, limit: int) -> list[tuple[Known, Document | None]]:
    """Documents that lack vectors; None for what has no posting any more."""
    with job.work(write=False) as work:
        # the hash is read before the text: if that is newer, the hash will not be the same at writing
        return [(each, _document(work, each)) for each in rows.lacking(work.session, version.id, limit)]


def _encode(
    job: Job, version: EncoderVersion, found: Sequence[tuple[Known, Document | None]]
) -> list[tuple[Known, EncodedDocument]]:
    """The long part, outside any transaction."""
    there = [(each, document) for each, document in found if document is not None]
    made = job.engine.in_service.encode(version, [document for _, document in there])
    return [(each, encoded) for (each, _), encoded in zip(there, made, strict=True)]


def _store(
    work: Work,
    version: EncoderVersion,
    found: Sequence[tuple[Known, Document | None]],
    encoded: Sequence[tuple[Known, EncodedDocument]],
) -> int:
    """Write what was encoded, and forget what has no posting any more."""
    for each, document in found:
        if document is None and _posting(work, each) is None:
            work.engine.remove(work.session, each.kind, each.object_id)  # type: ignore[arg-type]
    return rows.add_version(work.session, version.id, encoded)


def announce(job: Job, version: EncoderVersion) -> None:
    """Let every process load the version, and read its vectors, before it needs them.

    Nobody reports back. This process does the same, and waits once more for as long as it took.
    """
    with job.work() as work:
        versions.announce(work.session, version)
    began = time.monotonic()
    with job.work(write=False) as work:
        work.engine.in_service.take_up(work.session)
    time.sleep(max(job.patience, time.monotonic() - began) if job.patience else 0)


def switch(job: Job, version: EncoderVersion) -> bool:
    """Put a version into service in one transaction; False: too many documents lack its vectors again.

    Nobody else writes meanwhile, so the few that were written since the last look are encoded here.
    """
    with job.work() as work:
        take_serial_lock(work.session)
        found = [(each, _document(work, each)) for each in rows.lacking(work.session, version.id, LAST + 1)]
        if len(found) > LAST:
            return False
        _store(work, version, found, _encode(job, version, found))
        now_serving = work.session.get_one(EncoderVersion, version.id)
        replaced = versions.switch(work.session, now_serving, work.actor.id if work.actor else None)
        audit.record(
            work,
            "encoder.activated",
            now_serving,
            before=replaced.version if replaced else None,
            after=now_serving.version,
        )
    return True


def refresh(job: Job, version: EncoderVersion) -> int:
    """Index anew what the version in service lacks, or knows with another text than it has by now."""
    after, done = 0, 0
    while True:
        with job.work(write=False) as work:
            known = rows.known(work.session, version.id, CHUNK, after)
            found = [(each, _document(work, each)) for each in known]
        if not known:
            return done
        after = known[-1].row_id
        outdated = [
            (each, document)
            for each, document in found
            if document is None or document.hash() != each.text_hash
        ]
        if outdated:
            encoded = _encode(job, version, outdated)
            with job.work() as work:
                done += _index_again(work, outdated, encoded)
            job.progress("encode", done, done)


def _index_again(
    work: Work,
    found: Sequence[tuple[Known, Document | None]],
    encoded: Sequence[tuple[Known, EncodedDocument]],
) -> int:
    """As each posting stands now: whoever has edited one meanwhile has indexed it."""
    take_serial_lock(work.session)
    made = {each.row_id: document for each, document in encoded}
    indexed: list[Document | EncodedDocument] = []
    again: list[Posting] = []
    for each, _ in found:
        posting = _posting(work, each)
        if posting is None:
            work.engine.remove(work.session, each.kind, each.object_id)  # type: ignore[arg-type]
            continue
        document, ahead = document_of(posting, postings.is_served(posting)), made.get(each.row_id)
        same = ahead is not None and ahead.text_hash == document.hash()
        indexed.append(replace(ahead, document=document) if same and ahead else document)
        again.append(posting)
    work.engine.index(work.session, indexed)
    for posting in again:
        _suggest(work, posting)
    return len(again)


def match_again(job: Job) -> int:
    """Look for suggestions anew with what is in service, after a switch; what somebody acted on stays."""
    with job.work(write=False) as work:
        serving = versions.active(work.session)
        total = rows.count(work.session)
    if serving is None or serving.matched_through is None:
        return 0
    done = passed = 0
    while True:
        with job.work() as work:
            some = _match_some(work)
        done, passed = done + some.matched, passed + some.looked_at
        job.progress("match", min(passed, total), total)
        if some.looked_at == 0:
            return done
        _their_turn(job, some.began)


def _their_turn(job: Job, began: float) -> None:
    """Whoever else writes has the lock for twice as long as the job had it."""
    time.sleep(2 * (time.monotonic() - began) if job.patience else 0)


@dataclass(frozen=True)
class _Some:
    """Documents looked at since a moment, on the monotonic clock, and of how many of them suggestions were found."""

    began: float
    looked_at: int
    matched: int


def _match_some(work: Work) -> _Some:
    """At least one document, if there is one left."""
    take_serial_lock(work.session)
    serving = versions.active(work.session)
    began = time.monotonic()  # SQLite has waited for the lock until here
    looked_at = matched = 0
    if serving is None or serving.matched_through is None:
        return _Some(began, 0, 0)
    for each in rows.known(work.session, serving.id, CHUNK, serving.matched_through):
        posting = _posting(work, each)
        if posting is not None:
            matched += _suggest(work, posting)
        serving.matched_through = each.row_id
        looked_at += 1
        if time.monotonic() > began + MATCHING_SECONDS:
            return _Some(began, looked_at, matched)
    if looked_at == 0:
        serving.matched_through = None
    return _Some(began, looked_at, matched)


def _suggest(work: Work, posting: Posting) -> bool:
    """For what is public, and for what waits for its check and was paired when it was submitted."""
    own = pairings.own_column(posting)
    waiting = select(Pairing.id).where(own == posting.id, Pairing.acted_on.is_(False)).limit(1)
    if not postings.is_served(posting) and work.session.scalar(waiting) is None:
        return False
    pairings.suggest(work, posting)
    return True


def clean(job: Job) -> None:
    """Delete the vectors of versions that are out of service."""
    after: int | None = 0
    passed = 0
    with job.work(write=False) as work:
        total = rows.count(work.session)
        if not rows.has_vectors(work.session, versions.retired(work.session)):
            return
    while after is not None:
        with job.work() as work:
            take_serial_lock(work.session)  # before looking which: one may be made to prepare again
            retired = versions.retired(work.session)
            began = time.monotonic()
            after = rows.delete_vectors(work.session, retired, after, CLEANED)
        passed += CLEANED
        job.progress("clean", min(passed, total), total)
        _their_turn(job, began)


def _document(work: Work, known: Known) -> Document | None:
    posting = _posting(work, known)
    return None if posting is None else document_of(posting, postings.is_served(posting))


def _posting(work: Work, known: Known) -> Posting | None:
    if known.kind == "problem":
        return work.session.get(Problem, known.object_id)
    return work.session.get(Capability, known.object_id)
