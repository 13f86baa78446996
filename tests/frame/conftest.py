from __future__ import annotations

import pytest
from flask import Flask

from tests.frame.probe import probe


@pytest.fixture
def app(app: Flask) -> Flask:
    """The service with the probe's pages among its own."""
    app.register_blueprint(probe())
    return app
