"""A problem with something confidential in it, and the keys of the test's installation."""

from __future__ import annotations

import pytest

from matchmaker.confidential_keys import KeyRing
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import Problem, User
from tests import factories

SECRET = "客户图号Y8-2107，单价三十八元"


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return KeyRing.of(settings)


@pytest.fixture
def problem(work: Work, people: dict[str, User]) -> Problem:
    made = factories.problem(work.session, people["enterprise"], confidential=SECRET)
    work.session.commit()
    return made
