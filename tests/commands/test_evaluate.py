"""`flask evaluate`: a run against expert grades, alone, against another run, and by groups of problems."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run

WriteLines = Callable[..., Path]
PROBLEMS = ("p-1", "p-2", "p-3")
CAPABILITIES = ("c-1", "c-2", "c-3", "c-4", "c-5")
GRADES = (3, 2, 1, 0, 0)


@pytest.fixture
def files(write_lines: WriteLines, tmp_path: Path) -> dict[str, Path]:
    """Three problems that each have the five grades, a run in their order and one in the opposite order."""
    fields = ("8", "8", "6")
    problems = write_lines(
        "problems.jsonl",
        *(
            {"id": name, "title": f"难题{name}", "text": "", "field": field}
            for name, field in zip(PROBLEMS, fields, strict=True)
        ),
    )
    capabilities = write_lines("capabilities.jsonl", *({"id": name, "title": name} for name in CAPABILITIES))
    (tmp_path / "qrels").write_text(
        "".join(
            f"{problem} 0 {name} {grade}\n"
            for problem in PROBLEMS
            for name, grade in zip(CAPABILITIES, GRADES, strict=True)
        )
    )
    for run, names in (("good", CAPABILITIES), ("bad", CAPABILITIES[::-1])):
        (tmp_path / run).write_text(
            "".join(
                f"{problem} Q0 {name} {place} {1 - place / 10} t\n"
                for problem in PROBLEMS
                for place, name in enumerate(names, 1)
            )
        )
    return {
        "--problems": problems,
        "--capabilities": capabilities,
        "--qrels": tmp_path / "qrels",
        "--run": tmp_path / "good",
    }


def options(files: dict[str, Path], **more: object) -> list[object]:
    given: dict[str, object] = {
        **files,
        **{f"--{name.replace('_', '-')}": value for name, value in more.items()},
    }
    return [part for pair in given.items() for part in pair]


def figures(run: Run, files: dict[str, Path], tmp_path: Path, **more: object) -> dict[str, Any]:
    result = run("evaluate", *options(files, json=tmp_path / "figures.json", **more))
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    return found


def test_each_measure_is_shown_with_its_interval_and_number_of_problems(
    run: Run, files: dict[str, Path]
) -> None:
    result = run("evaluate", *options(files))
    assert result.exit_code == 0, result.output
    assert "难题 3 个，评分 15 条" in result.output
    lines = {line.split()[0]: line.split()[1:] for line in result.output.splitlines() if line.strip()}
    assert lines["ndcg@10"] == ["1.0000", "1.000", "…", "1.000", "3"]
    assert lines["AUC"][0] == "1.0000"
    assert "1/(1+MAE)" not in result.output


def test_columns_stand_under_each_other(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    output = run("evaluate", *options(files, against=tmp_path / "bad")).output
    table = [line for line in output.splitlines() if line.endswith(("p", "0.002", "1.000"))]
    wide = {sum(2 if ord(letter) > 0x2E80 else 1 for letter in line) for line in table}
    assert len(table) > 5
    assert len(wide) == 1


def test_a_second_run_is_compared_problem_by_problem(
    run: Run, files: dict[str, Path], tmp_path: Path
) -> None:
    found = figures(run, files, tmp_path, against=tmp_path / "bad")
    assert found["measures"]["auc"]["value"] == 1
    assert found["against"]["auc"]["value"] == 0
    assert found["differences"]["auc"]["value"] == 1
    assert found["differences"]["auc"]["p"] < 0.01
    same = figures(run, files, tmp_path, against=tmp_path / "good")
    assert same["differences"]["ndcg@10"]["p"] == 1


def test_predicted_grades_are_measured_where_the_run_has_them(
    run: Run, files: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "grades").write_text(
        "".join(
            f"{problem}\t{name}\t{grade}\n"
            for problem in PROBLEMS
            for name, grade in zip(CAPABILITIES, (3, 2, 1, 1, 1), strict=True)
        )
    )
    found = figures(run, files, tmp_path, grades=tmp_path / "grades")
    assert found["measures"]["1/(1+mae)"]["value"] == pytest.approx(1 / 1.4)


def test_problems_are_grouped_by_a_column_of_their_file(
    run: Run, files: dict[str, Path], tmp_path: Path
) -> None:
    found = figures(run, files, tmp_path, by="field")
    counted = {group: each["ndcg@10"]["problems"] for group, each in found["groups"].items()}
    assert counted == {"先进制造与自动化": 2, "新能源与节能": 1}


def test_without_a_column_the_field_is_inferred_and_said_to_be(
    run: Run, files: dict[str, Path], write_lines: WriteLines
) -> None:
    files["--problems"] = write_lines(
        "bare.jsonl",
        {"id": "p-1", "title": "污水处理厂出水总氮超标的深度脱氮", "text": "废水治理"},
        {"id": "p-2", "title": "水稻病虫害绿色防控与种植", "text": "农田"},
        {"id": "p-3", "title": "锂离子电池储能系统", "text": "电池充放电"},
        {"id": "p-4", "title": "车间管理软件与数据库", "text": "软件系统"},
        {"id": "p-5", "title": "高强度铝合金板材", "text": "合金成分与热处理"},
        {"id": "p-6", "title": "中药饮片有效成分提取", "text": "药材"},
    )
    result = run("evaluate", *options(files, by="field"))
    assert "推断" in result.output
    groups = result.output.partition("领域 ")[2]
    assert [name for name in ("资源与环境", "现代农业", "新能源与节能") if name in groups] == [
        "资源与环境",
        "现代农业",
        "新能源与节能",
    ]


def test_another_column_that_is_not_there_is_named(run: Run, files: dict[str, Path]) -> None:
    result = run("evaluate", *options(files, by="county"))
    assert result.exit_code == 1
    assert "county" in result.output


def test_without_a_run_the_engine_ranks_now_and_predicts_grades(
    run: Run, files: dict[str, Path], tmp_path: Path
) -> None:
    del files["--run"]
    found = figures(run, files, tmp_path)
    assert {"ndcg@10", "recall@100", "auc", "spearman", "calibration_error", "1/(1+mae)"} <= set(
        found["measures"]
    )
    assert found["judged_pairs_lacking"] == 0


def test_judged_pairs_that_the_run_lacks_are_counted(run: Run, files: dict[str, Path]) -> None:
    short = files["--run"].read_text().splitlines()[1:]
    files["--run"].write_text("\n".join(short) + "\n")
    assert "缺少 1 条" in run("evaluate", *options(files)).output


@pytest.mark.parametrize(("option", "text"), [("--qrels", "p-1 0 c-1\n"), ("--run", "p-1 Q0 c-1 1 x t\n")])
def test_a_line_that_cannot_be_read_is_named(
    run: Run, files: dict[str, Path], option: str, text: str
) -> None:
    files[option].write_text(text)
    result = run("evaluate", *options(files))
    assert result.exit_code == 1
    assert "第 1 行" in result.output


def test_grades_that_measure_nothing_are_said_to(run: Run, files: dict[str, Path]) -> None:
    files["--qrels"].write_text("p-1 0 c-1 0\n")
    result = run("evaluate", *options(files))
    assert result.exit_code == 1
    assert "无法测评" in result.output


def test_predicted_grades_need_their_run(run: Run, files: dict[str, Path], tmp_path: Path) -> None:
    result = run("evaluate", *options(files, against_grades=tmp_path / "good"))
    assert result.exit_code == 2
    assert "--against" in result.output
