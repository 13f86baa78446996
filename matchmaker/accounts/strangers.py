"""Failed sign-ins with login names that no account has."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

MOST = 10_000


class Strangers:
    """Locks unknown login names as accounts are locked, so that a locked answer does not tell that there is one.

    In memory, of each process: what is forgotten at a restart was nobody's.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[bytes, tuple[int, datetime | None]] = OrderedDict()
        self._lock = Lock()

    def fail(self, login: str, present: datetime, lock_after: int, lock_for: timedelta) -> datetime | None:
        """Count a failure; until when the name is locked, if it is."""
        key = hashlib.sha256(login.encode()).digest()
        with self._lock:
            count, until = self._failures.pop(key, (0, None))
            if until is not None and until <= present:
                count, until = 0, None
            if until is None:
                count += 1
                until = present + lock_for if count >= lock_after else None
            self._failures[key] = (count, until)
            if len(self._failures) > MOST:
                self._failures.popitem(last=False)
        return until
