"""Pairings: suggested by the engine, weighed by staff, wanted by the sides, confirmed into cooperation.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.pairings.assignment import assign, broker_of, brokers, hand_over
from matchmaker.pairings.confirmation import Confirmation, confirm, confirmation
from matchmaker.pairings.decisions import dismiss, introduce, negotiate, reopen, shortlist
from matchmaker.pairings.errors import (
    AlreadyConfirmed,
    AlreadyInterested,
    DueInPast,
    NoteMissing,
    NothingSaid,
    NotInterested,
    NotInTouch,
    NotOpen,
    NotPublic,
    PairingNotFound,
    StaleDecision,
    StaleStep,
    StepNotFound,
    TalkInFuture,
    UnknownBroker,
    UnknownReason,
)
from matchmaker.pairings.interest import express, withdraw
from matchmaker.pairings.messages import note, write
from matchmaker.pairings.mine import Mine, MineFilters, mine
from matchmaker.pairings.next_steps import MySteps, change, due_count, find_step, move, my_steps, plan, soon
from matchmaker.pairings.page import PairingPage, page_of
from matchmaker.pairings.queue import Board, QueueFilters, board, counts, row
from matchmaker.pairings.reading import (
    Suggestion,
    explained,
    find,
    standing,
    suggestions_for,
    with_sides,
)
from matchmaker.pairings.suggestions import own_column, pair, retract, suggest
from matchmaker.pairings.thread import Show, Thread, ThreadFilters, thread_of

__all__ = [
    "AlreadyConfirmed",
    "AlreadyInterested",
    "Board",
    "Confirmation",
    "DueInPast",
    "Mine",
    "MineFilters",
    "MySteps",
    "NotInTouch",
    "NotInterested",
    "NotOpen",
    "NotPublic",
    "NoteMissing",
    "NothingSaid",
    "PairingNotFound",
    "PairingPage",
    "QueueFilters",
    "Show",
    "StaleDecision",
    "StaleStep",
    "StepNotFound",
    "Suggestion",
    "TalkInFuture",
    "Thread",
    "ThreadFilters",
    "UnknownBroker",
    "UnknownReason",
    "assign",
    "board",
    "broker_of",
    "brokers",
    "change",
    "confirm",
    "confirmation",
    "counts",
    "dismiss",
    "due_count",
    "explained",
    "express",
    "find",
    "find_step",
    "hand_over",
    "introduce",
    "mine",
    "move",
    "my_steps",
    "negotiate",
    "note",
    "own_column",
    "page_of",
    "pair",
    "plan",
    "reopen",
    "retract",
    "row",
    "shortlist",
    "soon",
    "standing",
    "suggest",
    "suggestions_for",
    "thread_of",
    "with_sides",
    "withdraw",
    "write",
]
