"""What ends a job before it is done."""

from __future__ import annotations


class JobMissing(LookupError):
    """There is none, or the actor may not know of it."""


class JobFailed(Exception):
    """The job cannot be done; `code` is worded by wording.ERRORS. Nothing more of it is tried."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Interrupted(Exception):
    """The job must not go on in these hands; what its pieces have committed stays."""


class Cancelled(Interrupted):
    """Somebody asked for it."""


class Stopped(Interrupted):
    """The worker is told to end; another one goes on with the job."""


class LeaseLost(Interrupted):
    """The job was given to another worker, because this one was silent for too long."""
