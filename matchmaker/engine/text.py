"""What the engine does to words before it looks at them: one form, sentences, tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import rjieba

MAX_SENTENCES = 24
"""Sentences kept of one document: what comes later in a long text seldom names the technical point."""
MAX_SENTENCE = 120
"""Characters of a sentence; longer ones are cut at a comma, or else hard."""
MIN_SENTENCE = 6
"""Shorter pieces ("其他：") say nothing alone and are joined to the next."""
LONGEST_TERM = 64
"""Characters of a term; what is longer is no word, and PostgreSQL indexes none of more than two thousand bytes."""

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_RUN = re.compile(f"[{CJK}]+")
_LATIN = re.compile("[a-z0-9][a-z0-9+#.%/-]*[a-z0-9+#%]|[a-z0-9]")
_WORD = re.compile(f"[{CJK}]+|[a-z0-9][a-z0-9+#.%/-]*[a-z0-9+#%]|[a-z0-9]")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])|(?<=\.)(?=\s+[A-Z\u4e00-\u9fff])|\n+")
_LIST_MARK = re.compile(
    r"^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．](?!\d)|[●•·\-—*▪◆]+)\s*"
)
COMMAS = "，,、：:"

_UNITS = {
    "μ": "u",
    "Ω": "ohm",
    "×": "x",
    "≧": "≥",
    "≦": "≤",
    "—": "-",
    "–": "-",
}
"""What NFKC leaves apart: it has made ℃ of ° and C, ㎛ of μ and m, the ohm sign a Greek letter."""
_UNIT = re.compile("|".join(map(re.escape, _UNITS)))


def normalise(text: str) -> str:
    """One form for what looks or means the same: width (NFKC), units, Latin case, runs of spaces."""
    text = unicodedata.normalize("NFKC", text)
    text = _UNIT.sub(lambda found: _UNITS[found.group()], text).lower()
    return _SPACES.sub(" ", text).strip()


def words(text: str) -> list[str]:
    """Chinese words and Latin words or figures, in order, of a text in any form."""
    return [
        token.strip()[:LONGEST_TERM]
        for token in rjieba.cut_for_search(normalise(text))
        if _WORD.fullmatch(token.strip())
    ]


def bigrams(text: str) -> list[str]:
    """Every two neighbouring Chinese characters, and Latin words; finds what a dictionary would cut wrongly."""
    return list(_bigrams(normalise(text)))


def _bigrams(text: str) -> Iterator[str]:
    for run in _WORD.findall(text):
        if _CJK_RUN.fullmatch(run) and len(run) > 1:
            yield from (run[place : place + 2] for place in range(len(run) - 1))
        else:
            yield run[:LONGEST_TERM]


def sentences(text: str) -> list[str]:
    """The sentences of a text, as written but for list marks and spaces; at most MAX_SENTENCES.

    Each has MIN_SENTENCE to MAX_SENTENCE characters, except that a text may end in a shorter one.
    """
    found: list[str] = []
    held = ""
    for piece in _SENTENCE_END.split(text):
        piece = _SPACES.sub(" ", _LIST_MARK.sub("", held + piece)).strip()
        held = ""
        if len(piece) < MIN_SENTENCE:
            held = piece
            continue
        found.extend(_cut(piece))
        if len(found) >= MAX_SENTENCES:
            return found[:MAX_SENTENCES]
    if held:
        found.append(held)
    return found[:MAX_SENTENCES]


def _cut(sentence: str) -> Iterator[str]:
    """A sentence in pieces of at most MAX_SENTENCE characters, at commas where there are any; no piece is a scrap."""
    while len(sentence) > MAX_SENTENCE:
        furthest = min(MAX_SENTENCE, len(sentence) - MIN_SENTENCE - 1)
        place = 1 + max(sentence.rfind(comma, MIN_SENTENCE, furthest) for comma in COMMAS)
        place = place or furthest
        yield sentence[:place].strip()
        sentence = sentence[place:].strip()
    yield sentence
