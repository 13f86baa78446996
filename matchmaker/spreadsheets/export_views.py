"""The addresses of exports: any list with the filters of its page, one record, and all data for an administrator."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, send_file, url_for

from matchmaker.cooperation import service as cooperation
from matchmaker.policy import Action
from matchmaker.site import Pages, is_english, vocabulary, work
from matchmaker.spreadsheets import export_jobs, exporting
from matchmaker.spreadsheets.exporting import Exported, Form
from matchmaker.spreadsheets.list_sheets import EVERYTHING, LISTS, title

pages = Pages("exports", __name__, url_prefix="/exports")

NAMES = ",".join(f"'{name}'" for name in LISTS)


@pages.app_context_processor
def addresses() -> dict[str, Any]:
    return {"export_address": export_address}


def export_address(name: str, form: str) -> str:
    """Of the export of the list that is looked at, with the filters in this page's address."""
    query: dict[str, Any] = {key: value for key, value in request.args.items() if _is_filter(key) and value}
    return url_for("exports.table", name=name, form=form, **query)


def _is_filter(key: str) -> bool:
    """Not a part of the export's own address, nor what would change how it is built."""
    return key not in ("name", "form", "page", "endpoint") and not key.startswith("_")


@pages.page(
    f"/<any({NAMES}):name>.<any(xlsx,csv):form>",
    Action.LIST_EXPORT,
    methods=("GET", "POST"),
    leaves_trace=True,
)
def table(name: str, form: str) -> Any:
    """The list as its page shows it with the same query, on one sheet instead of pages.

    One that is too long to wait for is a job: the page that says so posts to the same address.
    """
    query = request.args.to_dict()
    if request.method == "POST":
        job = export_jobs.ask_list(work(), name, query, Form(form), _language())
        return redirect(url_for("jobs.detail", job_id=job.id), 303)
    try:
        return _sent(exporting.export_list(work(), vocabulary(), name, query, Form(form)))
    except exporting.TooLong as long:
        return render_template("spreadsheets/long.html", total=long.total, title=title(name))


@pages.page("/", Action.DATA_EXPORT, methods=("GET", "POST"))
def everything() -> Any:
    """What all data are, and the button that asks for them."""
    if request.method == "GET":
        return render_template("spreadsheets/everything.html", lists=[title(name) for name in EVERYTHING])
    job = export_jobs.ask(work(), _language())
    return redirect(url_for("jobs.detail", job_id=job.id), 303)


@pages.page("/records/<int:record_id>.xlsx", Action.RECORD_READ, leaves_trace=True)
def record(record_id: int) -> Any:
    try:
        found = cooperation.find(work(), record_id)
    except cooperation.RecordNotFound:
        abort(404)
    return _sent(exporting.export_record(work(), vocabulary(), found))


def _language() -> str:
    return "en" if is_english() else "zh_CN"


def _sent(exported: Exported) -> Any:
    return send_file(
        exported.content,
        exported.media_type,
        as_attachment=True,
        download_name=exported.file_name(work()),
        max_age=0,
    )
