"""Imports of spreadsheets: a file's rows, what was found in them and what became of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import Base, Row, UtcDateTime, choice
from models.job import Job
from models.organisation import Organisation
from models.user import User


class ImportKind(StrEnum):
    ORGANISATION = "organisation"
    PROBLEM = "problem"
    CAPABILITY = "capability"
    RECORD = "record"


class Handling(StrEnum):
    """What is done with a row whose like is there already."""

    SKIP = "skip"
    UPDATE = "update"
    BOTH = "both"


class Likeness(StrEnum):
    """How a row was found to be there already."""

    CODE = "code"
    """It has the same credit code, contract or registration number."""
    TITLE = "title"
    """It has the same name, of the same organisation."""
    TEXT = "text"
    """Nearly the same words."""
    ROW = "row"
    """As another row further up in the same file."""


class RowState(StrEnum):
    GOOD = "good"
    REPAIRED = "repaired"
    """Good with what was guessed or written differently, which the person is shown."""
    BAD = "bad"
    SAME = "same"
    """Exactly this is there already; nothing would change."""


class RowOutcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


class SpreadsheetImport(Row, Base):
    """One file that was handed in. It is checked by one job and imported by another; its rows go some days after.

    `content` is the file, sealed, until it has been read.
    """

    __tablename__ = "spreadsheet_import"

    kind: Mapped[ImportKind] = mapped_column(choice(ImportKind, "import_kind"))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """Whose all rows are; none: each row names its organisation."""
    publishes: Mapped[bool] = mapped_column(default=False)
    handling: Mapped[Handling] = mapped_column(choice(Handling, "import_handling"), default=Handling.SKIP)
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """{heading, field} of each column; a field of null: nobody knows what it is."""
    sheet: Mapped[str] = mapped_column(String(100), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    check_job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)
    run_job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    check_job: Mapped[Job | None] = relationship(foreign_keys=check_job_id)
    run_job: Mapped[Job | None] = relationship(foreign_keys=run_job_id)


class ImportRow(Row, Base):
    """`number` is the row's in its sheet. `content`: cells, values, faults and repairs, as JSON, sealed.

    `twin_id` is the object that it is like, of the import's kind; of a row of the same file, that row's number.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index("ix_import_row_state", "import_id", "state"),
        Index("ix_import_row_outcome", "import_id", "outcome"),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("spreadsheet_import.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[RowState] = mapped_column(choice(RowState, "row_state"))
    likeness: Mapped[Likeness | None] = mapped_column(choice(Likeness, "row_likeness"))
    twin_id: Mapped[int | None] = mapped_column(Integer)
    handling: Mapped[Handling | None] = mapped_column(choice(Handling, "row_handling"))
    """What the person wants of this row; none: as of the whole import."""
    outcome: Mapped[RowOutcome | None] = mapped_column(choice(RowOutcome, "row_outcome"))
    object_id: Mapped[int | None] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
