"""Names that are like another one: for a name that was misspelt, and for two entries that may be one organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log


class NearNames:
    """Names to look among. What nearly all of them have, as 有限公司, tells none from another and counts little."""

    def __init__(self, names: Iterable[str]) -> None:
        self._pairs = {name: _pairs(name) for name in names}
        common = Counter(pair for pairs in self._pairs.values() for pair in pairs)
        self._worth = {pair: log(1 + len(self._pairs) / count) for pair, count in common.items()}
        self._unknown = log(1 + len(self._pairs))

    def like(self, name: str, least: float, most: int) -> list[str]:
        """The names most like it first, itself left out; `least`: the share of pairs of characters, by their worth."""
        own = _pairs(name)
        shares = {
            each: self._sum(own & pairs) / (self._sum(own | pairs) or 1)
            for each, pairs in self._pairs.items()
            if each != name and own & pairs
        }
        near = sorted(
            (each for each, share in shares.items() if share > least), key=lambda each: -shares[each]
        )
        return near[:most]

    def _sum(self, pairs: set[str]) -> float:
        return sum(self._worth.get(pair, self._unknown) for pair in pairs)


def _pairs(name: str) -> set[str]:
    return {name[place : place + 2] for place in range(len(name) - 1)}
