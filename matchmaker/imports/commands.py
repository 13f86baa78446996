"""`flask import-texts` and `flask reindex`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from tqdm import tqdm

from matchmaker import terminal
from matchmaker.engine import Kind, MatchingEngine
from matchmaker.input_files import FAULTS, FILE
from matchmaker.terminal import database, fail, plain, progress, settings
from matchmaker.work import Work

if TYPE_CHECKING:
    from matchmaker.imports.service import Rejected
    from models import Organisation

REASONS = FAULTS | {"ID_TOO_LONG": _("编号超过 120 个字符"), "TEXT_TOO_LONG": _("正文太长，超过 6000 字")}


@dataclass
class Tally:
    """What came of the lines so far."""

    added: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@click.command("import-texts")
@click.option("--problems", type=FILE, help="JSONL：id, title, text")
@click.option("--capabilities", type=FILE, help="JSONL：id, title, text")
@click.option(
    "--organisation", help="归哪个单位：名称或统一社会信用代码；默认归主管部门。Default: the bureau."
)
@plain
def import_texts(problems: Path | None, capabilities: Path | None, organisation: str | None) -> None:
    """导入难题和成果的文字，直接发布并匹配。Import texts, published and matched at once.

    每行一个 JSON：{"id": "...", "title": "...", "text": "..."}。可以随时中断再运行：编号已经导入过的不会再导入，
    也不会改动。有问题的行列出行号和原因，其余照常导入。

    \b
    flask import-texts --problems problems.jsonl --capabilities capabilities.jsonl
    """
    if problems is None and capabilities is None:
        raise click.UsageError("--problems / --capabilities")
    from matchmaker.imports import service
    from matchmaker.imports.timing import TimedEncoder

    began = time.perf_counter()
    tally = Tally()
    with database().session(write=False) as session:
        encoder = TimedEncoder(terminal.engine().encoder(session))
        engine = MatchingEngine(settings().encoder, encoder=encoder, home=settings().data_dir)
        try:
            owner = service.owner(Work(session, None, engine, settings()), organisation)
        except service.NoOwner:
            fail(gettext("没有这个单位。请用 --organisation 写出已登记单位的全称或统一社会信用代码。"))
    try:
        for kind, path in (("capability", capabilities), ("problem", problems)):
            if path is not None:
                _import_file(engine, kind, path, owner, tally)  # type: ignore[arg-type]
    finally:
        _report(tally, time.perf_counter() - began, encoder.seconds)


STEPS = {
    "encode": _("重新计算"),
    "match": _("重新匹配"),
    "clean": _("清理旧向量"),
}


@click.command("reindex")
@click.option(
    "--to", metavar="MODEL", help="换成这个模型：版本名或文件夹。Change to this one: a version or a folder."
)
@click.option("--rollback", is_flag=True, help="换回上一个模型版本。Go back to the version before.")
@plain
def reindex(to: str | None, rollback: bool) -> None:
    """换用另一个匹配模型，不中断服务；或补上缺少的向量。Change the model without stopping the service.

    新模型的向量在旧模型服务的同时算好，算完一次切换，再重新匹配。可以随时中断再运行，已经算好的不会再算。
    不写 --to 时：接着做没有做完的；否则换成 MATCHMAKER_MODEL 新指定的模型；模型没有变，就补上缺少的。

    \b
    flask reindex
    flask reindex --to var/models/trained-20261201
    flask reindex --rollback
    """
    from matchmaker.imports import reindexing

    with Bars() as bars:
        job = reindexing.Job(database(), terminal.engine(), settings(), progress=bars.show)
        try:
            version = reindexing.back(job) if rollback else reindexing.wanted(job, to)
        except reindexing.NothingBefore:
            fail(gettext("没有更早的模型版本可以换回。"))
        outcome = reindexing.run(job, version) if version else None
    if outcome is None:
        click.echo(gettext("还没有需要计算的文字。"))
        return
    if outcome.switched:
        click.echo(gettext("已换用模型 %(version)s。", version=outcome.version))
    else:
        click.echo(gettext("模型是 %(version)s。", version=outcome.version))
    click.echo(
        gettext(
            "重新计算了 %(count)d 条，重新匹配了 %(matched)d 条。",
            count=outcome.encoded,
            matched=outcome.matched,
        )
    )


class Bars:
    """A progress bar for each step, one after the other."""

    def __init__(self) -> None:
        self._step = ""
        self._bar: tqdm[Any] | None = None

    def show(self, step: str, done: int, total: int) -> None:
        if step != self._step or self._bar is None:
            self.close()
            self._step, self._bar = step, progress(total, str(STEPS[step]))
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _import_file(engine: MatchingEngine, kind: Kind, path: Path, owner: Organisation, tally: Tally) -> None:
    """Chunk by chunk, each committed before the next is begun."""
    from matchmaker.imports import service

    found = list(service.lines(path, kind))
    with progress(len(found), path.name) as bar:
        for chunk in service.chunks(iter(found)):
            good = [each for each in chunk if isinstance(each, service.Line)]
            tally.rejected += [each for each in chunk if isinstance(each, service.Rejected)]
            with database().session(write=False) as session:
                work = Work(session, None, engine, settings())
                known = service.already_there(work, kind, [each.external_id for each in good])
            fresh = [each for each in good if each.external_id not in known]
            prepared, too_long = service.prepare(engine, path, fresh, owner)
            with database().session() as session:
                service.store(Work(session, None, engine, settings()), prepared)
            tally.added += len(prepared)
            tally.known += len(known)
            tally.rejected += too_long
            bar.update(len(chunk))


def _report(tally: Tally, seconds: float, in_model: float) -> None:
    for each in tally.rejected:
        click.echo(
            gettext(
                "%(file)s 第 %(line)d 行没有导入：%(reason)s",
                file=each.path,
                line=each.line,
                reason=REASONS[each.fault],
            ),
            err=True,
        )
    click.echo(
        gettext(
            "导入 %(added)d 条，原来就有 %(known)d 条，有问题 %(rejected)d 行；用时 %(seconds).1f 秒，其中模型计算占 %(share)d%%。",
            added=tally.added,
            known=tally.known,
            rejected=len(tally.rejected),
            seconds=seconds,
            share=round(100 * in_model / seconds),
        )
    )
