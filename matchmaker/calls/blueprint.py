"""Where the pages of calls hang, and what all of them share."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, make_response, redirect, url_for

from matchmaker.calls import reading, service, wording
from matchmaker.calls.errors import CallNotFound
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from models import Call, Proposal

pages = Pages("calls", __name__)


@pages.app_context_processor
def words_of_calls() -> dict[str, Any]:
    """For the pages of calls, and for that of a problem."""
    return {"call_words": wording, "call_of": lambda problem: reading.call_of(work(), problem)}


def found(call_id: int, action: Action = Action.CALL_READ) -> Call:
    try:
        return service.find(work(), call_id, action)
    except CallNotFound:
        abort(404)


def found_proposal(proposal_id: int, action: Action = Action.PROPOSAL_READ) -> Proposal:
    try:
        return service.find_proposal(work(), proposal_id, action)
    except CallNotFound:
        abort(404)


def to_call(call: Call, anchor: str | None = None) -> Any:
    return redirect(url_for("calls.detail", call_id=call.id, _anchor=anchor), 303)


def refused(error: Exception, page: Any) -> Any:
    """The page again, with why nothing was done; what was typed is on it."""
    flash(wording.refused(error), "danger")
    return make_response(page(), 409)
