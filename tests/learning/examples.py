"""Made-up decisions: problems with pairs whose fit follows one feature, or none."""

from __future__ import annotations

import random
from collections.abc import Callable

from matchmaker.engine.learning import Example

Follow = Callable[[dict[str, float], random.Random], bool]


def features(chance: random.Random) -> dict[str, float]:
    """Cosines as the engine's are spread, and sometimes a fact."""
    common = chance.gauss(0.5, 0.1)
    parts = {name: round(common + chance.gauss(0, 0.04), 7) for name in ("title", "text", "cross")}
    parts["words"] = round(max(0.0, chance.gauss(0.08, 0.06)), 7)
    if chance.random() < 0.3:
        parts[chance.choice(("field_agrees", "field_conflicts"))] = 1.0
    return parts


def by_words(parts: dict[str, float], chance: random.Random) -> bool:
    """Shared words decide, whatever else there is."""
    return parts["words"] > 0.08


def by_chance(parts: dict[str, float], chance: random.Random) -> bool:
    return chance.random() < 0.4


def decided(problems: int, of_each: int, follow: Follow, seed: int = 1) -> list[Example]:
    """Kept (2 to 3) where `follow` says so, else dismissed (0 to 1)."""
    chance = random.Random(seed)
    found = []
    for problem in range(problems):
        for _ in range(of_each):
            parts = features(chance)
            kept = follow(parts, chance)
            found.append(Example(problem, parts, 2 if kept else 0, 3 if kept else 1))
    return found
