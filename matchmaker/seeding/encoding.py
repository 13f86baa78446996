"""Vectors made ahead, in batches, so that the steps that need them one by one need not wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matchmaker.engine import Encoder
from matchmaker.engine.vectors import Vectors


class RememberingEncoder:
    """Encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._queries: dict[str, Vectors] = {}
        self._passages: dict[str, Vectors] = {}

    @property
    def version(self) -> str:
        return self._encoder.version

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._remembered(self._queries, self._encoder.encode_queries, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._remembered(self._passages, self._encoder.encode_passages, texts)

    def _remembered(
        self, memory: dict[str, Vectors], encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]
    ) -> Vectors:
        new = list(dict.fromkeys(text for text in texts if text not in memory))
        if new:
            memory.update(zip(new, encode(new), strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([memory[text] for text in texts])
