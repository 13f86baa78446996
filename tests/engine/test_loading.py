"""Where the encoder of a version is found, and that it is that version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from matchmaker.engine import Encoder, ModelMissing, VersionMissing
from matchmaker.engine.encoder import BUNDLED, ONNX_FILE
from matchmaker.engine.loading import Encoders
from models import EncoderOrigin
from tests.engine.samples import CharacterEncoder


def folder_of(folder: Path, version: str) -> Path:
    (folder / ONNX_FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / ONNX_FILE).write_bytes(b"weights")
    (folder / "matchmaker.json").write_text(json.dumps({"recipe": version}))
    return folder


def read(setting: str) -> Encoder:
    """An encoder of the version that the folder says."""
    marker = Path(setting.removeprefix(BUNDLED)) / "matchmaker.json"
    if not marker.is_file():
        raise ModelMissing(setting, "no such folder")
    return CharacterEncoder(json.loads(marker.read_text())["recipe"])


def encoders(home: Path, configured: Path | None = None) -> Encoders:
    return Encoders(str(configured or home / "model"), home, read)


def test_a_version_is_loaded_from_where_it_was_registered(tmp_path: Path) -> None:
    folder_of(tmp_path / "model", "one")
    trained = folder_of(tmp_path / "models" / "elsewhere", "two")
    mine = encoders(tmp_path)
    assert mine.load("two", str(trained)).version == "two"
    assert mine.load("one", str(tmp_path / "model")).version == "one"


def test_a_folder_within_the_data_folder_may_move_with_it(tmp_path: Path) -> None:
    trained = folder_of(tmp_path / "old" / "models" / "t", "two")
    kept = encoders(tmp_path / "old").kept_as(str(trained))
    assert kept == "./models/t"
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert encoders(tmp_path / "new").load("two", kept).version == "two"


def test_a_folder_elsewhere_is_kept_as_it_is(tmp_path: Path) -> None:
    mine = encoders(tmp_path / "data")
    for setting in (f"{BUNDLED}{tmp_path}/model", str(tmp_path / "model"), "somebody/a-hub-name"):
        assert mine.kept_as(setting) == setting


def test_a_version_that_moved_is_found_by_the_setting_or_among_the_models(tmp_path: Path) -> None:
    configured = folder_of(tmp_path / "elsewhere", "one")
    folder_of(tmp_path / "models" / "two", "two")
    mine = encoders(tmp_path, configured)
    assert mine.load("one", "./gone").version == "one"
    assert mine.load("two", "").version == "two"


def test_a_version_that_is_nowhere_is_said_so(tmp_path: Path) -> None:
    folder_of(tmp_path / "model", "one")
    with pytest.raises(VersionMissing, match=r"two.*flask reindex") as raised:
        encoders(tmp_path).load("two", "./models/two")
    assert raised.value.version == "two"


@pytest.mark.parametrize("loaded", [False, True])
def test_another_model_put_into_the_folder_is_not_taken_for_the_version(tmp_path: Path, loaded: bool) -> None:
    folder = folder_of(tmp_path / "model", "one")
    mine = encoders(tmp_path)
    assert mine.configured.version == "one"
    if loaded:
        mine.load("one", str(folder))
    folder_of(folder, "two")
    if loaded:
        assert mine.load("one", str(folder)).version == "one"  # it is in memory
    else:
        with pytest.raises(VersionMissing):
            mine.load("one", str(folder))
        assert mine.load("two", str(folder)).version == "two"


def test_a_version_that_is_not_kept_is_loaded_again_when_it_is_wanted(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder_of(tmp_path / "models" / name, name)
    mine = encoders(tmp_path)
    first, second = mine.load("one", ""), mine.load("two", "")
    mine.keep_only("two")
    assert mine.load("two", "") is second
    assert mine.load("one", "") is not first


def test_what_is_set_is_the_bundled_model_or_another(tmp_path: Path) -> None:
    mine = encoders(tmp_path)
    assert mine.origin_of(str(tmp_path / "model")) is EncoderOrigin.BUNDLED
    assert mine.origin_of(f"{BUNDLED}/anywhere") is EncoderOrigin.BUNDLED
    assert mine.origin_of("somebody/a-hub-name") is EncoderOrigin.SETTING


def test_a_trained_model_says_so_itself(tmp_path: Path) -> None:
    stamp = {"recipe": "one+2", "base": "one", "figures": {"pairs": 3000}}
    (folder_of(tmp_path / "models" / "t", "") / "matchmaker.json").write_text(json.dumps(stamp))
    mine = encoders(tmp_path)
    for setting in ("./models/t", str(tmp_path / "models" / "t")):
        assert mine.origin_of(setting) is EncoderOrigin.TRAINED
        assert mine.figures_of(setting) == {"pairs": 3000}
    assert mine.figures_of(str(tmp_path / "model")) == {}


def test_a_model_is_named_by_its_folder_or_its_name_among_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = folder_of(tmp_path / "models" / "two", "two")
    monkeypatch.chdir(tmp_path)
    mine = encoders(tmp_path)
    for name in ("two", "models/two", str(trained)):
        assert mine.offered(name) == str(trained)
    assert mine.offered("somebody/a-hub-name") == "somebody/a-hub-name"
    with pytest.raises(ModelMissing, match="three"):
        mine.offered("three")


def test_the_folder_of_a_version_is_known_without_loading_it(tmp_path: Path) -> None:
    folder_of(tmp_path / "model", "one")
    trained = folder_of(tmp_path / "models" / "t", "two")
    (trained / ONNX_FILE).write_bytes(b"")
    mine = encoders(tmp_path)
    assert mine.folder("two", "./models/t") == trained
    assert mine.folder("one", f"{BUNDLED}{tmp_path / 'model'}") == tmp_path / "model"
    with pytest.raises(VersionMissing):
        mine.folder("three", "./models/t")


def test_what_a_model_learnt_from_stands_beside_its_figures(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "models" / "t", "two")
    learnt = {"through": 9, "problems": [1, 2]}
    stamp = {"recipe": "two", "base": "one", "figures": {"gain": 0.1}, "decisions": learnt}
    (folder / "matchmaker.json").write_text(json.dumps(stamp))
    assert encoders(tmp_path).figures_of(str(folder)) == {"gain": 0.1, "decisions": learnt}
