"""The draft of an agreement of intent, and the page of its template."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from matchmaker.cooperation import agreement, service
from matchmaker.cooperation.wording import PLACES
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from matchmaker.word_templates import MEDIA_TYPE, MOST_BYTES, BadTemplate, refusal

pages = Pages("agreements", __name__, url_prefix="/agreements")


@pages.page("/<int:record_id>", Action.RECORD_EDIT, methods=("POST",))
def draft(record_id: int) -> Response:
    """As a file. A POST, because that it was made is written to the audit."""
    try:
        record = service.find(work(), record_id)
    except service.RecordNotFound:
        abort(404)
    return _file(
        agreement.draft(work(), record), gettext("合作意向书草稿 %(number)s.docx", number=record.number)
    )


@pages.page("/template", Action.AGREEMENT_ADMINISTER)
def template() -> str:
    return _page()


@pages.page("/template.docx", Action.AGREEMENT_ADMINISTER)
def download() -> Response:
    return _file(agreement.template(work()), gettext("合作意向书模板.docx"))


@pages.page("/template", Action.AGREEMENT_ADMINISTER, methods=("POST",))
def replace() -> Any:
    """The file `file` is the template from now on; with the button `restore` the one that came with the service."""
    if "restore" in request.form:
        agreement.restore_template(work())
        flash(gettext("已恢复自带的模板。"), "success")
        return redirect(url_for("agreements.template"), 303)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(gettext("请选择一个 .docx 文件")), 422
    try:
        agreement.replace_template(work(), sent.stream.read(MOST_BYTES + 1))
    except BadTemplate as bad:
        return _page(refusal(bad)), 422
    flash(gettext("模板已更换，以后的意向书草稿按它生成。"), "success")
    return redirect(url_for("agreements.template"), 303)


def _page(error: str = "") -> str:
    return render_template(
        "cooperation/template.html",
        standing=agreement.standing(work()),
        places=agreement.PLACES,
        words=PLACES,
        error=error,
    )


def _file(data: bytes, name: str) -> Response:
    response = send_file(io.BytesIO(data), mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
