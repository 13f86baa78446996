"""How long the model itself takes, in whatever goes on around it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from matchmaker.engine import Encoder
from matchmaker.engine.vectors import Vectors


class TimedEncoder:
    """An encoder that counts the seconds spent in it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.seconds = 0.0

    @property
    def version(self) -> str:
        return self._encoder.version

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._timed(self._encoder.encode_queries, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._timed(self._encoder.encode_passages, texts)

    def _timed(self, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        try:
            return encode(texts)
        finally:
            self.seconds += time.perf_counter() - began
