"""What can stand in the way of linking two. The pages word these."""

from __future__ import annotations

from matchmaker.postings.service import Posting


class AlreadyDuplicate(Exception):
    """One of the two is linked to another already; carries that one. Undo that link first."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"{posting.KIND} {posting.id} is the same as {posting.same_as_id}")
        self.posting = posting


class SameItself(ValueError):
    """Something cannot be a duplicate of itself."""

    def __init__(self, posting: Posting) -> None:
        super().__init__(f"{posting.KIND} {posting.id}")


class NotAlike(TypeError):
    """A problem and a capability are never the same."""

    def __init__(self, posting: Posting, other: Posting) -> None:
        super().__init__(f"{posting.KIND} {posting.id} and {other.KIND} {other.id}")
