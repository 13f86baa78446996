"""Pairings: suggested by the engine, weighed by staff, wanted by the sides, confirmed into cooperation.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.pairings.confirmation import Confirmation, confirm, confirmation
from matchmaker.pairings.decisions import dismiss, introduce, negotiate, reopen, shortlist
from matchmaker.pairings.errors import (
    AlreadyConfirmed,
    AlreadyInterested,
    NoteMissing,
    NotInterested,
    NotOpen,
    NotPublic,
    PairingNotFound,
    StaleDecision,
    UnknownReason,
)
from matchmaker.pairings.interest import express, withdraw
from matchmaker.pairings.mine import Mine, MineFilters, mine
from matchmaker.pairings.queue import Board, QueueFilters, board, counts, row
from matchmaker.pairings.reading import (
    PairingPage,
    Suggestion,
    explained,
    find,
    page_of,
    standing,
    suggestions_for,
    with_sides,
)
from matchmaker.pairings.suggestions import own_column, retract, suggest

__all__ = [
    "AlreadyConfirmed",
    "AlreadyInterested",
    "Board",
    "Confirmation",
    "Mine",
    "MineFilters",
    "NotInterested",
    "NotOpen",
    "NotPublic",
    "NoteMissing",
    "PairingNotFound",
    "PairingPage",
    "QueueFilters",
    "StaleDecision",
    "Suggestion",
    "UnknownReason",
    "board",
    "confirm",
    "confirmation",
    "counts",
    "dismiss",
    "explained",
    "express",
    "find",
    "introduce",
    "mine",
    "negotiate",
    "own_column",
    "page_of",
    "reopen",
    "retract",
    "row",
    "shortlist",
    "standing",
    "suggest",
    "suggestions_for",
    "with_sides",
    "withdraw",
]
