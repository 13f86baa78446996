"""The pages of cooperation."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("cooperation", __name__)
