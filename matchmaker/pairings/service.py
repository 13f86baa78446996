"""Pairings: suggested by the engine, weighed by staff, wanted by the sides, confirmed into cooperation.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.pairings.decisions import confirm, dismiss, introduce, negotiate, reopen, shortlist
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
from matchmaker.pairings.reading import PairingPage, Suggestion, find, page_of, suggestions_for
from matchmaker.pairings.suggestions import retract, suggest

__all__ = [
    "AlreadyConfirmed",
    "AlreadyInterested",
    "NotInterested",
    "NotOpen",
    "NotPublic",
    "NoteMissing",
    "PairingNotFound",
    "PairingPage",
    "StaleDecision",
    "Suggestion",
    "UnknownReason",
    "confirm",
    "dismiss",
    "express",
    "find",
    "introduce",
    "negotiate",
    "page_of",
    "reopen",
    "retract",
    "shortlist",
    "suggest",
    "suggestions_for",
    "withdraw",
]
