"""Where the pages of services and requests hang, and what others show of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, url_for

from matchmaker.intermediaries import service, wording
from matchmaker.intermediaries.errors import NotOffered
from matchmaker.site import Pages, work

pages = Pages("services", __name__, url_prefix="/services")
requests = Pages("service_requests", __name__, url_prefix="/service-requests")


@pages.app_context_processor
def services_around() -> dict[str, Any]:
    """For the pages of problems, capabilities, records and pairings, and the menu."""
    return {
        "service_words": wording,
        "requests_about": lambda subject: service.requests_about(work(), subject),
        "requests_in": lambda pairing: service.requests_in(work(), pairing),
        "service_subject": service.kind_of,
        "services_waiting": lambda: service.waiting(work()),
    }


def found(read: Callable[..., Any], *given: Any) -> Any:
    """What a use case finds, or the page that says there is none."""
    try:
        return read(work(), *given)
    except NotOffered:
        abort(404)


def to(endpoint: str, **values: Any) -> Any:
    return redirect(url_for(endpoint, **values), 303)
