"""The page of the template of briefings."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.briefings import export
from matchmaker.briefings.views import file_of
from matchmaker.briefings.wording import PLACES
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from matchmaker.word_templates import MOST_BYTES, BadTemplate, refusal

pages = Pages("briefing_template", __name__, url_prefix="/briefings/template")


@pages.page("/", Action.BRIEFING_ADMINISTER)
def template() -> str:
    return _page()


@pages.page("/briefing.docx", Action.BRIEFING_ADMINISTER)
def download() -> Response:
    return file_of(export.template(work()), gettext("联席会议简报模板.docx"))


@pages.page("/", Action.BRIEFING_ADMINISTER, methods=("POST",))
def replace() -> Any:
    """The file `file` is the template from now on; with the button `restore` the one that came with the service."""
    if "restore" in request.form:
        export.restore_template(work())
        flash(gettext("已恢复自带的模板。"), "success")
        return redirect(url_for(".template"), 303)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(gettext("请选择一个 .docx 文件")), 422
    try:
        export.replace_template(work(), sent.stream.read(MOST_BYTES + 1))
    except BadTemplate as bad:
        return _page(refusal(bad)), 422
    flash(gettext("模板已更换，以后的简报按它导出。"), "success")
    return redirect(url_for(".template"), 303)


def _page(error: str = "") -> str:
    return render_template(
        "briefings/template.html",
        standing=export.standing(work()),
        places=export.PLACES,
        words=PLACES,
        error=error,
    )
