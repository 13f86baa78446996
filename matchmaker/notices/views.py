"""The pages of notices."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("notices", __name__)
