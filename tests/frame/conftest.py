from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.settings import Settings
from models import User
from tests import factories
from tests.conftest import MODEL, copied, put_together
from tests.frame.probe import probe


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """The service with the probe's pages among its own."""
    own_app.register_blueprint(probe())
    return own_app


@pytest.fixture(scope="module")
def standing_app(
    _template: Any, engine: MatchingEngine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """As `app`, one for all tests of a module: for those that leave nothing in its database."""
    folder = tmp_path_factory.mktemp("standing")
    with copied(_template, folder) as url:
        settings = Settings(data_dir=folder, database_url=url, secret_key="test", model=MODEL)
        with put_together(settings, engine) as made:
            made.register_blueprint(probe())
            yield made


@pytest.fixture(scope="module")
def standing_staff(standing_app: Flask) -> User:
    """Somebody of the bureau, where there is a problem too."""
    database: Database = standing_app.extensions["database"]
    with database.session() as session:
        people = factories.people(session)
        factories.problem(session, people["enterprise"])
        return people["staff"]


@pytest.fixture
def standing_browser(standing_app: Flask, standing_staff: User) -> FlaskClient:
    return factories.sign_in(standing_app.test_client(), standing_staff)
