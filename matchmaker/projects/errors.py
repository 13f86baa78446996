"""What can go wrong with projects."""

from __future__ import annotations

from typing import Any

from models import Project


class ProjectNotFound(LookupError):
    """There is none, or the actor may not know of it."""


class BadTerms(Exception):
    """What was typed cannot be; `faults` are (field of ProjectTerms, Fault)."""

    def __init__(self, faults: list[tuple[str, Any]]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults))
        self.faults = faults


class Incomplete(Exception):
    """The step asks for more than the project says; `missing` are names of fields."""

    def __init__(self, project: Project, step: str, missing: list[str]) -> None:
        super().__init__(f"project {project.number} lacks {missing} to {step}")
        self.project = project
        self.step = step
        self.missing = missing


class ChangedMeanwhile(Exception):
    """Someone changed the project since the form was opened; nothing was written.

    `happened` are the events since then, `differences` what stands now (old) beside what the actor wants (new).
    """

    def __init__(self, project: Project, happened: list[Any], differences: list[Any]) -> None:
        super().__init__(f"project {project.number} is at version {project.version}")
        self.project = project
        self.happened = happened
        self.differences = differences


class ReasonMissing(ValueError):
    """A step back, a cancellation, a reopening or a note without words."""
