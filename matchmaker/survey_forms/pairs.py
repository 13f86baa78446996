"""Labels and values of a document, wherever they stand: in cells beside or below each other, on lines, behind colons.

What belongs to no label is kept apart in its order, so that the person can copy it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from matchmaker.spreadsheets.values import plain
from matchmaker.survey_forms.labels import LONGEST_LABEL, Labels

SECTION = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}[部章节])")
LONGEST_SECTION = 30
"""Characters of a line that begins a section which nobody knows."""
SENTENCE_ENDS = tuple("。！？；;.!?：:")
FORM_ROW = (4, 6)
"""Cells of a row with two or three labels, each with its value beside it."""
WRAPPED_OVER = 3
"""Lines that a label in a narrow column of a PDF is broken into at most."""
COLON, BLANK = re.compile(r"[:：]"), re.compile(r"[ \t\u3000]")
RADICALS = dict(zip("⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳", "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟", strict=True))  # fmt: skip
"""PDF writers put the radical for the character; the other block of them is decomposed by Unicode itself."""
_RADICAL = re.compile("[\u2e80-\u2fd5]")


@dataclass(frozen=True)
class Pair:
    """`name` is the field's, `label` as it is written in the document."""

    name: str
    label: str
    text: str


@dataclass
class Found:
    """What a document says: of each field its pairs in their order, and the texts without a label."""

    pairs: list[Pair] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def find(labels: Labels, blocks: Sequence[Sequence[str]], wrapped: bool = False) -> Found:
    """`wrapped`: lines are broken by the width of a column, as in a PDF."""
    cleaned = [[_clean(cell) for cell in cells] for cells in blocks]
    if wrapped:
        cleaned = _with_whole_labels(labels, cleaned)
    walk = _Walk(labels, wrapped)
    for cells in cleaned:
        walk.take(cells)
    walk.close()
    return walk.found


def _clean(text: str) -> str:
    return _RADICAL.sub(
        lambda found: RADICALS.get(found[0], unicodedata.normalize("NFKC", found[0])), text
    ).strip()


def _with_whole_labels(labels: Labels, blocks: list[list[str]]) -> list[list[str]]:
    """ "难题名", "称 铝合金…" becomes "难题名称 铝合金…"."""
    joined: list[list[str]] = []
    place = 0
    while place < len(blocks):
        line, over = blocks[place][0], 1
        if len(line) <= LONGEST_LABEL and labels.exactly(line) is None:
            for more in range(1, WRAPPED_OVER):
                pieces = [each[0] for each in blocks[place : place + more + 1]]
                if len(pieces) <= more:
                    break
                head, _, tail = pieces[-1].partition(" ")
                label = "".join(pieces[:-1]) + head
                if labels.exactly(label):
                    line, over = f"{label} {tail}".strip(), more + 1
                    break
        joined.append([line])
        place += over
    return joined


class _Walk:
    """Goes through the rows once; `_open` is the label whose value comes next or goes on."""

    def __init__(self, labels: Labels, wrapped: bool) -> None:
        self.found = Found()
        self._labels = labels
        self._wrapped = wrapped
        self._open: tuple[str, str] | None = None
        self._lines: list[str] = []
        self._heads: list[str] = []
        """The labels of a table whose values stand in the row below."""

    def take(self, cells: Sequence[str]) -> None:
        filled = [each for each in cells if each]
        if self._heads and len(cells) == len(self._heads):
            self._below_heads(cells)
        elif len(filled) == 1:
            for line in filled[0].split("\n"):
                self._line(line)
        elif filled:
            self.close()
            self._row(cells, filled)

    def close(self) -> None:
        """The value that was being gathered is complete."""
        if self._open is not None and self._lines:
            self._add(*self._open, _as_text(self._lines, self._wrapped))
        self._open, self._lines, self._heads = None, [], []

    def _row(self, all_cells: Sequence[str], cells: Sequence[str]) -> None:
        """`cells` are those of `all_cells` that have something in them."""
        if len(cells) > 2 and all(self._labels.exactly(each) for each in cells):
            self._heads = list(cells)
        elif form_row := next(filter(self._is_form_row, _readings(all_cells, cells)), None):
            if form_row[0] != cells[0] and self._labels.exactly(cells[0]) is None:
                self._leave(cells[0])
            self._form_row(form_row)
        elif len(cells) % 2 == 0 and all(self._label(each) for each in cells[::2]):
            for label, text in zip(cells[::2], cells[1::2], strict=True):
                self._add(self._label(label), label, text)
        else:
            self._mixed(cells)

    def _is_form_row(self, cells: Sequence[str]) -> bool:
        """Label, value, label, value: most forms are so. A label need not be a known one, but one of them is."""
        if len(cells) not in FORM_ROW or not cells[0]:
            return False
        labels, values = cells[::2], cells[1::2]
        known = sum(bool(self._label(each)) for each in labels)
        return (
            known > 0
            and known >= sum(self._labels.exactly(each) is not None for each in values)
            and all(
                self._label(label) or self._labels.looks_like_one(label) or not (label or text)
                for label, text in zip(labels, values, strict=True)
            )
        )

    def _form_row(self, cells: Sequence[str]) -> None:
        """What stands behind an unknown label is left with it, and is not added to the value before."""
        for label, text in zip(cells[::2], cells[1::2], strict=True):
            name = self._label(label)
            if name and text:
                self._add(name, label, text)
            elif not name and text and self._inline(text):
                self.close()
                self._leave(label)
            elif not name and label:
                self._leave("：".join(filter(None, (label.strip(" \t:："), text))))
        last = self._label(cells[-2])
        if last and not cells[-1] and self._labels.takes_lines(last):
            self._open = (last, cells[-2])  # its value stands in the next row

    def _mixed(self, cells: Sequence[str]) -> None:
        """Labels and values in any order: a label that another one follows is a heading over both."""
        label, name, texts = "", "", list[str]()
        unknown: list[str] = []
        for cell in cells:
            found = self._label(cell)
            if found:
                if name and texts:
                    self._add(name, label, "\n".join(texts))
                label, name, texts = cell, found, []
            elif name:
                texts.append(cell)
            elif not self._inline(cell):
                unknown.append(cell)
        if name and texts:
            self._add(name, label, "\n".join(texts))
        elif name:
            self._open = (name, label)  # its value stands in the next row
        if unknown:
            self._leave("：".join(unknown))

    def _below_heads(self, cells: Sequence[str]) -> None:
        heads, self._heads = self._heads, []
        for label, text in zip(heads, cells, strict=True):
            if text:
                self._add(self._labels.exactly(label), label, text)

    def _line(self, line: str) -> None:
        line = line.strip()
        if not line:
            return
        if self._open is not None and not self._lines and not self._starts_pair(line):
            self._lines.append(line)  # right below its label, whatever it looks like
        elif name := self._labels.exactly(line):
            self.close()
            self._open = (name, line)
        elif not self._inline(line):
            self._go_on(line)

    def _starts_pair(self, line: str) -> bool:
        return self._labels.exactly(line) is not None or self._split(line) is not None

    def _go_on(self, line: str) -> None:
        is_section = bool(SECTION.match(line)) and len(line) <= LONGEST_SECTION
        if self._open is not None and self._labels.takes_lines(self._open[0]) and not is_section:
            self._lines.append(line)
            return
        self.close()
        self._leave(line)

    def _inline(self, text: str) -> bool:
        """联系人：张三  电话：0556-1234567; whether there was any such pair."""
        pairs = self._split(text)
        if pairs is None:
            return False
        self.close()
        for name, label, value in pairs[:-1]:
            if value:
                self._add(name, label, value)
        name, label, value = pairs[-1]
        self._open, self._lines = (name, label), [value] if value else []
        return True

    def _split(self, text: str) -> list[tuple[str, str, str]] | None:
        """(field, label, value) of the pairs that a text is made of; None where it does not begin with a label."""
        first = self._at(text, 0)
        if first is None:
            return None
        pairs, (name, label, begins) = [], first
        place = begins
        for gap in re.finditer(r"[\s,，;；、]+", text[begins:]):
            start = begins + gap.end()
            following = self._at(text, start) if start >= place else None
            if following is None:
                continue
            pairs.append((name, label, text[place : begins + gap.start()].strip()))
            name, label, place = following
        pairs.append((name, label, text[place:].strip(" \t:：")))
        return pairs

    def _at(self, text: str, start: int) -> tuple[str, str, int] | None:
        """(field, label, where its value begins) of a label at that place, with a colon or a blank behind it."""
        piece = text[start : start + 2 * LONGEST_LABEL]
        if colon := COLON.search(piece):
            label = piece[: colon.start()]
            name = self._labels.nearly(label) if start == 0 else self._labels.exactly(label)
            if name:
                return name, label, start + colon.end()
        if blank := BLANK.search(piece):
            label = piece[: blank.start()]
            name = self._labels.exactly(label)
            if name and (len(plain(label)) > 2 or self._labels.tells_itself(name)):
                return name, label, start + blank.end()
        return None

    def _label(self, cell: str) -> str:
        if COLON.search(cell.rstrip(":：")) and self._labels.exactly(cell) is None:
            return ""
        return self._labels.nearly(cell) or ""

    def _add(self, name: str | None, label: str, text: str) -> None:
        if name and text.strip():
            self.found.pairs.append(Pair(name, label.strip(" \t:："), text.strip()))

    def _leave(self, text: str) -> None:
        self.found.rest.append(text)


def _readings(all_cells: Sequence[str], cells: Sequence[str]) -> list[Sequence[str]]:
    """A row as labels and values in turn: with its empty values; without; and behind the heading over it."""
    return [all_cells, cells, cells[1:]]


def _as_text(lines: Sequence[str], wrapped: bool) -> str:
    """Lines that only a column's width has broken are one."""
    if not wrapped:
        return "\n".join(lines)
    text = lines[0]
    for line in lines[1:]:
        text += line if not text.endswith(SENTENCE_ENDS) else f"\n{line}"
    return text
