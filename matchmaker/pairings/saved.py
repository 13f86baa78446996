"""常用筛选: looks at the board that a person keeps by name, one of them the one that the board opens with."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from sqlalchemy import func, select, update

from matchmaker.database import take_serial_lock
from matchmaker.pairings.errors import FilterNotFound, TooManyFilters
from matchmaker.pairings.filters import QueueFilters
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import SavedFilter

MOST_FILTERS = 20


def saved_filters(work: Work) -> Sequence[SavedFilter]:
    """The actor's own, in the order in which they were made."""
    require(work.actor, Action.PAIRING_QUEUE)
    own = select(SavedFilter).where(SavedFilter.user_id == work.person.id)
    return work.session.scalars(own.order_by(SavedFilter.id)).all()


def default_filter(work: Work) -> SavedFilter | None:
    """The one that the board opens with."""
    require(work.actor, Action.PAIRING_QUEUE)
    own = select(SavedFilter).where(SavedFilter.user_id == work.person.id, SavedFilter.is_default)
    return work.session.scalar(own)


def save_filter(work: Work, name: str, filters: QueueFilters, is_default: bool = False) -> SavedFilter:
    """Keep what is looked at; one of the same name is replaced. Raises TooManyFilters."""
    require(work.actor, Action.PAIRING_QUEUE)
    take_serial_lock(work.session)  # nobody else makes one of the same name meanwhile
    own = select(SavedFilter).where(SavedFilter.user_id == work.person.id)
    found = work.session.scalar(own.where(SavedFilter.name == name))
    if found is None:
        if (work.session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST_FILTERS:
            raise TooManyFilters(MOST_FILTERS)
        found = SavedFilter(user=work.person, name=name, created_at=work.now())
        work.session.add(found)
    found.query = urlencode(filters.query(page=1))
    work.session.flush()
    if is_default != found.is_default:
        open_with(work, found.id, is_default)
    return found


def open_with(work: Work, filter_id: int, wanted: bool = True) -> SavedFilter:
    """From now on the board opens with it, or with everything again. Raises FilterNotFound."""
    found = _own(work, filter_id)
    work.session.execute(
        update(SavedFilter)
        .where(SavedFilter.user_id == work.person.id, SavedFilter.is_default)
        .values(is_default=False)
        .execution_options(synchronize_session="fetch")
    )
    found.is_default = wanted
    work.session.flush()
    return found


def remove_filter(work: Work, filter_id: int) -> str:
    """Returns its name. Raises FilterNotFound."""
    found = _own(work, filter_id)
    work.session.delete(found)
    work.session.flush()
    return found.name


def _own(work: Work, filter_id: int) -> SavedFilter:
    require(work.actor, Action.PAIRING_QUEUE)
    take_serial_lock(work.session)
    own = SavedFilter.user_id == work.person.id
    found = work.session.scalar(select(SavedFilter).where(SavedFilter.id == filter_id, own))
    if found is None:
        raise FilterNotFound(filter_id)
    return found
