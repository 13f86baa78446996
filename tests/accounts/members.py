"""People who can sign in, and what they type."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from matchmaker.accounts.service import hash_password
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import AuditEvent, OrganisationKind, Role, User, now
from tests import factories
from tests.deliveries.post_office import mails, send_all
from tests.factories import PASSWORD

KINDS = {
    Role.ENTERPRISE: OrganisationKind.ENTERPRISE,
    Role.LIAISON: OrganisationKind.UNIVERSITY,
    Role.STAFF: OrganisationKind.BUREAU,
    Role.ADMINISTRATOR: OrganisationKind.BUREAU,
}


@cache
def password_hash() -> str:
    return hash_password(PASSWORD)


def member(work: Work, role: Role = Role.ENTERPRISE, **given: Any) -> User:
    """A committed account whose password is PASSWORD."""
    given.setdefault("organisation", None)
    organisation = given.pop("organisation") or factories.organisation(work.session, KINDS[role])
    made = factories.user(work.session, role, organisation, password_hash=password_hash(), **given)
    work.session.commit()
    return made


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, target: str = "") -> TestResponse:
    return client.post(
        "/sign-in" + (f"?next={target}" if target else ""), data={"login": login, "password": password}
    )


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is somebody's."""
    return client.get("/account").status_code == 200


def later(work: Work, **time: float) -> Work:
    """The same work, but so much later."""
    moment = now() + timedelta(**time)
    return Work(work.session, work.actor, work.engine, work.settings, clock=lambda: moment)


def actions(session: Session) -> list[str]:
    """What the audit says was done, in order."""
    session.rollback()  # see what others have committed since
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def link_in_mail(settings: Settings) -> str:
    """The path of the last link that was mailed, once the worker has sent everything."""
    send_all(settings)
    return re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mails(settings))[-1]


def refreshed(work: Work, user: User) -> User:
    """As the database has it now."""
    work.session.rollback()
    work.session.refresh(user)
    return user
