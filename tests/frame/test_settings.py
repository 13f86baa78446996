from __future__ import annotations

import pytest

from matchmaker.settings import BadSetting, Settings


def test_links_lead_to_the_port_that_is_served() -> None:
    assert Settings.from_environment({"MATCHMAKER_PORT": "8123"}).public_url == "http://127.0.0.1:8123"


def test_links_lead_to_the_address_that_people_use() -> None:
    named = Settings.from_environment({"MATCHMAKER_BASE_URL": "https://match.example.com/"})
    assert named.public_url == "https://match.example.com"


def test_a_variable_that_cannot_be_read_is_named() -> None:
    with pytest.raises(BadSetting, match="MATCHMAKER_PORT"):
        Settings.from_environment({"MATCHMAKER_PORT": "eighty"})
