"""Duplicates: looked for when a text comes in, linked or told apart by staff, and shown to whoever reads a text.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.duplicates.errors import AlreadyDuplicate, NotAlike, SameItself
from matchmaker.duplicates.linking import (
    count_likely,
    link,
    look,
    look_at_all,
    reconsider,
    tell_apart,
    unlink,
)
from matchmaker.duplicates.reading import Duplicates, Filters, Notes, Pair, State, duplicates, find, notes_of

__all__ = [
    "AlreadyDuplicate",
    "Duplicates",
    "Filters",
    "NotAlike",
    "Notes",
    "Pair",
    "SameItself",
    "State",
    "count_likely",
    "duplicates",
    "find",
    "link",
    "look",
    "look_at_all",
    "notes_of",
    "reconsider",
    "tell_apart",
    "unlink",
]
