"""The facts of many documents as columns of small numbers; values, such as field codes, repeat and are kept once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from matchmaker.engine.documents import Facts
from matchmaker.engine.slots import Slots, grown

NAMES = tuple(Facts.__dataclass_fields__)


class FactColumns:
    """Facts by slot. Not thread safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self._codes = np.zeros((0, len(NAMES)), np.int32)
        self._values: list[list[Any]] = [[] for _ in NAMES]
        self._code_of: list[dict[Any, int]] = [{} for _ in NAMES]

    def put(self, slots: Slots, facts: Sequence[Facts]) -> None:
        self._codes = grown(self._codes, int(slots.max(initial=-1)) + 1)  # type: ignore[assignment]
        for slot, each in zip(slots.tolist(), facts, strict=True):
            given = vars(each)
            self._codes[slot] = [self._code(column, given[name]) for column, name in enumerate(NAMES)]

    def pick(self, slots: Slots) -> list[Facts]:
        return [
            Facts(*(values[code] for values, code in zip(self._values, codes, strict=True)))
            for codes in self._codes[slots].tolist()
        ]

    def _code(self, column: int, value: Any) -> int:
        known = self._code_of[column]
        code = known.get(value)
        if code is None:
            code = known[value] = len(known)
            self._values[column].append(value)
        return code
