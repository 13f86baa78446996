"""The steps of a project from its first draft to its acceptance, and back or out of it."""

from __future__ import annotations

from matchmaker.policy import Action, require
from matchmaker.projects import events
from matchmaker.projects.errors import Incomplete, ReasonMissing
from matchmaker.projects.terms import lacking, terms_of
from matchmaker.work import Work
from models import IllegalStep, Project, ProjectStatus, advance

STEPS = ("reserve", "recommend", "approve", "accept", "step_back", "cancel", "reopen")
"""In the order in which a page offers them."""
REASONED = frozenset({"step_back", "cancel", "reopen"})
"""Those that nobody takes without saying why."""
CLOSING = frozenset({"stepped_back", "reopened"})
"""After which participants do not read the project until it is recommended again."""
LIST = "/projects/"
DONE = {
    "reserve": "reserved",
    "recommend": "recommended",
    "approve": "approved",
    "accept": "accepted",
    "step_back": "stepped_back",
    "cancel": "cancelled",
    "reopen": "reopened",
}


def possible(project: Project) -> tuple[str, ...]:
    """The steps that its present status allows, the main one first."""
    return tuple(step for step in STEPS if step in project.MACHINE.actions(project.status))


def still_asked(project: Project, step: str) -> list[str]:
    """Fields that the project must say before the step."""
    after = project.MACHINE.steps[step].get(project.status)
    if after is None or step in ("step_back", "cancel", "reopen"):
        return []
    return lacking(terms_of(project), after)


def take(work: Work, project: Project, step: str, words: str = "", approval_number: str = "") -> None:
    """Take a step; `words` are its reason, opinion or note. Participants read the project from its recommendation on.

    Raises IllegalStep, Incomplete, and ReasonMissing for one of REASONED.
    """
    require(work.actor, Action.PROJECT_EDIT, project)
    if step in REASONED and not words.strip():
        raise ReasonMissing
    if step not in possible(project):
        raise IllegalStep(project, project.status, step)
    if missing := still_asked(project, step):
        raise Incomplete(project, step, missing)
    moved = _move(work, project, step, words.strip(), approval_number.strip())
    if project.recommended_at is not None:
        _tell(work, project, DONE[step], words.strip())
    if project.status in (ProjectStatus.DISTILLING, ProjectStatus.RESERVE):
        project.recommended_at = None
    events.note(work, project, DONE[step], words.strip(), moved=moved)
    work.session.flush()


def _move(work: Work, project: Project, step: str, words: str, approval_number: str) -> tuple[str, str]:
    """The status, and what the database asks of it, in one go."""
    if step == "cancel":
        project.cancel_reason = words
    if step == "recommend":
        project.recommended_at = work.now()
    if step == "approve" and approval_number:
        project.approval_number = approval_number
    moved = advance(project, step)
    if step == "reopen":
        project.cancel_reason = ""
    return moved


def _tell(work: Work, project: Project, action: str, words: str) -> None:
    """Those who may read it, or might until now: what is cancelled after its recommendation concerns them as well."""
    if action == "cancelled":
        events.tell(work, project, action, reason=words)
    elif action in CLOSING:
        events.tell(work, project, action, path=LIST)  # its own page is not theirs to read any more
    else:
        events.tell(work, project, action)
