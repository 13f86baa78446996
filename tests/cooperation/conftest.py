import pytest
from flask.testing import FlaskClient

from matchmaker.work import Work
from models import CooperationRecord, User
from tests.cooperation import records
from tests.factories import sign_in


@pytest.fixture
def record(work: Work, people: dict[str, User]) -> CooperationRecord:
    made = records.paired_record(work.session, people)
    work.session.commit()
    return made


@pytest.fixture
def desk(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    """The staff member's browser."""
    return sign_in(client, people["staff"])
