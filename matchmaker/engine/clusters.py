"""Neighbourhoods of a large collection's vectors, so that a search need not look at each of them.

What FAISS calls IVF, kept apart from the vectors: these stay where they are, and a search is an exact one among
those of the nearest neighbourhoods. Documents are added, replaced and removed without another thought.
"""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.slots import Mask, Slots, grown

Vectors = NDArray[np.float32]
SAMPLE_PER_CENTRE = 64
ROUNDS = 8
SHARE = 0.04
"""Of the vectors that may be found, how many a search looks at; more neighbourhoods make each of them smaller."""
LEAST_LOOKED_AT = 4000


class Clusters:
    """Centres of one part's vectors, and the nearest of them for each slot."""

    def __init__(self, sample: Vectors, size: int) -> None:
        """Centres for `size` vectors from a sample of them."""
        count = int(size**0.5)
        means = faiss.Kmeans(
            sample.shape[1],
            count,
            niter=ROUNDS,
            spherical=True,
            seed=7,
            max_points_per_centroid=SAMPLE_PER_CENTRE,
        )
        means.train(np.ascontiguousarray(sample))
        self.size = size
        """How many vectors the centres were made for."""
        self._centres: Vectors = np.asarray(means.centroids)
        self._nearest = faiss.IndexFlatIP(sample.shape[1])
        self._nearest.add(self._centres)
        self._of = np.zeros(0, np.uint16)

    @staticmethod
    def sample_size(size: int) -> int:
        return min(size, int(size**0.5) * SAMPLE_PER_CENTRE)

    def put(self, slots: Slots, vectors: Vectors) -> None:
        self._of = grown(self._of, int(slots.max(initial=-1)) + 1)  # type: ignore[assignment]
        _, nearest = self._nearest.search(np.ascontiguousarray(vectors), 1)
        self._of[slots] = nearest[:, 0]

    def near(self, query: Vectors, count: int, allowed: Mask) -> Mask:
        """Of the allowed slots those in the nearest neighbourhoods: enough to find the `count` nearest among."""
        of = self._of[: len(allowed)]
        sizes = np.bincount(of[allowed], minlength=len(self._centres))
        order = np.argsort(-(self._centres @ query))
        enough = max(SHARE * int(sizes.sum()), LEAST_LOOKED_AT, 8 * count)
        chosen = np.zeros(len(self._centres), np.bool_)
        chosen[order[: 1 + int(np.searchsorted(np.cumsum(sizes[order]), enough))]] = True
        found: Mask = chosen[of] & allowed
        return found
