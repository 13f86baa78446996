from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matchmaker.engine import Encoder, ModelMissing, load_encoder
from matchmaker.engine.encoder import BUNDLED, ONNX_FILE, LazyEncoder
from matchmaker.settings import ROOT

MODEL = os.environ.get("MATCHMAKER_MODEL") or str(ROOT / "var" / "model")
SHORT = "气孔检测"
LONG = "需要在压铸后三十秒内用X射线或超声判定直径0.5毫米以上的气孔，并给出位置，适应五种壳体换型。" * 3
TEXTS = [SHORT, LONG, "染整废水膜法回用", "X", "7075-T6 aluminium plate"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(BUNDLED + MODEL)


@pytest.fixture(scope="module")
def vectors(encoder: Encoder) -> np.ndarray:
    return encoder.encode_passages(TEXTS)


def test_vectors_have_length_1(encoder: Encoder, vectors: np.ndarray) -> None:
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_both_sides_are_encoded_alike(encoder: Encoder) -> None:
    assert (encoder.encode_queries([SHORT]) == encoder.encode_passages([SHORT])).all()


def test_strangers_have_nothing_in_common(encoder: Encoder) -> None:
    """As the model comes, any two texts have a cosine of 0.75 and more."""
    strangers = encoder.encode_passages(
        ["铸件气孔在线检测", "夏秋茶加工提香", "港口集装箱调度软件", "肉鸡饲料替抗"]
    )
    cosines = strangers @ strangers.T
    assert abs(cosines[np.triu_indices(4, 1)]).max() < 0.4


def test_the_order_of_texts_changes_no_vector(encoder: Encoder, vectors: np.ndarray) -> None:
    assert encoder.encode_passages(TEXTS[::-1])[::-1] == pytest.approx(vectors, abs=1e-6)


def test_a_text_alone_has_the_vector_that_it_has_among_others(encoder: Encoder, vectors: np.ndarray) -> None:
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert encoder.encode_passages([text])[0] == pytest.approx(vector, abs=1e-6)


def test_like_texts_are_nearer_than_unlike_ones(encoder: Encoder) -> None:
    query = encoder.encode_queries(["铝合金压铸件气孔在线检测"])[0]
    same, other = encoder.encode_passages(["压铸件内部缺陷X射线智能检测", "茶叶理条机热风温度控制"])
    assert float(query @ same) > float(query @ other) + 0.03


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize("text", ["", " ", "\n", "😀", "\u0000", "气" * 3000])
def test_any_text_can_be_encoded(encoder: Encoder, text: str) -> None:
    (vector,) = encoder.encode_passages([text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_what_is_beyond_the_longest_text_is_cut_off(encoder: Encoder) -> None:
    first, second = encoder.encode_passages(["气孔" * 600, "气孔" * 600 + "废水回用"])
    assert first == pytest.approx(second, abs=1e-6)


@pytest.mark.parametrize("setting", [BUNDLED + "/nowhere/model", "/nowhere/model", "./nowhere-model"])
def test_a_folder_that_is_not_there_says_what_to_do(setting: str) -> None:
    with pytest.raises(ModelMissing, match="make model") as raised:
        load_encoder(setting)
    assert raised.value.setting == setting
    assert "nowhere" in str(raised.value)


def test_a_bundled_folder_without_the_file_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model_int8\.onnx"):
        load_encoder(f"{BUNDLED}{tmp_path}")


def test_a_broken_file_is_a_missing_model(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / ONNX_FILE).write_bytes(b"not a model")
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_encoder(str(tmp_path))


def test_a_missing_tokeniser_is_a_missing_model(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    os.symlink(Path(MODEL).resolve() / ONNX_FILE, tmp_path / ONNX_FILE)
    with pytest.raises(ModelMissing, match="cannot be loaded"):
        load_encoder(str(tmp_path))


def test_the_version_is_known_before_the_model_is_loaded() -> None:
    def never(setting: str) -> Encoder:
        raise AssertionError(f"{setting} was loaded")

    recipe = json.loads((Path(MODEL) / "matchmaker.json").read_text())["recipe"]
    assert LazyEncoder(MODEL, never).version == recipe


def test_a_folder_without_a_recipe_is_named_after_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "trained"
    (folder / "onnx").mkdir(parents=True)
    (folder / ONNX_FILE).write_bytes(b"one")
    first = LazyEncoder(str(folder)).version
    (folder / ONNX_FILE).write_bytes(b"two")
    assert first.startswith("trained-")
    assert LazyEncoder(str(folder)).version != first


class Loads:
    """Counts how often a model is loaded, and in which processes."""

    version = "loads"
    dimension = 2

    def __init__(self) -> None:
        self.processes: list[int] = []

    def __call__(self, setting: str) -> Encoder:
        self.processes.append(os.getpid())
        return self

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.zeros((len(texts), 2), np.float32)

    encode_passages = encode_queries


def test_the_model_is_loaded_once() -> None:
    loads = Loads()
    lazy = LazyEncoder("anywhere", loads)
    assert loads.processes == []
    assert lazy.load() is lazy.load()
    assert lazy.version == "loads"
    assert loads.processes == [os.getpid()]


def test_a_forked_process_loads_the_model_again() -> None:
    loads = Loads()
    lazy = LazyEncoder("anywhere", loads)
    lazy.load()
    child = os.fork()
    if child == 0:
        lazy.load()
        lazy.load()
        os._exit(0 if len(loads.processes) == 2 and loads.processes[-1] == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_model_that_was_missing_can_be_put_there_later(tmp_path: Path) -> None:
    lazy = LazyEncoder(str(tmp_path / "model"))
    with pytest.raises(ModelMissing):
        lazy.load()
    shutil.copytree(
        MODEL, tmp_path / "model", copy_function=os.symlink, ignore=lambda *_: {"model.safetensors"}
    )
    assert lazy.load().encode_queries([SHORT]).shape[0] == 1
