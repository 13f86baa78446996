"""Writing what was typed into a problem or capability, never over a newer version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaker.database import take_serial_lock
from matchmaker.postings import revisions
from matchmaker.postings.errors import EditConflict, Posting
from matchmaker.work import Work


def write(
    work: Work, posting: Posting, values: Mapping[str, Any], seen: int | None, keep_old: bool
) -> list[str]:
    """Set the columns (and `modes`) given; returns the names of those that changed.

    `seen` is the version that the form was opened with, None for a new posting: raises EditConflict if there is
    a newer one.
    `keep_old` keeps the text as it stands as a Revision first.
    """
    if seen is not None:
        take_serial_lock(work.session)  # whoever saves at the same moment has ended or comes after us
        work.session.refresh(posting)
        if seen != posting.version:
            raise EditConflict(posting, seen)
    changed = [name for name, value in values.items() if _differs(posting, name, value)]
    if not changed:
        return []
    if keep_old:
        revisions.keep(work, posting)
    for name in changed:
        if name == "modes":
            _set_modes(posting, values[name])
        else:
            setattr(posting, name, values[name])
    posting.updated_at = work.now()
    work.session.flush()
    return changed


def _differs(posting: Posting, name: str, value: Any) -> bool:
    if name == "modes":
        return set(posting.modes) != set(value)
    return bool(getattr(posting, name) != value)


def _set_modes(posting: Posting, wanted: list[str]) -> None:
    """Only what differs: the rest of the rows stay the same rows."""
    for code in list(posting.modes):
        if code not in wanted:
            posting.modes.remove(code)
    for code in wanted:
        if code not in posting.modes:
            posting.modes.append(code)
