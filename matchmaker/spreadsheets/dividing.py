"""The title and the texts of a row: parted, shortened or taken from one another where a table has fewer columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matchmaker.imports.drafts import shortened
from matchmaker.spreadsheets.cells import Row

SHORTEST_TITLE, LONGEST_TITLE, SHORTEST_TEXT = 4, 60, 10
LEADS = (20, SHORTEST_TEXT)
"""Characters that each half of a text has where it is divided in two: better more, in a short text at least so many."""
LONGEST_STATEMENT, LONGEST_BACKGROUND = 4000, 2000

_SECTIONS = {
    "background": "需求背景|项目背景|技术背景|背景",
    "statement": "需求内容|技术需求|主要内容|研究内容|关键技术|拟解决的(?:关键)?(?:技术)?问题|需求描述",
    "targets_text": "预期目标|技术指标|主要技术指标|考核指标|预期成果|目标",
    "basis": "现有工作基础|现有基础|工作基础|研究基础|已有基础",
}
_SECTION = re.compile(
    r"(?:^|\n)\s*(?:[一二三四五六1-6][、.．)）]\s*)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _SECTIONS.items())
    + r")\s*[：:]\s*"
)
_SENTENCE_END = re.compile(r"[。！？；!?;]+[”’」』）)]?|(?<=[\u4e00-\u9fff])[.](?![\w.])")
_LIST_NUMBER = re.compile(
    r"(?<=[。；;\s])(?=[(（]?\d{1,2}[)）、]|[(（][一二三四五六七八九十]{1,2}[)）]|[①-⑳])|(?<=[^\d][：:])(?=[(（]?1[)）、]|①)"
)
_LINE_END = re.compile(r"(?<![，,、])\n")
_PIECE_END = re.compile(f"{_SENTENCE_END.pattern}|\n")


def divide(row: Row) -> None:
    """A text of several parts, each under its name, goes into the fields of these names."""
    text = row.text("statement")
    found = list(_SECTION.finditer(text))
    if not found:
        return
    parts: dict[str, list[str]] = {}
    if head := text[: found[0].start()].strip():
        parts["statement"] = [head]
    for each, behind in zip(found, [*found[1:], None], strict=True):
        part = text[each.end() : behind.start() if behind else len(text)].strip()
        if part:
            parts.setdefault(str(each.lastgroup), []).append(part)
    into = {name: "\n".join(each) for name, each in parts.items()}
    if "statement" not in into or any(row.values.get(name) for name in into if name != "statement"):
        return
    row.values.update(into)
    if len(into) > 1:
        row.repaired("statement", "divided", count=len(into))


def name(row: Row, text: str) -> None:
    """A title of its own, neither too long nor missing; `text`: the field that takes what does not fit."""
    title = " ".join(row.text("title").split())
    if not title and row.text(text):
        title = shortened(next(_sentences(row.text(text))), LONGEST_TITLE)
        row.repaired("title", "from_text", value=title)
    short = shortened(title, LONGEST_TITLE)
    if short != title:
        row.values[text] = f"{title}\n{row.text(text)}".strip()
        row.repaired("title", "shortened", value=short)
    row.values["title"] = short
    if 0 < len(short) < SHORTEST_TITLE:
        row.wrong("title", "too_short", least=SHORTEST_TITLE)


def texts(row: Row) -> None:
    """Background and statement, which a problem has both: a text that stands in one column is divided, not repeated."""
    background, statement = row.text("background"), row.text("statement")
    if not statement and background:
        background, statement = "", background
        row.repaired("statement", "moved", to="statement")
    if not background and statement:
        whole = statement
        background, statement = _halves(whole)
        if background:
            row.repaired("background", "from_beginning", whole=whole)
        else:
            row.wrong("background", "needed_background")
    row.values["background"], row.values["statement"] = background, statement
    if 0 < len(statement) < SHORTEST_TEXT:
        row.wrong("statement", "too_short", least=SHORTEST_TEXT)
    for field, most in (("background", LONGEST_BACKGROUND), ("statement", LONGEST_STATEMENT)):
        told = any(each == field and code == "too_long" for each, code, _ in row.faults)
        if len(row.text(field)) > most and not told:
            row.wrong(field, "too_long", most=most, count=len(row.text(field)))


def _halves(text: str) -> tuple[str, str]:
    """The first sentences and the rest, never cut in a sentence; the first is empty where there is too little for two."""
    for lead in LEADS:
        for pattern in (_SENTENCE_END, _LIST_NUMBER, _LINE_END):
            for found in pattern.finditer(text):
                head, rest = text[: found.end()].strip(), text[found.end() :].strip()
                if min(len(head), len(rest)) >= lead and len(rest) <= LONGEST_STATEMENT:
                    return head, rest
    return "", text


def _sentences(text: str) -> Iterator[str]:
    yield from (each for each in _PIECE_END.split(text) if each.strip())
