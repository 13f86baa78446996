"""What problems and capabilities share: their place in the engine, edits with history, lists, likeness.

Other packages import from here; the modules beside this one are its rooms.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from matchmaker.engine import NotIndexed
from matchmaker.policy import PUBLIC_CAPABILITIES, PUBLIC_PROBLEMS
from matchmaker.postings.documents import document_of
from matchmaker.postings.editing import write
from matchmaker.postings.errors import (
    EditConflict,
    Incomplete,
    NotEditable,
    NotVerified,
    Posting,
    PostingNotFound,
    ReasonMissing,
)
from matchmaker.postings.happened import FITS, Happened, first_of_problem
from matchmaker.postings.likeness import LIKELY, MODELS, Like, Likeness, likeness, similar
from matchmaker.postings.revisions import Change, Edit, edits, keep, revision_count
from matchmaker.postings.search import READ, UNSTATED, Filters, Found, Sort, conditions, every, find
from matchmaker.postings.summaries import SuggestionSummary, suggestion_summaries
from matchmaker.work import Work
from models import Problem

__all__ = [
    "FITS",
    "LIKELY",
    "MODELS",
    "READ",
    "UNSTATED",
    "Change",
    "Edit",
    "EditConflict",
    "Filters",
    "Found",
    "Happened",
    "Incomplete",
    "Like",
    "Likeness",
    "NotEditable",
    "NotVerified",
    "Posting",
    "PostingNotFound",
    "ReasonMissing",
    "Sort",
    "SuggestionSummary",
    "conditions",
    "edits",
    "every",
    "find",
    "first_of_problem",
    "hide",
    "index",
    "index_many",
    "is_served",
    "keep",
    "likeness",
    "months_after",
    "revision_count",
    "similar",
    "suggestion_summaries",
    "write",
]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of the month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_served(posting: Posting) -> bool:
    """Whether its state puts it in public view, so that the engine serves it. A duplicate's main is served instead.

    Whether its organisation is verified changes without it: lists and suggestions ask `policy.public` for that.
    """
    if posting.same_as_id is not None:
        return False
    if isinstance(posting, Problem):
        return posting.status in PUBLIC_PROBLEMS
    return posting.status in PUBLIC_CAPABILITIES


def index(work: Work, posting: Posting) -> None:
    """Write it into the engine in this transaction; found by searches only while it is public.

    Text that has not changed is not encoded again. Raises ModelMissing.
    """
    index_many(work, [posting])


def index_many(work: Work, postings: Iterable[Posting]) -> None:
    """As `index`, encoded in batches: for imports."""
    work.session.flush()
    work.engine.index(work.session, [document_of(each, is_served(each)) for each in postings])


def hide(work: Work, posting: Posting) -> None:
    """Take it out of rankings and searches; its rows stay. A draft that never was in the engine is hidden already."""
    try:
        work.engine.set_searchable(work.session, posting.KIND, posting.id, False)  # type: ignore[arg-type]
    except NotIndexed:
        return
