"""Job 后台任务: long work that a worker does in pieces, whose progress can be seen, and that can be cancelled."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.state import StateMachine
from models.user import User


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED_JOBS = (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)


class Job(Row, Base):
    """`kind` says what is done, `parameters` with what: identifiers and choices, never a text.

    Whoever runs it holds `lease` until `lease_until`, which beats on; when the lease lapses, the worker died and the
    job waits again. `attempts` counts how often it was taken since it last got on.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("status <> 'running' OR (lease <> '' AND lease_until IS NOT NULL)", name="lease"),
        CheckConstraint(
            "status NOT IN ('done', 'failed', 'cancelled') OR ended_at IS NOT NULL", name="ended_at"
        ),
        CheckConstraint("status <> 'failed' OR error <> ''", name="error"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress"),
        Index("ix_job_due", "status", "lease_until"),
    )

    MACHINE = StateMachine(
        {
            "claim": {JobStatus.QUEUED: JobStatus.RUNNING},
            "release": {JobStatus.RUNNING: JobStatus.QUEUED},
            "finish": {JobStatus.RUNNING: JobStatus.DONE},
            "fail": {JobStatus.QUEUED: JobStatus.FAILED, JobStatus.RUNNING: JobStatus.FAILED},
            "cancel": {JobStatus.QUEUED: JobStatus.CANCELLED, JobStatus.RUNNING: JobStatus.CANCELLED},
        }
    )

    kind: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    page: Mapped[str] = mapped_column(String(200), default="")
    """The path of the page on which whoever asked for it goes on; none: the job's own."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who asked for it, and in whose name it is done."""
    address: Mapped[str] = mapped_column(String(60), default="")
    """Where they asked from, for the audit."""
    language: Mapped[str] = mapped_column(String(10), default="zh_CN")
    """In which what it writes for people is worded."""
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus, "job_status"), default=JobStatus.QUEUED)
    step: Mapped[str] = mapped_column(String(40), default="")
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease: Mapped[str] = mapped_column(String(32), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What came of it so far: counts and identifiers."""
    error: Mapped[str] = mapped_column(String(40), default="")
    """Why it failed, as a code."""

    user: Mapped[User | None] = relationship()
    files: Mapped[list[JobFile]] = relationship(
        back_populates="job", cascade="all, delete-orphan", order_by="JobFile.id"
    )

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED_JOBS


class JobFile(Row, Base):
    """A file that a job made for whoever asked for it; its bytes are sealed, and go with the job."""

    __tablename__ = "job_file"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))

    job: Mapped[Job] = relationship(back_populates="files")
