"""What is found for a text that is being typed."""

from __future__ import annotations

from matchmaker.engine import Document, Passage
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.work import Work
from models import CapabilityStatus, ProblemStatus, User
from tests import factories


def typed(text: str) -> Document:
    return Document("problem", 0, text, (Passage("statement", "要在压铸后三十秒内判定气孔的位置和大小。"),))


def test_a_promising_capability_is_counted_and_named(work: Work, people: dict[str, User]) -> None:
    fitting = factories.capability(work.session, people["liaison"])
    postings.index(work, fitting)
    found = postings.likeness(work, typed("铝合金压铸件气孔X射线检测"))
    assert (found.promising, list(found.best)) == (1, [fitting])


def test_strangers_are_not_promising(work: Work, people: dict[str, User]) -> None:
    stranger = factories.capability(
        work.session,
        people["liaison"],
        title="山区石斛仿野生栽培",
        summary="林下附石附树栽培，配套共生菌接种。",
        advantage="",
        field="9",
        subfield="9.02",
    )
    postings.index(work, stranger)
    found = postings.likeness(work, typed("铝合金压铸件气孔X射线检测"))
    assert (found.promising, found.good) == (0, 0)


def test_what_is_not_public_is_neither_similar_nor_promising(work: Work, people: dict[str, User]) -> None:
    hidden = factories.capability(work.session, people["liaison"], CapabilityStatus.SUBMITTED)
    draft = factories.problem(work.session, people["other_enterprise"], ProblemStatus.SUBMITTED)
    postings.index_many(work, [hidden, draft])
    found = postings.likeness(work, document_of(draft, searchable=False))
    assert (found.promising, list(found.best), list(found.similar)) == (0, [], [])


def test_a_problem_is_not_similar_to_itself(work: Work, people: dict[str, User]) -> None:
    problem, twin = (factories.problem(work.session, people["enterprise"]) for _ in range(2))
    postings.index_many(work, [problem, twin])
    assert [each.posting for each in postings.similar(work, document_of(problem, searchable=True))] == [twin]


def test_what_has_just_left_public_view_is_not_shown(work: Work, people: dict[str, User]) -> None:
    problem, twin = (factories.problem(work.session, people["enterprise"]) for _ in range(2))
    postings.index_many(work, [problem, twin])
    postings.hide(work, twin)
    assert list(postings.similar(work, document_of(problem, searchable=True))) == []
