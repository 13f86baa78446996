"""Numbers in figures and Chinese numerals, mixed as people mix them: 3千5百万, 一亿二千万, 伍拾万零伍仟, 2.5千."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = dict(zip("〇零一二三四五六七八九", [0, 0, *range(1, 10)], strict=True))
DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖两", [*range(1, 10), 2], strict=True))
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
PLAIN = str.maketrans("拾佰仟萬億", "十百千万亿")

MOST_DIGITS = 20
"""With those behind the point; nobody has more money than that."""

NUMBER_PIECE = (
    rf"\d{{1,3}}(?:,\d{{3}})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?|[{''.join(DIGITS)}]+"
    rf"|[{''.join(TENS)}]|[{''.join(MYRIADS)}]"
)
_PIECE = re.compile(NUMBER_PIECE)
_SUFFIX = re.compile("[十百千万亿]*$")


@dataclass(frozen=True)
class Number:
    """`suffix`: the tens and myriads at its end. `chinese`: without figures. `simple`: one number before the suffix."""

    value: Decimal
    suffix: str = ""
    chinese: bool = False
    simple: bool = True

    @property
    def mixed(self) -> bool:
        """A figure with tens behind it."""
        return bool(self.suffix) and not self.chinese


@dataclass
class _Sum:
    """A number as far as it has been read; `waiting`: what the next of the tens or myriads multiplies."""

    total: Decimal = Decimal(0)
    section: Decimal = Decimal(0)
    waiting: Decimal | None = None
    zero: bool = False
    """Whether a 零 stands before what waits: 一百零五 is told from 一百五."""
    tens: int = 0
    myriad: int = 0

    def ten(self, size: int) -> bool:
        if self.waiting is None and size == 10 and not self.section:
            self.waiting = Decimal(1)
        if self.waiting is None or (self.tens and size >= self.tens):
            return False
        self.section, self.waiting, self.tens = self.section + self.waiting * size, None, size
        return True

    def thousands(self, size: int) -> bool:
        if (self.waiting is None and not self.section) or self._shortened:
            return False
        worth = (self.section + (self.waiting or 0)) * size
        if self.myriad and (size >= self.myriad or worth >= self.myriad):
            return False
        self.total, self.section, self.waiting = self.total + worth, Decimal(0), None
        self.tens, self.myriad = 0, size
        return True

    def digits(self, piece: str) -> bool:
        """一百五六十 is no number, and 三五万 is a range."""
        rest = piece.lstrip("零〇")
        if self.waiting is not None or (piece[0] in DIGITS and len(rest) > 1):
            return False
        self.zero = rest != piece and piece[0] in DIGITS
        figure = str(DIGITS[rest] if rest else 0) if piece[0] in DIGITS else piece.replace(",", "")
        if len(figure) > MOST_DIGITS:
            return False
        self.waiting = Decimal(figure)
        return True

    def end(self, counted: bool) -> Decimal | None:
        if self._shortened:
            return None
        behind = self.waiting if self.myriad and not self.tens and not self.zero else None
        if behind is not None and not (counted and self.myriad <= behind * 10 < self.myriad * 10):
            return None  # 50万5 may be 550,000, 50万5000元 is what it says
        return self.total + self.section + (self.waiting or 0)

    @property
    def _shortened(self) -> bool:
        """一百五 may be 150, and 三百五万 too."""
        return self.waiting is not None and self.tens > 10 and not self.zero


def number(written: str, counted: bool = False) -> Number | None:
    """None where it can be meant in two ways or in none: 一万二, 三五万, 50万80万. `counted`: 元 stands behind it."""
    pieces = _PIECE.findall(written)
    found = _Sum()
    for piece in pieces:
        if piece in TENS:
            fits = found.ten(TENS[piece])
        elif piece in MYRIADS:
            fits = found.thousands(MYRIADS[piece])
        else:
            fits = found.digits(piece)
        if not fits:
            return None
    value = found.end(counted)
    if value is None:
        return None
    suffix = _SUFFIX.search("".join(pieces).translate(PLAIN))
    numbers = [each for each in pieces if each not in TENS and each not in MYRIADS]
    chinese = not any(each[0].isascii() for each in pieces)
    return Number(value, suffix[0] if suffix else "", chinese, len(numbers) <= 1)
