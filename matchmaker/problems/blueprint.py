"""What the routes of problems hang on."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("problems", __name__)
