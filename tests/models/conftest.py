from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from matchmaker.confidential_keys import KeyRing
from matchmaker.database import Database
from matchmaker.work import Work
from tests.conftest import copied
from tests.models.objects import Objects


@pytest.fixture
def objects(work: Work) -> Objects:
    """Committed."""
    made = Objects(work.session)
    work.session.commit()
    return made


@pytest.fixture(scope="module")
def shared_database(_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """For tests that commit nothing."""
    folder = tmp_path_factory.mktemp("shared")
    with copied(_template, folder) as url:
        database = Database(url, KeyRing(folder / "confidential_key"))
        yield database
        database.engine.dispose()


@pytest.fixture
def uncommitted(shared_database: Database) -> Iterator[Objects]:
    """Not committed: to try what the database refuses, and roll back."""
    with shared_database.open() as session:
        yield Objects(session)
        session.rollback()
