"""Amounts as people write them: 50-80万元, 3千万, 一亿二千万, 不超过100万, 面议. What is not all understood is not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from matchmaker.spreadsheets.numerals import NUMBER_PIECE, Number, number
from matchmaker.spreadsheets.values import FOREIGN, FOREIGN_UNIT, UNITS, Reading, Unread, plain
from models import MoneyKind
from models.base import LARGEST_WAN

IMPLAUSIBLE_WAN = Decimal(10_000)
"""A bare figure from here on is meant in yuan: nobody plans a hundred million and leaves out the unit."""
LONGEST_AMOUNT = 200
"""Characters; what is longer tells a story, and its figures may be of anything."""
HUNDREDTH = Decimal("0.01")
YUAN, WAN = UNITS["元"], UNITS["万元"]


@dataclass(frozen=True)
class Amount:
    """Money in 万元 with two places: negotiable without figures, exact without `high`, a range with one end or both."""

    kind: MoneyKind
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class _Figure:
    """A number in a text; `explicit`: it says itself what it is in, and `worth` is in yuan."""

    number: Number
    explicit: bool
    scaled: bool
    start: int
    end: int
    rough: bool = False

    @property
    def worth(self) -> Decimal:
        return self.number.value


_NEGOTIABLE = re.compile(r"面议|面谈|协商|商议|商定|洽谈|待定|另议|可谈|详谈|negotiable", re.IGNORECASE)
_NOTHING = re.compile(r"无|暂无|没有|未定|不详|[-—–/\\\s]+")
_RUN = re.compile(rf"(?:{NUMBER_PIECE})(?:\s*(?:[多余来个]\s*)?(?:{NUMBER_PIECE}))*")
_MONEY = re.compile(
    r"\s*([多余来]?)\s*(元|圆|圓|块钱?|人民币|rmb|cny|w元?(?![a-z]))\s*(?:人民币)?", re.IGNORECASE
)
_NOT_BEFORE = re.compile(r"[-−负几数]\s*$")
_TIME = re.compile(r"\s*(?:年|个?月|天|周|日|号|期|个?季度)")
_BETWEEN = re.compile(r"\s*(?:[-–—―−~〜]|至|到)+\s*")
_TO_FIGURE = re.compile(rf"{_BETWEEN.pattern}(?:{NUMBER_PIECE})")
_UNIT_IN_BRACKETS = re.compile(r"(?<=\d)\s*\(((?:亿|千万|百万|万|千)?元)\)")
_EACH = re.compile(
    r"每|[人户亩年月日]均|单价|按[年月]|年薪|月薪|[年月][租费]|(?<![\d今明后去])年(?:度)?(?:投入|预算|经费|支出)|[一1]年(?!内)|/\s*(?!\d)[^\s\d,;.。/]"
)
_AMONG = re.compile(r"其中|包括|(?<!不)含(?!税)")

_LEAST = r"(?<!不)(?:大于等于|大于|高于|超过)|不低于|不少于|不小于|至少|最低|最少|以上|及以上|起|\+|>=?|≥"
_MOST = r"(?<!不)(?:小于等于|小于|低于|少于)|不超过?|不高于|不大于|不多于|至多|最多|最高|控制在|上限|以内|之内|以下|及以下|内|封顶|<=?|≤"
_AROUND = r"大约|大概|约|近|左右|上下|预计|预估|估计|暂定|计划|拟|可面议|面议|可谈"
_KNOWN = (
    r"人民币|总投资|总投入|总预算|总金额|总额|总计|合计|共计|一共|共|总|投资|投入|预算|金额|资金|经费|费用|价格|报价"
    r"|为|是|整|正|rmb|cny|[¥:;,.。、()\s]"
)
_LEAST_SAID, _MOST_SAID, _AROUND_SAID = (re.compile(each) for each in (_LEAST, _MOST, _AROUND))
_SURE = re.compile(rf"(?:{_KNOWN})*+", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*(?:$|{_LEAST}|{_MOST}|{_AROUND}|{_KNOWN})", re.IGNORECASE)
_UNDERSTOOD = re.compile(rf"(?:{_LEAST}|{_MOST}|{_AROUND}|{_KNOWN})*+", re.IGNORECASE)


def says_nothing(value: object) -> bool:
    """无, 不详 or a dash: the cell might as well be empty."""
    return _NOTHING.fullmatch(plain(value)) is not None


def amount(value: object, unit: Decimal | None = None) -> Reading[Amount] | Unread:
    """An amount, a range or 面议; a figure without its own unit is in `unit` (of `unit_of`), or else in 万元.

    "50-80万元", "500,000元", "约1.2亿" (not certain), "不超过100万" (a range with one end), "面议".
    """
    if isinstance(value, float):
        value = round(value, 8)
    text = _UNIT_IN_BRACKETS.sub(r"\1", plain(value)[: LONGEST_AMOUNT + 1])
    if len(text) > LONGEST_AMOUNT:
        return Unread.AMOUNT
    found = _figures(text)
    if isinstance(found, Unread):
        return found
    if not found:
        return Reading(Amount(MoneyKind.NEGOTIABLE)) if _NEGOTIABLE.search(text) else Unread.AMOUNT
    if FOREIGN.search(text):
        return Unread.FOREIGN
    if unit == FOREIGN_UNIT and not all(each.explicit for each in found):
        return Unread.FOREIGN
    if _EACH.search(text):
        return Unread.EACH
    read = _settled(text, found, unit)
    if isinstance(read, Reading) and _beyond(read.value):
        return Unread.AMOUNT
    return read


def _figures(text: str) -> list[_Figure] | Unread:
    """The numbers that may be money: none of a date or of words with 一 or 十 in them."""
    found: list[_Figure] = []
    for run in _RUN.finditer(text):
        money = _MONEY.match(text, run.end())
        written = run[0]
        if money and money[2].lower().startswith("w"):
            written += "万"
        if not re.search(r"[\d〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖两十拾百佰千仟]", written):
            continue  # 万元 alone is no figure
        scaled = re.search("[万萬亿億]", written) is not None
        explicit = scaled or money is not None or text[: run.start()].rstrip().endswith("¥")
        words = not written[0].isdigit() and written != text and not _TO_FIGURE.match(text, run.end())
        if not explicit and (words or _TIME.match(text, run.end())):
            continue
        read = number(re.sub("[多余来个]", "", written), money is not None)
        follows = bool(found) and _BETWEEN.fullmatch(text[found[-1].end : run.start()]) is not None
        if read is None or (not follows and _NOT_BEFORE.search(text[: run.start()])):
            return Unread.AMOUNT
        rough = re.search("[多余来]", run[0] + (money[1] if money else "")) is not None
        end = money.end() if money else run.end()
        found.append(_Figure(read, explicit, scaled and money is None, run.start(), end, rough))
    return found


def _settled(text: str, found: Sequence[_Figure], unit: Decimal | None) -> Reading[Amount] | Unread:
    """The one amount or range that the figures say, read with the words around it."""
    first, last = found[0], found[-1]
    around = f"{text[: first.start]} {text[last.end :]}"
    if len(found) == 2 and _BETWEEN.fullmatch(text[first.end : last.start]):
        read = _range(first, last, unit)
        bound = False
    elif len(found) == 1:
        read, bound = _one(first, unit), True
    elif len(found) == 2 and _from_to(text, first, last):
        read, bound = _range(first, last, unit), False
        around += " ?"
    elif _AMONG.search(text[first.end : found[1].start]) or len({each.worth for each in found}) == 1:
        read, bound = _one(first, unit), False
        around += " ?"  # what the others say is not kept
    else:
        return Unread.SEVERAL
    if read is None or (not _UNDERSTOOD.fullmatch(around) and not all(each.explicit for each in found)):
        return Unread.AMOUNT
    if last.scaled and not _BEHIND.match(text, last.end):
        return Unread.AMOUNT  # 50万件
    sure = read.certain and _SURE.fullmatch(around) is not None and not any(each.rough for each in found)
    return _bounded(Reading(read.value, sure), around) if bound else Reading(read.value, sure)


def _from_to(text: str, first: _Figure, last: _Figure) -> bool:
    """不低于50万元且不超过80万元, 50万以上80万以下."""
    words = f"{text[: first.start]} {text[first.end : last.start]} {text[last.end :]}"
    least, most = list(_LEAST_SAID.finditer(words)), list(_MOST_SAID.finditer(words))
    plain_words = _UNDERSTOOD.fullmatch(re.sub("[且并和]", "", words)) is not None
    return len(least) == len(most) == 1 and least[0].start() < most[0].start() and plain_words


def _bounded(read: Reading[Amount], around: str) -> Reading[Amount] | Unread:
    """With one end only where the words say that it is the least or the most."""
    least, most = _LEAST_SAID.search(around), _MOST_SAID.search(around)
    if least and most:
        return Unread.AMOUNT
    if least:
        return Reading(Amount(MoneyKind.RANGE, read.value.low, None), False)
    return Reading(Amount(MoneyKind.RANGE, None, read.value.low), False) if most else read


def _one(figure: _Figure, unit: Decimal | None) -> Reading[Amount] | None:
    found = _in_wan(figure, unit)
    return None if found is None else Reading(Amount(MoneyKind.EXACT, found.value), found.certain)


def _in_wan(figure: _Figure, unit: Decimal | None) -> Reading[Decimal] | None:
    """None for 3千 without 元 or 万: in 万元 it would be thirty million."""
    if figure.explicit:
        return _rounded(figure.worth * YUAN)
    if figure.number.mixed:
        return None
    usual = YUAN if figure.worth >= IMPLAUSIBLE_WAN else WAN
    sure = not figure.number.suffix and (figure.worth < IMPLAUSIBLE_WAN or unit == YUAN)
    found = _rounded(figure.worth * (unit or usual))
    return Reading(found.value, found.certain and sure)


def _rounded(wan: Decimal) -> Reading[Decimal]:
    rounded = wan.quantize(HUNDREDTH, ROUND_HALF_UP)
    return Reading(rounded, rounded == wan)


def _range(low: _Figure, high: _Figure, unit: Decimal | None) -> Reading[Amount] | None:
    """Each end with its own unit, or with that of the other: 50-80万, 3-5千万, 8千-9千元."""
    if low.explicit != high.explicit:
        shared = _shared(*((low, high) if high.explicit else (high, low)))
        if shared is None:
            return None
        ends = [_rounded((shared if not each.explicit else each.worth) * YUAN) for each in (low, high)]
    else:
        bare = not low.explicit and unit is None and max(low.worth, high.worth) >= IMPLAUSIBLE_WAN
        read = [_in_wan(each, YUAN if bare else unit) for each in (low, high)]
        if any(each is None for each in read):
            return None
        ends = [Reading(each.value, each.certain and not bare) for each in read if each is not None]
    figures = sorted(each.value for each in ends)
    sure = all(each.certain for each in ends) and figures[0] == ends[0].value
    sure = sure and (high.explicit or not low.explicit)
    if figures[0] == figures[1]:
        return Reading(Amount(MoneyKind.EXACT, figures[0]), sure)
    if figures[0] != ends[0].value and low.explicit != high.explicit and len(high.number.suffix) > 1:
        return None  # 500-1千万 is not 500千万
    return Reading(Amount(MoneyKind.RANGE, *figures), sure)


def _shared(bare: _Figure, other: _Figure) -> Decimal | None:
    """What a figure without a unit is worth in yuan beside one that has it; None where that can be meant in two ways."""
    own, whole = bare.number.suffix, other.number.suffix
    if not whole or (own and not other.scaled and not re.search("[万亿]", whole)):
        return bare.worth if not whole or own == whole else None
    if not other.number.simple:
        return None
    myriads = whole.lstrip("十百千")
    if bare.number.chinese:
        rest = myriads if own or myriads == whole else None
    else:
        rest = whole.removeprefix(own) if whole.startswith(own) else None
    if not rest:
        return None
    scale = number(f"1{rest}", True)
    return None if scale is None else bare.worth * scale.value


def _beyond(found: Amount) -> bool:
    return any(each is not None and each > LARGEST_WAN for each in (found.low, found.high))
