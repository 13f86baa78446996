"""The pages of attachments: upload, download, remove, restore."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from flask import (
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext, ngettext

from matchmaker.attachments import service
from matchmaker.attachments.wording import no_key, refusal, sealed
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from models import Attachment, AttachmentOwner, ThreadEntry
from models.sealed import NoKey

pages = Pages("attachments", __name__, url_prefix="/attachments")

OWNER_PAGES = {
    AttachmentOwner.PROBLEM: ("problems", "problem_id"),
    AttachmentOwner.CAPABILITY: ("capabilities", "capability_id"),
    AttachmentOwner.RECORD: ("cooperation", "record_id"),
    AttachmentOwner.ALLIANCE: ("alliances", "alliance_id"),
    AttachmentOwner.SERVICE_REQUEST: ("service_requests", "request_id"),
}
"""Of what takes files at any time. The files of a thread come with what was written, by its form."""


@pages.page("/<owner_kind>/<int:owner_id>", Action.ATTACHMENT_UPLOAD, methods=("POST",))
def upload(owner_kind: str, owner_id: int) -> Any:
    """One or more files of the field `files`; with htmx the answer is the list, without it the owner's page."""
    if owner_kind not in OWNER_PAGES:
        abort(404)
    try:
        owner = service.owner_of(work(), owner_kind, owner_id)
    except service.NotFound:
        abort(404)
    try:
        made = service.attach_all(
            work(), owner, request.files.getlist("files"), confidential="confidential" in request.form
        )
    except service.Refused as refused:
        return _section(owner, error=refusal(refused, work().settings), status=422)
    except NoKey:
        return _section(owner, error=no_key(), status=503)
    said = ngettext("已上传 %(num)d 个文件。", "已上传 %(num)d 个文件。", len(made))
    if request.headers.get("HX-Request"):
        return _section(owner, said=said)
    flash(said, "success")
    return redirect(_owner_url(owner_kind, owner_id), 303)


@pages.page("/<int:attachment_id>", Action.ATTACHMENT_READ, methods=("GET", "POST"))
def download(attachment_id: int) -> Any:
    """Public files come with GET. A confidential one needs a POST, because that it was read is written to the
    audit, and a GET request's session is read-only; a GET of it shows the button that posts.
    """
    try:
        if request.method == "POST":
            return _send(*service.open_traced(work(), attachment_id))
        return _send(*service.open_public(work(), attachment_id))
    except service.Confidential as held:
        return render_template("attachments/confidential.html", attachment=held.attachment)
    except service.BytesMissing:
        return _bytes_missing()
    except service.Sealed:
        return render_template("error.html", title=gettext("现在打不开"), text=sealed()), 503
    except service.NotFound:
        abort(404)


@pages.page("/<int:attachment_id>/remove", Action.ATTACHMENT_REMOVE, methods=("POST",))
def remove(attachment_id: int) -> Any:
    try:
        removed = service.remove(work(), attachment_id)
    except service.NotFound:
        abort(404)
    flash(gettext("附件“%(name)s”已移除。如需找回，请联系科技局工作人员。", name=removed.name), "success")
    return redirect(_owner_url(removed.owner_kind, removed.owner_id), 303)


@pages.page("/<int:attachment_id>/restore", Action.ATTACHMENT_RESTORE, methods=("POST",))
def restore(attachment_id: int) -> Any:
    try:
        restored = service.restore(work(), attachment_id)
    except service.Refused as refused:
        return render_template(
            "error.html", title=gettext("附件没有恢复"), text=refusal(refused, work().settings)
        ), 422
    except service.BytesMissing:
        return _bytes_missing()
    except service.NotFound:
        abort(404)
    flash(gettext("附件“%(name)s”已恢复。", name=restored.name), "success")
    return redirect(_owner_url(restored.owner_kind, restored.owner_id), 303)


def _send(attachment: Attachment, path: Path | IO[bytes]) -> Response:
    """Always to be saved, never shown in the page: what people upload does not run in our name."""
    response = send_file(
        path,
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
        conditional=False,
        etag=False,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _section(owner: service.Owner, error: str = "", said: str = "", status: int = 200) -> Response:
    """The list with its form: alone for htmx, within a page for a browser without scripts."""
    kind = service.kind_of(owner).value
    template = "section.html" if request.headers.get("HX-Request") else "upload.html"
    if status >= 400:
        work().session.rollback()  # several files: those before the refused one are not kept either
    body = render_template(
        f"attachments/{template}",
        owner=owner,
        owner_kind=kind,
        owner_url=_owner_url(kind, owner.id),
        attachments=service.of(work(), kind, owner.id),
        removed=service.removed_from(work(), kind, owner.id),
        error=error,
        said=said,
    )
    return make_response(body, status)


def _bytes_missing() -> tuple[str, int]:
    return render_template(
        "error.html",
        title=gettext("文件找不到了"),
        text=gettext("这个附件的内容不在服务器上。请联系管理员从备份中找回，或者请上传的人再传一次。"),
    ), 404


def _owner_url(owner_kind: str, owner_id: int) -> str:
    """The owner's page, or its form if that is where the file was uploaded."""
    if owner_kind == AttachmentOwner.THREAD_ENTRY:
        entry = service.owner_of(work(), owner_kind, owner_id)
        assert isinstance(entry, ThreadEntry)
        return url_for("pairings.detail", pairing_id=entry.pairing_id, _anchor="thread")
    blueprint, parameter = OWNER_PAGES[AttachmentOwner(owner_kind)]
    page = "edit" if request.form.get("back") == "edit" else "detail"
    values: dict[str, Any] = {parameter: owner_id}
    return url_for(f"{blueprint}.{page}", _anchor="attachments", **values)
