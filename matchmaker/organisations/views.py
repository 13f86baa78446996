"""The pages of organisations."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("organisations", __name__)
