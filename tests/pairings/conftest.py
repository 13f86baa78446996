"""What the tests of talks begin with."""

from __future__ import annotations

import pytest

from matchmaker.work import Work
from models import Pairing, PairingStatus, User
from tests.pairings import talks


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    """Introduced by the bureau, with nothing said since."""
    return talks.pairing(work, people, PairingStatus.INTRODUCED)
