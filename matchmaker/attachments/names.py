"""A file's name as people see it: kept in their script, without anything that could mislead or escape a folder."""

from __future__ import annotations

import unicodedata

LONGEST = 200
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Control characters, direction marks (which can show gpj.exe as exe.jpg), surrogates and the like."""
_FORBIDDEN = frozenset('<>:"|?*')


def clean(given: str) -> str:
    """The last part of a path, of visible characters, at most LONGEST long with its extension kept; may be empty."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        "_" if character in _FORBIDDEN else character
        for character in last
        if unicodedata.category(character) not in _UNSEEN
    )
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, extension = kept.rpartition(".")
    if len(kept) <= LONGEST:
        return kept
    if not dot or len(extension) > 10:
        return kept[:LONGEST]
    return stem[: LONGEST - len(extension) - 1].rstrip(". ") + dot + extension


def extension_of(name: str) -> str:
    """In lower case, without the dot; empty if there is none."""
    stem, _, extension = name.rpartition(".")
    return extension.lower() if stem else ""
