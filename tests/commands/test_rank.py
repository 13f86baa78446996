"""`flask rank`: a TREC run from two files, on a database of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matchmaker.database import Database
from models import IndexedDocument
from tests.commands.conftest import Run

WriteLines = Callable[..., Path]


@pytest.fixture
def files(write_lines: WriteLines) -> tuple[Path, Path]:
    problems = write_lines(
        "problems.jsonl",
        {"id": "p-1", "title": "锂离子电池热失控预警", "text": "储能电池簇在热失控前缺少征兆。"},
        {"id": "p-2", "title": "茶叶夏秋鲜叶降苦涩", "text": ""},
    )
    capabilities = write_lines(
        "capabilities.jsonl",
        {"id": "c-1", "title": "夏秋茶闷黄降苦涩工艺", "text": ""},
        {"id": "c-2", "title": "储能电池气体与应变早期预警", "text": "开阀前十分钟报警。"},
        {"id": "c-3", "title": "铜尾砂库植被恢复", "text": None},
    )
    return problems, capabilities


def test_every_capability_is_ranked_for_every_problem(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "run.txt"
    result = run("rank", "--problems", files[0], "--capabilities", files[1], "--out", out)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in out.read_text().splitlines()]
    assert [(line[0], line[1], line[3]) for line in lines] == [
        (problem, "Q0", str(rank)) for problem in ("p-1", "p-2") for rank in (1, 2, 3)
    ]
    assert [line[2] for line in lines if line[3] == "1"] == ["c-2", "c-1"]
    scores = [float(line[4]) for line in lines]
    assert scores[:3] == sorted(scores[:3], reverse=True)
    assert len({line[5] for line in lines}) == 1


def test_depth_limits_each_problem(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "run.txt"
    run("rank", "--problems", files[0], "--capabilities", files[1], "--out", out, "--depth", 1)
    assert len(out.read_text().splitlines()) == 2


def test_predicted_grades_go_into_a_file_of_their_own(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    out, grades = tmp_path / "run.txt", tmp_path / "grades.tsv"
    run("rank", "--problems", files[0], "--capabilities", files[1], "--out", out, "--grades", grades)
    ranked = [line.split() for line in out.read_text().splitlines()]
    graded = [line.split("\t") for line in grades.read_text().splitlines()]
    assert [(line[0], line[2]) for line in ranked] == [(line[0], line[1]) for line in graded]
    assert {line[2] for line in graded} <= {"0", "1", "2", "3"}
    assert graded[0][2] > graded[2][2]  # the fit above, the stranger below


def test_the_installations_database_is_not_touched(
    run: Run, files: tuple[Path, Path], tmp_path: Path, database: Database
) -> None:
    run("rank", "--problems", files[0], "--capabilities", files[1], "--out", tmp_path / "run.txt")
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(IndexedDocument.id))) == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no json", "不是 JSON"),
        ('["a", "list"]', "不是 JSON 对象"),
        ('{"title": "没有编号"}', "没有编号"),
        ('{"id": "有 空格", "title": "编号"}', "没有编号"),
        ('{"id": "p-1", "title": "编号重复"}', "相同"),
        ('{"id": "p-9", "title": " "}', "没有名称"),
        ('{"id": "p-9", "title": "正文", "text": 5}', "正文"),
    ],
)
def test_a_bad_line_is_named_and_no_run_is_left(
    run: Run, files: tuple[Path, Path], tmp_path: Path, line: str, reason: str
) -> None:
    problems, capabilities = files
    with open(problems, "a", encoding="utf-8") as file:
        file.write("\n" + line + "\n")
    out = tmp_path / "run.txt"
    result = run("rank", "--problems", problems, "--capabilities", capabilities, "--out", out)
    assert result.exit_code == 1
    assert "第 4 行" in result.output
    assert reason in result.output
    assert not out.exists()


def test_a_line_that_is_not_utf8_is_named(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    problems, capabilities = files
    problems.write_bytes('{"id": "p-1", "title": "压铸"}'.encode("gb18030"))
    result = run(
        "rank", "--problems", problems, "--capabilities", capabilities, "--out", tmp_path / "run.txt"
    )
    assert result.exit_code == 1
    assert "UTF-8" in result.output


def test_a_place_that_cannot_be_written_is_named(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "no" / "such" / "folder.txt"
    result = run("rank", "--problems", files[0], "--capabilities", files[1], "--out", out)
    assert result.exit_code == 1
    assert str(out) in result.output


def test_a_missing_file_is_named(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    missing = tmp_path / "missing.jsonl"
    result = run("rank", "--problems", missing, "--capabilities", files[1], "--out", tmp_path / "run.txt")
    assert result.exit_code == 2
    assert str(missing) in result.output
