"""Whether every Chinese sentence of the interface has its English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from matchmaker.settings import ROOT

ENGLISH = ROOT / "matchmaker" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True)
class Fault:
    """Where a sentence stands, and what is wrong with its English."""

    location: str
    message: str


def check(root: Path = ROOT, english: Path = ENGLISH) -> list[Fault]:
    """Sentences that lack their English, or whose English fills other places than the Chinese."""
    catalog = _read(english)
    return [
        fault
        for location, context, sentence in _sentences(root)
        if (fault := _fault(catalog, location, context, sentence))
    ]


def _read(path: Path) -> Catalog:
    if not path.is_file():
        return Catalog(locale="en")
    with open(path, "rb") as file:
        return read_po(file, locale="en")


def _sentences(root: Path) -> list[tuple[str, str | None, str]]:
    """Place, context and text of each, once."""
    with open(root / "babel.cfg", encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[tuple[str | None, str], str] = {}
    for name, line, message, _, context in extract_from_dir(root, methods, options, KEYWORDS):
        for sentence in message if isinstance(message, tuple) else (message,):
            found.setdefault((context, sentence), f"{name}:{line}")
    return [(location, context, sentence) for (context, sentence), location in found.items()]


def _fault(catalog: Catalog, location: str, context: str | None, sentence: str) -> Fault | None:
    message = catalog.get(sentence, context)
    english = message.string if message is not None else ""
    english = english[0] if isinstance(english, tuple | list) else english
    if not english or (message is not None and message.fuzzy):
        return Fault(location, sentence)
    if set(PLACEHOLDER.findall(english)) - set(PLACEHOLDER.findall(sentence)):
        return Fault(location, f"{sentence} ≠ {english}")
    return None
