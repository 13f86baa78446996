"""Passwords: how they are kept, and which are too weak to be kept."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 200
HASHER = PasswordHasher(time_cost=2, memory_cost=24 * 1024, parallelism=2)
"""Two lanes for the two cores of an office server; about 30 ms and 24 MiB for each sign-in."""


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    LOGIN_NAME = "login_name"
    COMMON = "common"


COMMONEST = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def hash_password(password: str) -> str:
    """The argon2id hash that is kept."""
    return HASHER.hash(_normal(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether the password belongs to the kept hash. Takes as long where nothing, or no hash, is kept."""
    try:
        return HASHER.verify(kept or _nobodys(), _normal(password)) and bool(kept)
    except InvalidHashError:
        return verify(None, password)
    except VerificationError:
        return False


def needs_rehash(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def weakness(password: str, login_names: list[str], least: int) -> Weakness | None:
    """Why the password may not be used; None: it may. `login_names`: what the person signs in with."""
    normal = _normal(password)
    if len(normal) < least:
        return Weakness.SHORT
    if len(normal) > LONGEST:
        return Weakness.LONG
    folded = normal.casefold()
    names = {part for name in login_names for part in (name.casefold(), name.casefold().partition("@")[0])}
    if folded in names:
        return Weakness.LOGIN_NAME
    if folded in COMMONEST or len(set(folded)) < 4:
        return Weakness.COMMON
    return None


def _normal(password: str) -> str:
    """The same characters however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return HASHER.hash("of nobody")
