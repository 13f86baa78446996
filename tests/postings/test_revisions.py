"""Earlier texts, numbered, each compared with what followed it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaker.postings import service as postings
from matchmaker.postings.service import EditConflict
from matchmaker.work import Work
from models import MoneyKind, Problem, User
from tests import factories


def published(work: Work, people: dict[str, User]) -> Problem:
    return factories.problem(work.session, people["enterprise"], title="第一个名称写在这里")


def edit(work: Work, people: dict[str, User], problem: Problem, **values: object) -> list[str]:
    return postings.write(
        work.as_actor(people["enterprise"]), problem, values, problem.version, keep_old=True
    )


def test_each_edit_shows_what_it_changed_newest_first(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    edit(work, people, problem, title="第二个名称写在这里")
    edit(work, people, problem, title="第三个名称写在这里", money_low=Decimal("65.5"))
    found = postings.edits(work, problem)
    assert [each.revision.number for each in found] == [2, 1]
    assert {change.name: (change.before, change.after) for change in found[0].changes} == {
        "title": ("第二个名称写在这里", "第三个名称写在这里"),
        "money_low": ("60", "65.5"),
    }


def test_modes_and_rows_are_part_of_the_text(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    edit(work, people, problem, modes=["testing", "commissioned"], targets=[])
    changes = {change.name: change.before for change in postings.edits(work, problem)[0].changes}
    assert changes == {
        "modes": ["commissioned"],
        "targets": [{"name": "检出率", "comparison": "≥", "value": "98", "unit": "%"}],
    }


def test_an_edit_raises_the_version_also_where_only_modes_change(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    before = problem.version
    edit(work, people, problem, modes=["testing"])
    assert problem.version > before
    assert list(problem.modes) == ["testing"]


def test_the_same_text_is_kept_once(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    postings.keep(work, problem)
    assert postings.keep(work, problem) is None
    assert postings.revision_count(work, problem) == 1


def test_an_edit_on_an_old_version_writes_nothing(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    opened = problem.version
    edit(work, people, problem, title="第二个名称写在这里")
    with pytest.raises(EditConflict):
        postings.write(work, problem, {"title": "第三个名称写在这里"}, opened, keep_old=True)
    assert (problem.title, postings.revision_count(work, problem)) == ("第二个名称写在这里", 1)


def test_money_changes_as_one(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    edit(work, people, problem, money_kind=MoneyKind.NEGOTIABLE, money_low=None, money_high=None)
    work.session.commit()
    assert problem.money_kind is MoneyKind.NEGOTIABLE
