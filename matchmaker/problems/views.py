"""The pages of problems."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("problems", __name__)
