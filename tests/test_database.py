"""What the database says when something goes wrong, which ends in the log."""

import pytest
from sqlalchemy.exc import DBAPIError

from matchmaker.work import Work
from models import User
from tests import factories


def test_an_error_of_the_database_does_not_quote_what_was_written(
    work: Work, people: dict[str, User]
) -> None:
    factories.problem(work.session, people["enterprise"], external_id="same")
    with pytest.raises(DBAPIError) as caught:
        factories.problem(work.session, people["enterprise"], external_id="same", confidential="配方七号")

    assert "配方七号" not in str(caught.value)
