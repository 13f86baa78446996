"""Calls for solutions of the sample year: put up, answered, opened, judged, announced, awarded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from matchmaker.calls import service
from matchmaker.calls.errors import BadTerms
from matchmaker.calls.service import CallTerms, Content, Mark
from matchmaker.seeding.files import BadSeed, Entry, Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.postings import Postings
from matchmaker.seeding.timeline import Timeline
from matchmaker.work import Work
from models import Call, IllegalStep, Proposal

CLOSING_HOUR = timedelta(hours=17)
REMIND_BEFORE = 2
Deed = Callable[[Work], object]


@contextmanager
def _of(entry: Entry) -> Iterator[None]:
    """Names the entry in what goes wrong. Raises BadSeed."""
    try:
        yield
    except (IllegalStep, BadTerms, LookupError) as error:
        raise BadSeed(f"calls.yaml: {entry['title']}: {error!r}") from error


class Calls:
    """Each call's steps in their order; proposals are counted from 1 in the file."""

    def __init__(self, seed: Seed, people: People, made: Postings) -> None:
        self._seed = seed
        self._people = people
        self._made = made
        self._calls: dict[str, Call] = {}
        self._proposals: dict[str, list[Proposal]] = {}

    def plan(self, timeline: Timeline) -> None:
        for entry in self._seed.calls:
            self._plan(timeline, entry)

    def _plan(self, timeline: Timeline, entry: Entry) -> None:
        key, closes = entry["problem"], entry["closes"]

        def add(step: Entry, deed: Callable[[Work, Entry, Entry], object]) -> None:
            def take(work: Work) -> None:
                with _of(entry):
                    deed(work, entry, step)

            timeline.add(f"call {key}", step["days"], step["by"], take)

        add(entry["published"], lambda work, *_: self._publish(timeline, work, entry))
        for each in entry["proposals"]:
            add(each, self._hand_in)
        for days in (closes + REMIND_BEFORE, closes - 1):
            if days > 0:
                timeline.add(f"call {key}", days, None, service.follow)
        for name, deed in (
            ("unsealed", self._unseal),
            ("decided", self._decide),
            ("announced", lambda work, *_: service.announce(work, self._calls[key])),
            ("awarded", self._award),
        ):
            if name in entry:
                add(entry[name], deed)
            if name == "unsealed":
                for review in entry.get("reviews", ()):
                    add(review, self._review)

    def _publish(self, timeline: Timeline, work: Work, entry: Entry) -> None:
        terms = CallTerms(
            title=entry["title"],
            requirements=entry["requirements"],
            reward=Decimal(str(entry["reward"])),
            closes_at=timeline.moment(entry["closes"]) + CLOSING_HOUR,
            criteria=tuple((name, weight) for name, weight in entry["criteria"]),
            objection_days=entry["objection_days"],
        )
        call = service.create(work, self._made.problems[entry["problem"]], terms)
        service.publish(work, call)
        self._calls[entry["problem"]], self._proposals[entry["problem"]] = call, []

    def _hand_in(self, work: Work, entry: Entry, step: Entry) -> None:
        capability = self._made.capabilities[step["capability"]].id if "capability" in step else None
        content = Content(
            title=step["title"],
            plan=step["plan"],
            team=step["team"],
            price=Decimal(str(step["price"])),
            months=step["months"],
            capability_id=capability,
        )
        proposal = service.start(work, self._calls[entry["problem"]], content)
        service.hand_in(work, proposal)
        self._proposals[entry["problem"]].append(proposal)

    def _unseal(self, work: Work, entry: Entry, step: Entry) -> None:
        """And names those who will review."""
        call = self._calls[entry["problem"]]
        service.unseal(work, call)
        for review in entry["reviews"]:
            service.name_reviewer(work, call, str(self._people.users[review["by"]].email))

    def _review(self, work: Work, entry: Entry, step: Entry) -> None:
        call = self._calls[entry["problem"]]
        service.declare(work, call, False, "与各揭榜单位没有利益关系。")
        for proposal, points in zip(self._proposals[entry["problem"]], step["scores"], strict=True):
            pairs = zip(call.criteria, points, strict=True)
            marks = {
                each.id: Mark(given, step["word"] if number == 0 else "")
                for number, (each, given) in enumerate(pairs)
            }
            service.save_scores(work, proposal, marks)
        service.finish(work, call)

    def _decide(self, work: Work, entry: Entry, step: Entry) -> None:
        winner = self._proposals[entry["problem"]][step["winner"] - 1]
        service.decide(work, self._calls[entry["problem"]], winner, step["reasons"])

    def _award(self, work: Work, entry: Entry, step: Entry) -> None:
        capability = self._made.capabilities[step["capability"]]
        service.award(work, self._calls[entry["problem"]], capability)
