"""Texts of a pairing as HTML: shared terms marked, sentences that belong together tied. Everything is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from matchmaker.engine import Explanation
from matchmaker.engine.text import normalise

Span = tuple[int, int]


def marked(text: str, terms: Iterable[str]) -> Markup:
    """The text with each of the terms in a <mark>, in whatever width or case it is written there."""
    html, place = Markup(), 0
    for start, end in _spans(text, terms):
        html += escape(text[place:start]) + Markup("<mark>%s</mark>") % text[start:end]
        place = end
    return html + escape(text[place:])


def tied(text: str, source: str, side: str, explanation: Explanation) -> Markup:
    """As `marked`, and each sentence of the explanation's pairs that was taken from this source in a span.

    The span carries the pair's number, from 1: the same number on the other side belongs to it.
    """
    found: list[tuple[int, int, int]] = []
    for number, sentence in enumerate(_sentences(source, side, explanation), 1):
        start = text.find(sentence) if sentence else -1
        end = start + len(sentence)
        if start >= 0 and not any(start < other_end and end > other for other, other_end, _ in found):
            found.append((start, end, number))
    html, place = Markup(), 0
    for start, end, number in sorted(found):
        html += marked(text[place:start], explanation.terms)
        html += Markup('<span class="tied" data-tie="%d">%s</span>') % (
            number,
            marked(text[start:end], explanation.terms),
        )
        place = end
    return html + marked(text[place:], explanation.terms)


def _sentences(source: str, side: str, explanation: Explanation) -> Iterator[str]:
    """The side's sentence of each pair; empty where it was taken from another source."""
    for pair in explanation.sentence_pairs:
        if side == "problem":
            yield pair.problem_text if pair.problem_source == source else ""
        else:
            yield pair.capability_text if pair.capability_source == source else ""


def _spans(text: str, terms: Iterable[str]) -> list[Span]:
    """Where the terms stand in the text as written; they come in the engine's normal form, longest first."""
    normal, origin = _normal_form(text)
    taken: list[Span] = []
    for term in terms:
        start = normal.find(term) if term else -1
        while start >= 0:
            end = start + len(term)
            if not _inside_word(normal, start, end) and not any(s < end and e > start for s, e in taken):
                taken.append((start, end))
            start = normal.find(term, end)
    return [(origin[start], origin[end - 1] + 1) for start, end in sorted(taken)]


def _normal_form(text: str) -> tuple[str, list[int]]:
    """Each character in its normal form, and for each of the result which character it came from."""
    normal: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for each in normalise(character) or character:
            normal.append(each)
            origin.append(place)
    return "".join(normal), origin


def _inside_word(normal: str, start: int, end: int) -> bool:
    """Whether a Latin term is a piece of a longer word: "led" in "filled"."""
    before = normal[start - 1 : start] if start else ""
    return (_latin(before) and _latin(normal[start])) or (
        _latin(normal[end - 1]) and _latin(normal[end : end + 1])
    )


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
