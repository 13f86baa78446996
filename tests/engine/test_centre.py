from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.engine import ModelMissing, centre
from matchmaker.engine.encoder import CentredEncoder, _centre_for


class Plain:
    """Vectors with a large part in common."""

    version = "plain"
    dimension = 3

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        rows = np.array([[10.0, len(each) % 5, len(each) % 3] for each in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_passages = encode_queries


def test_what_all_have_in_common_is_taken_away() -> None:
    plain = Plain()
    texts = ["a", "bb", "ccc", "dddd"]
    served = CentredEncoder(plain, centre.centre_of(plain.encode_queries(texts)))
    assert (plain.encode_queries(["a"]) @ plain.encode_queries(["bbb"]).T).item() > 0.9
    assert (served.encode_queries(["a"]) @ served.encode_passages(["bbb"]).T).item() < 0.9


def test_vectors_keep_their_length() -> None:
    rows = centre.take_away(np.full(4, 0.3, np.float32), np.eye(4, dtype=np.float32))
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_text_that_is_the_centre_itself_has_a_vector() -> None:
    common = np.array([1.0, 0, 0], np.float32)
    assert np.isfinite(centre.take_away(common, common[None, :])).all()


def test_the_folders_own_measurement_is_used(tmp_path: Path) -> None:
    np.save(tmp_path / centre.FILE, np.array([1.0, 2, 3]))
    assert _centre_for(Plain(), tmp_path / centre.FILE).tolist() == [1, 2, 3]


def test_a_folder_without_one_is_measured_by_the_reference_titles(tmp_path: Path) -> None:
    measured = centre.centre_of(Plain().encode_queries(list(centre.reference_titles())))
    assert _centre_for(Plain(), tmp_path / centre.FILE) == pytest.approx(measured)


def test_a_broken_measurement_is_told(tmp_path: Path) -> None:
    (tmp_path / centre.FILE).write_bytes(b"no numbers")
    with pytest.raises(ModelMissing):
        _centre_for(Plain(), tmp_path / centre.FILE)
