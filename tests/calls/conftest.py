"""A call that is open, for the tests of this folder."""

from __future__ import annotations

import pytest

from matchmaker.work import Work
from models import User
from tests.calls.calling import Calling


@pytest.fixture
def calling(work: Work, people: dict[str, User]) -> Calling:
    made = Calling(work, people)
    work.session.commit()
    return made
