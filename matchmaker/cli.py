"""`flask` commands, each a thin call of a service."""

from __future__ import annotations

import re
from pathlib import Path

import click
from flask import Flask
from flask_babel import gettext, pgettext

from matchmaker.audit import service as audit
from matchmaker.common_needs.commands import cluster_problems
from matchmaker.confidentiality.commands import rotate_key, seal_files_left_open
from matchmaker.duplicates.commands import find_duplicates
from matchmaker.engine.encoder import LazyEncoder
from matchmaker.engine.model_files import BadModel, read_model
from matchmaker.engine.ranking import DEFAULT_MODEL, RankingModel
from matchmaker.engine.runs import rank_files
from matchmaker.imports.commands import import_texts, reindex
from matchmaker.input_files import FILE, faults_told
from matchmaker.learning.commands import learn, simulate_learning
from matchmaker.learning.encoder_commands import adapt_encoder
from matchmaker.quality.commands import evaluate_command
from matchmaker.seeding.commands import seed
from matchmaker.terminal import counted, database, fail, plain, settings, work_of
from matchmaker.undertakings.service import load as load_undertaking
from matchmaker.vocabulary.service import load
from matchmaker.worker.commands import work


def install(app: Flask) -> None:
    """Register the commands."""
    for command in (
        adapt_encoder,
        check_translations,
        cluster_problems,
        create_administrator,
        evaluate_command,
        expire,
        find_duplicates,
        import_texts,
        learn,
        load_vocabulary,
        migrate,
        rank,
        reindex,
        rotate_key,
        seed,
        show_settings,
        simulate_learning,
        sweep_files,
        verify_audit,
        work,
    ):
        app.cli.add_command(command)


@click.command("migrate")
@plain
def migrate() -> None:
    """建立数据库的表，或升级到最新版本。Create or upgrade the tables.

    \b
    flask migrate
    """
    from matchmaker import schema

    try:
        done = schema.upgrade(database().engine)
    except schema.UnknownVersion as error:
        fail(
            gettext(
                "数据库的版本（%(version)s）比程序新：它由更新的程序升级过。请换用新版程序，数据没有改动。",
                version=error.version,
            )
        )
    except schema.ForeignTables as error:
        fail(
            gettext(
                "这个数据库里已有别的表（%(tables)s），不是本系统建的。请换一个空的数据库。",
                tables=gettext("、").join(error.tables[:5]),
            )
        )
    seal_files_left_open()
    if done.changed and done.before is not None:
        schema.forget_what_was_overwritten(database().engine)
    if done.changed:
        click.echo(gettext("数据库已升级到版本 %(version)s。", version=done.after))
    else:
        click.echo(gettext("数据库已是最新版本（%(version)s）。", version=done.after))


@click.command("load-vocabulary")
@plain
def load_vocabulary() -> None:
    """补上数据库里缺少的领域、行业、区县等词条。Add the terms that the database lacks.

    管理员改过的词条不动，可以反复运行。

    \b
    flask load-vocabulary
    """
    with database().session() as session:
        added = load(session)
        load_undertaking(session)
    click.echo(gettext("新增词条 %(count)d 条。", count=added))


@click.command("rank")
@click.option("--problems", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--capabilities", type=FILE, required=True, help="JSONL：id, title, text")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="TREC run")
@click.option("--depth", type=click.IntRange(min=1), help="每个难题只写前 N 条。Best N of each problem only.")
@click.option(
    "--grades",
    type=click.Path(dir_okay=False, path_type=Path),
    help="另写预测等级（0–3）：problem、capability、grade。Predicted grades as a second file, by tabs.",
)
@click.option("--model", type=FILE, help="用这个排序模型（flask learn --out 写出）。A learnt ranking model.")
@plain
def rank(
    problems: Path, capabilities: Path, out: Path, depth: int | None, grades: Path | None, model: Path | None
) -> None:
    """用正式的匹配引擎为每个难题给全部成果排序。Rank all capabilities for each problem.

    写出 TREC 格式（problem Q0 capability rank score tag）。使用临时数据库，不碰本系统的数据。

    \b
    flask rank --problems problems.jsonl --capabilities capabilities.jsonl --out run.txt
    """
    ranking = _ranking(model) if model else DEFAULT_MODEL
    with faults_told(), counted(pgettext("progress", "排序")) as show:
        lines = rank_files(
            problems, capabilities, out, depth, settings().encoder, show, model=ranking, grades=grades
        )
    click.echo(gettext("已写出 %(lines)d 行：%(path)s", lines=lines, path=out))


def _ranking(path: Path) -> RankingModel:
    """The model of a file; one for other features or another encoder would rank nonsense."""
    try:
        model, encoder = read_model(path)
    except BadModel:
        fail(gettext("%(file)s 不是 flask learn 写出的排序模型。", file=path))
    if model.name.rpartition(".")[0] != DEFAULT_MODEL.name:
        fail(gettext("%(file)s 是为另一版程序学的排序模型，请重新学习。", file=path))
    if encoder != LazyEncoder(settings().encoder).version:
        fail(
            gettext(
                "%(file)s 是用另一个匹配模型（%(encoder)s）学的，请重新学习。", file=path, encoder=encoder
            )
        )
    return model


@click.command("expire")
@plain
def expire() -> None:
    """让超过有效期的难题过期、成果下架。End what is past its validity; run it once a day.

    \b
    flask expire
    """
    from matchmaker.capabilities import service as capabilities
    from matchmaker.problems import service as problems

    with database().session() as session:
        work = work_of(session)
        ended = {"problems": problems.expire_due(work), "capabilities": capabilities.expire_due(work)}
    click.echo(gettext("过期难题 %(problems)d 条，下架成果 %(capabilities)d 条。", **ended))


@click.command("sweep-files")
@plain
def sweep_files() -> None:
    """删除不再需要的附件文件。Delete files of attachments that were removed long ago; run it once a day.

    \b
    flask sweep-files
    """
    from matchmaker.attachments import service as attachments

    with database().session(write=False) as session:
        swept = attachments.sweep(work_of(session))
    click.echo(gettext("删除文件 %(count)d 个。", count=swept))


@click.command("verify-audit")
@plain
def verify_audit() -> None:
    """核对审计记录的链条，有改动时以状态 1 结束。Check the chain of audit events.

    \b
    flask verify-audit
    """
    with database().session(write=False) as session:
        broken = audit.first_broken_link(work_of(session))
    if broken is not None:
        fail(gettext("审计记录从第 %(id)d 条起对不上：它或它前面的记录被改动或删除过。", id=broken.event_id))
    click.echo(gettext("审计记录完整。"))


@click.command("create-administrator")
@click.option("--name", prompt="姓名 Name", help="姓名")
@click.option("--email", prompt="邮箱 E-mail", help="登录用的邮箱")
@click.option("--bureau", prompt="主管部门名称 Bureau", help="主管部门的全称；还没有时会建立")
@click.option("--code", default="", help="主管部门的统一社会信用代码；只在建立时需要")
@click.password_option(prompt="密码 Password", confirmation_prompt="再输一次 Again")
@plain
def create_administrator(name: str, email: str, bureau: str, code: str, password: str) -> None:
    """建立第一个管理员账号（正式安装，不用示例数据时）。Create an administrator without sample data.

    \b
    flask create-administrator --name 张三 --email zhang@example.com --bureau 某市科学技术局 --code 1134...
    """
    from matchmaker.accounts import service as accounts
    from matchmaker.accounts.errors import LoginNameTaken
    from matchmaker.accounts.forms import password_advice
    from matchmaker.organisations import founding

    with database().session() as session:
        work = work_of(session)
        weakness = accounts.weakness(work, password, [email])
        if weakness is not None:
            fail(password_advice(weakness, work.settings.password_min_length))
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            fail(gettext("邮箱写得不对：%(email)s", email=email))
        try:
            founding.found(work, bureau.strip(), code, name.strip(), email, password)
        except founding.BadCode:
            fail(gettext("还没有这个主管部门。请用 --code 写出它的 18 位统一社会信用代码。"))
        except founding.CodeTaken as error:
            fail(gettext("这个信用代码是“%(name)s”的，请核对。", name=error.organisation.name))
        except founding.NotABureau as error:
            fail(gettext("“%(name)s”不是主管部门，不能有管理员。", name=error.organisation.name))
        except LoginNameTaken:
            fail(gettext("这个邮箱已经有账号了：%(email)s", email=email))
    click.echo(gettext("管理员账号已建立：%(email)s", email=email))


@click.command("check-translations")
@plain
def check_translations() -> None:
    """检查界面文字是否都有英文，缺少时列出并以状态 1 结束。List the sentences that lack their English.

    \b
    flask check-translations
    """
    from matchmaker import catalogue

    found = catalogue.check()
    for fault in found:
        click.echo(f"{fault.location}: {fault.message}", err=True)
    if found:
        fail(gettext("缺少英文或英文有误：%(count)d 条。请运行 make translations 后补上。", count=len(found)))
    click.echo(gettext("界面文字都有英文。"))


@click.command("settings")
@plain
def show_settings() -> None:
    """列出全部设置：环境变量、默认值和含义。List every setting, its default and its meaning.

    \b
    flask settings
    """
    from matchmaker import settings_table

    click.echo(settings_table.table())
