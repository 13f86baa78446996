"""What sides of sample pairings answered, and what staff recorded of it."""

from __future__ import annotations

from datetime import timedelta

from matchmaker.pairings import service as pairings
from matchmaker.seeding.files import BadSeed, Entry
from matchmaker.undertakings import service as undertakings
from matchmaker.work import Work
from models import ConsentWay, DeclineReason, Pairing, Side


def take(work: Work, pairing: Pairing, step: Entry) -> None:
    """One of files.CONSENT_STEPS. Raises BadSeed and what the services raise."""
    action, note = step["action"], step.get("note", "")
    if action == "interest":
        pairings.express(work, pairing, step["message"])
    elif action == "withdraw_interest":
        pairings.withdraw(work, pairing, note)
    elif action == "decline_interest":
        pairings.decline(work, pairing, DeclineReason(step["reason"]), note)
    elif action == "propose":
        pairings.propose(work, pairing)
    elif action == "record":
        _record(work, pairing, step)
    else:
        latest = undertakings.in_force(work)
        if latest is None:
            raise BadSeed("pairings.yaml: there is no undertaking to accept")
        pairings.accept(work, pairing, latest.version)


def _record(work: Work, pairing: Pairing, step: Entry) -> None:
    day = work.today() - timedelta(days=step.get("ago", 0))
    answer = pairings.Answer(
        step["step"],
        reason=DeclineReason(step["reason"]) if step["step"] == "decline" else None,
        note=step.get("note", ""),
        said=pairings.Said(ConsentWay(step["way"]), day, step["person"]),
    )
    pairings.record(work, pairing, Side(step["side"]), answer)
