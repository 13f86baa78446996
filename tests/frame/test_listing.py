from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matchmaker.listing import page_of, paginate
from matchmaker.work import Work
from models import Notice, Problem, User
from tests import factories


@given(st.integers(0, 60), st.integers(-5, 20), st.integers(1, 25))
def test_a_page_is_always_one_of_those_there_are(total: int, page: int, size: int) -> None:
    listing = page_of(range(total), page, size)
    assert 1 <= listing.page <= listing.pages
    assert listing.total == total
    assert len(listing.items) <= size
    assert bool(listing.items) is bool(total)


@given(st.integers(0, 60), st.integers(1, 25))
def test_the_pages_together_are_the_list(total: int, size: int) -> None:
    pages = page_of(range(total), 1, size).pages
    found = [item for page in range(1, pages + 1) for item in page_of(range(total), page, size).items]
    assert found == list(range(total))


@pytest.fixture
def notices(work: Work, people: dict[str, User]) -> None:
    work.session.add_all(
        Notice(user_id=people["staff"].id, kind=f"n{number:02d}", details={}) for number in range(45)
    )
    work.session.commit()


@pytest.mark.parametrize(
    ("page", "shown", "first", "count"),
    [
        (1, 1, "n00", 20),
        (2, 2, "n20", 20),
        (3, 3, "n40", 5),
        (4, 3, "n40", 5),
        (10**12, 3, "n40", 5),
        (0, 1, "n00", 20),
        (-7, 1, "n00", 20),
    ],
)
def test_a_page_of_rows(work: Work, notices: None, page: int, shown: int, first: str, count: int) -> None:
    listing = paginate(work.session, select(Notice).order_by(Notice.kind), page, 20)
    assert (listing.page, listing.pages, listing.total) == (shown, 3, 45)
    assert (listing.items[0].kind, len(listing.items)) == (first, count)


def test_no_rows_are_one_empty_page(work: Work) -> None:
    listing = paginate(work.session, select(Notice).order_by(Notice.id), 3, 20)
    assert (listing.page, listing.pages, listing.total, list(listing.items)) == (1, 1, 0, [])


def test_rows_with_joined_objects_are_counted_once(work: Work, people: dict[str, User]) -> None:
    for _ in range(3):
        factories.problem(work.session, people["enterprise"], modes=["joint", "transfer"])
    wanted = select(Problem).where(Problem.title.contains("气孔")).order_by(Problem.id)
    assert paginate(work.session, wanted, 1, 2).total == 3
