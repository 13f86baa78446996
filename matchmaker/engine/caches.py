"""What a process keeps in memory of the rows, and how it catches up with them before each search.

The shared cache holds committed documents only: a session that has written documents and not committed yet
sees them in an overlay of its own, which shadows the shared cache and vanishes with the transaction.

Each encoder version has a cache of its own. That of a version which is coming is read beside the one that serves.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import Pool

from matchmaker.database import committed_beside
from matchmaker.engine import rows
from matchmaker.engine.lexical import Lexicon
from matchmaker.engine.reach import Layer, Reach
from matchmaker.engine.rows import StoredDocument
from matchmaker.engine.shelves import Shelf
from matchmaker.engine.versions import Version

PENDING = "matching_engine_pending"
LINGER_SECONDS = 60.0
"""How long the cache of a version that went out of service stays for transactions that began before."""


class Cache:
    """Both kinds, up to a change number.

    An overlay starts `after` a number and remembers what it met. `counting`: whether its documents count in the
    term frequencies.
    """

    def __init__(
        self, version: Version, lexicon: Lexicon, after: int | None = None, counting: bool = True
    ) -> None:
        self.shelves = {"problem": Shelf(), "capability": Shelf()}
        self.lexicon = lexicon
        self.seen = after or 0
        self.touched: dict[str, set[int]] | None = (
            {"problem": set(), "capability": set()} if after is not None else None
        )
        """Of an overlay, every id met, served or not: it hides these in what lies below it."""
        self.version_id = version.id
        self.since: datetime | None = version.since
        """The time of service that it is complete for; None: the version was not in service when it was read."""
        self.used = time.monotonic()
        self._lacking: dict[str, set[int]] = {"problem": set(), "capability": set()}
        """Served documents met without vectors of this version."""
        self._counting = counting

    def catch_up(self, session: Session) -> None:
        """Take in what has changed since the last time."""
        for found in rows.changes(session, self.seen, self.version_id):
            for kind in self.shelves:
                self._take(kind, [each for each in found if each.kind == kind])
            self.seen = found[-1].change_number

    def complete(self, session: Session, since: datetime | None) -> None:
        """Look again for vectors that were lacking: the version went into service, so by now they are there."""
        for kind, ids in self._lacking.items():
            for found in rows.read_many(session, kind, ids, self.version_id):
                self._take(kind, found)
        self.since = since

    def _take(self, kind: str, found: list[StoredDocument]) -> None:
        if not found:
            return
        shelf = self.shelves[kind]
        ids = [each.object_id for each in found]
        if self.touched is not None:
            self.touched[kind].update(ids)
        gone = shelf.discard(ids)
        if self._counting:
            self.lexicon.discard(gone)
        self._lacking[kind].difference_update(ids)
        self._lacking[kind].update(each.object_id for each in found if each.served and each.title is None)
        served = [each for each in found if each.served and each.title is not None]
        if served:
            terms = self.lexicon.vectors([(each.words, each.bigrams) for each in served])
            shelf.put(served, terms)
            if self._counting:
                self.lexicon.add(terms)


@dataclass
class Pending:
    """What a session has written in its present transaction and not committed."""

    transaction: SessionTransaction
    before: int
    """The change number before its first own one: everything up to it is committed, and nothing beyond, because
    the session holds the write lock."""
    overlay: Cache | None = None


def note_written(session: Session, before: int) -> None:
    """Remember that the session's transaction has drawn change numbers after `before`."""
    if pending_of(session) is not None:
        return
    if PENDING not in session.info:
        event.listen(session, "after_transaction_end", _transaction_ended)
    transaction = session.get_transaction()
    assert transaction is not None  # rows were just written in it
    session.info[PENDING] = Pending(transaction, before)


def pending_of(session: Session) -> Pending | None:
    pending: Pending | None = session.info.get(PENDING)
    if pending is not None and pending.transaction is session.get_transaction():
        return pending
    return None


def _transaction_ended(session: Session, ended: SessionTransaction) -> None:
    """Also after a savepoint: what the overlay holds may never have been written. A flush is neither."""
    pending: Pending | None = session.info.get(PENDING)
    if pending is None or not (ended.nested or ended is pending.transaction):
        return
    pending.overlay = None
    if ended is pending.transaction:
        session.info[PENDING] = None


@dataclass(frozen=True)
class View:
    """What one session sees: the shared cache, under the session's own uncommitted documents."""

    shared: Cache
    overlay: Cache | None

    @property
    def lexicon(self) -> Lexicon:
        return self.shared.lexicon

    def reach(self, kind: str, within: Collection[int] | None = None, without: Collection[int] = ()) -> Reach:
        """What a search of one kind may find, all of it or what is `within`, and nothing that is in `without`."""
        shelf = self.shared.shelves[kind]
        if self.overlay is None or self.overlay.touched is None:
            return Reach((Layer(shelf, shelf.mask(within, without)),))
        own = self.overlay.shelves[kind]
        below = shelf.mask(within, self.overlay.touched[kind].union(without))
        return Reach((Layer(own, own.mask(within, without)), Layer(shelf, below)))


class Caches:
    """A cache for each database this process talks to (one in service; tests have many).

    `counts_pending`: documents not committed yet count in the term frequencies too. For whoever fills an empty
    database in one transaction, where nothing else could be counted, and throws the engine away afterwards.
    """

    def __init__(self, counts_pending: bool = False) -> None:
        self.lock = threading.RLock()
        self._counts_pending = counts_pending
        self._of: weakref.WeakKeyDictionary[Pool, dict[str, Cache]] = weakref.WeakKeyDictionary()

    def view(self, session: Session, version: Version) -> View:
        """Caught up with the session's database. Hold `lock` from here until the last use of the view."""
        pending = pending_of(session)
        newest = rows.last_change(session)
        cache = self._cache(session, version, newest)
        if pending is None:
            if newest > cache.seen:
                cache.catch_up(session)
            if cache.since != version.since:
                cache.complete(session, version.since)
            return View(cache, None)
        if pending.before > cache.seen or cache.since != version.since:
            # not through the session itself: of rows that it has changed it no longer sees what others see
            with committed_beside(session) as beside:
                cache.catch_up(beside)
                if cache.since != version.since:
                    cache.complete(beside, version.since)
        if pending.overlay is None or pending.overlay.lexicon is not cache.lexicon:
            pending.overlay = Cache(version, cache.lexicon, pending.before, self._counts_pending)
        if newest > pending.overlay.seen:
            pending.overlay.catch_up(session)
        return View(cache, pending.overlay)

    def read_ahead(self, session: Session, coming: Version) -> None:
        """Read the cache of a version that is not in service yet, beside whatever serves meanwhile."""
        cache = Cache(coming, Lexicon())
        cache.catch_up(session)
        with self.lock:
            caches = self._caches(session)
            for name in [name for name, other in caches.items() if other.since is None]:
                del caches[name]  # of one that was announced and given up
            caches[coming.name] = cache

    def is_ready(self, session: Session, coming: Version) -> bool:
        """Whether the version's cache was read ahead and waits for its service."""
        with self.lock:
            cache = self._caches(session).get(coming.name)
            return cache is not None and cache.version_id == coming.id and cache.since is None

    def _cache(self, session: Session, version: Version, newest: int) -> Cache:
        caches = self._caches(session)
        if newest == 0:  # an emptied database: forget what was in it
            caches.clear()
        cache = caches.get(version.name)
        if (
            cache is None
            or cache.version_id != version.id
            or (cache.since is not None and cache.since != version.since)  # its vectors were made anew since
        ):
            cache = caches[version.name] = Cache(version, Lexicon())
        cache.used = time.monotonic()
        for name, other in list(caches.items()):
            if other.since is not None and cache.used - other.used > LINGER_SECONDS:
                del caches[name]
        return cache

    def _caches(self, session: Session) -> dict[str, Cache]:
        return self._of.setdefault(session.get_bind().engine.pool, {})

    def forget(self) -> None:
        """Drop everything; the next search reads it anew. For a database that was replaced or emptied."""
        with self.lock:
            self._of.clear()
