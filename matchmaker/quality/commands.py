"""`flask evaluate`."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from flask_babel import get_locale, gettext, pgettext
from flask_babel import lazy_gettext as _

from matchmaker.engine import load_encoder
from matchmaker.engine.comparison import Estimate
from matchmaker.engine.evaluation import Measure, read_grades, read_predicted, read_run
from matchmaker.engine.runs import rank_files
from matchmaker.input_files import FILE, faults_told
from matchmaker.quality import grouping
from matchmaker.quality.evaluating import Evaluation, Graded, evaluate
from matchmaker.terminal import counted, fail, plain, settings

NAMES: Mapping[Measure, Any] = {
    Measure.NDCG_5: "ndcg@5",
    Measure.NDCG_10: "ndcg@10",
    Measure.RECALL_100: "recall@100",
    Measure.AUC: "AUC",
    Measure.SPEARMAN: "Spearman",
    Measure.CALIBRATION_ERROR: _("期望校准误差"),
    Measure.GRADE: "1/(1+MAE)",
}
OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("evaluate")
@click.option("--problems", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--capabilities", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--qrels", type=FILE, required=True, help="TREC qrels：problem 0 capability grade（0–3）")
@click.option("--run", "run_file", type=FILE, help="TREC run；不写则现在排序。Default: rank now.")
@click.option("--grades", type=FILE, help="--run 预测的等级（flask rank --grades 写出）。Grades it predicts.")
@click.option("--against", type=FILE, help="与另一个 TREC run 比较。Compare with a second run.")
@click.option("--against-grades", type=FILE, help="--against 预测的等级。Grades that it predicts.")
@click.option("--by", help="按难题文件的一列分组；field 没有时按文字推断。Group by a column of the problems.")
@click.option("--json", "json_file", type=OUT, help="全部数字另存为 JSON。All figures as JSON.")
@plain
def evaluate_command(
    problems: Path,
    capabilities: Path,
    qrels: Path,
    run_file: Path | None,
    grades: Path | None,
    against: Path | None,
    against_grades: Path | None,
    by: str | None,
    json_file: Path | None,
) -> None:
    """用专家评分测评排序：各项指标、置信区间，与另一次排序比较。Measure a ranking against graded pairs.

    \b
    flask evaluate --problems problems.jsonl --capabilities capabilities.jsonl --qrels qrels.txt
    flask evaluate … --run new.txt --against old.txt --by field --json figures.json
    """
    if (grades and not run_file) or (against_grades and not against):
        raise click.UsageError(
            gettext("--grades 要和 --run 一起用，--against-grades 要和 --against 一起用。")
        )
    with faults_told():
        judged = read_grades(qrels)
        if not judged:
            fail(gettext("%(file)s 里没有评分。", file=qrels))
        groups = _groups(problems, by) if by else None
        second = _read(against, against_grades) if against else None
        first = _read(run_file, grades) if run_file else _rank_now(problems, capabilities)
    found = evaluate(first, judged, second, groups)
    if not {Measure.NDCG_10, Measure.AUC} & found.measures.keys():
        fail(gettext("%(file)s 里的评分太少，或没有 2 分及以上的，无法测评。", file=qrels))
    _show(found, by)
    if json_file:
        text = json.dumps(found.as_json(), ensure_ascii=False, indent=1)
        json_file.write_text(text + "\n", encoding="utf-8")
        click.echo(gettext("已写出 %(path)s", path=json_file))


def _read(run: Path, predicted: Path | None) -> Graded:
    return Graded(read_run(run), read_predicted(predicted) if predicted else None)


def _rank_now(problems: Path, capabilities: Path) -> Graded:
    """As `flask rank` would."""
    with tempfile.TemporaryDirectory() as folder, counted(pgettext("progress", "排序")) as show:
        run, predicted = Path(folder) / "run.txt", Path(folder) / "grades.tsv"
        rank_files(problems, capabilities, run, None, settings().encoder, show, grades=predicted)
        return _read(run, predicted)


def _groups(problems: Path, by: str) -> Mapping[str, str]:
    """The group of each problem, in words."""
    found = grouping.by_column(problems, by)
    if found is None and by != grouping.FIELD:
        fail(gettext("%(file)s 里没有“%(column)s”这一列。", file=problems, column=by))
    if found is None:
        click.echo(gettext("难题文件没有 field 一列，以下领域按文字推断，只供参考。"), err=True)
        found = grouping.by_inferred_field(problems, load_encoder(settings().encoder))
    locale = get_locale()
    names = grouping.field_names(english=locale is not None and locale.language == "en")
    empty = gettext("（未填）")
    return {
        problem: (names.get(value, value) if by == grouping.FIELD else value) or empty
        for problem, value in found.items()
    }


def _show(found: Evaluation, by: str | None) -> None:
    click.echo(
        gettext(
            "难题 %(problems)d 个，评分 %(pairs)d 条。区间为 95%% 置信区间，按难题重抽样。",
            problems=found.problems,
            pairs=found.pairs,
        )
    )
    if found.lacking:
        click.echo(gettext("排序里缺少 %(count)d 条有评分的匹配，按排在最后计。", count=found.lacking))
    head = [gettext("测评指标"), gettext("数值"), gettext("区间"), gettext("难题数")]
    if found.differences:
        head += [gettext("对照"), gettext("差值"), gettext("区间"), "p"]
    click.echo(_table(head, [_row(found, name) for name in found.measures]))
    if found.groups:
        _show_groups(found, by or "")


def _row(found: Evaluation, name: Measure) -> list[str]:
    ours = found.measures[name]
    row = [str(NAMES[name]), f"{ours.value:.4f}", _interval(ours), str(ours.problems)]
    if name in found.differences:
        change = found.differences[name]
        p = "–" if change.p is None else f"{change.p:.3f}"
        row += [f"{found.against[name].value:.4f}", f"{change.value:+.4f}", _interval(change, "+"), p]
    elif found.differences:
        row += ["–"] * 4
    return row


def _show_groups(found: Evaluation, by: str) -> None:
    shown = list(found.measures)
    head = [
        gettext("领域") if by == grouping.FIELD else by,
        gettext("难题数"),
        *(str(NAMES[name]) for name in shown),
    ]
    rows = [
        [
            group,
            str(max((each.problems for each in measures.values()), default=0)),
            *(f"{measures[name].value:.3f}" if name in measures else "–" for name in shown),
        ]
        for group, measures in found.groups.items()
    ]
    click.echo("\n" + _table(head, rows))


def _interval(estimate: Estimate, sign: str = "") -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.low:{sign}.3f} … {estimate.high:{sign}.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under each other, the first to the left and figures to the right; a Chinese character is two wide."""
    lines = [head, *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(_padded(line, widths)) for line in lines)


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    spaces = [" " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
    return [line[0] + spaces[0], *(space + cell for cell, space in zip(line[1:], spaces[1:], strict=True))]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
