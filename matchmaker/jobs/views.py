"""Pages of jobs: how far they are, asked for again by the page itself, or by refreshing it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from matchmaker.jobs import service, wording
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from models import Job

pages = Pages("jobs", __name__, url_prefix="/jobs")


@pages.page("/", Action.JOB_READ)
def index() -> str:
    number = request.args.get("page", default=1, type=int)
    return render_template(
        "jobs/index.html", listing=service.page(work(), min(number, 1_000_000)), words=wording
    )


@pages.page("/<int:job_id>", Action.JOB_READ)
def detail(job_id: int) -> str:
    return render_template("jobs/detail.html", job=_found(job_id), words=wording)


@pages.page("/<int:job_id>/progress", Action.JOB_READ)
def progress(job_id: int) -> Any:
    """A part of a page, for the page that shows it: when the job has ended, that page is loaded anew."""
    job = _found(job_id)
    if job.is_ended:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("jobs/progress.html", job=job, words=wording)


@pages.page("/<int:job_id>/cancel", Action.JOB_CANCEL, methods=("POST",))
def cancel(job_id: int) -> Any:
    try:
        job = service.cancel(work(), job_id)
    except service.JobMissing:
        abort(404)
    if job.cancel_requested_at is None:
        flash(gettext("它已经办完，没有可取消的。"), "warning")
    else:
        flash(gettext("已要求停止。做完的部分保留。"), "success")
    own_page = job.page if job.user_id == work().person.id else ""  # others may not see what it works on
    return redirect(own_page or url_for("jobs.detail", job_id=job.id), 303)


@pages.page("/<int:job_id>/files/<int:file_id>", Action.JOB_READ_FILE)
def file(job_id: int, file_id: int) -> Any:
    try:
        found, data = service.file(work(), job_id, file_id)
    except service.JobMissing:
        abort(404)
    return send_file(BytesIO(data), found.media_type, as_attachment=True, download_name=found.name)


def _found(job_id: int) -> Job:
    try:
        return service.find(work(), job_id)
    except service.JobMissing:
        abort(404)
