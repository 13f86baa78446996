"""Proving the audit's chain: at once where it is short, as a job where walking it takes long."""

from __future__ import annotations

from sqlalchemy import func, select

from matchmaker.audit import service as audit
from matchmaker.audit.reading import CHECK
from matchmaker.jobs.service import Run, put
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import AuditEvent, Job

AT_ONCE = 20_000
"""Events that are walked while the reader waits: about a second."""
SHOWN_EVERY = 5_000


def begin(work: Work) -> Job | None:
    """The job that walks the chain; None where it is short enough to be walked at once."""
    require(work.actor, Action.AUDIT_READ)
    length = _length(work)
    return put(work, CHECK, {}, page="/audit/", total=length) if length > AT_ONCE else None


def task(run: Run) -> None:
    """Walk the chain from its start, and leave what was found with the job."""
    with run.reading() as work:
        length = _length(work)

        def shown(walked: int) -> None:
            if walked % SHOWN_EVERY == 0:
                with run.piece() as piece:
                    piece.note(min(walked, length), length)

        chain = audit.check(work, shown=shown)
    with run.piece() as piece:
        broken = chain.broken.event_id if chain.broken else None
        piece.note(chain.walked, max(length, chain.walked), holds_to=chain.holds_to, broken=broken)


def _length(work: Work) -> int:
    return work.session.scalar(select(func.max(AuditEvent.id))) or 0
