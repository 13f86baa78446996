"""The pages of pairings."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("pairings", __name__)
