"""`flask adapt-encoder` from the installation's own decisions: trained, put into service, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker import create_app
from matchmaker.engine import versions
from matchmaker.imports import reindexing
from matchmaker.imports.reindexing import Job
from matchmaker.learning import encoder, encoder_commands
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import AuditEvent, EncoderVersion, User
from tests.commands.conftest import Run, runner
from tests.engine.tiny_model import RECIPE, write_tiny_model
from tests.learning import marked
from tests.learning.history import History

NAME = f"{RECIPE}-decisions"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny_model(folder)
    return folder


@pytest.fixture
def application(settings: Settings, base: Path) -> Iterator[Flask]:
    app = create_app(replace(settings, model=str(base)))
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def run(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """There are no other processes to wait for."""
    monkeypatch.setattr(encoder, "PLAN", marked.QUICK)
    for module in (encoder_commands, reindexing):
        monkeypatch.setattr(module, "Job", partial(Job, patience=0))
    return runner(application)


@pytest.fixture
def work(work: Work, base: Path) -> Iterator[Work]:
    with marked.work_with(work, base) as changed:
        yield changed


@pytest.fixture
def history(work: Work, people: dict[str, User]) -> History:
    made = marked.decide(work, people)
    work.session.rollback()
    return made


def serving(work: Work) -> str:
    work.session.rollback()
    found = versions.active(work.session)
    assert found is not None
    name = found.version
    work.session.rollback()
    return name


def test_it_says_how_good_it_is_and_which_command_comes_next(run: Run, work: Work, history: History) -> None:
    result = run("adapt-encoder")
    assert result.exit_code == 0, result.output
    assert "决定 72 项（采纳 36 项），涉及 12 个难题" in result.output
    assert f"已写出 {work.settings.data_dir / 'models' / NAME}" in result.output
    assert "从 10 个难题学习，用另外 2 个检验" in result.output
    assert f"请运行：flask reindex --to {NAME}\n" in result.output
    assert serving(work) == RECIPE
    again = run("adapt-encoder")
    assert "没有新的决定，不再训练" in again.output
    assert f"请运行：flask reindex --to {NAME}\n" in again.output


def test_what_is_clearly_better_serves_learns_no_more_from_the_same_and_is_taken_back(
    run: Run, work: Work, history: History
) -> None:
    result = run("adapt-encoder", "--adopt")
    assert result.exit_code == 0, result.output
    trained = serving(work)
    assert f"已换用模型 {trained}" in result.output
    assert trained.startswith(f"{RECIPE}+")
    events = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "encoder.activated")).all()
    assert [each.details for each in events] == [{"before": RECIPE, "after": trained}]
    work.session.rollback()

    learnt = run("learn", "--dry-run")
    assert "决定 12 项（采纳 6 项），涉及 2 个难题" in learnt.output  # those that were held back
    assert "匹配模型已经学过或无法重新计算的 60 项" in learnt.output
    assert "没有新的决定" in run("adapt-encoder", "--adopt").output

    assert f"已换用模型 {RECIPE}。" in run("reindex", "--rollback").output
    assert "决定 72 项" in run("learn", "--dry-run").output
    refused = run("adapt-encoder", "--adopt")
    assert refused.exit_code == 0
    assert "由人决定" in refused.output
    assert serving(work) == RECIPE
    assert f"已换用模型 {trained}。" in run("reindex", "--to", NAME).output


def test_a_further_training_starts_from_the_trained_one(run: Run, work: Work, history: History) -> None:
    run("adapt-encoder", "--adopt")
    trained = serving(work)
    history.add("introduce", problem=1)
    work.session.commit()
    result = run("adapt-encoder")
    assert result.exit_code == 0, result.output
    assert "决定 73 项" in result.output
    assert f"models/{trained}-decisions" in result.output


def test_what_is_not_clearly_better_does_not_serve(
    run: Run, work: Work, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "PLAN", replace(marked.QUICK, epochs=1, share=0.0))
    result = run("adapt-encoder", "--adopt")
    assert result.exit_code == 0, result.output
    assert "没有换用：新模型在检验的难题上没有明显更好" in result.output
    assert serving(work) == RECIPE
    assert work.session.scalars(select(EncoderVersion.version)).all() == [RECIPE]


def test_too_few_decisions_say_what_is_lacking(run: Run, work: Work, people: dict[str, User]) -> None:
    marked.decide(work, people, problems=4)
    work.session.rollback()
    result = run("adapt-encoder", "--adopt")
    assert result.exit_code == run("learn").exit_code == 0
    assert "还差 26 项决定。" in result.output
    assert "还差 6 个既有采纳又有不合适的难题。" in result.output
    assert not (work.settings.data_dir / "models").exists()


def test_another_folder_can_be_named(run: Run, history: History, tmp_path: Path) -> None:
    result = run("adapt-encoder", "--out", tmp_path / "own")
    assert result.exit_code == 0, result.output
    assert f"flask reindex --to {tmp_path / 'own'}\n" in result.output
    assert "请换一个文件夹名" in run("adapt-encoder", "--out", tmp_path / "own").output


def test_an_interruption_leaves_no_folder(
    run: Run, work: Work, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = encoder.train

    def interrupted(*arguments: object) -> object:
        def stop(done: int, total: int) -> None:
            raise KeyboardInterrupt

        return train(*arguments[:4], stop, *arguments[5:])  # type: ignore[arg-type]

    monkeypatch.setattr(encoder, "train", interrupted)
    result = run("adapt-encoder")
    assert result.exit_code == 130
    assert "已停止，没有写出模型" in result.output
    assert list((work.settings.data_dir / "models").iterdir()) == []


@pytest.mark.parametrize("options", [("--qrels", "x"), ("--qrels", "x", "--out", "new")])
def test_graded_files_are_given_all_or_none(run: Run, tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "x").touch()
    result = run("adapt-encoder", *(tmp_path / each if each in "x new" else each for each in options))
    assert result.exit_code == 2
    assert "要一起用" in result.output
