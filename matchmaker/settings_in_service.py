"""Settings that an administrator changes while the service runs: rows of the database, behind the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.settings import BadSetting, Settings, variable
from models import ServiceSetting


@dataclass(frozen=True)
class Bounds:
    """What a value may be: of a text its length, of a number its size."""

    least: float
    most: float


CHANGEABLE: Mapping[str, Bounds] = {
    "city": Bounds(2, 40),
    "city_en": Bounds(2, 40),
    "verify_days": Bounds(1, 60),
    "valid_months": Bounds(1, 60),
    "strong_match": Bounds(0, 1),
    "suggestion_floor": Bounds(0, 1),
    "digest_hour": Bounds(0, 23),
    "page_size": Bounds(10, 200),
    "idle_minutes": Bounds(5, 1440),
    "password_min_length": Bounds(8, 64),
    "password_max_days": Bounds(0, 3650),
    "lock_after": Bounds(3, 50),
    "lock_minutes": Bounds(1, 1440),
    "link_hours": Bounds(1, 336),
    "require_totp": Bounds(0, 1),
}
"""What works at once in every process and can lock nobody out of the machine; all else is the operator's."""


def effective(session: Session, base: Settings, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings as they hold now: the environment's, else what an administrator set, else the default."""
    environment = os.environ if environment is None else environment
    changed: dict[str, Any] = {}
    for name, value in session.execute(select(ServiceSetting.name, ServiceSetting.value)):
        if name in CHANGEABLE and variable(name) not in environment:
            changed[name] = read(name, value)
    return replace(base, **changed) if changed else base


def read(name: str, value: str) -> object:
    """The value of a setting that may be changed. Raises BadSetting for what it cannot be."""
    given = Settings.from_environment({variable(name): value.strip()})
    found = getattr(given, name)
    bounds = CHANGEABLE[name]
    size = len(found) if isinstance(found, str) else float(found)
    if not bounds.least <= size <= bounds.most:
        raise BadSetting(variable(name), value, f"{bounds.least:g}–{bounds.most:g}")
    return found
