"""What the routes of capabilities hang on."""

from __future__ import annotations

from matchmaker.site import Pages

pages = Pages("capabilities", __name__)
