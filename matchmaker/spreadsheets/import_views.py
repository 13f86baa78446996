"""Pages of imports: hand in a table, look at its rows, decide, import, take back what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from matchmaker.jobs import wording as job_words
from matchmaker.policy import Action
from matchmaker.site import Pages, is_english, vocabulary, work
from matchmaker.spreadsheets import import_files, import_wording, importing
from matchmaker.spreadsheets.cells import Lists
from matchmaker.spreadsheets.importing import ImportMissing, NotNow
from matchmaker.spreadsheets.reading import BadFile
from matchmaker.vocabulary.service import Vocabulary
from models import Handling, ImportKind, SpreadsheetImport

pages = Pages("imports", __name__, url_prefix="/imports")

AS_WHOLE = ""
"""The choice of a row that goes with the whole import."""


@pages.page("/", Action.SPREADSHEET_IMPORT, methods=("GET", "POST"))
def index() -> Any:
    if request.method == "GET":
        return _index(
            ImportKind(given) if (given := request.args.get("kind", "")) in list(ImportKind) else None
        )
    kind = ImportKind(given) if (given := request.form.get("kind", "")) in list(ImportKind) else None
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    if kind is None or file is None or not file.filename:
        return _index(kind, import_wording.file_fault(BadFile("missing"))), 422
    try:
        made = importing.take(work(), kind, file.filename, content, _language())
    except BadFile as fault:
        return _index(kind, import_wording.file_fault(fault, kind)), 422
    return redirect(url_for("imports.detail", import_id=made.id), 303)


@pages.page(
    "/templates/<any(organisation, problem, capability, record):kind>.xlsx", Action.SPREADSHEET_IMPORT
)
def template(kind: str) -> Any:
    wanted = ImportKind(kind)
    if wanted not in importing.kinds(work()):
        abort(404)
    content = import_files.template(wanted, Lists(Vocabulary(work().session)))
    with_name = gettext("%(kind)s导入模板.xlsx", kind=import_wording.KINDS[wanted])
    return send_file(BytesIO(content), import_files.MEDIA_TYPE, as_attachment=True, download_name=with_name)


@pages.page("/<int:import_id>", Action.SPREADSHEET_IMPORT)
def detail(import_id: int) -> str:
    return _page(_found(import_id))


@pages.page("/<int:import_id>/choices", Action.SPREADSHEET_IMPORT, methods=("POST",))
def choose(import_id: int) -> Any:
    """What is wanted of the whole and of the rows shown; and, if that button was pressed, the import."""
    imported = _found(import_id)
    by_row: dict[int, Handling | None] = {
        int(name.removeprefix("row-")): Handling(value) if value else None
        for name, value in request.form.items()
        if name.startswith("row-") and name.removeprefix("row-").isdigit() and value in (AS_WHOLE, *Handling)
    }
    whole = request.form.get("handling", "")
    publishes = request.form.get("publishes") == "1" if importing.may_publish(work(), imported.kind) else None
    all_of = request.form.get("all", "")
    try:
        importing.decide(
            work(), imported, Handling(whole) if whole in list(Handling) else None, publishes, by_row
        )
        if all_of in (AS_WHOLE, *Handling) and request.form.get("do") == "all":
            wanted = Handling(all_of) if all_of else None
            number = importing.decide_all(work(), imported, _show(), wanted)
            flash(gettext("已改 %(n)s 行的处理办法。", n=number), "success")
        elif request.form.get("do") == "start":
            importing.start(work(), imported, _language())
            return redirect(url_for("imports.detail", import_id=import_id), 303)
        else:
            flash(gettext("处理办法已保存。"), "success")
    except NotNow:
        flash(gettext("现在不能改：正在检查或导入，或者没有可导入的行。"), "warning")
    return redirect(
        url_for("imports.detail", import_id=import_id, show=_show(), page=request.args.get("page")), 303
    )


@pages.page("/<int:import_id>/refused.xlsx", Action.SPREADSHEET_IMPORT)
def refused(import_id: int) -> Any:
    imported = _found(import_id)
    content = import_files.given_back(
        [each["heading"] for each in imported.columns],
        importing.refused(work(), imported),
        lambda kept: gettext("；").join(import_wording.fault(imported.kind, each) for each in kept.faults),
        "不能导入的原因",
    )
    name = gettext("%(file)s（没有导入的行）.xlsx", file=imported.file_name.rpartition(".")[0])
    return send_file(BytesIO(content), import_files.MEDIA_TYPE, as_attachment=True, download_name=name)


@pages.page("/<int:import_id>/discard", Action.SPREADSHEET_IMPORT, methods=("POST",))
def discard(import_id: int) -> Any:
    try:
        importing.discard(work(), _found(import_id))
    except NotNow:
        flash(gettext("正在检查或导入，请先停止。"), "warning")
        return redirect(url_for("imports.detail", import_id=import_id), 303)
    flash(gettext("文件和检查结果已删除；已经导入的保留。"), "success")
    return redirect(url_for("imports.index"), 303)


def _index(kind: ImportKind | None, fault: str = "") -> str:
    kinds = importing.kinds(work())
    return render_template(
        "spreadsheets/imports.html",
        kinds=kinds,
        kind=kind if kind in kinds else kinds[0],
        fault=fault,
        listing=importing.mine(work(), min(request.args.get("page", default=1, type=int), 1_000_000)),
        running=importing.running,
        job_words=job_words,
        words=import_wording,
    )


def _page(imported: SpreadsheetImport) -> str:
    job = importing.running(imported)
    shown: Mapping[str, Any] = {}
    if importing.is_checked(imported):
        number = min(request.args.get("page", default=1, type=int), 1_000_000)
        shown = {
            "counts": importing.counts(work(), imported),
            "others_published": importing.others_published(work(), imported),
            "listing": importing.rows(work(), imported, _show(), number),
        }
    return render_template(
        "spreadsheets/import.html",
        imported=imported,
        job=job,
        last_job=imported.run_job or imported.check_job,
        show=_show(),
        handlings=list(Handling),
        may_publish=importing.may_publish(work(), imported.kind),
        vocabulary=vocabulary(),
        words=job_words,
        import_words=import_wording,
        **shown,
    )


def _show() -> str:
    show = request.args.get("show", "all")
    return show if show in importing.SHOWS else "all"


def _found(import_id: int) -> SpreadsheetImport:
    try:
        return importing.find(work(), import_id)
    except ImportMissing:
        abort(404)


def _language() -> str:
    return "en" if is_english() else "zh_CN"
