"""What the vectors of all texts have in common, taken away: models of this kind put strangers at a cosine of 0.85.

Most of that is one direction, the same for every text. Without it strangers are near 0, and what is left tells texts
apart better (docs/engine.md, "What was tried").
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
FILE = "centre.npy"
"""In a model's folder, (dimension): what is taken away from each of its vectors."""
SHARE = 0.85
"""Of the mean vector: between 0.7 and 1 all did alike."""
REFERENCE = Path(__file__).with_name("reference_titles.txt")


@cache
def reference_titles() -> tuple[str, ...]:
    """Titles of problems and results from every trade, a line each; invented, like the sample data."""
    return tuple(REFERENCE.read_text(encoding="utf-8").splitlines())


def centre_of(vectors: Vectors) -> Vectors:
    """(dimension), of the (n, dimension) vectors of the reference titles."""
    mean: Vectors = SHARE * vectors.mean(axis=0, dtype=np.float32)
    return mean


def take_away(centre: Vectors, vectors: Vectors) -> Vectors:
    """(n, dimension) of length 1."""
    left = vectors - centre
    norms = np.linalg.norm(left, axis=-1, keepdims=True)
    rows: Vectors = (left / np.maximum(norms, 1e-6)).astype(np.float32)
    return rows
