"""The nearest of one kind's documents by vector: FAISS indexes in memory, a cache of rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
PARTS = ("title", "text")


def unpack(stored: bytes) -> Vectors:
    """A stored half-precision vector as float32."""
    return np.frombuffer(stored, np.float16).astype(np.float32)


def pack(vector: Vectors) -> bytes:
    return vector.astype(np.float16).tobytes()


class VectorShelf:
    """Title and text vectors by object id. Exact inner product; not thread safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self._indexes: dict[str, Any] = {}

    def _of(self, part: str, dimension: int) -> Any:
        """The index of a part, made for the first vector's dimension."""
        if part not in self._indexes:
            self._indexes[part] = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        return self._indexes[part]

    def put(self, ids: Sequence[int], title: Vectors, text: Vectors) -> None:
        """Add rows under ids that are not in it: discard them first."""
        numbers = np.array(ids, np.int64)
        for part, vectors in (("title", title), ("text", text)):
            self._of(part, vectors.shape[1]).add_with_ids(np.ascontiguousarray(vectors, np.float32), numbers)

    def discard(self, ids: Collection[int]) -> None:
        numbers = np.array(sorted(ids), np.int64)
        for index in self._indexes.values():
            index.remove_ids(numbers)

    def nearest(
        self, part: str, query: Vectors, count: int, within: Collection[int] | None = None
    ) -> list[int]:
        """Ids of up to `count` documents, most alike first; `within` limits the search itself."""
        index = self._of(part, query.shape[-1])
        count = min(count, index.ntotal if within is None else len(within))
        if count == 0:
            return []
        parameters = None
        if within is not None:
            allowed = np.array(sorted(within), np.int64)
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        _, ids = index.search(query.reshape(1, -1), count, params=parameters)
        return [int(each) for each in ids[0] if each >= 0]

    def vectors(self, part: str, ids: Sequence[int], dimension: int) -> Vectors:
        """Rows in the order of `ids`, all of which must be in it."""
        if not ids:
            return np.zeros((0, dimension), np.float32)
        rows: Vectors = self._indexes[part].reconstruct_batch(np.array(ids, np.int64))
        return rows
