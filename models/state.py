"""State machines as data: which action leads from which status to which, and the one function that takes a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

Status = TypeVar("Status", bound=StrEnum)


class IllegalStep(Exception):
    """The action does not exist in the object's present status.

    Carries the object, its status and the action, so that the caller can say what happened meanwhile.
    """

    def __init__(self, subject: object, status: StrEnum, action: str) -> None:
        super().__init__(f"{type(subject).__name__} is {status.value}: {action} is not possible")
        self.subject = subject
        self.status = status
        self.action = action


@dataclass(frozen=True)
class StateMachine(Generic[Status]):
    """`steps[action][from] = to`."""

    steps: Mapping[str, Mapping[Status, Status]]

    def actions(self, status: Status) -> tuple[str, ...]:
        """The actions possible in this status, in the order of the table."""
        return tuple(action for action, arrows in self.steps.items() if status in arrows)


def advance(subject: Any, action: str) -> tuple[str, str]:
    """Move `subject.status` along its class's MACHINE; returns (from, to). Nothing else assigns a status.

    Raises IllegalStep where the table has no such arrow.
    """
    before = subject.status
    after = subject.MACHINE.steps.get(action, {}).get(before)
    if after is None:
        raise IllegalStep(subject, before, action)
    subject.status = after
    return before.value, after.value
