"""The pages of attachments."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("attachments", __name__)
