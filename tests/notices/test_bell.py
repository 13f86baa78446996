"""The bell counts what is unread on every page, also on those that say that something is wrong."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from matchmaker.work import Work
from models import Notice, User
from tests.factories import sign_in


@pytest.mark.parametrize(
    "path", ["/", "/problems", "/problems/new", "/account", "/search", "/notices/choices", "/audit/", "/none"]
)
def test_the_bell_counts_on_every_page(
    path: str, client: FlaskClient, people: dict[str, User], work: Work
) -> None:
    reader = people["enterprise"]
    work.session.add_all(
        Notice(user_id=reader.id, kind="problem.published", details={"title": "x"}, path="/")
        for _ in range(3)
    )
    work.session.commit()
    assert "3 条未读" in sign_in(client, reader).get(path).text
