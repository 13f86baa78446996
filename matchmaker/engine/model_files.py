"""A ranking model as a JSON file, so that one that was learnt in one place can rank in another."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matchmaker.engine.ranking import RankingModel

FORMAT = "ranking-model-1"
LONGEST_NAME = 40


class BadModel(ValueError):
    """A file is no ranking model; carries its path."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: is no ranking model")
        self.path = path


def write_model(path: Path, model: RankingModel, encoder: str, figures: Mapping[str, Any]) -> None:
    """`encoder`: the version whose vectors it was learnt on. Raises OSError."""
    written = {
        "format": FORMAT,
        **as_json(model),
        "encoder": encoder,
        "figures": dict(figures),
    }
    path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_model(path: Path) -> tuple[RankingModel, str]:
    """The model, and the encoder version that it goes with. Raises BadModel, OSError."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        if given["format"] != FORMAT:
            raise BadModel(path)
        return from_json(given), str(given["encoder"])
    except (ValueError, KeyError, TypeError, AttributeError):  # neither JSON nor UTF-8, or lacking something
        raise BadModel(path) from None


def as_json(model: RankingModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "weights": dict(sorted(model.weights.items())),
        "bias": model.bias,
        "cuts": list(model.cuts),
    }


def from_json(given: Mapping[str, Any]) -> RankingModel:
    """The inverse of `as_json`. Raises ValueError, KeyError, TypeError, AttributeError for what is no model."""
    low, middle, high = (_number(cut) for cut in given["cuts"])
    name = str(given["name"])
    if not low <= middle <= high or not name or len(name) > LONGEST_NAME or len(name.split()) != 1:
        raise ValueError("cuts increase, and a name is one short word")
    weights = {str(feature): _number(weight) for feature, weight in given["weights"].items()}
    return RankingModel(name, MappingProxyType(weights), _number(given["bias"]), (low, middle, high))


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number
