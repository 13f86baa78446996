"""Vectors by slot: stored as exactly as the rows, searched within what is allowed, exactly or by neighbourhoods."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.engine.vectors import VectorShelf, pack, unpack

random = np.random.default_rng(11)


def units(count: int, dimension: int = 8) -> np.ndarray:
    """Of length 1, as a row holds them."""
    made = random.normal(size=(count, dimension))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


def shelf_of(vectors: np.ndarray, exact_up_to: int = 1000) -> VectorShelf:
    shelf = VectorShelf(exact_up_to)
    shelf.put(np.arange(len(vectors)), vectors)
    return shelf


def mask(length: int, *slots: int) -> np.ndarray:
    allowed = np.zeros(length, np.bool_)
    allowed[list(slots)] = True
    return allowed


def test_a_stored_vector_comes_back_to_three_decimals() -> None:
    vector = units(1, 384)[0]
    assert len(pack(vector)) == 2 * 384
    assert unpack(pack(vector)) == pytest.approx(vector, abs=1e-3)


def test_a_shelf_is_as_exact_as_the_rows() -> None:
    vectors = units(30, 384)
    found = shelf_of(vectors).vectors(np.array([29, 0, 7, 7]), 384)
    assert (found == vectors[[29, 0, 7, 7]]).all()


def test_the_nearest_are_those_with_the_greatest_inner_product() -> None:
    vectors, query = units(50), units(1)[0]
    expected = np.argsort(-(vectors @ query))[:7]
    assert shelf_of(vectors).nearest(query, 7, None).tolist() == expected.tolist()


def test_what_is_allowed_acts_inside_the_search() -> None:
    vectors, query = units(200), units(1)[0]
    worst = np.argsort(vectors @ query)[:5]
    found = shelf_of(vectors).nearest(query, 5, mask(200, *worst))
    assert found.tolist() == worst[::-1].tolist()


def test_no_more_are_found_than_are_allowed() -> None:
    shelf = shelf_of(units(3))
    assert shelf.nearest(units(1)[0], 10, mask(3, 1)).tolist() == [1]
    assert shelf.nearest(units(1)[0], 10, mask(3)).tolist() == []
    assert shelf.nearest(units(1)[0], 0, None).tolist() == []


def test_an_empty_shelf_finds_nothing() -> None:
    assert VectorShelf().nearest(units(1)[0], 3, None).tolist() == []
    assert VectorShelf().vectors(np.zeros(0, np.int64), 8).shape == (0, 8)


def test_a_slot_that_is_written_again_holds_the_new_vector() -> None:
    old, new = units(3), units(3)
    shelf = shelf_of(old)
    shelf.put(np.array([1, 3, 4]), new)  # one written before, and the next two
    assert (shelf.vectors(np.arange(5), 8) == np.stack([old[0], new[0], old[2], new[1], new[2]])).all()
    assert shelf.nearest(new[0], 1, None).tolist() == [1]


def clustered(count: int) -> np.ndarray:
    """Around forty centres, as texts lie around their subjects."""
    centres = random.normal(size=(40, 32))
    made = centres[random.integers(0, 40, count)] + 0.3 * random.normal(size=(count, 32))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_a_search_by_neighbourhoods_finds_nearly_what_an_exact_one_does() -> None:
    vectors = clustered(20_000)
    exact, near = shelf_of(vectors, 20_000), shelf_of(vectors, 1000)
    queries = clustered(20_000)[:20]
    same = [set(exact.nearest(each, 20, None)) & set(near.nearest(each, 20, None)) for each in queries]
    assert sum(map(len, same)) >= 0.98 * 20 * 20


def test_a_search_by_neighbourhoods_finds_as_many_as_are_asked_for_within_what_is_allowed() -> None:
    vectors = clustered(6000)
    shelf = shelf_of(vectors, 1000)
    query = vectors[0]
    allowed = np.ones(6000, np.bool_)
    allowed[np.argsort(-(vectors @ query))[:3000]] = False
    found = shelf.nearest(query, 900, allowed)
    assert len(set(found.tolist())) == 900
    assert allowed[found].all()


def test_what_is_written_after_the_neighbourhoods_were_found_is_found_too() -> None:
    vectors = clustered(6000)
    shelf = shelf_of(vectors, 1000)
    shelf.nearest(vectors[0], 5, None)
    moved = clustered(2)
    shelf.put(np.array([17, 6000]), moved)
    assert shelf.nearest(moved[0], 1, None).tolist() == [17]
    assert shelf.nearest(moved[1], 1, None).tolist() == [6000]
