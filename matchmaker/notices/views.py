"""The pages of notices: the reader's own, unread first."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker import notice_wording, site
from matchmaker.notices import choices, service
from matchmaker.notices.forms import choices_form
from matchmaker.policy import Action
from matchmaker.site import Pages, work

pages = Pages("notices", __name__, url_prefix="/notices")


@pages.page("/", Action.NOTICE_READ)
def index() -> str:
    page = request.args.get("page", default=1, type=int)
    listing = service.page(work(), min(page, 1_000_000))
    return render_template(
        "notices/index.html",
        listing=listing,
        groups=service.by_day(listing.items),
        sentence=notice_wording.notice,
    )


@pages.page("/<int:notice_id>/read", Action.NOTICE_READ, methods=("POST",))
def read(notice_id: int) -> Any:
    """Mark it read and go where it leads, which is always a page of ours."""
    try:
        notice = service.open_notice(work(), notice_id)
    except service.NoticeNotFound:
        abort(404)
    return redirect(notice.path if _is_local(notice.path) else url_for("notices.index"), 303)


@pages.page("/read", Action.NOTICE_READ, methods=("POST",))
def read_all() -> Any:
    service.mark_read(work())
    flash(gettext("通知已全部标为已读。"), "success")
    return redirect(url_for("notices.index"), 303)


@pages.page("/choices", Action.ACCOUNT_MANAGE_OWN, methods=("GET", "POST"))
def choose() -> Any:
    form = choices_form(choices.of_actor(work()))
    if form.validate_on_submit():
        choices.choose(work(), form.chosen())
        flash(gettext("通知方式已保存。"), "success")
        return redirect(url_for("notices.choose"), 303)
    hour = f"{site.settings().digest_hour:02}:00"
    page = render_template("notices/choices.html", form=form, hour=hour)
    return page, 422 if form.is_submitted() else 200


def _is_local(path: str) -> bool:
    """//host and /\\host are taken for other hosts by browsers."""
    return path.startswith("/") and not path.startswith(("//", "/\\"))
