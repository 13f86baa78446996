"""`flask learn` and `flask simulate-learning`: from the decision log, and from graded files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matchmaker.engine.model_files import BadModel, read_model, write_model
from matchmaker.engine.ranking import DEFAULT_MODEL
from matchmaker.work import Work
from models import LearntRanking, User
from tests.commands.conftest import Run
from tests.learning import examples
from tests.learning.history import History

WriteLines = Callable[..., Path]
TOPICS = (
    "茶叶降苦涩",
    "铜尾砂固化",
    "电池热失控预警",
    "猪舍除臭",
    "船舶脱硫",
    "无人机巡检",
    "膜分离浓缩",
    "焊缝检测",
    "稻米贮藏",
    "酒糟饲料",
    "光伏清洗",
    "轴承钢热处理",
)


@pytest.fixture
def graded(write_lines: WriteLines, tmp_path: Path) -> tuple[Any, ...]:
    """Twelve problems, a fit and others for each: options of a command."""
    problems = write_lines("p.jsonl", *({"id": f"p{n}", "title": topic} for n, topic in enumerate(TOPICS)))
    capabilities = write_lines(
        "c.jsonl",
        *(
            {"id": f"c{n}-{kind}", "title": f"{topic}{kind}"}
            for n, topic in enumerate(TOPICS)
            for kind in ("技术", "装置")
        ),
    )
    lines = []
    for n in range(len(TOPICS)):
        lines += [f"p{n} 0 c{n}-技术 3", f"p{n} 0 c{n}-装置 2"]
        lines += [f"p{n} 0 c{(n + step) % len(TOPICS)}-技术 {step % 2}" for step in (1, 2, 3)]
    qrels = tmp_path / "qrels.txt"
    qrels.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "--problems", problems, "--capabilities", capabilities, "--qrels", qrels


@pytest.fixture
def history(work: Work, people: dict[str, User]) -> History:
    return History(work, people)


def test_an_empty_log_says_what_is_lacking(run: Run) -> None:
    result = run("learn")
    assert result.exit_code == 0, result.output
    assert "还差 50 项决定。" in result.output
    assert "还差 10 个" in result.output


def test_what_is_better_serves_and_going_back_ends_it(run: Run, work: Work, history: History) -> None:
    history.many(12, 8, examples.by_words)
    work.session.commit()
    dry = run("learn", "--dry-run")
    assert "没有启用（--dry-run）" in dry.output
    assert work.session.query(LearntRanking).count() == 0
    work.session.rollback()
    result = run("learn")
    assert result.exit_code == 0, result.output
    assert f"新模型 {DEFAULT_MODEL.name}.1 更好，已启用" in result.output
    assert "次序排对的比例" in result.output
    assert "没有新的决定" in run("learn").output
    assert f"退回 {DEFAULT_MODEL.name}" in run("learn", "--roll-back").output
    nothing = run("learn", "--roll-back")
    assert nothing.exit_code == 1
    assert "没有可以退回的" in nothing.output


def test_decisions_by_chance_change_nothing(run: Run, work: Work, history: History) -> None:
    history.many(12, 8, examples.by_chance)
    work.session.commit()
    assert "仍用原来的" in run("learn").output


def test_a_model_learnt_from_files_ranks_elsewhere(run: Run, graded: tuple[Any, ...], tmp_path: Path) -> None:
    model, out, grades = tmp_path / "model.json", tmp_path / "run.txt", tmp_path / "grades.tsv"
    result = run("learn", *graded, "--out", model)
    assert result.exit_code == 0, result.output
    assert "从 60 条评分学习" in result.output
    learnt, encoder = read_model(model)
    assert learnt.name.startswith(f"{DEFAULT_MODEL.name}.")
    assert encoder
    assert learnt.weights.keys() >= DEFAULT_MODEL.weights.keys()
    ranked = run("rank", *graded[:4], "--model", model, "--out", out, "--grades", grades)
    assert ranked.exit_code == 0, ranked.output
    assert {line.split()[5] for line in out.read_text().splitlines()} == {f"{learnt.name}+{encoder}"}
    assert {line.split()[2] for line in grades.read_text().splitlines()} <= {"0", "1", "2", "3"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "不是 flask learn 写出的"),
        ({"weights": {"title": "many"}}, "不是 flask learn 写出的"),
        ({"bias": float("nan")}, "不是 flask learn 写出的"),
        ({"cuts": [2, 1, 0]}, "不是 flask learn 写出的"),
        ({"cuts": [0]}, "不是 flask learn 写出的"),
        ({"name": "rank-0.1"}, "另一版程序"),
        ({"encoder": "another"}, "另一个匹配模型（another）"),
    ],
)
def test_a_file_that_does_not_suit_is_refused(
    run: Run, graded: tuple[Any, ...], tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    model = tmp_path / "model.json"
    named = type(DEFAULT_MODEL)(f"{DEFAULT_MODEL.name}.1", DEFAULT_MODEL.weights, DEFAULT_MODEL.bias)
    write_model(model, named, "e", {})
    model.write_text(json.dumps(json.loads(model.read_text()) | change))
    result = run("rank", *graded[:4], "--model", model, "--out", tmp_path / "run.txt")
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "run.txt").exists()


def test_a_file_that_is_no_json_is_no_model(tmp_path: Path) -> None:
    for content in (b"", b"[]", b"{", b"\xff\xfe", b"null"):
        (tmp_path / "model.json").write_bytes(content)
        with pytest.raises(BadModel):
            read_model(tmp_path / "model.json")


def test_a_model_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    write_model(tmp_path / "model.json", DEFAULT_MODEL, "e", {"gain": None})
    assert read_model(tmp_path / "model.json") == (DEFAULT_MODEL, "e")


def test_learning_is_replayed_after_more_and_more_decisions(
    run: Run, graded: tuple[Any, ...], tmp_path: Path
) -> None:
    files = [tmp_path / f"curve{suffix}" for suffix in (".csv", ".json", ".svg")]
    outs = [each for path in files for each in ("--out", path)]
    result = run("simulate-learning", *graded, *outs)
    assert result.exit_code == 0, result.output
    points = json.loads(files[1].read_text())["points"]
    assert [point["decisions"] for point in points] == [
        0,
        48,
    ]  # of 60; a fifth is held back, so 50 are never there
    assert all(0 <= point["ndcg"] <= 1 and 0 <= point["auc"] <= 1 for point in points)
    assert files[0].read_text().splitlines()[0].startswith("decisions,")
    assert files[2].read_text().startswith("<svg")
    assert "ndcg@10" in result.output


@pytest.mark.parametrize(
    "options", [("--qrels", "x"), ("--dry-run", "--roll-back"), ("--problems", "x", "--roll-back")]
)
def test_options_that_do_not_go_together_are_refused(
    run: Run, options: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "x").write_text("")
    given = [str(tmp_path / "x") if each == "x" else each for each in options]
    assert run("learn", *given).exit_code == 2


def test_grades_of_something_that_is_not_there_are_told(
    run: Run, graded: tuple[Any, ...], tmp_path: Path
) -> None:
    qrels = tmp_path / "qrels.txt"
    qrels.write_text(qrels.read_text() + "p0 0 nowhere 1\n")
    result = run("learn", *graded, "--out", tmp_path / "model.json")
    assert result.exit_code == 1
    assert "nowhere" in result.output
    assert not (tmp_path / "model.json").exists()


def test_a_curve_has_a_known_kind_of_file(run: Run, graded: tuple[Any, ...], tmp_path: Path) -> None:
    assert run("simulate-learning", *graded, "--out", tmp_path / "curve.png").exit_code == 2
