"""What of the log counts as a decision, and with which rank and score."""

from __future__ import annotations

import pytest

from matchmaker.pairings import service as pairings
from matchmaker.policy import Forbidden
from matchmaker.quality import log, service
from matchmaker.work import Work
from models import User
from tests.pairings import pairs
from tests.quality.decided import Log


@pytest.fixture
def staffs(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["staff"])


@pytest.fixture
def written(work: Work, people: dict[str, User]) -> Log:
    return Log(work, people)


@pytest.mark.parametrize(
    ("steps", "grade"),
    [
        (["shortlist"], 1),
        (["introduce"], 2),
        (["introduce", "negotiate"], 2),
        (["shortlist", "introduce", "confirm"], 3),
        (["dismiss"], 0),
        (["introduce", "dismiss"], 0),
        (["dismiss", "reopen", "shortlist"], 1),
    ],
)
def test_the_last_decision_stands(staffs: Work, written: Log, steps: list[str], grade: int) -> None:
    written.add(*steps)
    assert [each.grade for each in log.decisions(staffs)] == [grade]


def test_rank_and_score_are_those_of_the_first_decision(staffs: Work, written: Log) -> None:
    written.add("shortlist", "introduce", rank=4, later_rank=1, score=0.7)
    assert [(each.rank, each.score) for each in log.decisions(staffs)] == [(4, 0.7)]


def test_after_a_reopening_the_decisions_from_then_on_count(staffs: Work, written: Log) -> None:
    written.add("dismiss", "reopen", "introduce", rank=2, later_rank=6)
    assert [(each.rank, each.kept) for each in log.decisions(staffs)] == [(6, True)]


def test_what_nobody_decided_or_was_reopened_is_left_out_and_counted_as_undecided(
    staffs: Work, written: Log
) -> None:
    written.add()
    written.add("shortlist", "reopen")
    written.add("shortlist")
    assert len(log.decisions(staffs)) == 1
    assert log.undecided(staffs) == 2


def test_interest_of_a_side_is_no_decision(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    pairings.express(work.as_actor(people["enterprise"]), pairing, "")
    assert log.decisions(work.as_actor(people["staff"])) == []


def test_the_steps_of_the_board_are_what_is_counted(work: Work, people: dict[str, User]) -> None:
    pairing = pairs.suggested(work, people)
    staff = work.as_actor(people["staff"])
    pairings.shortlist(staff, pairing, pairing.version)
    found = service.quality(staff)
    assert found.summary.at[1].kept == 1
    assert list(found.versions) == [pairing.engine_version]
    assert found.bands[0].mean == pytest.approx(pairing.score)


def test_a_version_is_looked_at_alone_and_an_unknown_one_is_all(staffs: Work, written: Log) -> None:
    written.add("shortlist", version="rank-1")
    written.add("dismiss", version="rank-2")
    assert service.quality(staffs, "rank-2").summary.all.kept == 0
    assert service.quality(staffs, "rank-2").decided == 2
    assert service.quality(staffs, "rank-9").summary.all.decided == 2
    assert service.quality(staffs, "rank-9").chosen == ""


@pytest.mark.parametrize("name", ["enterprise", "liaison"])
def test_those_the_bureau_serves_do_not_see_it(work: Work, people: dict[str, User], name: str) -> None:
    with pytest.raises(Forbidden):
        service.quality(work.as_actor(people[name]))
