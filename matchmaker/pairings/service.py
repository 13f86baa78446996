"""Pairings: suggested by the engine, weighed by staff, wanted by the sides, confirmed into cooperation.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from matchmaker.pairings.answers import CONSENT_EVENTS, Answer, Said, refuse_stale
from matchmaker.pairings.assignment import assign, broker_of, brokers, hand_over
from matchmaker.pairings.bulk import Chosen, assign_chosen, dismiss_chosen
from matchmaker.pairings.columns import Card, Column, Columns, card, columns, every, more
from matchmaker.pairings.confirmation import Confirmation, confirm, confirmation
from matchmaker.pairings.consent import Consent, accept, consent_of, propose, record
from matchmaker.pairings.decisions import dismiss, introduce, negotiate, reopen, shortlist
from matchmaker.pairings.errors import (
    AlreadyAccepted,
    AlreadyConfirmed,
    AlreadyInterested,
    AlreadySolved,
    ChangeNotFound,
    CountChanged,
    DueInPast,
    FilterNotFound,
    NoteMissing,
    NothingSaid,
    NothingToAsk,
    NotInterested,
    NotInTouch,
    NotOpen,
    NotPublic,
    PairingNotFound,
    SideRefused,
    StaleConsent,
    StaleDecision,
    StaleStep,
    StepNotFound,
    TalkInFuture,
    TooLateToUndo,
    TooManyChosen,
    TooManyFilters,
    UnknownBroker,
    UnknownReason,
)
from matchmaker.pairings.filters import Look, QueueFilters
from matchmaker.pairings.interest import decline, express, withdraw
from matchmaker.pairings.leaving import hand_over_all
from matchmaker.pairings.messages import note, write
from matchmaker.pairings.mine import Mine, MineFilters, mine
from matchmaker.pairings.narrowing import narrowed
from matchmaker.pairings.next_steps import MySteps, change, due_count, find_step, move, my_steps, plan, soon
from matchmaker.pairings.page import PairingPage, page_of
from matchmaker.pairings.queue import Board, board, counts, row
from matchmaker.pairings.reached import STAGES, Reached, furthest
from matchmaker.pairings.reading import (
    Suggestion,
    explained,
    find,
    standing,
    suggestions_for,
    with_sides,
)
from matchmaker.pairings.refusals import refusals
from matchmaker.pairings.saved import (
    default_filter,
    open_with,
    remove_filter,
    save_filter,
    saved_filters,
)
from matchmaker.pairings.suggestions import own_column, pair, retract, suggest
from matchmaker.pairings.thread import Show, Thread, ThreadFilters, thread_of
from matchmaker.pairings.undoing import Left, Outcome, undo, undoable

__all__ = [
    "CONSENT_EVENTS",
    "STAGES",
    "AlreadyAccepted",
    "AlreadyConfirmed",
    "AlreadyInterested",
    "AlreadySolved",
    "Answer",
    "Board",
    "Card",
    "ChangeNotFound",
    "Chosen",
    "Column",
    "Columns",
    "Confirmation",
    "Consent",
    "CountChanged",
    "DueInPast",
    "FilterNotFound",
    "Left",
    "Look",
    "Mine",
    "MineFilters",
    "MySteps",
    "NotInTouch",
    "NotInterested",
    "NotOpen",
    "NotPublic",
    "NoteMissing",
    "NothingSaid",
    "NothingToAsk",
    "Outcome",
    "PairingNotFound",
    "PairingPage",
    "QueueFilters",
    "Reached",
    "Said",
    "Show",
    "SideRefused",
    "StaleConsent",
    "StaleDecision",
    "StaleStep",
    "StepNotFound",
    "Suggestion",
    "TalkInFuture",
    "Thread",
    "ThreadFilters",
    "TooLateToUndo",
    "TooManyChosen",
    "TooManyFilters",
    "UnknownBroker",
    "UnknownReason",
    "accept",
    "assign",
    "assign_chosen",
    "board",
    "broker_of",
    "brokers",
    "card",
    "change",
    "columns",
    "confirm",
    "confirmation",
    "consent_of",
    "counts",
    "decline",
    "default_filter",
    "dismiss",
    "dismiss_chosen",
    "due_count",
    "every",
    "explained",
    "express",
    "find",
    "find_step",
    "furthest",
    "hand_over",
    "hand_over_all",
    "introduce",
    "mine",
    "more",
    "move",
    "my_steps",
    "narrowed",
    "negotiate",
    "note",
    "open_with",
    "own_column",
    "page_of",
    "pair",
    "plan",
    "propose",
    "record",
    "refusals",
    "refuse_stale",
    "remove_filter",
    "reopen",
    "retract",
    "row",
    "save_filter",
    "saved_filters",
    "shortlist",
    "soon",
    "standing",
    "suggest",
    "suggestions_for",
    "thread_of",
    "undo",
    "undoable",
    "with_sides",
    "withdraw",
    "write",
]
