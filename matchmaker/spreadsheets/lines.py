"""Cells with a line for each of several: targets and patents, as forms hold them and our own exports write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matchmaker.spreadsheets.values import plain
from matchmaker.wording import COMPARISONS

MOST_LINES, MOST_HOLDER = 20, 100
"""Targets or patents of one row, as many as the forms take; characters of a holder's name."""
_SIGNS = "|".join(map(re.escape, COMPARISONS))
_TARGET = re.compile(rf"^(.{{1,60}}?)\s*({_SIGNS})\s*([\d.\-~—]++)(?!,\d)\s*(.{{0,20}})$")
_TARGET_APART = re.compile(rf"^(.{{1,60}}?) +({_SIGNS}) +(\S{{1,40}})(?: +(.{{0,20}}))?$")
"""A value may be any word where blanks stand between the parts, as in an export: 防护等级 = IP56."""
_ASCII_SIGNS = {">=": "≥", "<=": "≤", "不低于": "≥", "不小于": "≥", "大于等于": "≥", "不高于": "≤", "不大于": "≤", "小于等于": "≤"}  # fmt: skip
_HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F) if chr(code) not in "()"} | {0x3000: 0x20}
"""Figures, letters and signs of full width. ³ and ℃, which stand in units, stay as they are."""
_PATENT_NUMBER = re.compile(r"(?:ZL|CN)?\s*\d[\d.XxA-Z\-]{6,}", re.IGNORECASE)
_PATENT_STATES = ("授权", "有效", "公开", "受理", "实审", "申请中", "登记", "失效")


def targets(text: str) -> list[dict[str, str]] | None:
    """检出率 ≥ 98 %；单件节拍 ≤ 4.5 秒; None where a line says something else."""
    rows = []
    for line in (each.strip(" 。;") for each in re.split(r"[;\n]+", text.translate(_HALF_WIDTH))):
        for written, sign in _ASCII_SIGNS.items():
            line = line.replace(written, sign)
        found = _TARGET.match(line) or _TARGET_APART.match(line)
        if found is None:
            return None
        name, comparison, value, unit = ((each or "").strip() for each in found.groups())
        rows.append({"name": name, "comparison": comparison, "value": value[:40], "unit": unit})
    return rows if len(rows) <= MOST_LINES else None


def patents(text: str, kinds: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """发明专利 ZL202310123456.7 授权 合肥工业大学, a line for each; `kinds`: (code, label)."""
    lines = (each.strip() for each in re.split(r"[;\n、]+", text.translate(_HALF_WIDTH)))
    return [_patent(line, kinds) for line in lines if line][:MOST_LINES]


def _patent(line: str, kinds: Sequence[tuple[str, str]]) -> dict[str, str]:
    kind = next((code for code, label in kinds if label in line), "other")
    number, behind = _numbered(line, [label for _, label in kinds])
    state, holder = _standing(behind)
    return {"kind": kind, "number": number[:60], "state": state, "holder": holder if number != line else ""}


def _numbered(line: str, labels: Sequence[str]) -> tuple[str, str]:
    """A patent's number, and what stands behind it."""
    label, _blank, rest = line.partition(" ")
    word, _blank, behind = rest.partition(" ")
    if label in labels and any(each.isdigit() for each in word):
        return word, behind
    if found := _PATENT_NUMBER.search(plain(line)):
        return found[0], plain(line)[found.end() :]
    return line, line


def _standing(behind: str) -> tuple[str, str]:
    """(state, holder) of what stands behind a patent's number."""
    first, _blank, rest = behind.strip().partition(" ")
    word = first.strip("()（）")
    if word.removeprefix("已") in _PATENT_STATES:
        return word, rest.strip()[:MOST_HOLDER]
    state = next((each for each in _PATENT_STATES if each in behind), "")
    return state, "" if state else behind.strip()[:MOST_HOLDER]
