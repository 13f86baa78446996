"""After another ranking came into service: suggestions that nobody acted on are scored again, beside the service."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matchmaker.imports import reindexing

log = structlog.get_logger()
_BUSY = threading.Lock()


def soon(extensions: Mapping[str, Any], session: Session) -> None:
    """Once `session` has committed, in a thread. What is not done when the process ends, the nightly job does."""

    def start(_: Session) -> None:
        arguments = (extensions["database"], extensions["engine"], extensions["settings"])
        threading.Thread(target=_run, args=arguments, name="match-again", daemon=True).start()

    event.listen(session, "after_commit", start, once=True)


def _run(*arguments: Any) -> None:
    with _BUSY:
        try:
            reindexing.match_again(reindexing.Job(*arguments))
        except SQLAlchemyError as error:
            log.error("learning.not_matched_again", reason=type(error).__name__)
