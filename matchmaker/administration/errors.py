"""What can go wrong in administration through a person's doing. The views word it."""

from __future__ import annotations

from typing import Any


class TermMissing(LookupError):
    """There is no such term or list."""


class CodeTaken(Exception):
    """The list has, or once had, a term of this code: a code is never used again."""


class LabelTaken(Exception):
    """Another term in use of the list is called so."""


class Changed(Exception):
    """Somebody changed it since it was read; carries what it is now."""

    def __init__(self, subject: Any) -> None:
        super().__init__(type(subject).__name__)
        self.subject = subject


class CannotMerge(Exception):
    """Something stands in the way; carries the plan, which says what."""

    def __init__(self, plan: Any) -> None:
        super().__init__(", ".join(plan.obstacles))
        self.plan = plan


class StillInHand(Exception):
    """The person has something in hand that is to be handed over first."""

    def __init__(self, user: Any) -> None:
        super().__init__(f"account {user.id}")
        self.user = user


class AlreadyErased(Exception):
    """The person's data were erased before."""


class FixedByEnvironment(Exception):
    """The environment says what this setting is, and goes before the database."""
