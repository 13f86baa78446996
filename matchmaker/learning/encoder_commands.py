"""`flask adapt-encoder`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _

from matchmaker import terminal
from matchmaker.engine.encoder import BUNDLED
from matchmaker.engine.graded import read_graded_pairs
from matchmaker.engine.model_folder import MODELS
from matchmaker.engine.pupil import NotTrainable
from matchmaker.engine.training import LEAST_PROBLEMS, Figures, TooFewPairs, train
from matchmaker.imports.reindexing import Job
from matchmaker.input_files import FILE, faults_told
from matchmaker.learning import encoder, wording
from matchmaker.learning.encoder import Lesson, Reason
from matchmaker.terminal import INTERRUPTED, counted, database, fail, plain, settings, work_of


@click.command("adapt-encoder")
@click.option("--problems", type=FILE, help="从评分文件学习 Learn from files：JSONL id, title, text")
@click.option("--capabilities", type=FILE, help="JSONL：id, title, text")
@click.option("--qrels", type=FILE, help="TREC qrels：problem 0 capability grade（0–3）")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="新模型的文件夹，不能已经存在；默认放在数据文件夹的 models 里。A new folder for the model.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="明显更好就直接换用，不中断服务。Put it into service if it is clearly better.",
)
@plain
def adapt_encoder(
    problems: Path | None, capabilities: Path | None, qrels: Path | None, out: Path | None, adopt: bool
) -> None:
    """用工作人员的决定训练匹配模型，写出一个新的模型文件夹。Adapt the model to the decisions.

    从正在使用的模型开始训练，原来的模型不动；一部分难题不参加学习，用来检验新模型。写出三个评分文件时，
    改从评分文件学习，从设置里的模型开始，不碰本系统的数据。训练要几分钟到几小时，可以随时中断，中断后不留下任何文件。

    \b
    flask adapt-encoder
    flask adapt-encoder --adopt
    flask adapt-encoder --problems problems.jsonl --capabilities capabilities.jsonl --qrels qrels.txt --out new-model
    """
    files = (problems, capabilities, qrels)
    if any(files) and not (all(files) and out):
        raise click.UsageError(gettext("--problems、--capabilities、--qrels、--out 要一起用。"))
    if any(files) and adopt:
        raise click.UsageError(gettext("--adopt 不能和评分文件一起用。"))
    if out is not None and out.exists():
        fail(gettext("已经有 %(path)s 了。请换一个文件夹名。", path=out))
    # Read when torch is loaded: threads that wait give their core to others, such as the service beside this.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if problems and capabilities and qrels and out:
        _from_files(problems, capabilities, qrels, out)
    else:
        _from_log(out, adopt)


def _from_files(problems: Path, capabilities: Path, qrels: Path, out: Path) -> None:
    base = Path(settings().encoder.removeprefix(BUNDLED))
    with faults_told():
        pairs = read_graded_pairs(problems, capabilities, qrels)
    with _faults_told(base), counted(pgettext("progress", "训练")) as show:
        figures = train(base, pairs, out, progress=show)
    _report(figures, out)
    _say_what_next(figures, out)


def _from_log(out: Path | None, adopt: bool) -> None:
    with database().session(write=False) as session:
        lesson = encoder.study(work_of(session))
    _report_lesson(lesson)
    if lesson.lacking != (0, 0):
        for sentence in wording.of_lacking(*lesson.lacking):
            click.echo(sentence)
        return
    if out is None and not lesson.is_new:
        click.echo(gettext("正在使用的模型已经学过这些决定，之后没有新的决定。"))
        return
    if out is None and lesson.earlier is not None:
        folder, figures = lesson.earlier.folder, lesson.earlier.figures
        click.echo(gettext("上次训练以后没有新的决定，不再训练。上次的结果："))
    else:
        folder = out or lesson.folder(settings().data_dir / MODELS)
        with _faults_told(lesson.base), counted(pgettext("progress", "训练")) as show:
            figures = encoder.train_with(lesson, folder, show)
    _report(figures, folder)
    if adopt:
        _adopt(lesson, figures, folder)
    else:
        _say_what_next(figures, folder)


@contextmanager
def _faults_told(base: Path) -> Iterator[None]:
    """Ends the command with a sentence about why the model in folder `base` was not trained."""
    try:
        yield
    except TooFewPairs as error:
        fail(
            gettext(
                "评分太少：评分有高有低的难题只有 %(found)d 个，至少要 %(least)d 个。",
                found=error.problems,
                least=LEAST_PROBLEMS,
            )
        )
    except NotTrainable:
        fail(
            gettext(
                "模型 %(model)s 不能训练。请用 make model 装好自带的模型，或换一个 BERT 类的 sentence-transformers 文件夹。",
                model=base,
            )
        )
    except KeyboardInterrupt:
        click.echo(gettext("已停止，没有写出模型。"), err=True)
        sys.exit(INTERRUPTED)


REASONS: Mapping[Reason, Any] = {
    Reason.NOT_CLEARLY_BETTER: _("没有换用：新模型在检验的难题上没有明显更好（提高要超过一个标准误差）。"),
    Reason.OVERTAKEN: _("没有换用：训练期间已经换了别的模型，或者正在换。"),
    Reason.TAKEN_BACK: _("没有换用：上一个训练出的模型是人工换回的，所以由人决定。"),
}


def _adopt(lesson: Lesson, figures: Figures, folder: Path) -> None:
    with database().session(write=False) as session:
        reason = encoder.why_not(work_of(session), lesson, figures)
    if reason is not None:
        click.echo(str(REASONS[reason]))
        _say_what_next(figures, folder)
        return
    with counted(pgettext("progress", "换用模型")) as show:
        job = Job(
            database(), terminal.engine(), settings(), progress=lambda step, done, total: show(done, total)
        )
        outcome = encoder.adopt(job, folder)
    click.echo(gettext("已换用模型 %(version)s。", version=outcome.version))
    click.echo(
        gettext(
            "重新计算了 %(count)d 条，重新匹配了 %(matched)d 条。",
            count=outcome.encoded,
            matched=outcome.matched,
        )
    )


def _report_lesson(lesson: Lesson) -> None:
    click.echo(wording.of_log(lesson.decided, lesson.passed_over))
    if lesson.silent or lesson.without_text:
        click.echo(
            gettext(
                "没有用上的：与合不合适无关的 %(silent)d 项，难题或成果的文字已经不在的 %(without_text)d 项。",
                silent=lesson.silent,
                without_text=lesson.without_text,
            )
        )


def _report(figures: Figures, folder: Path) -> None:
    click.echo(
        gettext(
            "已写出 %(path)s（%(version)s），从 %(problems)d 个难题学习，用另外 %(held_back)d 个检验：",
            path=folder,
            version=figures.version,
            problems=figures.problems,
            held_back=figures.held_back,
        )
    )
    names = {"agreement": gettext("次序排对的比例"), "auc": "AUC"}
    for name, after in figures.after.items():
        click.echo(f"  {names.get(name, name)}  {figures.before[name]:.4f} → {after:.4f}")
    if figures.gain_error is None:
        click.echo("  " + gettext("提高 %(gain)+.4f", gain=figures.gain))
    else:
        click.echo(
            "  "
            + gettext("提高 %(gain)+.4f，标准误差 %(error).4f", gain=figures.gain, error=figures.gain_error)
        )


def _say_what_next(figures: Figures, folder: Path) -> None:
    if not figures.better:
        click.echo(gettext("新模型没有更好，建议仍用原来的。"))
        return
    among_models = folder.resolve().parent == (settings().data_dir / MODELS).resolve()
    name = folder.name if among_models else str(folder)
    click.echo(gettext("要换用它，请运行：flask reindex --to %(name)s", name=shlex.quote(name)))
