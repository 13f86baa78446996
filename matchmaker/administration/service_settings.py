"""Every setting, where its value comes from, and the changing of those that may be changed in service."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from matchmaker import settings_in_service
from matchmaker.administration.errors import Changed, FixedByEnvironment
from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.policy import Action, require
from matchmaker.settings import Settings, variable
from matchmaker.settings_in_service import CHANGEABLE
from matchmaker.work import Work
from models import ServiceSetting

SECRET = frozenset({"secret_key", "confidential_keys"})
ADDRESSES = frozenset({"database_url", "mail_url"})
"""Settings that may hold a password beside what may be shown."""
MASK = "••••••"


class Source(StrEnum):
    ENVIRONMENT = "environment"
    SERVICE = "service"
    DEFAULT = "default"


@dataclass(frozen=True)
class Entry:
    """A setting as it is shown: secrets are masked."""

    name: str
    variable: str
    value: str
    default: str
    source: Source
    changeable: bool
    row: ServiceSetting | None


def entries(work: Work, environment: Mapping[str, str] | None = None) -> Sequence[Entry]:
    """All of them, in the order of the handbook."""
    require(work.actor, Action.ADMINISTRATION_READ)
    environment = os.environ if environment is None else environment
    rows = {each.name: each for each in work.session.query(ServiceSetting)}
    return [
        Entry(
            name=each.name,
            variable=variable(each.name),
            value=_shown(each.name, getattr(work.settings, each.name)),
            default=_shown(each.name, each.default),
            source=_source(each.name, rows, environment),
            changeable=each.name in CHANGEABLE and variable(each.name) not in environment,
            row=rows.get(each.name),
        )
        for each in fields(Settings)
    ]


def find(work: Work, name: str, environment: Mapping[str, str] | None = None) -> Entry:
    """One that may be changed. Raises KeyError for what there is none of, FixedByEnvironment."""
    require(work.actor, Action.SETTING_CHANGE)
    if name not in CHANGEABLE:
        raise KeyError(name)
    found = next(each for each in entries(work, environment) if each.name == name)
    if not found.changeable:
        raise FixedByEnvironment(name)
    return found


def change(work: Work, name: str, value: str, version: int) -> None:
    """It holds from the next request on, in every process. Raises BadSetting, FixedByEnvironment, KeyError and Changed."""
    entry = _lock(work, name, version)
    read = settings_in_service.read(name, value)
    kept = str(read) if not isinstance(read, bool) else ("1" if read else "0")
    before = entry.value
    if entry.row is None:
        row = ServiceSetting(name=name, value=kept)
        work.session.add(row)
    else:
        row = entry.row
        row.value = kept
    row.changed_at, row.changed_by_id = work.now(), work.person.id
    work.session.flush()
    audit.record(work, "setting.changed", None, name=variable(name), before=before, after=kept)


def reset(work: Work, name: str, version: int) -> None:
    """Back to the default. Raises as `change` does."""
    entry = _lock(work, name, version)
    if entry.row is None:
        return
    work.session.delete(entry.row)
    work.session.flush()
    audit.record(work, "setting.reset", None, name=variable(name), before=entry.value, after=entry.default)


def _lock(work: Work, name: str, version: int) -> Entry:
    take_serial_lock(work.session)
    entry = find(work, name)
    if (entry.row.version if entry.row else 0) != version:
        raise Changed(entry)
    return entry


def _source(name: str, rows: Mapping[str, ServiceSetting], environment: Mapping[str, str]) -> Source:
    if variable(name) in environment:
        return Source.ENVIRONMENT
    return Source.SERVICE if name in rows and name in CHANGEABLE else Source.DEFAULT


def _shown(name: str, value: object) -> str:
    text = ("1" if value else "0") if isinstance(value, bool) else str(value)
    if name in SECRET:
        return MASK if text else ""
    if name in ADDRESSES and "@" in text:
        try:
            return make_url(text).render_as_string(hide_password=True)
        except ArgumentError:
            return MASK
    return text
