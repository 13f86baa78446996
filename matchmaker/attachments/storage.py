"""The bytes of attachments, in the data folder and outside everything the web server shows.

A file is written under another name, flushed to the disk and renamed, so that a stored file is always whole.
It is there before its row is committed: if the transaction fails, `keep_if_committed` takes it away again, and
what a killed process leaves behind is found by `service.sweep`.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import event
from sqlalchemy.orm import Session

CHUNK = 256 * 1024
_UNCOMMITTED = "matchmaker.attachments.uncommitted"


class TooLarge(Exception):
    """More bytes came than are allowed; nothing was kept."""


@dataclass(frozen=True)
class Received:
    """A file on the disk that has no place yet; `place` gives it one, `discard` removes it."""

    path: Path
    size: int
    sha256: str

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


class Storage:
    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "attachments"

    def receive(self, stream: IO[bytes], limit: int) -> Received:
        """Write a stream to the disk under a passing name. Raises TooLarge."""
        incoming = self.root / "incoming"
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = incoming / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Received(path, size, digest.hexdigest())

    def place(self, received: Received) -> str:
        """Give it its lasting name, and return that. The name is random: it tells nothing and cannot be guessed."""
        name = secrets.token_hex(16)
        stored_as = f"{name[:2]}/{name}"
        target = self.root / stored_as
        target.parent.mkdir(mode=0o700, exist_ok=True)
        received.path.rename(target)
        for folder in (target.parent, self.root):
            _flush_folder(folder)
        return stored_as

    def keep(self, data: bytes) -> str:
        """Store what is in memory, and return its lasting name."""
        return self.place(self.receive(io.BytesIO(data), len(data)))

    def path(self, stored_as: str) -> Path:
        return self.root / stored_as

    def delete(self, stored_as: str) -> None:
        self.path(stored_as).unlink(missing_ok=True)

    def names(self, older_than: float = 0) -> Iterator[str]:
        """Every file there is, passing ones too, that has not been touched for so many seconds."""
        latest = time.time() - older_than
        for path in sorted(self.root.glob("*/*")):
            if path.is_file() and path.stat().st_mtime <= latest:
                yield path.relative_to(self.root).as_posix()


def keep_if_committed(session: Session, path: Path) -> None:
    """Remove the file when the session's transaction ends in any way but a commit."""
    if _UNCOMMITTED not in session.info:
        session.info[_UNCOMMITTED] = []
        event.listen(session, "after_commit", _kept)
        event.listen(session, "after_transaction_end", _ended)
    session.info[_UNCOMMITTED].append(path)


def _kept(session: Session) -> None:
    session.info[_UNCOMMITTED].clear()


def _ended(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        for path in session.info[_UNCOMMITTED]:
            path.unlink(missing_ok=True)
        session.info[_UNCOMMITTED].clear()


def _flush_folder(folder: Path) -> None:
    """A rename is only on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
