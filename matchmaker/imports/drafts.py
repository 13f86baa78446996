"""A line of a file made into a problem or capability whose columns hold all of its text."""

from __future__ import annotations

import re

from matchmaker.engine import Document
from models import Capability, Problem

TITLE_LIMIT = 60
ROOMS: dict[str, tuple[tuple[str, int], ...]] = {
    "problem": (("statement", 4000), ("background", 2000)),
    "capability": (("summary", 2000), ("innovation", 2000), ("application", 2000)),
}
"""Columns that take a text, one after the other, and the length the forms allow each."""
SHORTEST_TITLE = 20
BREAKS = re.compile(r"[，。；：、！？,;:!?\s—（(]")
SENTENCE_END = re.compile(r"[。！？；\n]")


class TooLong(ValueError):
    """The text is longer than all columns together."""


def draft_of(document: Document) -> Problem | Capability:
    """A draft, in no session yet. Raises TooLong.

    A title over the limit is cut at a pause, and stands in full at the head of the text.
    """
    title = " ".join(document.title.split())
    text = "\n".join(passage.text.strip() for passage in document.passages)
    short = shortened(title, TITLE_LIMIT)
    if short != title:
        text = f"{title}\n{text}".strip()
    draft = _empty(document.kind)
    draft.title = short
    for column, piece in _spread(text, ROOMS[document.kind]):
        setattr(draft, column, piece)
    return draft


def _empty(kind: str) -> Problem | Capability:
    """With the columns that the engine reads, before a flush fills in their defaults."""
    if kind == "problem":
        return Problem(
            background="", statement="", targets=[], targets_text="", basis="", modes=[], confidential=""
        )
    texts = ("summary", "innovation", "advantage", "economics", "application", "cases")
    return Capability(targets=[], modes=[], **dict.fromkeys(texts, ""))


def shortened(title: str, limit: int) -> str:
    """At most `limit` characters, cut at the last pause that leaves enough, and marked with an ellipsis."""
    if len(title) <= limit:
        return title
    head = title[: limit - 1]
    pauses = [found.start() for found in BREAKS.finditer(head) if found.start() >= SHORTEST_TITLE]
    return head[: pauses[-1]] + "…" if pauses else head + "…"


def _spread(text: str, rooms: tuple[tuple[str, int], ...]) -> list[tuple[str, str]]:
    """Column and piece, cut at ends of sentences. Raises TooLong."""
    pieces = []
    for column, limit in rooms:
        piece = text if len(text) <= limit else text[: _cut(text, limit)]
        pieces.append((column, piece.strip()))
        text = text[len(piece) :]
    if text.strip():
        raise TooLong
    return pieces


def _cut(text: str, limit: int) -> int:
    ends = [found.end() for found in SENTENCE_END.finditer(text, limit // 2, limit)]
    return ends[-1] if ends else limit
