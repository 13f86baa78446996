"""The pages of accounts."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("accounts", __name__)
