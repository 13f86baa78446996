"""Rows of one table that say nearly the same, told by small signatures: any number of rows fits into the memory.

The share of numbers in which two signatures agree is about the share of their pairs of characters that both texts have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import ImportKind

TEXTS: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.PROBLEM: ("title", "background", "statement"),
    ImportKind.CAPABILITY: ("title", "summary"),
}
NEARLY = 0.8
LEAST_PAIRS = 30
"""Of a text with fewer, one word more or less tells two things apart."""
SIZE = 64

Signature = NDArray[np.uint32]
_SALTS = np.random.default_rng(1).integers(1, 2**63, SIZE, dtype=np.uint64) | np.uint64(1)


class NearRows:
    """The rows so far of a table. 20,000 of them take some 5 MB, and to look one up some milliseconds."""

    def __init__(self, kind: ImportKind) -> None:
        self._texts = TEXTS.get(kind, ())
        self._signatures = np.empty((256, SIZE), np.uint32)
        self._rows: list[tuple[int, int]] = []
        """Number, and the figures in the text as a hash: two variants of a product differ in these only."""

    def find_or_add(self, number: int, values: Mapping[str, Any]) -> int | None:
        """The number of the first earlier row that says nearly the same with the same figures; else it is kept."""
        text = "".join("\n".join(str(values.get(name) or "") for name in self._texts).split())
        pairs = {ord(first) << 21 | ord(second) for first, second in pairwise(text)}
        if len(pairs) < LEAST_PAIRS:
            return None
        signature, figures = _signature(pairs), hash(tuple(re.findall(r"\d+", text)))
        known = len(self._rows)
        agreeing = (self._signatures[:known] == signature).mean(axis=1)
        for place in np.flatnonzero(agreeing >= NEARLY):
            earlier, its_figures = self._rows[place]
            if its_figures == figures:
                return earlier
        if known == len(self._signatures):
            self._signatures = np.concatenate([self._signatures, np.empty_like(self._signatures)])
        self._signatures[known] = signature
        self._rows.append((number, figures))
        return None


def _signature(pairs: set[int]) -> Signature:
    codes = np.fromiter(pairs, np.uint64, len(pairs))
    codes ^= codes >> np.uint64(13)
    mixed = (codes[None, :] * _SALTS[:, None]) >> np.uint64(32)
    return np.asarray(mixed.min(axis=1), np.uint32)
