"""What every change of a project leaves behind: an event in its timeline, one in the audit, a notice to those concerned."""

from __future__ import annotations

from typing import Any

from matchmaker import amendments
from matchmaker.amendments import FieldChange
from matchmaker.audit import service as audit
from matchmaker.notices import service as notices
from matchmaker.work import Work
from models import Project, ProjectEvent, User

AMENDED = "amended"
"""The event whose note holds changes instead of words."""


def note(
    work: Work,
    project: Project,
    action: str,
    text: str = "",
    moved: tuple[str, str] | None = None,
    **details: Any,
) -> None:
    """Add the event to timeline and audit; the text stands in the timeline alone."""
    project.events.append(
        ProjectEvent(
            actor_id=work.actor.id if work.actor else None,
            action=action,
            from_status=moved[0] if moved else None,
            to_status=moved[1] if moved else None,
            note=text,
            created_at=work.now(),
        )
    )
    if moved:
        details |= {"from": moved[0], "to": moved[1]}
    audit.record(work, f"project.{action}", project, number=project.number, **details)


def tell(work: Work, project: Project, action: str, path: str = "", **details: Any) -> None:
    """Tell the broker, and the members of every participant; `path` is for these where they cannot read its page."""
    kind, own = f"project.{action}", path_of(project)
    people: list[User] = []
    for each in project.participants:
        people += notices.members(work, each.organisation)
    notices.tell(work, people, kind, path or own, title=project.title, **details)
    if project.broker and project.broker not in people:
        notices.tell(work, [project.broker], kind, own, title=project.title, **details)


def path_of(project: Project) -> str:
    """Where its page is; services run outside requests too, so they can't ask Flask."""
    return f"/projects/{project.id}"


def changes_in(event: ProjectEvent) -> list[FieldChange]:
    """What an amendment changed; nothing for events that say it in words."""
    if event.action != AMENDED:
        return []
    return amendments.read(event.note)
