"""The pages of briefings."""

from __future__ import annotations

import io
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext, ngettext
from werkzeug.exceptions import NotFound

from matchmaker.briefings import document, export, service
from matchmaker.briefings.forms import PlanForm, SectionForm, TitleForm
from matchmaker.briefings.pictures import NotAPicture, pictures
from matchmaker.briefings.service import ChangedMeanwhile
from matchmaker.formats import moment
from matchmaker.forms import problems_of
from matchmaker.policy import Action
from matchmaker.site import Pages, vocabulary, work
from matchmaker.word_templates import MEDIA_TYPE
from models import SECTION_LENGTH, Briefing, BriefingSection, SectionKind

pages = Pages("briefings", __name__, url_prefix="/briefings")


@pages.errorhandler(service.BriefingNotFound)
def _not_found(error: LookupError) -> Any:
    return current_app.handle_http_exception(NotFound())


@pages.page("/", Action.BRIEFING_READ)
def index() -> str:
    listing = service.briefings(work(), request.args.get("page", 1, type=int))
    return render_template("briefings/index.html", listing=listing)


@pages.page("/new", Action.BRIEFING_EDIT, methods=("GET", "POST"))
def create() -> Any:
    form = PlanForm()
    form.prepare(vocabulary())
    if request.method == "POST" and form.check(work().today()):
        made = service.make(work(), form.plan(work().today()))
        flash(gettext("已取数并起草，请逐段核对修改。"), "success")
        return redirect(url_for(".detail", briefing_id=made.id), 303)
    return render_template("briefings/form.html", form=form), 422 if request.method == "POST" else 200


@pages.page("/<int:briefing_id>", Action.BRIEFING_READ)
def detail(briefing_id: int) -> str:
    return _page(service.find(work(), briefing_id))


@pages.page("/<int:briefing_id>/print", Action.BRIEFING_READ)
def printable(briefing_id: int) -> str:
    """The document alone, as it is printed."""
    briefing = service.find(work(), briefing_id)
    return render_template(
        "briefings/print.html", briefing=briefing, parts=_parts(briefing), place=_place(briefing)
    )


@pages.page("/<int:briefing_id>/title", Action.BRIEFING_EDIT, methods=("POST",))
def rename(briefing_id: int) -> Any:
    briefing, form = service.find(work(), briefing_id), TitleForm()
    if not form.validate_on_submit():
        return _page(briefing, title=form), 422
    service.rename(work(), briefing, form.title.data)
    flash(gettext("已改标题。"), "success")
    return redirect(url_for(".detail", briefing_id=briefing_id), 303)


@pages.page("/<int:briefing_id>/sections/<kind>", Action.BRIEFING_EDIT, methods=("POST",))
def edit(briefing_id: int, kind: str) -> Any:
    """One section's text. A script that asks for JSON is told the new version; without one the page comes again."""
    if kind not in list(SectionKind):
        abort(404)
    briefing, form, which = service.find(work(), briefing_id), SectionForm(), SectionKind(kind)
    asks_json = request.accept_mimetypes.best == "application/json"
    if not form.validate_on_submit():
        message = problems_of(form)[0][2]
        answer = (
            jsonify(message=message)
            if asks_json
            else _page(briefing, typed={which: form.text.data}, refused={which: message})
        )
        return answer, 422
    try:
        section = service.edit(work(), briefing, which, form.text.data or "", form.version.data)
    except ChangedMeanwhile as changed:
        message = _changed(changed.section)
        if asks_json:
            now = {"version": changed.section.version, "text": changed.section.text}
            return jsonify(message=message, **now), 409
        return _page(
            briefing,
            typed={which: form.text.data},
            conflicts={which: changed.section},
            refused={which: message},
        ), 409
    if asks_json:
        return jsonify(
            version=section.version, message=gettext("已保存 %(when)s", when=moment(work().now())[-5:])
        )
    flash(gettext("已保存。"), "success")
    return redirect(url_for(".detail", briefing_id=briefing_id, _anchor=kind), 303)


@pages.page("/<int:briefing_id>/figures", Action.BRIEFING_EDIT, methods=("POST",))
def take_anew(briefing_id: int) -> Any:
    kept = service.take_anew(work(), service.find(work(), briefing_id))
    said = gettext("已重新取数，图表和没有改过的正文已更新。")
    if kept:
        said += ngettext(
            "%(num)d 段改过的正文保持原样，请核对其中的数字。",
            "%(num)d 段改过的正文保持原样，请核对其中的数字。",
            kept,
        )
    flash(said, "success")
    return redirect(url_for(".detail", briefing_id=briefing_id), 303)


@pages.page("/<int:briefing_id>/delete", Action.BRIEFING_DELETE, methods=("POST",))
def delete(briefing_id: int) -> Any:
    briefing = service.find(work(), briefing_id)
    service.delete(work(), briefing)
    flash(gettext("已删除简报“%(title)s”。", title=briefing.title), "success")
    return redirect(url_for(".index"), 303)


@pages.page("/<int:briefing_id>/export", Action.BRIEFING_EDIT, methods=("POST",))
def download(briefing_id: int) -> Any:
    """As a .docx. A POST, because that it was exported is written to the audit and charts' pictures come with it."""
    briefing = service.find(work(), briefing_id)
    names = [chart.name for part in _parts(briefing) for chart in part.charts]
    try:
        drawn = pictures(request.form, names)
    except NotAPicture:
        flash(gettext("图表的图片没有收完整，请刷新页面后再导出一次。"), "warning")
        return _page(briefing), 422
    made = export.document(work(), briefing, drawn)
    return file_of(made, f"{briefing.title}.docx")


def _parts(briefing: Briefing) -> list[document.Part]:
    with service.in_its_language(briefing):
        return document.parts(briefing, service.vocabulary_of(work(), briefing))


def _place(briefing: Briefing) -> str:
    return service.vocabulary_of(work(), briefing).label("county", briefing.county)


def _changed(section: BriefingSection) -> str:
    who = section.editor.name if section.editor else gettext("系统")
    return str(
        gettext(
            "%(who)s刚改过这一段，您写的还没有保存。对照下面的现有文字，改好后再保存就以您的为准。", who=who
        )
    )


def _page(
    briefing: Briefing,
    title: TitleForm | None = None,
    typed: dict[SectionKind, Any] | None = None,
    conflicts: dict[SectionKind, BriefingSection] | None = None,
    refused: dict[SectionKind, str] | None = None,
) -> str:
    return render_template(
        "briefings/detail.html",
        briefing=briefing,
        parts=_parts(briefing),
        place=_place(briefing),
        title_form=title or TitleForm(formdata=None, title=briefing.title),
        typed=typed or {},
        conflicts=conflicts or {},
        refused=refused or {},
        longest=SECTION_LENGTH,
    )


def file_of(data: bytes, name: str) -> Response:
    response = send_file(io.BytesIO(data), mimetype=MEDIA_TYPE, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
