"""The pages of audit: who did what, and whether the chain still holds."""

from __future__ import annotations

from flask import abort, render_template, request

from matchmaker.audit import reading, service
from matchmaker.audit.detail_wording import details_in_words
from matchmaker.audit.wording import PAGES, action_name, object_name
from matchmaker.policy import Action
from matchmaker.site import Pages, vocabulary, work

pages = Pages("audit", __name__, url_prefix="/audit")
WORDS = {
    "action_name": action_name,
    "object_name": object_name,
    "object_pages": PAGES,
    "in_words": lambda event: details_in_words(event, vocabulary()),
}


@pages.page("/", Action.AUDIT_READ)
def index() -> str:
    return _page()


@pages.page("/<int:event_id>", Action.AUDIT_READ)
def detail(event_id: int) -> str:
    try:
        event = reading.event(work(), event_id)
    except reading.EventMissing:
        abort(404)
    return render_template("audit/detail.html", event=event, **WORDS)


@pages.page("/check", Action.AUDIT_READ, methods=("POST",), reads_only=True)
def check() -> str:
    """Walk the whole chain. A POST, because it takes long where there are many events; it writes nothing."""
    return _page(service.check(work()))


def _page(chain: service.Chain | None = None) -> str:
    filters = reading.Filters.from_query(request.args)
    return render_template(
        "audit/index.html",
        filters=filters,
        trail=reading.find(work(), filters),
        chain=chain,
        last_check=reading.last_check(work()),
        **WORDS,
    )
