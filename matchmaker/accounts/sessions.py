"""The browser's session of a person: begun anew at sign-in, emptied at the end."""

from __future__ import annotations

import time
from typing import Any

from flask import session
from flask_login import login_user

from models import User

SECOND_STEP_MINUTES = 5


def begin(user: User) -> None:
    """Sign the person in with a new session, so that one planted before is worth nothing."""
    _renew()
    login_user(user)
    session["seen"] = int(time.time())


def end() -> None:
    """Forget everything but the language that was chosen in this browser."""
    _renew()


def await_second_factor(user: User, target: str) -> None:
    """Remember who has given the right password, for the few minutes that the code takes."""
    _renew()
    session["second_step"] = {"who": user.get_id(), "target": target, "at": int(time.time())}


def second_step() -> dict[str, Any] | None:
    """Who is about to give the code ("who") and where they go then ("target"); None if nobody is."""
    step: dict[str, Any] | None = session.get("second_step")
    if step is None or time.time() - step["at"] > SECOND_STEP_MINUTES * 60:
        return None
    return step


def _renew() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
