"""`flask adapt-encoder`: graded pairs in files, a folder that serves out; a small model stands for the bundled one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matchmaker import create_app
from matchmaker.engine import load_encoder
from matchmaker.learning import encoder_commands
from matchmaker.settings import Settings
from tests.commands.conftest import Run, runner
from tests.engine.tiny_model import write_tiny_model

WriteLines = Callable[..., Path]
TOPICS = ["气孔检测", "废水回用", "茶叶加工", "电池预警", "涂料防腐", "焊接机器"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny_model(folder)
    return folder


@pytest.fixture
def run(base: Path, tmp_path: Path) -> Iterator[Run]:
    app = create_app(Settings(data_dir=tmp_path / "data", secret_key="test", model=str(base)))
    yield runner(app)
    app.extensions["database"].engine.dispose()


@pytest.fixture
def files(write_lines: WriteLines) -> list[object]:
    """The options that name a set of graded pairs."""
    sides = [
        {"id": f"{place}", "title": topic, "text": "加工。" if place % 2 else ""}
        for place, topic in enumerate(TOPICS)
    ]
    grades = [f"{p} 0 {c} {3 if p == c else abs(p - c) % 2}" for p in range(6) for c in range(6)]
    return [
        *("--problems", write_lines("problems.jsonl", *sides)),
        *("--capabilities", write_lines("capabilities.jsonl", *sides)),
        *("--qrels", write_lines("qrels.txt", *grades)),
    ]


def test_the_new_folder_serves(run: Run, files: list[object], tmp_path: Path) -> None:
    result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    assert result.exit_code == 0, result.output
    encoder = load_encoder(str(tmp_path / "new"))
    assert encoder.version in result.output
    assert encoder.encode_queries(TOPICS).shape[0] == len(TOPICS)
    assert "从 5 个难题学习，用另外 1 个检验" in result.output
    assert "次序排对的比例" in result.output
    assert "提高" in result.output


def test_files_change_nothing_of_the_installation(run: Run, files: list[object], tmp_path: Path) -> None:
    result = run("adapt-encoder", *files, "--out", tmp_path / "new", "--adopt")
    assert result.exit_code == 2
    assert "不能和评分文件一起用" in result.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_there_is_not_written_over(run: Run, files: list[object], tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "kept").touch()
    result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    assert result.exit_code == 1
    assert "请换一个文件夹名" in result.output
    assert (tmp_path / "new" / "kept").exists()


def test_a_grade_of_what_is_not_in_the_files_is_named(
    run: Run, files: list[object], tmp_path: Path, write_lines: WriteLines
) -> None:
    write_lines("qrels.txt", "0 0 1 2", "0 0 c-77 1")
    result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    assert result.exit_code == 1
    assert "capabilities.jsonl 里没有“c-77”" in result.output


def test_a_broken_line_is_named(
    run: Run, files: list[object], tmp_path: Path, write_lines: WriteLines
) -> None:
    write_lines("qrels.txt", "0 0 1 2", "0 0 1")
    result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    assert result.exit_code == 1
    assert "第 2 行" in result.output


def test_too_few_grades_are_counted(
    run: Run, files: list[object], tmp_path: Path, write_lines: WriteLines
) -> None:
    write_lines("qrels.txt", "0 0 1 2", "0 0 2 0", "1 0 1 2")
    result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    assert result.exit_code == 1
    assert "只有 1 个，至少要 5 个" in result.output


def test_a_model_that_cannot_be_trained_is_named(
    run: Run, files: list[object], tmp_path: Path, base: Path
) -> None:
    (base / "tokenizer.json").rename(base / "hidden.json")
    try:
        result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    finally:
        (base / "hidden.json").rename(base / "tokenizer.json")
    assert result.exit_code == 1
    assert f"{base} 不能训练" in result.output


def test_an_interruption_says_that_nothing_was_written(
    run: Run, files: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = encoder_commands.train

    def interrupted(*arguments: object, progress: object) -> object:
        def stop(done: int, total: int) -> None:
            raise KeyboardInterrupt

        return train(*arguments, progress=stop)  # type: ignore[arg-type]

    monkeypatch.setattr(encoder_commands, "train", interrupted)
    result = run("adapt-encoder", *files, "--out", tmp_path / "new")
    assert result.exit_code == 130
    assert "已停止，没有写出模型" in result.output
    assert not (tmp_path / "new").exists()
