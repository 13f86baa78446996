"""`flask import-texts` and `flask reindex`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matchmaker.engine import Kind, MatchingEngine, load_encoder
from matchmaker.engine.runs import BadLine, Fault
from matchmaker.terminal import database, fail, plain, progress, settings, work_of
from matchmaker.work import Work

if TYPE_CHECKING:
    from matchmaker.imports.service import Rejected
    from models import Organisation

FAULTS = {
    Fault.NOT_TEXT.name: _("不是 UTF-8 文字"),
    Fault.NOT_JSON.name: _("不是 JSON"),
    Fault.NOT_AN_OBJECT.name: _("不是 JSON 对象"),
    Fault.NO_ID.name: _("没有编号（id），或编号里有空格"),
    Fault.ID_TWICE.name: _("编号与前面的一行相同"),
    Fault.NO_TITLE.name: _("没有名称（title）"),
    Fault.TEXT_NOT_A_STRING.name: _("正文（text）不是文字"),
    Fault.COLUMNS.name: _("列数与格式不符"),
    Fault.NOT_A_NUMBER.name: _("应为数字"),
    "ID_TOO_LONG": _("编号超过 120 个字符"),
    "TEXT_TOO_LONG": _("正文太长，超过 6000 字"),
}
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def bad_line(error: BadLine) -> str:
    """Which line of which file cannot be used, and why."""
    return str(
        gettext(
            "%(file)s 第 %(line)d 行：%(reason)s。没有写出结果。",
            file=error.path,
            line=error.line,
            reason=FAULTS[error.fault.name],
        )
    )


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
    encoder = TimedEncoder(load_encoder(settings().encoder))
    engine = MatchingEngine(settings().encoder, encoder=encoder)
    tally = Tally()
    with database().session(write=False) as session:
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


@click.command("reindex")
@plain
def reindex() -> None:
    """换了模型以后，重新计算全部文字的向量并重新匹配。Encode and match everything anew after changing the model.

    可以随时中断再运行，已经算好的不会再算。

    \b
    flask reindex
    """
    from matchmaker.imports import reindexing

    with database().session(write=False) as session:
        keys = reindexing.stale(work_of(session))
    with progress(len(keys), gettext("重新计算")) as bar:
        for start in range(0, len(keys), reindexing.CHUNK):
            chunk = keys[start : start + reindexing.CHUNK]
            with database().session(write=False) as session:
                encoded = reindexing.encode(work_of(session), chunk)
            with database().session() as session:
                reindexing.store(work_of(session), chunk, encoded)
            bar.update(len(chunk))
    click.echo(gettext("重新计算了 %(count)d 条。", count=len(keys)))


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
                reason=FAULTS[each.fault],
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
