"""What can come between somebody who checks and their decision. The pages word these."""

from __future__ import annotations

from matchmaker.checking.completeness import Subject
from models import AuditEvent, CheckKind


class NotInQueue(LookupError):
    """There is no such thing, or the actor may not check it."""

    def __init__(self, kind: CheckKind, number: int) -> None:
        super().__init__(f"{kind.value} {number} is nothing for this reader to check")
        self.kind = kind
        self.id = number


class Overtaken(Exception):
    """It waits no more: a colleague decided it, or its author took it back. Nothing was written.

    `event` is what happened last; None where the audit knows of nothing.
    """

    def __init__(self, kind: CheckKind, subject: Subject, event: AuditEvent | None) -> None:
        super().__init__(f"{kind.value} {subject.id} is {subject.status.value}")
        self.kind = kind
        self.subject = subject
        self.event = event


class Altered(Exception):
    """It still waits, but is not what the actor read: it was sent in again since. Nothing was written."""

    def __init__(self, kind: CheckKind, subject: Subject) -> None:
        super().__init__(f"{kind.value} {subject.id} is at version {subject.version}")
        self.kind = kind
        self.subject = subject


class OrganisationNotVerified(Exception):
    """A text is published only of an organisation that was verified; carries that one."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(f"{subject.id}")
        self.subject = subject


class CannotUndo(Exception):
    """The decision is too old, not the actor's, or somebody went on from it."""
