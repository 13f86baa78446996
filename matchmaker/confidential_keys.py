"""The keys of confidential texts and files: outside the database, several at a time so that they can be changed.

They stand in data_dir/confidential_key, a line each, the newest first, or in a setting. The newest seals, every one
opens what it sealed. A key's identifier is made from it: a wrong key is never taken for the right one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matchmaker.settings import Settings
from models.sealed import SEALED, NoKey

NONCE = 12
LENGTH = 32
URLSAFE = str.maketrans("+/", "-_")
"""Either way of writing base64 is taken."""
TEXT, FILE = b"matchmaker confidential text", b"matchmaker confidential file"
"""What a ciphertext is bound to: one of a file is no text."""
FILE_HEAD = b"matchmaker sealed file v1 "
log = structlog.get_logger()


class KeysGiven(Exception):
    """The keys come from a setting, which the program cannot change."""


class BadKeys(ValueError):
    """A file or setting does not hold keys; carries where."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} holds something that is no key")
        self.where = where


@dataclass(frozen=True)
class Key:
    """`id`: 8 characters, of which nothing of the secret can be learnt."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> Key:
        return cls(hashlib.sha256(b"matchmaker key identifier" + secret).hexdigest()[:8], secret)

    @property
    def written(self) -> str:
        return base64.urlsafe_b64encode(self.secret).decode()


class KeyRing:
    """Keys as they are on the disk now: another process may have added one since.

    `in_use` answers whether anything is sealed already: then a missing file is not made anew, because a new key would
    stand in the place to which the lost one should come back from its backup.
    """

    def __init__(self, path: Path, given: str = "", in_use: Callable[[], bool] = lambda: False) -> None:
        self.path = path
        self.in_use = in_use
        self._given = _parsed(given.split(","), "MATCHMAKER_CONFIDENTIAL_KEYS") if given else ()
        self._read: tuple[Key, ...] = ()
        self._seen: tuple[int, int, int] | None = None
        self._told: set[str] = set()

    @classmethod
    def of(cls, settings: Settings, in_use: Callable[[], bool] = lambda: False) -> KeyRing:
        """Raises BadKeys for a setting that holds something else."""
        return cls(settings.data_dir / "confidential_key", settings.confidential_keys, in_use)

    @property
    def is_given(self) -> bool:
        return bool(self._given)

    def held(self) -> tuple[Key, ...]:
        """Newest first; none where there is no file, or one that cannot be read, which is logged."""
        if self._given:
            return self._given
        try:
            status = self.path.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if seen != self._seen:
                self._read = _parsed(self.path.read_text("ascii").split(), str(self.path))
                self._seen = seen
        except FileNotFoundError:
            self._read, self._seen = (), None
        except (OSError, ValueError) as error:
            log.error("confidential.key_file_unreadable", path=str(self.path), reason=str(error))
            self._read, self._seen = (), None
        return self._read

    def newest(self) -> Key:
        """The key that seals; made where there never was one. Raises NoKey."""
        found = self.held()
        if found:
            return found[0]
        if self.path.exists() or self.in_use():
            log.error("confidential.key_missing", path=str(self.path))
            raise NoKey(str(self.path))
        return self.make()

    def prepare(self) -> None:
        """Make the first key where there is none, for a database that holds nothing sealed yet. Raises NoKey."""
        if not self.held():
            self.make()

    def make(self) -> Key:
        """The first key, where no other process was quicker. Raises NoKey where there is none after all."""
        self._write([Key.of(secrets.token_bytes(LENGTH))], replace=False)
        found = self.held()
        if not found:
            raise NoKey(str(self.path))
        return found[0]

    def add(self) -> Key:
        """A new key, which seals from now on. Raises KeysGiven."""
        made = Key.of(secrets.token_bytes(LENGTH))
        self._write([made, *self.held()])
        return made

    def drop(self, ids: Iterable[str]) -> None:
        """Forget keys that nothing is sealed with. Raises KeysGiven."""
        gone = set(ids)
        self._write([key for key in self.held() if key.id not in gone])

    def seal(self, text: str) -> str:
        """Raises NoKey."""
        key = self.newest()
        sealed = _encrypt(key, text.encode("utf-8", "surrogatepass"), TEXT)
        return f"{SEALED}{key.id}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str) -> str | None:
        """The text of what `seal` made; None where its key is not at hand, which is logged."""
        _, key_id, ciphertext = (*sealed.split(":", 2), "", "")[:3]
        try:
            data = base64.urlsafe_b64decode(ciphertext)
        except (binascii.Error, ValueError):
            data = b""
        plain = self._decrypt(key_id, data, TEXT)
        return None if plain is None else plain.decode("utf-8", "surrogatepass")

    def seal_file(self, data: bytes) -> tuple[bytes, str]:
        """A file's bytes as they are stored, and the identifier of the key. Raises NoKey."""
        key = self.newest()
        return FILE_HEAD + key.id.encode() + b"\n" + _encrypt(key, data, FILE), key.id

    def open_file(self, stored: bytes) -> bytes | None:
        """The bytes of a stored file, sealed or not; None where its key is not at hand, which is logged."""
        if not stored.startswith(FILE_HEAD):
            return stored
        head, _, ciphertext = stored.partition(b"\n")
        return self._decrypt(head[len(FILE_HEAD) :].decode("ascii", "replace"), ciphertext, FILE)

    def unseal(self, stored_as: str) -> bool:
        """Write an attachment open in its place; False where its key is not at hand. For going back a version."""
        path = self.path.parent / "attachments" / stored_as
        if not path.exists():
            return True  # removed long ago: only its row is left
        data = self.open_file(path.read_bytes())
        if data is None:
            return False
        passing = path.with_name(f"{path.name}.open")
        with open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
        return True

    def _decrypt(self, key_id: str, data: bytes, bound_to: bytes) -> bytes | None:
        key = next((each for each in self.held() if each.id == key_id), None)
        if key is not None and len(data) > NONCE:
            try:
                return AESGCM(key.secret).decrypt(data[:NONCE], data[NONCE:], bound_to)
            except InvalidTag:
                log.error("confidential.damaged", key=key_id)
                return None
        if key_id not in self._told:
            self._told.add(key_id)
            log.error("confidential.key_missing", key=key_id, path=str(self.path))
        return None

    def _write(self, keys: list[Key], replace: bool = True) -> None:
        """The file is whole at every moment; the present one stays where it is not to be replaced."""
        if self._given:
            raise KeysGiven
        self.path.parent.mkdir(parents=True, exist_ok=True)
        passing = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}")
        try:
            with open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write("".join(f"{key.written}\n" for key in keys))
                file.flush()
                os.fsync(file.fileno())
            if replace:
                passing.replace(self.path)
            else:
                try:
                    os.link(passing, self.path)
                except FileExistsError:
                    log.info("confidential.key_made_meanwhile", path=str(self.path))
        finally:
            passing.unlink(missing_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _encrypt(key: Key, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key.secret).encrypt(nonce, plain, bound_to)


def _parsed(lines: Iterable[str], where: str) -> tuple[Key, ...]:
    """Raises BadKeys."""
    found = []
    for line in lines:
        try:
            secret = base64.b64decode(line.strip().translate(URLSAFE), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadKeys(where) from None
        if len(secret) != LENGTH:
            raise BadKeys(where)
        found.append(Key.of(secret))
    return tuple(found)
