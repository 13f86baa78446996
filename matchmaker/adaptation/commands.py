"""`flask adapt-encoder`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask_babel import gettext, pgettext

from matchmaker.engine.encoder import BUNDLED
from matchmaker.engine.graded import UnknownName, read_graded_pairs
from matchmaker.engine.pupil import NotTrainable
from matchmaker.engine.runs import BadLine
from matchmaker.engine.training import LEAST_PROBLEMS, Figures, TooFewPairs, train
from matchmaker.input_files import FILE, bad_line
from matchmaker.terminal import INTERRUPTED, fail, plain, progress, settings


@click.command("adapt-encoder")
@click.option("--problems", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--capabilities", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--qrels", type=FILE, required=True, help="TREC qrels：problem 0 capability grade（0–3）")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="新模型的文件夹，不能已经存在。A new folder for the model.",
)
@plain
def adapt_encoder(problems: Path, capabilities: Path, qrels: Path, out: Path) -> None:
    """用专家评分训练模型，写出一个新的模型文件夹。Adapt the model to graded pairs.

    从设置里的模型开始训练，原来的模型和本系统的数据都不动。一部分难题不参加学习，用来检验新模型。
    训练要几分钟到几小时，可以随时中断，中断后不留下任何文件。

    \b
    flask adapt-encoder --problems problems.jsonl --capabilities capabilities.jsonl --qrels qrels.txt --out new-model
    MATCHMAKER_MODEL=new-model flask rank …
    """
    if out.exists():
        fail(gettext("已经有 %(path)s 了。请换一个文件夹名。", path=out))
    # Read when torch is loaded: threads that wait give their core to others, such as the service beside this.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    base = settings().encoder.removeprefix(BUNDLED)
    try:
        pairs = read_graded_pairs(problems, capabilities, qrels)
        with progress(0, pgettext("progress", "训练")) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            figures = train(Path(base), pairs, out, progress=show)
    except BadLine as error:
        fail(bad_line(error))
    except UnknownName as error:
        fail(gettext("%(file)s 里没有“%(name)s”，评分文件里却有。", file=error.path, name=error.name))
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
    _report(figures, out)


def _report(figures: Figures, out: Path) -> None:
    click.echo(
        gettext(
            "已写出 %(path)s（%(version)s），从 %(problems)d 个难题学习，用另外 %(held_back)d 个检验：",
            path=out,
            version=figures.version,
            problems=figures.problems,
            held_back=figures.held_back,
        )
    )
    names = {"agreement": gettext("次序排对的比例")}
    for name, after in figures.after.items():
        click.echo(f"  {names.get(name, name)}  {figures.before[name]:.4f} → {after:.4f}")
    if not figures.better:
        click.echo(gettext("新模型没有更好，建议仍用原来的。"))
