"""`flask learn` and `flask simulate-learning`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _

from matchmaker import terminal
from matchmaker.engine.graded_features import GradedFeatures, read_examples
from matchmaker.engine.held_back import Comparison, Figures, compare
from matchmaker.engine.learning import fit
from matchmaker.engine.model_files import write_model
from matchmaker.engine.ranking import DEFAULT_MODEL
from matchmaker.engine.simulation import Curve, simulate
from matchmaker.input_files import FILE, faults_told
from matchmaker.learning import curve_files, service, wording
from matchmaker.learning.service import Lesson, Result
from matchmaker.terminal import counted, database, fail, plain, settings, work_of

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
NAMES: Mapping[str, Any] = {
    "agreement": _("次序排对的比例"),
    "auc": "AUC",
    "ndcg": "ndcg@10",
    "log_loss": _("对数损失"),
    "calibration_error": _("期望校准误差"),
    "grade": "1/(1+MAE)",
}
LEARNT_FROM_FILES = "learnt"


@click.command("learn")
@click.option("--dry-run", is_flag=True, help="只看结果，什么都不改。Change nothing.")
@click.option("--roll-back", is_flag=True, help="退回上一个排序模型。Go back to the one before.")
@click.option("--problems", type=FILE, help="从评分文件学习 Learn from files：JSONL id, title, text")
@click.option("--capabilities", type=FILE, help="JSONL：id, title, text")
@click.option("--qrels", type=FILE, help="TREC qrels：problem 0 capability grade（0–3）")
@click.option(
    "--out", type=OUT, help="写出模型文件，供 flask rank --model 使用。A file for flask rank --model."
)
@plain
def learn(
    dry_run: bool,
    roll_back: bool,
    problems: Path | None,
    capabilities: Path | None,
    qrels: Path | None,
    out: Path | None,
) -> None:
    """从工作人员的决定学习排序，更好才启用。Learn the ranking from decisions; run it once a day.

    用没有参加学习的难题检验：排得更准才启用，启用后给还没有人处理的推荐重新打分。写出四个文件选项时，
    改从评分文件学习，只写出模型文件，不碰本系统的数据。

    \b
    flask learn
    flask learn --dry-run
    flask learn --roll-back
    flask learn --problems problems.jsonl --capabilities capabilities.jsonl --qrels qrels.txt --out model.json
    """
    files = (problems, capabilities, qrels, out)
    if any(files) and not all(files):
        raise click.UsageError(gettext("--problems、--capabilities、--qrels、--out 要一起用。"))
    if dry_run + roll_back + any(files) > 1:
        raise click.UsageError(gettext("--dry-run、--roll-back 和评分文件不能一起用。"))
    if problems and capabilities and qrels and out:
        _learn_from_files(problems, capabilities, qrels, out)
    elif roll_back:
        _roll_back()
    else:
        _learn_from_log(dry_run)


@click.command("simulate-learning")
@click.option("--problems", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--capabilities", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--qrels", type=FILE, required=True, help="TREC qrels：problem 0 capability grade（0–3）")
@click.option(
    "--out", type=OUT, multiple=True, help="另存为 .csv、.json 或 .svg，可以写几次。Also as a file."
)
@plain
def simulate_learning(problems: Path, capabilities: Path, qrels: Path, out: tuple[Path, ...]) -> None:
    """把专家评分当作决定逐个难题学习，看多少决定以后排得更准。Replay graded pairs as decisions.

    每次都在没有学过的难题上测评；分几份轮流、按几种次序重复，给出平均和波动。

    \b
    flask simulate-learning --problems problems.jsonl --capabilities capabilities.jsonl --qrels qrels.txt --out curve.svg
    """
    for path in out:
        if path.suffix not in curve_files.WRITERS:
            raise click.UsageError(gettext("--out 的文件名应以 .csv、.json 或 .svg 结尾。"))
    graded = _read_files(problems, capabilities, qrels)
    with counted(pgettext("progress", "学习"), delay=1) as show:
        try:
            curve = simulate(graded.examples, DEFAULT_MODEL, progress=show)
        except ValueError:
            fail(gettext("%(file)s 里的评分太少，不能模拟。", file=qrels))
    _show_curve(curve)
    for path in out:
        path.write_text(curve_files.WRITERS[path.suffix](curve), encoding="utf-8")
        click.echo(gettext("已写出 %(path)s", path=path))


def _learn_from_log(dry_run: bool) -> None:
    with database().session(write=False) as session:
        lesson = service.study(work_of(session))
    _report_log(lesson)
    if not lesson.is_enough:
        for sentence in wording.of_lacking(*lesson.lacking):
            click.echo(sentence)
    elif not lesson.is_new and not dry_run:
        click.echo(gettext("上次学习以后没有新的决定。"))
    else:
        learnt = service.learn_from(lesson)
        _report_comparison(learnt.comparison)
        if dry_run:
            better = learnt.comparison.is_better
            click.echo(
                gettext("新模型更好。没有启用（--dry-run）。") if better else gettext("新模型没有更好。")
            )
            return
        with database().session() as session:
            result = service.conclude(work_of(session), lesson, learnt)
        click.echo(str(RESULTS[result]) % {"name": lesson.name})
    if not dry_run:
        _match_again()


RESULTS: Mapping[Result, Any] = {
    Result.OVERTAKEN: _("这期间已有别的模型学成、启用或退回，这次的结果不用。"),
    Result.REFUSED: _("新模型没有更好，仍用原来的。"),
    Result.WAITING: _("新模型 %(name)s 更好。上一个模型是人工退回的，所以等管理员在“推荐质量”页面启用。"),
    Result.ADOPTED: _("新模型 %(name)s 更好，已启用。"),
}


def _roll_back() -> None:
    with database().session() as session:
        try:
            leaving, returning = service.take_back(work_of(session))
        except service.NothingToTakeBack:
            fail(gettext("现在用的就是自带的排序，没有可以退回的。"))
    came = returning.name if returning else DEFAULT_MODEL.name
    click.echo(gettext("已停用 %(leaving)s，退回 %(came)s。", leaving=leaving.name, came=came))
    _match_again()


def _match_again() -> None:
    """Score what nobody acted on with the model in service, where that is still to be done."""
    from matchmaker.imports import reindexing

    with counted(pgettext("progress", "重新匹配"), delay=1) as show:
        job = reindexing.Job(
            database(), terminal.engine(), settings(), progress=lambda step, done, total: show(done, total)
        )
        matched = reindexing.match_again(job)
    if matched:
        click.echo(gettext("重新匹配了 %(count)d 条。", count=matched))


def _learn_from_files(problems: Path, capabilities: Path, qrels: Path, out: Path) -> None:
    graded = _read_files(problems, capabilities, qrels)
    try:
        comparison = compare(graded.examples, DEFAULT_MODEL, DEFAULT_MODEL, calibrate=True)
    except ValueError:
        fail(gettext("%(file)s 里的评分太少，不能学习。", file=qrels))
    name = f"{DEFAULT_MODEL.name}.{LEARNT_FROM_FILES}"
    model = fit(graded.examples, DEFAULT_MODEL, name, calibrate=True)
    _report_comparison(comparison)
    write_model(out, model, graded.encoder, comparison.as_json())
    click.echo(
        gettext(
            "从 %(count)d 条评分学习，已写出 %(path)s。用 flask rank --model %(path)s 排序。",
            count=len(graded.examples),
            path=out,
        )
    )


def _read_files(problems: Path, capabilities: Path, qrels: Path) -> GradedFeatures:
    with faults_told(), counted(pgettext("progress", "排序"), delay=1) as show:
        return read_examples(problems, capabilities, qrels, settings().encoder, show)


def _report_log(lesson: Lesson) -> None:
    log = lesson.log
    click.echo(wording.of_log(log.decided, log.passed_over))
    if log.silent or log.outdated:
        click.echo(
            gettext(
                "没有用上的：与合不合适无关的 %(silent)d 项，匹配模型已经学过或无法重新计算的 %(outdated)d 项。",
                silent=log.silent,
                outdated=log.outdated,
            )
        )


def _report_comparison(found: Comparison) -> None:
    click.echo(
        gettext(
            "用没有参加学习的难题检验（%(problems)d 个，其中 %(telling)d 个既有采纳又有不合适的）：",
            problems=found.problems,
            telling=found.telling,
        )
    )
    for name, label in NAMES.items():
        before, after = _figure(found.old, name), _figure(found.new, name)
        if before is not None and after is not None:
            click.echo(f"  {label}  {before:.4f} → {after:.4f}")


def _figure(figures: Figures, name: str) -> float | None:
    return figures.as_json()[name]


def _show_curve(curve: Curve) -> None:
    click.echo(
        gettext(
            "难题 %(problems)d 个，评分 %(pairs)d 条；分 %(folds)d 份轮流检验，%(orders)d 种次序，± 为次序间的标准差。",
            problems=curve.problems,
            pairs=curve.pairs,
            folds=curve.folds,
            orders=curve.orders,
        )
    )
    for point in curve.points:
        click.echo(
            gettext(
                "%(decisions)6d 项决定：ndcg@10 %(ndcg).4f ± %(ndcg_error).4f，AUC %(auc).4f ± %(auc_error).4f，1/(1+MAE) %(grade).4f",
                decisions=point.decisions,
                ndcg=point.ndcg,
                ndcg_error=point.ndcg_error,
                auc=point.auc,
                auc_error=point.auc_error,
                grade=point.grade,
            )
        )
