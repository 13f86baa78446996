"""Notices: whose they are, their order, opening them and where that leads."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.notices import service
from matchmaker.work import Work
from models import Notice, User
from tests.factories import sign_in


@pytest.fixture
def reader(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return sign_in(client, people["enterprise"])


def told(
    work: Work, person: User, title: str = "气孔在线检测", path: str = "/notices/", **given: object
) -> Notice:
    notice = Notice(user_id=person.id, kind="problem.published", details={"title": title}, path=path, **given)
    work.session.add(notice)
    work.session.commit()
    return notice


def test_a_notice_is_worded_in_the_readers_list(
    reader: FlaskClient, people: dict[str, User], work: Work
) -> None:
    told(work, people["enterprise"])

    assert "难题“气孔在线检测”已发布" in reader.get("/notices/").text


def test_other_peoples_notices_are_not_in_it(
    reader: FlaskClient, people: dict[str, User], work: Work
) -> None:
    told(work, people["other_enterprise"])

    assert "气孔在线检测" not in reader.get("/notices/").text


def test_unread_ones_come_before_newer_read_ones(work: Work, people: dict[str, User]) -> None:
    unread = told(work, people["enterprise"])
    read = told(work, people["enterprise"], read_at=datetime(2026, 11, 1, tzinfo=UTC))

    listing = service.page(work.as_actor(people["enterprise"]), 1)

    assert list(listing.items) == [unread, read]


def test_days_are_those_of_the_bureau(work: Work, people: dict[str, User]) -> None:
    before = told(work, people["enterprise"], created_at=datetime(2026, 11, 1, 15, 59, tzinfo=UTC))
    after = told(work, people["enterprise"], created_at=datetime(2026, 11, 1, 16, 0, tzinfo=UTC))

    days = service.by_day([after, before])

    assert [group.day.isoformat() for group in days] == ["2026-11-02", "2026-11-01"]


def test_opening_leads_to_what_it_tells_of(reader: FlaskClient, people: dict[str, User], work: Work) -> None:
    notice = told(work, people["enterprise"], path="/problems/7")

    response = reader.post(f"/notices/{notice.id}/read")

    assert (response.status_code, response.location) == (303, "/problems/7")


def test_an_opened_notice_is_read(reader: FlaskClient, people: dict[str, User], work: Work) -> None:
    notice = told(work, people["enterprise"])

    reader.post(f"/notices/{notice.id}/read")

    work.session.refresh(notice)
    assert notice.read_at is not None


@pytest.mark.parametrize(
    "path", ["https://example.com/", "//example.com/", "/\\example.com/", "", "javascript:alert(1)"]
)
def test_a_notice_never_leads_to_another_host(
    path: str, reader: FlaskClient, people: dict[str, User], work: Work
) -> None:
    notice = told(work, people["enterprise"], path=path)

    assert reader.post(f"/notices/{notice.id}/read").location == "/notices/"


def test_somebody_elses_notice_is_not_there(reader: FlaskClient, people: dict[str, User], work: Work) -> None:
    notice = told(work, people["other_enterprise"])

    assert reader.post(f"/notices/{notice.id}/read").status_code == 404


def test_a_get_does_not_read_a_notice(reader: FlaskClient, people: dict[str, User], work: Work) -> None:
    notice = told(work, people["enterprise"])

    assert reader.get(f"/notices/{notice.id}/read").status_code == 405


def test_all_are_marked_read_and_other_peoples_stay(
    reader: FlaskClient, people: dict[str, User], work: Work
) -> None:
    told(work, people["enterprise"])
    told(work, people["enterprise"])
    other = told(work, people["other_enterprise"])

    reader.post("/notices/read")

    work.session.expire_all()
    unread = work.session.scalars(select(Notice).where(Notice.read_at.is_(None))).all()
    assert unread == [other]


def test_the_bell_counts_what_is_unread(reader: FlaskClient, people: dict[str, User], work: Work) -> None:
    told(work, people["enterprise"])

    assert "1 条未读" in reader.get("/notices/").text


def test_a_step_of_a_record_is_told_in_words(
    reader: FlaskClient, people: dict[str, User], work: Work
) -> None:
    work.session.add(
        Notice(
            user_id=people["enterprise"].id,
            kind="record.step",
            details={"number": "2026-0007", "step": "accepted"},
            path="/cooperation/7",
        )
    )
    work.session.commit()

    assert "合作记录 2026-0007 有新进展：通过验收" in reader.get("/notices/").text


def test_an_empty_list_says_what_will_come(reader: FlaskClient) -> None:
    assert "还没有通知" in reader.get("/notices/").text


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/notices/").status_code == 302


@pytest.mark.parametrize("page", ["0", "-3", "99", "x", "99999999999999999999"])
def test_a_page_that_does_not_exist_is_one_that_does(
    page: str, reader: FlaskClient, people: dict[str, User], work: Work
) -> None:
    told(work, people["enterprise"])

    assert "气孔在线检测" in reader.get(f"/notices/?page={page}").text
