"""The administrators' page: what failed and why, a second try, and never what a message says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from matchmaker.notices import service as notices
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Delivery, DeliveryStatus, User, now
from tests.deliveries.post_office import send_all, stored
from tests.factories import sign_in


@pytest.fixture
def administrator(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return sign_in(client, people["administrator"])


@pytest.fixture
def failed(work: Work, people: dict[str, User]) -> Delivery:
    notices.tell(work, [people["enterprise"]], "problem.published", "/problems/7", title="气孔检测")
    (made,) = work.session.query(Delivery)
    made.status, made.attempts, made.error = DeliveryStatus.FAILED, 13, "TimeoutError: timed out"
    made.first_tried_at = now() - timedelta(days=1)
    work.session.commit()
    return made


def test_what_was_given_up_is_shown_with_its_reason_and_without_its_words(
    administrator: FlaskClient, failed: Delivery, people: dict[str, User]
) -> None:
    page = administrator.get("/deliveries/").text
    assert "TimeoutError: timed out" in page
    assert people["enterprise"].name in page
    assert "气孔检测" not in page


def test_a_second_try_starts_from_the_beginning(
    administrator: FlaskClient, failed: Delivery, settings: Settings
) -> None:
    administrator.post(f"/deliveries/{failed.id}/retry")
    send_all(settings)
    (sent,) = stored(settings)
    assert (sent.status, sent.attempts) == (DeliveryStatus.SENT, 1)


def test_what_is_cancelled_is_never_sent(
    administrator: FlaskClient, failed: Delivery, settings: Settings
) -> None:
    administrator.post(f"/deliveries/{failed.id}/cancel")
    assert send_all(settings, days=30) == 0
    assert "不必再办理" in administrator.post(
        f"/deliveries/{failed.id}/retry", follow_redirects=True
    ).get_data(as_text=True)


def test_a_worker_that_does_not_run_is_noticed(
    administrator: FlaskClient, failed: Delivery, work: Work
) -> None:
    assert "flask work" not in administrator.get("/deliveries/").text
    failed.status, failed.next_try_at = DeliveryStatus.WAITING, now() - timedelta(minutes=11)
    work.session.commit()
    assert "flask work" in administrator.get("/deliveries/").text


@pytest.mark.parametrize("person", ["enterprise", "liaison", "staff"])
def test_nobody_else_sees_it(client: FlaskClient, people: dict[str, User], person: str) -> None:
    assert sign_in(client, people[person]).get("/deliveries/").status_code == 403
