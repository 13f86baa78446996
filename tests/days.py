"""The bureau's day, for tests that write dates."""

from __future__ import annotations

from datetime import date

from matchmaker.work import LOCAL_ZONE
from models import now


def today() -> date:
    """As the service sees it; for eight hours of each day it is not that of a machine set to UTC.

    A function, because a run of the tests can begin before the bureau's midnight and end after it.
    """
    return now().astimezone(LOCAL_ZONE).date()
