"""The blueprint that the pages of administration share."""

from __future__ import annotations

from typing import Any

from matchmaker.site import Pages

pages = Pages("administration", __name__, url_prefix="/administration")
Page = Any


def status(form: Any) -> int:
    """Of a page with a form: 422 where the form was sent, for it has failed then."""
    return 422 if form.is_submitted() else 200
