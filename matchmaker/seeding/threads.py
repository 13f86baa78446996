"""What was said about sample pairings, what is to be done next, and whose they are."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from matchmaker.pairings import service as pairings
from matchmaker.seeding.files import BadSeed, Entry
from matchmaker.seeding.people import People
from matchmaker.seeding.timeline import Timeline
from matchmaker.work import Work
from models import Audience, EntryKind, NextStep, Pairing, StepStatus


def take(work: Work, pairing: Pairing, step: Entry, people: People, timeline: Timeline) -> None:
    """One of files.THREAD_STEPS. Raises BadSeed and what the services raise."""
    action = step["action"]
    if action == "message":
        pairings.write(work, pairing, step["text"], Audience(step.get("to", "both")))
    elif action == "talk":
        internal = step.get("for", "staff") == "staff"
        pairings.note(work, pairing, EntryKind(step["way"]), work.today(), step["text"], internal)
    elif action == "take_on":
        pairings.hand_over(work, pairing, work.person, pairing.version, step.get("note", ""))
    elif action == "hand_over":
        pairings.hand_over(work, pairing, people.users[step["to"]], pairing.version, step.get("note", ""))
    elif action == "plan":
        owner = people.users[step.get("owner") or step["by"]]
        pairings.plan(work, pairing, step["what"], timeline.today + timedelta(days=step["due"]), owner)
    else:
        planned = _planned(work, pairing, step["what"])
        if action == "move":
            due_on = timeline.today + timedelta(days=step["due"])
            pairings.move(work, planned, due_on, planned.owner, planned.version, step.get("note", ""))
        else:
            pairings.change(work, planned, action, planned.version, step.get("note", ""))


def _planned(work: Work, pairing: Pairing, what: str) -> NextStep:
    found = work.session.scalar(
        select(NextStep).where(
            NextStep.pairing_id == pairing.id, NextStep.what == what, NextStep.status == StepStatus.OPEN
        )
    )
    if found is None:
        raise BadSeed(f"pairings.yaml: no open next step: {what}")
    return found
