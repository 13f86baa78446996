"""What people did with sample pairings, and the cooperation records that came of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from matchmaker.cooperation import milestones, steps
from matchmaker.cooperation import service as cooperation
from matchmaker.cooperation.service import BadTerms, MilestoneTerms, RecordTerms
from matchmaker.pairings import service as pairings
from matchmaker.seeding import consents, threads
from matchmaker.seeding.files import CONSENT_STEPS, THREAD_STEPS, BadSeed, Entry, Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.postings import Postings
from matchmaker.seeding.timeline import Timeline
from matchmaker.work import Work
from models import CooperationRecord, IllegalStep, Pairing, PartyRole


def first_uses(seed: Seed) -> dict[str, int]:
    """For each problem and capability, how many days ago somebody first acted on a pairing of it."""
    found: dict[str, int] = {}
    for entry in seed.pairings:
        first = max(step["days"] for step in entry["steps"])
        for key in (entry["problem"], entry["capability"]):
            found[key] = max(found.get(key, 0), first)
    for entry in seed.projects:
        for key in entry.get("sources", ()):
            _used(found, key, entry["created"]["days"])
    for entry in seed.calls:
        _used(found, entry["problem"], entry["published"]["days"])
        for each in entry["proposals"]:
            if "capability" in each:
                _used(found, each["capability"], each["days"])
    return found


def _used(found: dict[str, int], key: str, days: int) -> None:
    found[key] = max(found.get(key, 0), days)


IMPOSSIBLE = (
    IllegalStep,
    BadTerms,
    steps.OpenMilestones,
    pairings.NotOpen,
    pairings.AlreadyInterested,
    pairings.NotInTouch,
    pairings.DueInPast,
)
"""What the services say to steps that cannot be taken in this order."""


@contextmanager
def _of(entry: Entry, step: Entry) -> Iterator[None]:
    """Names the entry and the step in what goes wrong. Raises BadSeed."""
    try:
        yield
    except IMPOSSIBLE as error:
        where = f"{entry.get('title') or entry['problem']}: {step.get('action', 'confirm')}, {step['days']} days ago"
        raise BadSeed(f"{where}: {error or type(error).__name__}") from error


class Cooperations:
    """Pairings are found where the engine suggested them; records are kept by their title."""

    def __init__(self, seed: Seed, people: People, made: Postings) -> None:
        self._seed = seed
        self._people = people
        self._made = made
        self._records: dict[str, CooperationRecord] = {}

    def plan(self, timeline: Timeline) -> None:
        for entry in self._seed.pairings:
            for step in entry["steps"]:
                timeline.add(
                    f"{entry['problem']} {entry['capability']}",
                    step["days"],
                    step["by"],
                    lambda work, entry=entry, step=step: self._take(timeline, work, entry, step),  # type: ignore[misc]
                )
        for entry in self._seed.records:
            subject = f"{entry.get('problem', entry['title'])} {entry.get('capability', '')}".strip()
            confirmed = entry["confirmed"]
            timeline.add(
                subject,
                confirmed["days"],
                confirmed["by"],
                lambda work, entry=entry: self._open(timeline, work, entry),  # type: ignore[misc]
            )
            for step in entry["steps"]:
                timeline.add(
                    subject,
                    step["days"],
                    step["by"],
                    lambda work, entry=entry, step=step: self._record_step(work, entry, step),  # type: ignore[misc]
                )

    def _pairing(self, work: Work, entry: Entry) -> Pairing:
        problem, capability = entry["problem"], entry["capability"]
        found = work.session.scalar(
            select(Pairing).where(
                Pairing.problem_id == self._made.problems[problem].id,
                Pairing.capability_id == self._made.capabilities[capability].id,
            )
        )
        if found is None:
            raise BadSeed(f"pairings.yaml: {problem} {capability}: the engine does not suggest this pairing")
        return found

    def _take(self, timeline: Timeline, work: Work, entry: Entry, step: Entry) -> None:
        pairing = self._pairing(work, entry)
        with _of(entry, step):
            if step["action"] in THREAD_STEPS:
                threads.take(work, pairing, step, self._people, timeline)
            elif step["action"] in CONSENT_STEPS:
                consents.take(work, pairing, step)
            else:
                self._decide(work, pairing, step)

    def _decide(self, work: Work, pairing: Pairing, step: Entry) -> None:
        action, note = step["action"], step.get("note", "")
        if action == "dismiss":
            pairings.dismiss(work, pairing, pairing.version, step["reason"], note)
        else:
            decide = {
                "shortlist": pairings.shortlist,
                "introduce": pairings.introduce,
                "negotiate": pairings.negotiate,
                "reopen": pairings.reopen,
            }[action]
            decide(work, pairing, pairing.version, note)

    def _open(self, timeline: Timeline, work: Work, entry: Entry) -> None:
        terms = self._terms(timeline, entry)
        if "problem" in entry:
            pairing = self._pairing(work, entry)
            record = pairings.confirm(
                work, pairing, terms, pairing.version, entry["confirmed"].get("note", "")
            )
        else:
            record = cooperation.create(work, terms)
        self._records[entry["title"]] = record

    def _terms(self, timeline: Timeline, entry: Entry) -> RecordTerms:
        parties = tuple(
            (PartyRole(each["role"]), self._people.organisations[each["organisation"]].id)
            for each in entry.get("parties", ())
        )
        return RecordTerms(
            title=entry["title"],
            mode=entry["mode"],
            contract_category=entry.get("contract_category"),
            amount=_wan(entry.get("amount")),
            technology_amount=_wan(entry.get("technology_amount")),
            ends_on=timeline.today + timedelta(days=entry["ends"]),
            leader_a=entry.get("leader_a", ""),
            leader_b=entry.get("leader_b", ""),
            programme=entry.get("programme"),
            field=entry.get("field"),
            parties=parties or None,
            milestones=tuple(
                MilestoneTerms(
                    each["name"], timeline.today + timedelta(days=each["due"]), _wan(each.get("payment"))
                )
                for each in entry["milestones"]
            ),
        )

    def _record_step(self, work: Work, entry: Entry, step: Entry) -> None:
        with _of(entry, step):
            self._step(work, self._records[entry["title"]], entry, step)

    def _step(self, work: Work, record: CooperationRecord, entry: Entry, step: Entry) -> None:
        action = step["action"]
        if action == "sign":
            steps.sign(work, record, work.today(), entry["contract_category"], step.get("number", ""))
        elif action == "start":
            steps.start(work, record, work.today())
        elif action == "register":
            self._register(work, record, step["number"])
        elif action in ("milestone", "waive"):
            milestone = next(each for each in record.milestones if each.name == step["name"])
            if action == "waive":
                milestones.waive(work, milestone, step["note"])
            else:
                received = _wan(step.get("received")) or Decimal(0)
                milestones.complete(work, milestone, work.today(), step.get("evidence", ""), received)
        elif action == "note":
            cooperation.add_note(work, record, step["text"])
        elif action == "accept":
            steps.accept(work, record, _results(step.get("results", {})), step["note"])
        else:
            steps.terminate(work, record, step["note"])

    def _register(self, work: Work, record: CooperationRecord, number: str) -> None:
        terms = cooperation.terms_of(record)
        fields: dict[str, Any] = vars(terms) | {"registration_number": number, "registered_on": work.today()}
        cooperation.amend(work, record, RecordTerms(**fields), record.version)


def _results(given: Entry) -> steps.Results:
    money = {name: _wan(given.get(name)) for name in ("output_value", "tax")}
    return steps.Results(**(given | money))


def _wan(figure: Any) -> Decimal | None:
    return None if figure is None else Decimal(str(figure))
