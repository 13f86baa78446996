"""How a text reads to somebody of another trade: hints for whoever checks it, each from a rule that can be looked up.

Plain rules over characters and no model, so that a hint can be explained to the author in the same words:

- SHORT: the main text has fewer than SHORT_TEXT characters; nothing can be matched or judged by it.
- LONG_SENTENCES: a sentence of more than LONG_SENTENCE characters, counted to the next full stop.
- STOCK_PHRASES: at least two of the phrases that every application has, in a text with no figure in it.
- NO_FIGURE: nowhere in targets, comparison or text stands a number with a unit (a year is none), so that nothing
  can be accepted against it.
- EMPTY_TITLE: the title asks or praises and, without those words, names no technical point.
- CONTACT_IN_TEXT: a mobile number or an e-mail address in the text that everybody reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SHORT_TEXT = 80
LONG_SENTENCE = 150
PHRASES_TOLERATED = 1
TITLE_LEFT = 4
"""Characters that a title must have beside its asking and praising."""
QUOTED = 40

STOCK_PHRASES = (
    "填补国内空白",
    "填补空白",
    "国际领先",
    "国内领先",
    "国际先进",
    "国内先进",
    "世界一流",
    "行业领先",
    "市场前景广阔",
    "广阔的市场前景",
    "前景十分广阔",
    "经济效益和社会效益",
    "社会效益显著",
    "意义重大",
    "具有重要意义",
    "深受用户好评",
    "质量可靠",
    "性能优越",
    "技术先进",
    "服务至上",
    "欢迎合作",
    "真诚合作",
    "合作共赢",
)
ASKING = (
    "寻求",
    "寻找",
    "征集",
    "急需",
    "急求",
    "求购",
    "求助",
    "诚征",
    "希望",
    "合作",
    "需求",
    "难题",
    "技术",
    "项目",
    "方案",
    "先进",
    "领先",
    "高新",
    "解决",
    "相关",
    "问题",
    "单位",
)
UNITS = (
    "%|‰|℃|°C|摄氏度|度|微米|纳米|毫米|厘米|千米|公里|米|克|千克|公斤|吨|秒|毫秒|分钟|小时|天|个月|年|次|件|个|台|套|只|根|片|层|"
    "万元|亿元|元|亩|平方|立方|升|毫升|兆帕|千帕|帕|伏|安|瓦|千瓦|赫兹|分贝|倍|级|人|"
    "nm|μm|um|mm|cm|km|m|mg|kg|g|t|ms|s|min|h|d|L|mL|ml|MPa|GPa|kPa|Pa|kV|mV|V|mA|A|kW|MW|W|Hz|kHz|MHz|GHz|dB|"
    "ppm|ppb|mol|N|kN|J|kJ|lx|rpm|Mbps|Gbps|MB|GB|TB|bit|HRC|HV|HB|Ra"
)
FIGURE = re.compile(
    rf"(?<![\d.])(?!(?:19|20)\d\d\s*年)\d(?:[\d.,，]*\d)?\s*(?:[-~—–～至到±×*/]\s*\d[\d.]*\s*)?(?:{UNITS})"
)
DIGIT = re.compile(r"\d")
SENTENCE = re.compile(r"[^。！？!?；;\n]+")
CONTACT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII)


class Hint(StrEnum):
    SHORT = "short"
    LONG_SENTENCES = "long_sentences"
    STOCK_PHRASES = "stock_phrases"
    NO_FIGURE = "no_figure"
    EMPTY_TITLE = "empty_title"
    CONTACT_IN_TEXT = "contact_in_text"


@dataclass(frozen=True)
class Finding:
    """What one rule found: in which field, and the words that show it (none where something is lacking)."""

    hint: Hint
    field: str
    quoted: str = ""


def findings(title: str, texts: Mapping[str, str], measured: Sequence[str]) -> list[Finding]:
    """What a reader would stumble over, the gravest first; nothing where the text reads well.

    `texts` are the public passages by field, the main one first. `measured` are the passages in which a figure
    with a unit is looked for: targets as lines, and the texts where one may stand instead.
    """
    (main, main_text), *_ = texts.items()
    found = [*_contact(title, texts), *_title(title)]
    if len(main_text.strip()) < SHORT_TEXT:
        found.append(Finding(Hint.SHORT, main))
    if not any(FIGURE.search(text) for text in measured):
        found.append(Finding(Hint.NO_FIGURE, "targets"))
    return [*found, *_stock_phrases(main, main_text), *_long_sentence(texts)]


def _contact(title: str, texts: Mapping[str, str]) -> Iterator[Finding]:
    for field, text in {"title": title, **texts}.items():
        if seen := CONTACT.search(text):
            yield Finding(Hint.CONTACT_IN_TEXT, field, seen.group())


def _title(title: str) -> Iterator[Finding]:
    left = title
    for word in sorted((*STOCK_PHRASES, *ASKING), key=len, reverse=True):
        left = left.replace(word, "")
    if len(re.sub(r"[\W_的与和及]", "", left)) < TITLE_LEFT:
        yield Finding(Hint.EMPTY_TITLE, "title", title)


def _stock_phrases(field: str, text: str) -> Iterator[Finding]:
    seen = [phrase for phrase in STOCK_PHRASES if phrase in text]
    if len(seen) > PHRASES_TOLERATED and not DIGIT.search(text):
        yield Finding(Hint.STOCK_PHRASES, field, "、".join(seen[:3]))


def _long_sentence(texts: Mapping[str, str]) -> Iterator[Finding]:
    """The longest one only: who shortens it sees the others."""
    longest = max(
        (
            (len(each.strip()), field, each.strip())
            for field, text in texts.items()
            for each in _sentences(text)
        ),
        default=(0, "", ""),
    )
    if longest[0] > LONG_SENTENCE:
        yield Finding(Hint.LONG_SENTENCES, longest[1], longest[2][:QUOTED])


def _sentences(text: str) -> list[str]:
    return SENTENCE.findall(text)
