"""The pages of audit."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("audit", __name__)
