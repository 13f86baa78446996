from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.engine import adapted_layers

random = np.random.default_rng(3)


def weights() -> dict[str, np.ndarray]:
    return {
        "layer.weight": random.normal(size=(20, 12)).astype(np.float32),
        "layer.bias": random.normal(size=12).astype(np.float32),
        "below.weight": random.normal(size=(5, 5)).astype(np.float32),
    }


def trained(base: dict[str, np.ndarray], rank: int) -> dict[str, np.ndarray]:
    change = random.normal(size=(20, rank)) @ random.normal(size=(rank, 12)) / 100
    return base | {
        "layer.weight": (base["layer.weight"] + change).astype(np.float32),
        "layer.bias": base["layer.bias"] + 0.25,
    }


def test_a_change_of_low_rank_is_kept_whole() -> None:
    base = weights()
    wanted = trained(base, rank=3)
    made = dict(base)
    adapted_layers.add(made, adapted_layers.difference(base, wanted, rank=3))
    for name, value in wanted.items():
        assert made[name] == pytest.approx(value, abs=1e-3)


def test_a_narrower_one_keeps_most_of_it() -> None:
    base = weights()
    wanted = trained(base, rank=6)
    made = dict(base)
    adapted_layers.add(made, adapted_layers.difference(base, wanted, rank=4))
    before, after = (np.linalg.norm(each["layer.weight"] - wanted["layer.weight"]) for each in (base, made))
    assert after < before / 2


def test_what_did_not_change_takes_no_room() -> None:
    base = weights()
    assert not [
        name for name in adapted_layers.difference(base, trained(base, 2), 2) if name.startswith("below")
    ]


def test_changes_of_another_model_are_refused() -> None:
    base = weights()
    changes = adapted_layers.difference(base, trained(base, 2), 2)
    with pytest.raises((KeyError, ValueError)):
        adapted_layers.add({"layer.weight": np.zeros((3, 3), np.float32)}, changes)


def test_the_programs_own_changes_are_of_the_upper_layers_and_small() -> None:
    changes = adapted_layers.read()
    assert {name.split(".")[2] for name in changes} == {"8", "9", "10", "11"}
    assert adapted_layers.FILE.stat().st_size < 1_000_000
    assert all(np.isfinite(value).all() for value in changes.values())


def test_the_examples_can_be_learnt_from() -> None:
    examples = Path("seed_data/graded_examples.jsonl")
    pairs = list(adapted_layers._pairs(examples))
    assert len({each.problem for each in pairs}) > 700
    assert {each.grade for each in pairs} == {0.0, 1.0, 2.0, 3.0}
