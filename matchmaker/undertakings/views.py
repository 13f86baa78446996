"""The undertaking of confidentiality: each version to read, and the administrator's page for a new one."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.policy import Action
from matchmaker.site import Pages, work
from matchmaker.undertakings import service
from matchmaker.undertakings.forms import UndertakingForm

pages = Pages("undertakings", __name__)


@pages.errorhandler(service.UndertakingNotFound)
def _not_found(error: LookupError) -> Any:
    return current_app.handle_http_exception(NotFound())


@pages.page("/undertakings/<int:version>", Action.UNDERTAKING_READ)
def detail(version: int) -> str:
    found = service.find(work(), min(version, 1_000_000))
    return render_template("undertakings/detail.html", undertaking=found, latest=service.in_force(work()))


@pages.page("/undertakings", Action.UNDERTAKING_PUBLISH, methods=("GET", "POST"))
def index() -> AnyResponse:
    """The versions, and a new one: looked at first, then published."""
    latest = service.in_force(work())
    if request.method == "GET":
        texts = {"text_zh": latest.text_zh, "text_en": latest.text_en} if latest else {}
        return _page(UndertakingForm(data={**texts, "version": latest.version if latest else 0}))
    form = UndertakingForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    if request.form.get("step") != "publish":
        return _page(form, preview=True)
    try:
        made = service.publish(work(), form.text_zh.data or "", form.text_en.data or "", form.version.data)
    except service.UnchangedUndertaking:
        return _page(form, gettext("内容和现行版本一样，不用发布新版本。"), 422)
    except service.StaleUndertaking as error:
        version = error.undertaking.version
        form.version.data, form.version.raw_data = version, None
        problem = gettext(
            "您打开之后，已有人发布了第 %(version)s 版。您写的内容还在，请对照现行版本后再发布。",
            version=version,
        )
        return _page(form, problem, 409)
    flash(
        gettext(
            "第 %(version)s 版已生效。各单位要重新接受，才能继续看对方的保密内容。", version=made.version
        ),
        "success",
    )
    return redirect(url_for(".index"), 303)


def _page(form: UndertakingForm, problem: str = "", status: int = 200, preview: bool = False) -> AnyResponse:
    versions = service.versions(work())
    return make_response(
        render_template(
            "undertakings/index.html", versions=versions, form=form, problem=problem, preview=preview
        ),
        status,
    )
