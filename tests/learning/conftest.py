from __future__ import annotations

import pytest

from matchmaker.work import Work
from models import User
from tests.learning.history import History


@pytest.fixture
def history(work: Work, people: dict[str, User]) -> History:
    return History(work, people)
