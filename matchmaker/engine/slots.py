"""Where each document of a shelf stands in the shelf's arrays."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int64]
Mask = NDArray[np.bool_]
SMALLEST = 64


def grown(array: NDArray[np.generic], size: int) -> NDArray[np.generic]:
    """The array with room for `size` rows, zeros at its end; twice as much as it had if it must grow at all."""
    if size <= len(array):
        return array
    larger = np.zeros((max(size, 2 * len(array), SMALLEST), *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


class SlotBook:
    """Slots by object id and back. A slot that was given up is given out again."""

    def __init__(self) -> None:
        self.end = 0
        """One more than the highest slot ever used: the length of masks."""
        self.taken = 0
        self._ids = np.zeros(0, np.int64)
        self._slot_after = np.zeros(0, np.int32)
        """By id, the slot and one: ids are numbers of rows and lie close together, so an array is the least."""
        self._served = np.zeros(0, np.bool_)
        self._free: list[int] = []

    def give(self, ids: Collection[int]) -> Slots:
        """New slots, in the order of `ids`, none of which may have one."""
        again = [self._free.pop() for _ in range(min(len(self._free), len(ids)))]
        more = len(ids) - len(again)
        slots = np.array([*again, *range(self.end, self.end + more)], np.int64)
        self.end += more
        self.taken += len(ids)
        numbers = _array(ids)
        self._ids = grown(self._ids, self.end)  # type: ignore[assignment]
        self._served = grown(self._served, self.end)  # type: ignore[assignment]
        self._slot_after = grown(self._slot_after, int(numbers.max(initial=0)) + 1)  # type: ignore[assignment]
        self._ids[slots] = numbers
        self._served[slots] = True
        self._slot_after[numbers] = slots + 1
        return slots

    def take_back(self, ids: Collection[int]) -> Slots:
        """The slots of those that had one, free from now on."""
        numbers = self.known(ids)
        slots = self.of(numbers)
        self._slot_after[numbers] = 0
        self._served[slots] = False
        self._free.extend(slots.tolist())
        self.taken -= len(slots)
        return slots

    def known(self, ids: Collection[int]) -> NDArray[np.int64]:
        """Those of `ids` that have a slot, once each, in order."""
        numbers = np.unique(_array(ids))
        numbers = numbers[(numbers >= 0) & (numbers < len(self._slot_after))]
        return numbers[self._slot_after[numbers] > 0]

    def of(self, ids: NDArray[np.int64]) -> Slots:
        """The slots of ids that all have one."""
        return self._slot_after[ids].astype(np.int64) - 1

    def ids(self, slots: Slots | None = None) -> NDArray[np.int64]:
        """The ids at slots; with None, of all that have one."""
        return self._ids[: self.end][self._served[: self.end]] if slots is None else self._ids[slots]

    def mask(self, within: Collection[int] | None, hidden: Collection[int]) -> Mask | None:
        """Slots that a search may find: in use, in `within` if that is given, and not `hidden`. None: all of them."""
        if within is not None:
            mask = np.zeros(self.end, np.bool_)
            mask[self.of(self.known(within))] = True
        elif hidden or self.taken < self.end:
            mask = self._served[: self.end].copy()
        else:
            return None
        if hidden:
            mask[self.of(self.known(hidden))] = False
        return mask


def _array(ids: Collection[int]) -> NDArray[np.int64]:
    if isinstance(ids, np.ndarray):
        return ids.astype(np.int64)
    return np.fromiter(ids, np.int64, len(ids))
