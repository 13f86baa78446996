"""The encoder that serves a session, and its vectors in memory; and the next one, taken up beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matchmaker.engine import versions
from matchmaker.engine.caches import Caches, View
from matchmaker.engine.documents import Document, NotIndexed
from matchmaker.engine.encoder import Encoder, LazyEncoder, ModelMissing
from matchmaker.engine.encoding import EncodedDocument, encode_documents
from matchmaker.engine.loading import Encoders
from matchmaker.engine.versions import Version
from models.base import now
from models.indexing import EncoderOrigin, EncoderVersion

log = structlog.get_logger()
Result = TypeVar("Result")
SEEN = "encoder versions in service"
LINGER = timedelta(seconds=60)
"""How long a model that went out of service is kept for transactions that began before."""


def _seen(session: Session) -> tuple[Version | None, Version | None]:
    """As `versions.in_service`, asked once in a transaction that sees the same all along: one that only reads SQLite."""
    bind, transaction = session.get_bind(), session.get_transaction()
    if bind.dialect.name != "sqlite" or not bind.get_execution_options().get("read_only"):
        return versions.in_service(session)
    known = session.info.get(SEEN)
    if known is None or transaction is None or known[0] is not transaction:
        found = versions.in_service(session)
        session.info[SEEN] = known = session.get_transaction(), found
    return cast(tuple[Version | None, Version | None], known[1])


class InService:
    """One per process; thread safe."""

    def __init__(self, setting: str, encoders: Encoders, caches: Caches) -> None:
        self.caches = caches
        self._setting = setting
        self._encoders = encoders
        self._taken_up: set[object] = set()
        self._lock = threading.Lock()

    def version(self, session: Session) -> Version:
        """The active one; where nothing was indexed yet, the one that the setting names. Raises ModelMissing."""
        active, coming = _seen(session)
        if coming is not None:
            self._take_up_soon(session, coming)
        elif active is not None and active.since is not None and now() - active.since > LINGER:
            self._encoders.keep_only(active.name)
        return active or Version(None, self._encoders.configured.version, self._setting, None)

    def version_to_write(self, session: Session) -> Version:
        """As `version`; the first text to be written puts the encoder of the setting into service."""
        version = self.version(session)
        if version.id is None:
            self.register(session, self._setting)
            version = self.version(session)
        return version

    def load(self, version: Version) -> Encoder:
        """Raises ModelMissing."""
        if version.id is None:
            return self._encoders.configured.load()
        return self._encoders.load(version.name, version.setting)

    def view(self, session: Session, version: Version) -> View:
        """Hold `caches.lock` from here until the last use of the view."""
        return self.caches.view(session, version)

    def use(self, session: Session, work: Callable[[Version], Result]) -> Result:
        """What `work` makes of the version in service: of one from beginning to end.

        Where the database shows a transaction what others commit meanwhile (PostgreSQL), another version may
        come into service in the middle of the work, and what is written from then on has its vectors alone.
        Then the work is done again.
        """
        while True:
            version = self.version(session)
            try:
                result = work(version)
            except NotIndexed:
                if self.version(session) == version:
                    raise
            else:
                if self.version(session) == version:
                    return result

    @property
    def configured(self) -> LazyEncoder:
        """The encoder that the setting names, in service or not. Raises ModelMissing on use."""
        return self._encoders.configured

    def register(
        self,
        session: Session,
        setting: str,
        origin: EncoderOrigin | None = None,
        figures: Mapping[str, Any] | None = None,
    ) -> EncoderVersion:
        """Make a model the version that is prepared next, or the active one where there is none yet.

        `setting` is a folder or a hub name; `figures` are JSON; what is not given, the folder says. Raises
        ModelMissing.
        """
        return versions.register(
            session,
            self._encoders.of_setting(setting).version,
            self._encoders.kept_as(setting),
            origin or self._encoders.origin_of(setting),
            self._encoders.figures_of(setting) if figures is None else figures,
        )

    def at(self, setting: str) -> LazyEncoder:
        """The encoder that a folder or hub name holds; nothing is registered. Raises ModelMissing on use."""
        return self._encoders.of_setting(setting)

    def folder(self, version: Version) -> Path:
        """Where its model lies; of one from a hub, a path that is no folder. Raises ModelMissing."""
        if version.id is None:
            return self._encoders.configured.folder
        return self._encoders.folder(version.name, version.setting)

    def offered(self, name: str) -> str:
        """The setting of a model that somebody names. Raises ModelMissing for what cannot be one."""
        return self._encoders.offered(name)

    def encoder(self, version: EncoderVersion) -> Encoder:
        """Of a version that need not be in service. Raises ModelMissing."""
        return self._encoders.load(version.version, version.setting)

    def encode(self, version: EncoderVersion, documents: Sequence[Document]) -> list[EncodedDocument]:
        """With a version that need not be in service. Raises ModelMissing."""
        return encode_documents(self.encoder(version), documents)

    def take_up(self, session: Session) -> None:
        """Load the version that was announced, and read its vectors, so that nobody waits later.

        Nothing happens if none was, or if it was taken up. Raises ModelMissing.
        """
        _, coming = versions.in_service(session)
        if coming is not None and self._is_new(session, coming):
            self._take_up(session, coming)

    def is_ready(self, session: Session) -> bool:
        """Whether the version that was announced has been taken up by this process."""
        _, coming = versions.in_service(session)
        return coming is not None and self.caches.is_ready(session, coming)

    def _is_new(self, session: Session, coming: Version) -> bool:
        key = (id(session.get_bind().engine.pool), coming.id, coming.announced)
        with self._lock:
            if key in self._taken_up:
                return False
            self._taken_up.add(key)
            return True

    def _take_up(self, session: Session, coming: Version) -> None:
        self.load(coming)
        self.caches.read_ahead(session, coming)

    def _take_up_soon(self, session: Session, coming: Version) -> None:
        """In a thread of its own, once. Not a daemon: the model's own threads must not be cut off."""
        if not self._is_new(session, coming):
            return
        bind = session.get_bind().engine.execution_options(read_only=True)

        def take_up() -> None:
            try:
                with Session(bind=bind) as own:
                    self._take_up(own, coming)
            except (ModelMissing, SQLAlchemyError) as error:  # the switch will be tried without it
                log.error("engine.not_taken_up", version=coming.name, reason=str(error))

        threading.Thread(target=take_up, name=f"take-up-{coming.name}").start()
