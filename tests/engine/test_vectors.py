from __future__ import annotations

import numpy as np
import pytest

from matchmaker.engine.vectors import VectorShelf, pack, unpack

random = np.random.default_rng(11)


def units(count: int, dimension: int = 8) -> np.ndarray:
    made = random.normal(size=(count, dimension)).astype(np.float32)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_a_stored_vector_comes_back_to_three_decimals() -> None:
    vector = units(1, 384)[0]
    assert len(pack(vector)) == 2 * 384
    assert unpack(pack(vector)) == pytest.approx(vector, abs=1e-3)


def test_the_nearest_are_those_with_the_greatest_inner_product() -> None:
    title, text, query = units(50), units(50), units(1)[0]
    shelf = VectorShelf()
    shelf.put(list(range(100, 150)), title, text)
    for part, vectors in (("title", title), ("text", text)):
        expected = (100 + np.argsort(-(vectors @ query))[:7]).tolist()
        assert shelf.nearest(part, query, 7) == expected


def test_the_limit_acts_inside_the_search() -> None:
    title, query = units(200), units(1)[0]
    shelf = VectorShelf()
    shelf.put(list(range(200)), title, title)
    worst = np.argsort(title @ query)[:5].tolist()
    assert shelf.nearest("title", query, 5, worst) == worst[::-1]


def test_ids_that_are_not_there_are_not_found() -> None:
    shelf = VectorShelf()
    shelf.put([1, 2], units(2), units(2))
    assert sorted(shelf.nearest("title", units(1)[0], 10, [1, 2, 99])) == [1, 2]
    assert shelf.nearest("title", units(1)[0], 10, [99]) == []
    assert shelf.nearest("title", units(1)[0], 10, []) == []


def test_an_empty_shelf_finds_nothing() -> None:
    shelf = VectorShelf()
    shelf.discard([1])
    assert shelf.nearest("title", units(1)[0], 3) == []
    assert shelf.vectors("title", [], 8).shape == (0, 8)


def test_discarded_documents_are_gone_from_both_parts() -> None:
    shelf, vectors = VectorShelf(), units(3)
    shelf.put([1, 2, 3], vectors, vectors)
    shelf.discard({2})
    for part in ("title", "text"):
        assert sorted(shelf.nearest(part, vectors[1], 3)) == [1, 3]


def test_a_document_can_be_put_again_with_other_vectors() -> None:
    shelf, old, new = VectorShelf(), units(3), units(1)
    shelf.put([1, 2, 3], old, old)
    shelf.discard([2])
    shelf.put([2], new, new)
    assert shelf.vectors("text", [3, 2, 1], 8) == pytest.approx(np.stack([old[2], new[0], old[0]]))
