"""What can go wrong between a person and their problem or capability. The pages word these."""

from __future__ import annotations

from collections.abc import Sequence

from models import Capability, Problem

Posting = Problem | Capability


class PostingNotFound(LookupError):
    """There is none, or the actor may not know of it."""

    def __init__(self, kind: str, object_id: int) -> None:
        super().__init__(f"no {kind} {object_id} for this reader")
        self.kind = kind
        self.id = object_id


class EditConflict(Exception):
    """Somebody saved a newer version since the actor opened the form; nothing was written."""

    def __init__(self, posting: Posting, seen: int) -> None:
        super().__init__(f"{posting.KIND} {posting.id} is at version {posting.version}, the form at {seen}")
        self.posting = posting
        self.seen = seen


class NotEditable(Exception):
    """In its present status nobody edits it: it is being checked, or it was taken down."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"{posting.KIND} {posting.id} is {posting.status.value}")
        self.posting = posting


class NotVerified(Exception):
    """The organisation has not been verified, so its members save drafts and submit later."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"organisation {posting.organisation_id} is {posting.organisation.status.value}")
        self.posting = posting


class Incomplete(Exception):
    """Fields that a submission needs are empty; `missing` names the columns."""

    def __init__(self, posting: Posting, missing: Sequence[str]) -> None:
        super().__init__(f"{posting.KIND} {posting.id} lacks {', '.join(missing)}")
        self.posting = posting
        self.missing = tuple(missing)


class ReasonMissing(ValueError):
    """Sending something back needs a reason that its author can act on."""
