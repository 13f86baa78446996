"""Numbers as they stand in addresses and hidden fields: of rows, pages and versions."""

from __future__ import annotations

MOST_DIGITS = 9
"""What any column of the database can hold."""


def number(typed: object) -> int | None:
    """What was typed as a number, or None for what is none: nobody typed it by mistake, so nobody is told."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
