"""What can go wrong with common needs."""

from __future__ import annotations


class NeedNotFound(LookupError):
    """There is none, or the actor may not know of it."""


class NotAMember(Exception):
    """The problem is not in the common need (any more); carries both ids."""

    def __init__(self, need_id: int, problem_id: int) -> None:
        super().__init__(f"problem {problem_id} is no member of common need {need_id}")
        self.need_id = need_id
        self.problem_id = problem_id
