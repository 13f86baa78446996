"""Lists of problems and capabilities: filters act inside the search, readers see what is theirs to see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from matchmaker.postings import service as postings
from matchmaker.postings.service import Filters, Sort
from matchmaker.work import Work
from models import Capability, CapabilityStatus, Problem, ProblemStatus, Urgency, User
from tests import factories


def titles(work: Work, **query: str) -> list[str]:
    return [each.title for each in postings.find(work, Problem, Filters.from_query(query)).listing.items]


def indexed(work: Work, *made: Any) -> None:
    postings.index_many(work, made)


@pytest.mark.parametrize(
    ("filters", "other"),
    [
        ({"field": "8"}, {"field": "1", "subfield": "1.01"}),
        ({"subfield": "8.04"}, {"subfield": "8.05"}),
        ({"county": "340811"}, {"county": "340881"}),
        ({"industry": "C36"}, {"industry": "C13"}),
        ({"mode": "commissioned"}, {"modes": ["talent"]}),
        ({"urgency": "normal"}, {"urgency": Urgency.BLOCKING}),
        ({"kind": "equipment"}, {"need": "talent"}),
    ],
)
@pytest.mark.parametrize("words", ["", "压铸气孔检测"])
def test_each_filter_lets_through_what_it_names_with_words_and_without(
    words: str, filters: dict[str, str], other: dict[str, Any], work: Work, people: dict[str, User]
) -> None:
    wanted = factories.problem(work.session, people["enterprise"])
    indexed(work, wanted, factories.problem(work.session, people["enterprise"], **other))
    assert titles(work, q=words, **filters) == [wanted.title]


def test_a_filter_acts_inside_the_search_and_not_on_its_first_results(
    work: Work, people: dict[str, User]
) -> None:
    """More better hits than a search returns stand outside county and field, and all twenty inside are found."""
    near = {"title": "铝合金压铸件气孔检测"}
    many = [
        factories.problem(work.session, people["enterprise"], county=county, field=field, **near)
        for county, field in [("340881", "8")] * 110 + [("340828", "1"), ("340881", "1")] * 55
    ]
    inside = [
        factories.problem(
            work.session, people["enterprise"], county="340828", title=f"壳体铸件疏松与裂纹判别{n}"
        )
        for n in range(20)
    ]
    indexed(work, *many, *inside)
    page_size = work.settings.page_size
    found = [
        title
        for page in range(1, 2 + 19 // page_size)
        for title in titles(work, q="铝合金压铸件气孔检测", county="340828", field="8", page=str(page))
    ]
    assert sorted(found) == sorted(each.title for each in inside)


@pytest.mark.parametrize("status", [ProblemStatus.DRAFT, ProblemStatus.SUBMITTED, ProblemStatus.WITHDRAWN])
@pytest.mark.parametrize("role", ["visitor", "enterprise", "other_enterprise", "liaison"])
def test_what_is_not_public_is_found_by_nobody_but_staff(
    role: str, status: ProblemStatus, work: Work, people: dict[str, User]
) -> None:
    hidden = factories.problem(work.session, people["enterprise"], status)
    indexed(work, hidden)
    reader = work.as_actor(people.get(role))
    assert titles(reader) == titles(reader, q=hidden.title) == titles(reader, status=status.value) == []


def test_staff_find_what_waits_for_the_check_by_its_words(work: Work, people: dict[str, User]) -> None:
    waiting = factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED)
    indexed(work, waiting)
    staff = work.as_actor(people["staff"])
    assert titles(staff, q=waiting.title[2:8], status="submitted") == [waiting.title]


def test_the_queue_of_staff_begins_with_who_waits_longest(work: Work, people: dict[str, User]) -> None:
    made = [factories.problem(work.session, people["enterprise"], ProblemStatus.SUBMITTED) for _ in range(3)]
    for days, problem in zip((1, 5, 3), made, strict=True):
        problem.submitted_at = work.now() - timedelta(days=days)
    staff = work.as_actor(people["staff"])
    assert titles(staff, status="submitted") == [made[1].title, made[2].title, made[0].title]


def test_the_newest_come_first(work: Work, people: dict[str, User]) -> None:
    old, new = (factories.problem(work.session, people["enterprise"]) for _ in range(2))
    old.published_at = work.now() - timedelta(days=9)
    assert titles(work) == [new.title, old.title]


def test_by_deadline_the_nearest_comes_first_and_none_last(work: Work, people: dict[str, User]) -> None:
    today = work.today()
    made = [
        factories.problem(work.session, people["enterprise"], wanted_by=wanted)
        for wanted in (None, today + timedelta(days=90), today + timedelta(days=9))
    ]
    assert titles(work, sort="deadline") == [made[2].title, made[1].title, made[0].title]


def test_with_words_the_best_fit_comes_first_unless_another_order_is_asked_for(
    work: Work, people: dict[str, User]
) -> None:
    best = factories.problem(work.session, people["enterprise"], title="铝合金压铸件气孔在线判别")
    later = factories.problem(work.session, people["enterprise"], title="压铸壳体缩松与冷隔的X射线判别")
    best.published_at = work.now() - timedelta(days=9)
    indexed(work, best, later)
    assert titles(work, q="铝合金压铸件气孔在线判别")[0] == best.title
    assert titles(work, q="铝合金压铸件气孔在线判别", sort="newest")[0] == later.title


def test_what_has_little_to_do_with_the_words_is_left_out(work: Work, people: dict[str, User]) -> None:
    fitting = factories.problem(work.session, people["enterprise"])
    stranger = factories.problem(
        work.session,
        people["enterprise"],
        title="瓜蒌籽原料黄曲霉毒素快速筛查",
        background="炒货厂收购瓜蒌籽，霉变籽混在里面看不出来。",
        statement="要在收购现场五分钟内判定。",
    )
    indexed(work, fitting, stranger)
    assert titles(work, q="压铸件气孔") == [fitting.title]


def test_words_that_fit_nothing_say_so(work: Work, people: dict[str, User]) -> None:
    indexed(work, factories.problem(work.session, people["enterprise"]))
    assert postings.find(work, Problem, Filters(q="今天天气怎么样")).weak


def test_what_the_filters_leave_fills_a_page_and_what_has_little_to_do_with_the_words_comes_last(
    work: Work, people: dict[str, User]
) -> None:
    person = people["enterprise"]
    fits = factories.problem(work.session, person, title="铝合金压铸件气孔检测", county="340828")
    others = [
        factories.problem(
            work.session,
            person,
            title=f"茶叶鲜叶含水率在线测定{n}",
            background="毛茶含水率靠手感，批次之间差别大，出口退货多，希望在输送带上连续测定。",
            statement="在输送带上方连续测定鲜叶和毛茶的含水率，误差不超过百分之一，与杀青机联动。",
            county="340828",
        )
        for n in range(4)
    ]
    indexed(work, fits, *others)

    alone = postings.find(work, Problem, Filters(q="铝合金压铸件气孔检测"))
    assert alone.listing.items[0] is fits
    assert (alone.listing.total, alone.relevant) == (1, None)
    narrowed = postings.find(work, Problem, Filters(q="铝合金压铸件气孔检测", county="340828"))
    assert (narrowed.listing.items[0], narrowed.listing.total, narrowed.relevant) == (fits, 5, 1)


def test_a_search_with_filters_finds_no_more_than_fills_a_page(work: Work, people: dict[str, User]) -> None:
    person = people["enterprise"]
    for n in range(4):
        tea = {
            "background": "毛茶含水率靠手感，批次之间差别大。",
            "statement": "连续测定鲜叶和毛茶的含水率。",
        }
        indexed(work, factories.problem(work.session, person, title=f"茶叶含水率测定{n}", **tea))
    indexed(work, factories.problem(work.session, person, title="铝合金压铸件气孔检测"))
    small = replace(work, settings=replace(work.settings, page_size=3))
    found = postings.find(small, Problem, Filters(q="铝合金压铸件气孔检测", field="8"))
    assert found.listing.total == 3


def test_naming_an_organisation_finds_what_it_posted(work: Work, people: dict[str, User]) -> None:
    people["enterprise"].organisation.name = "宜城锚链制造有限公司"
    own = factories.problem(work.session, people["enterprise"], title="压铸件气孔在线检测")
    indexed(work, own, factories.problem(work.session, people["other_enterprise"], title="茶叶香气提升"))
    assert titles(work, q="宜城锚链制造有限公司") == [own.title]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", '"', "a OR b", "*", "\x00", "«", "字" * 500])
def test_signs_that_mean_something_to_a_database_are_only_words(
    words: str, work: Work, people: dict[str, User]
) -> None:
    indexed(work, factories.problem(work.session, people["enterprise"], title="普通的难题名称一个"))
    postings.find(work, Problem, Filters.from_query({"q": words}))


def test_pages_hold_their_share_and_one_beyond_the_last_is_the_last(
    work: Work, people: dict[str, User]
) -> None:
    for _ in range(23):
        factories.problem(work.session, people["enterprise"])
    first = postings.find(work, Problem, Filters()).listing
    beyond = postings.find(work, Problem, Filters(page=99)).listing
    assert (len(first.items), first.total, first.pages) == (20, 23, 2)
    assert (len(beyond.items), beyond.page) == (3, 2)


@pytest.mark.parametrize(
    "query",
    [{"page": "x"}, {"page": "-1"}, {"sort": "x"}, {"organisation": "x"}, {"trl": "²"}, {"page": "9" * 40}],
)
def test_an_address_that_makes_no_sense_still_shows_the_list(
    query: dict[str, str], work: Work, people: dict[str, User]
) -> None:
    shown = factories.problem(work.session, people["enterprise"])
    assert titles(work, **query) == [shown.title]


@pytest.mark.parametrize("query", [{"status": "nonsense"}, {"field": "99"}, {"county": "x"}, {"mode": "x"}])
def test_a_code_that_does_not_exist_finds_nothing(
    query: dict[str, str], work: Work, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"])
    assert titles(work, **query) == []


def test_only_staff_are_told_how_many_stand_where(work: Work, people: dict[str, User]) -> None:
    for status in (ProblemStatus.DRAFT, ProblemStatus.SUBMITTED, ProblemStatus.PUBLISHED):
        factories.problem(work.session, people["enterprise"], status)
    staff = postings.find(work.as_actor(people["staff"]), Problem, Filters())
    owner = postings.find(work.as_actor(people["enterprise"]), Problem, Filters())
    assert (staff.counts, owner.counts) == ({ProblemStatus.SUBMITTED: 1, ProblemStatus.PUBLISHED: 1}, {})


def test_capabilities_are_filtered_by_least_maturity(work: Work, people: dict[str, User]) -> None:
    ripe = factories.capability(work.session, people["liaison"], trl=8)
    factories.capability(work.session, people["liaison"], trl=4)
    factories.capability(work.session, people["liaison"], CapabilityStatus.ARCHIVED, trl=9)
    found = postings.find(work, Capability, Filters.from_query({"trl": "6"}))
    assert list(found.listing.items) == [ripe]


def test_without_words_relevance_means_newest(work: Work, people: dict[str, User]) -> None:
    assert postings.find(work, Problem, Filters(sort=Sort.RELEVANCE)).sort is Sort.NEWEST
