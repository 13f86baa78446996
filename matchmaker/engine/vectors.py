"""The nearest of one kind's documents by vector: FAISS indexes in memory, a cache of rows."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.clusters import Clusters
from matchmaker.engine.slots import Mask, Slots

Vectors = NDArray[np.float32]
EXACT_UP_TO = 200_000
"""So many vectors are searched one by one: some 15 ms. Of more, only the nearest neighbourhoods are."""
TRAINED_AT_A_TIME = 20_000


def unpack(stored: bytes) -> Vectors:
    """A stored half-precision vector as float32."""
    return np.frombuffer(stored, np.float16).astype(np.float32)


def pack(vector: Vectors) -> bytes:
    return vector.astype(np.float16).tobytes()


class VectorShelf:
    """One part's vectors by slot, as exact as the rows: half precision. Not thread safe: the engine's lock guards it."""

    def __init__(self, exact_up_to: int = EXACT_UP_TO) -> None:
        self._exact_up_to = exact_up_to
        self._index: Any = None
        self._clusters: Clusters | None = None

    def put(self, slots: Slots, vectors: Vectors) -> None:
        """Write rows into slots: used before, or the next ones after the last, in order."""
        if self._index is None:
            self._index = _empty(vectors.shape[1])
        new = slots >= self._index.ntotal
        if not new.all():
            self._rows()[slots[~new]] = vectors[~new]
        if new.any():
            self._index.add(np.ascontiguousarray(vectors[new], np.float32))
        if self._clusters is not None:
            self._clusters.put(slots, vectors)

    def vectors(self, slots: Slots, dimension: int) -> Vectors:
        """Rows in the order of `slots`."""
        if not len(slots):
            return np.zeros((0, dimension), np.float32)
        return self._rows()[slots].astype(np.float32)

    def nearest(self, query: Vectors, count: int, allowed: Mask | None) -> Slots:
        """Up to `count` slots, most alike first. `allowed` limits the search itself; None: every slot."""
        if self._index is None or count <= 0:
            return np.zeros(0, np.int64)
        size = self._index.ntotal if allowed is None else int(allowed.sum())
        if size > self._exact_up_to:
            allowed = np.ones(self._index.ntotal, np.bool_) if allowed is None else allowed
            allowed = self._trained(size).near(query, count, allowed)
            size = int(allowed.sum())
        if size == 0:
            return np.zeros(0, np.int64)
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, found = self._index.search(
            np.ascontiguousarray(query, np.float32).reshape(1, -1), min(count, size), params=parameters
        )
        slots: Slots = found[0][found[0] >= 0]
        return slots

    def _rows(self) -> NDArray[np.float16]:
        """The index's own memory, (slots, dimension): read and written in place."""
        codes = self._index.codes
        rows: NDArray[np.uint8] = faiss.rev_swig_ptr(codes.data(), codes.size())
        return rows.view(np.float16).reshape(self._index.ntotal, -1)

    def _trained(self, size: int) -> Clusters:
        """The neighbourhoods; found anew when the collection has doubled since."""
        if self._clusters is None or size > 2 * self._clusters.size:
            rows = self._rows()
            some = np.random.default_rng(7).choice(len(rows), Clusters.sample_size(size), replace=False)
            clusters = Clusters(rows[np.sort(some)].astype(np.float32), size)
            for start in range(0, len(rows), TRAINED_AT_A_TIME):
                part = rows[start : start + TRAINED_AT_A_TIME]
                clusters.put(np.arange(start, start + len(part)), part.astype(np.float32))
            self._clusters = clusters
        return self._clusters


def _empty(dimension: int) -> Any:
    """Half-precision rows: as exact as what is stored, and searched in a third of the time of full precision."""
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
