"""Words of the trade's lists as people write them: a term by its label, a county in an address, boxes that are ticked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.spreadsheets.values import Reading, heading, plain, several

Choices = Sequence[tuple[str, str]]
"""(code, label), as `Vocabulary.choices` gives them."""

SHORTEST_PART = 2
"""Characters that must agree before a part of a label stands for it."""
COUNTY_NAMES = re.compile("(?:自治县|[区县市])$")
ZONES = {"经开区": "经济技术开发区", "开发区": "经济技术开发区"}

EMPTY_BOX, TICKED_BOX = "□☐○◯❑❏▢", "☑☒■✓✔√●◉▣"
_BOX = re.compile(f"([{EMPTY_BOX}{TICKED_BOX}])\\s*([^{EMPTY_BOX}{TICKED_BOX}]*)")
_BEHIND = re.compile(f"([^{EMPTY_BOX}{TICKED_BOX}\\s、,，;；]+)\\s*([{EMPTY_BOX}{TICKED_BOX}])")
_DRAWN_BOX = re.compile(r"(^|[\s、,，;；])口(?=[\u4e00-\u9fff])")
"""The character 口 where a box is meant."""
_OPTION_END = re.compile(r"[、,，;；/|\n\t]|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|\s{2,}")
_BRACKET = re.compile(r"\(([^()]+)\)")
_AND = re.compile(r"以及|或者|[和及与或+&]")
_EDGES = " \t\n\r\u3000、,，;；。/|"


def term(text: object, choices: Choices, synonyms: Mapping[str, str] | None = None) -> Reading[str] | None:
    """The code of the list's term that is meant; certain where its label, its code or a synonym is written out.

    `synonyms`: other names, in the form of `heading`, to codes. What several labels are without their brackets
    (技术开发 of 技术开发（委托） and 技术开发（合作）) is not certain, whichever is taken.
    """
    wanted, written = heading(text), plain(text)
    if not wanted:
        return None
    codes = {code for code, _ in choices}
    others = {name: code for name, code in (synonyms or {}).items() if code in codes}
    exact = next((code for code, label in choices if written in (plain(label), code)), None)
    exact = exact or next((code for code, _ in choices if code.lower() == written.lower()), None)
    if exact:
        return Reading(exact)
    named = [code for code, label in choices if heading(label) == wanted]
    if len(named) > 1:
        apart = _told_apart(written, choices, named)
        return Reading(apart) if apart else Reading(others.get(wanted, named[0]), False)
    if wanted in others:
        return Reading(others[wanted])
    if named:
        return Reading(named[0])
    near = [
        (len(label), code)
        for label, code in (*((heading(label), code) for code, label in choices), *others.items())
        if len(label) >= SHORTEST_PART
        and len(wanted) >= SHORTEST_PART
        and (label in wanted or wanted in label)
    ]
    return Reading(max(near, key=lambda each: each[0])[1], False) if near else None


def _told_apart(written: str, choices: Choices, named: Sequence[str]) -> str | None:
    """Of labels that are the same but for their brackets the one whose bracket is in the words: 技术开发（合作开发）."""
    kept = [
        code
        for code, label in choices
        if code in named and any(each in written for each in _BRACKET.findall(plain(label)))
    ]
    return kept[0] if len(kept) == 1 else None


def terms(text: object, choices: Choices, synonyms: Mapping[str, str] | None = None) -> Reading[list[str]]:
    """Codes of all the list's terms that are written or ticked; not certain where one of them is a guess or unknown."""
    boxes = ticked(text)
    written: Iterable[str] = several(text) if boxes is None else boxes
    found = [each for part in written for each in _joined(part, choices, synonyms)]
    codes = list(dict.fromkeys(each.value for each in found if each))
    return Reading(codes, all(each is not None and each.certain for each in found))


def _joined(text: str, choices: Choices, synonyms: Mapping[str, str] | None) -> Sequence[Reading[str] | None]:
    """One term, or the two or three that 和 joins: 转让与许可 is one, 委托开发和合作开发 are two."""
    whole = term(text, choices, synonyms)
    if whole is not None and whole.certain:
        return [whole]
    parts = [term(each, choices, synonyms) for each in _AND.split(text) if each.strip()]
    return parts if len(parts) > 1 and any(parts) else [whole]


def county(address: object, choices: Choices) -> Reading[str] | None:
    """The county's code where its name, or its name without 区, 县 or 市, stands in an address."""
    text = heading(address)
    for code, label in choices:
        if label in text or text == code.lower():
            return Reading(code)
    for code, label in choices:
        short = COUNTY_NAMES.sub("", label)
        if len(short) >= SHORTEST_PART and short in text:
            return Reading(code, text == short)
    zone = next((full for short, full in ZONES.items() if short in text), None)
    return next((Reading(code, False) for code, label in choices if label == zone), None)


def ticked(text: object) -> list[str] | None:
    """Options whose box is ticked (☑ ■ √ before or behind the option); None where there are no boxes."""
    written = _DRAWN_BOX.sub(r"\1□", str(text or "").replace("\x00", "")).strip(_EDGES)
    first = _BOX.search(written)
    if first is None:
        return None
    if first.start() > 0 and _BOX.search(written[-1]):
        return [option.strip(_EDGES) for option, box in _BEHIND.findall(written) if box in TICKED_BOX]
    return [
        option
        for box, behind in _BOX.findall(written)
        if box in TICKED_BOX and (option := _OPTION_END.split(behind.strip(_EDGES))[0].strip(_EDGES))
    ]
