"""The terms of many documents in a few arrays, some five bytes for each term of each document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.slots import Slots, grown

Floats = NDArray[np.float32]
HALF = 1.0
"""Occurrences at which a term has half its full weight: saying a word ten times is not ten words."""
MOST = 255
"""Occurrences that are counted; the weight is full long before."""
WORTH: Floats = (np.arange(MOST + 1) / (np.arange(MOST + 1) + HALF)).astype(np.float32)
MUCH = 1_000_000
"""Terms of documents that are gone, from which on their room is made free."""


@dataclass(frozen=True)
class TermVector:
    """Terms of a document: numbers in a Lexicon, and how often it says each."""

    numbers: NDArray[np.int32]
    times: NDArray[np.uint8]

    @property
    def counts(self) -> Floats:
        """Saturated counts in (0, 1)."""
        counts: Floats = WORTH[self.times]
        return counts


@dataclass(frozen=True)
class TermMatrix(Sequence[TermVector]):
    """Several documents' terms one after another; `ends[i]` is where those of document i end."""

    numbers: NDArray[np.int32]
    times: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, documents: Sequence[TermVector]) -> TermMatrix:
        if isinstance(documents, TermMatrix):
            return documents
        none = TermVector(np.zeros(0, np.int32), np.zeros(0, np.uint8))
        return cls(
            np.concatenate([none.numbers, *(each.numbers for each in documents)]),
            np.concatenate([none.times, *(each.times for each in documents)]),
            np.cumsum([len(each.numbers) for each in documents], dtype=np.int64),
        )

    @classmethod
    def joined(cls, first: TermMatrix, second: TermMatrix) -> TermMatrix:
        return cls(
            np.concatenate([first.numbers, second.numbers]),
            np.concatenate([first.times, second.times]),
            np.concatenate([first.ends, second.ends + len(first.numbers)]),
        )

    @property
    def counts(self) -> Floats:
        counts: Floats = WORTH[self.times]
        return counts

    @property
    def owners(self) -> NDArray[np.int64]:
        """The document of each term."""
        return np.repeat(np.arange(len(self.ends)), np.diff(self.ends, prepend=0))

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, place: int) -> TermVector: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[TermVector]: ...

    def __getitem__(self, place: int | slice) -> TermVector | Sequence[TermVector]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        end = self.ends[place]
        start = self.ends[place - 1] if place % len(self) else 0
        return TermVector(self.numbers[start:end], self.times[start:end])

    def __iter__(self) -> Iterator[TermVector]:
        return (self[place] for place in range(len(self)))


class TermRows:
    """Terms by slot. Not thread safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self._numbers = np.zeros(0, np.int32)
        self._times = np.zeros(0, np.uint8)
        self._start = np.zeros(0, np.int64)
        self._size = np.zeros(0, np.int32)
        self._used = 0
        self._gone = 0

    def put(self, slots: Slots, documents: Sequence[TermVector]) -> None:
        """Write the terms of documents into slots that hold none, or none any more."""
        added = TermMatrix.of(documents)
        end = self._used + len(added.numbers)
        self._numbers = grown(self._numbers, end)  # type: ignore[assignment]
        self._times = grown(self._times, end)  # type: ignore[assignment]
        self._numbers[self._used : end] = added.numbers
        self._times[self._used : end] = added.times
        last = int(slots.max(initial=-1)) + 1
        self._start = grown(self._start, last)  # type: ignore[assignment]
        self._size = grown(self._size, last)  # type: ignore[assignment]
        sizes = np.diff(added.ends, prepend=0)
        self._start[slots] = self._used + added.ends - sizes
        self._size[slots] = sizes
        self._used = end

    def discard(self, slots: Slots) -> None:
        self._gone += int(self._size[slots].sum())
        self._size[slots] = 0
        if self._gone > MUCH and 2 * self._gone > self._used:
            self._pack()

    def pick(self, slots: Slots) -> TermMatrix:
        """The terms of several slots, in their order."""
        sizes = self._size[slots].astype(np.int64)
        ends = np.cumsum(sizes)
        places = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(
            self._start[slots] - ends + sizes, sizes
        )
        return TermMatrix(self._numbers[places], self._times[places], ends)

    def _pack(self) -> None:
        """Close the gaps that discarded terms have left."""
        slots = np.flatnonzero(self._size)
        slots = slots[np.argsort(self._start[slots])]
        kept = self.pick(slots)
        self._numbers, self._times = kept.numbers, kept.times
        self._start[slots] = kept.ends - self._size[slots]
        self._used, self._gone = len(kept.numbers), 0
