"""Columns whose texts are encrypted on their way into the database and decrypted on their way out.

A text is sealed by the type of its column, so that no code that writes one can forget it; the keys are none of the
domain's business: each database is given some that do it (`use_keys`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, Engine, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator

SEALED = "v1:"
"""What every sealed text begins with; then the key's identifier, a colon and the ciphertext in base64."""
LONGEST_SEALED = 22_000
"""Of 4,000 characters of four bytes each."""
SEALED_CHECK = (
    f"confidential = '' OR (confidential LIKE '{SEALED}%' AND length(confidential) <= {LONGEST_SEALED})"
)
LONGEST_SEALED_ADDRESS = 1_000
"""Of an address or a secret of at most 500 characters of one byte each."""
IN_REVISIONS = "confidential"
"""The name of what is sealed inside the data of a revision."""


class Keys(Protocol):
    """What seals and opens texts."""

    def seal(self, text: str) -> str:
        """Raises NoKey."""

    def open(self, sealed: str) -> str | None:
        """The text; None where the key that sealed it is not at hand, or is another one."""

    def seal_file(self, data: bytes) -> tuple[bytes, str]:
        """A file's bytes as they are stored, and the identifier of the key. Raises NoKey."""

    def open_file(self, stored: bytes) -> bytes | None:
        """The bytes of a stored file, sealed or not; None as of `open`."""

    def prepare(self) -> None:
        """Make the first key where there is none, for a database that holds nothing sealed yet."""

    def unseal(self, stored_as: str) -> bool:
        """Write a sealed file open in its place; False where the key that sealed it is not at hand."""


class NoKey(DontWrapMixin, Exception):
    """There is no key to seal confidential texts with; nothing was written."""


class TooLong(DontWrapMixin, ValueError):
    """A confidential text is longer than its column takes: of its ciphertext the database could not say so."""


class Unreadable(str):
    """A sealed text without its key: says nothing, is there nonetheless, and goes back to the database as it came."""

    __slots__ = ("sealed",)
    sealed: str

    def __new__(cls, sealed: str) -> Unreadable:
        made = super().__new__(cls, "")
        made.sealed = sealed
        return made

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "Unreadable()"


_keys: WeakKeyDictionary[Dialect, Keys] = WeakKeyDictionary()


def use_keys(engine: Engine, keys: Keys) -> None:
    """Seal and open what goes through this engine with these keys."""
    _keys[engine.dialect] = keys


def keys_of(dialect: Dialect) -> Keys:
    """Raises NoKey where the engine was given none."""
    try:
        return _keys[dialect]
    except KeyError:
        raise NoKey("this engine was given no keys") from None


def sealed(text: str, dialect: Dialect) -> str:
    """As it is stored; what could not be opened is what it was, and nothing stays nothing."""
    if isinstance(text, Unreadable):
        return text.sealed
    return keys_of(dialect).seal(text) if text else ""


def opened(stored: str, dialect: Dialect) -> str:
    """The text of what is stored, or an Unreadable."""
    if not stored.startswith(SEALED):
        return stored
    keys = _keys.get(dialect)
    text = keys.open(stored) if keys is not None else None
    return Unreadable(stored) if text is None else text


class SealedText(TypeDecorator[str]):
    """A text of at most `longest` characters."""

    impl = Text
    cache_ok = True

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if len(value) > self.longest:
            raise TooLong(f"more than {self.longest} characters")
        return sealed(value, dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else opened(value, dialect)


class RevisionData(TypeDecorator[dict[str, Any]]):
    """The fields of an earlier text, the confidential one sealed among the others."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        if value is None:
            return None
        held = value.get(IN_REVISIONS)
        return {**value, IN_REVISIONS: sealed(held, dialect)} if isinstance(held, str) else {**value}

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        held = (value or {}).get(IN_REVISIONS)
        return {**value, IN_REVISIONS: opened(held, dialect)} if isinstance(held, str) else value
