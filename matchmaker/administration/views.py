"""The page that leads to what is administered."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from matchmaker.administration import account_views, merge_views, setting_views, term_views, verifying
from matchmaker.administration.pages import Page, pages
from matchmaker.policy import Action
from matchmaker.site import work

__all__ = ["account_views", "merge_views", "pages", "setting_views", "term_views"]


@pages.page("/audit-check", Action.AUDIT_READ, methods=("POST",))
def check_audit() -> Page:
    """Walk the whole chain of the audit, as a job where that takes long."""
    job = verifying.begin(work())
    if job is None:
        return redirect(url_for("audit.check"), 307)  # which asks the same of the page that walks it at once
    flash(gettext("审计记录很多，核对在后台进行，完成后在审计记录页面显示结果。"), "success")
    return redirect(url_for("jobs.detail", job_id=job.id), 303)


@pages.page("/", Action.ADMINISTRATION_READ)
def index() -> Page:
    return render_template("administration/index.html")
