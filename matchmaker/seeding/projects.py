"""Distilled projects of the sample year, and the common needs that the sample problems make."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from matchmaker.common_needs import service as common_needs
from matchmaker.projects import service
from matchmaker.projects.service import BadTerms, Incomplete, ProjectTerms, ReasonMissing
from matchmaker.seeding.files import BadSeed, Entry, Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.postings import Postings
from matchmaker.seeding.timeline import Timeline
from matchmaker.work import Work
from models import IllegalStep, Project, ProjectLevel

IMPOSSIBLE = (IllegalStep, BadTerms, Incomplete, ReasonMissing)
"""What the services say to what cannot be."""


class Projects:
    """Kept by their title while the sample year passes."""

    def __init__(self, seed: Seed, people: People, made: Postings) -> None:
        self._seed = seed
        self._people = people
        self._made = made
        self._projects: dict[str, Project] = {}

    def plan(self, timeline: Timeline) -> None:
        for entry in self._seed.projects:
            if "from_need" in entry:
                continue
            created = entry["created"]
            timeline.add(
                f"project {entry['title']}",
                created["days"],
                created["by"],
                lambda work, entry=entry: self._create(timeline, work, entry),  # type: ignore[misc]
            )
            for step in entry["steps"]:
                timeline.add(
                    f"project {entry['title']}",
                    step["days"],
                    step["by"],
                    lambda work, entry=entry, step=step: self._take(work, entry, step),  # type: ignore[misc]
                )

    def distil(self, work: Work) -> None:
        """Find the common needs of the problems as they are at the end, and draft the projects made from them.

        Raises BadSeed where a problem is in none.
        """
        common_needs.keep(work, common_needs.look(work))
        for entry in self._seed.projects:
            if "from_need" not in entry:
                continue
            problem = self._made.problems[entry["from_need"]]
            staff = work.as_actor(self._people.users[entry["created"]["by"]])
            need = common_needs.of_problem(staff, problem)
            if need is None:
                raise BadSeed(f"projects.yaml: {entry['from_need']}: in no common need")
            terms = replace(service.proposed(staff, need.id), programme=entry["programme"])
            service.create(staff, terms, need.id)

    def _create(self, timeline: Timeline, work: Work, entry: Entry) -> None:
        organisations = self._people.organisations
        starts_on, ends_on = (
            timeline.today - timedelta(days=entry[name]) if name in entry else None
            for name in ("starts", "ends")
        )
        terms = ProjectTerms(
            title=entry["title"],
            programme=entry["programme"],
            plan=entry.get("plan"),
            level=ProjectLevel(entry["level"]),
            field=entry["field"],
            budget=Decimal(entry["budget"]) if "budget" in entry else None,
            necessity=entry["necessity"],
            expected_results=entry["expected_results"],
            lead=organisations[entry["lead"]].id if "lead" in entry else None,
            partners=tuple(organisations[each].id for each in entry["partners"]),
            sources=tuple(self._made.problems[each].id for each in entry["sources"]),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        try:
            self._projects[entry["title"]] = service.create(work, terms)
        except IMPOSSIBLE as error:
            raise BadSeed(f"projects.yaml: {entry['title']}: {error}") from error

    def _take(self, work: Work, entry: Entry, step: Entry) -> None:
        project, words = self._projects[entry["title"]], step.get("note", "")
        try:
            if step["action"] == "note":
                service.add_note(work, project, words)
            else:
                service.take(work, project, step["action"], words, step.get("number", ""))
        except IMPOSSIBLE as error:
            raise BadSeed(f"projects.yaml: {entry['title']}: {step['action']}: {error}") from error
