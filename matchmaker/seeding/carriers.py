"""Carriers, alliances and R&D bodies of the sample data: entered by the bureau at the end of the year."""

from __future__ import annotations

from matchmaker.carriers import service
from matchmaker.carriers.service import AllianceFacts, BodyFacts, CarrierFacts
from matchmaker.seeding.files import Entry, Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.timeline import Timeline, spread
from matchmaker.work import Work
from models import RecognitionLevel

ENTERED = 8
"""Days ago at the earliest: every organisation of the year has been registered by then."""


class Carriers:
    """Each entry is one step of the bureau's; the days of memberships are those of the file."""

    def __init__(self, seed: Seed, people: People) -> None:
        self._seed = seed
        self._people = people

    def plan(self, timeline: Timeline) -> None:
        deeds = {"carrier": self._carrier, "alliance": self._alliance, "body": self._body}
        for entry in self._seed.carriers:
            kind = next(each for each in deeds if each in entry)
            name = str(entry[kind])

            def enter(work: Work, entry: Entry = entry, kind: str = kind) -> None:
                deeds[kind](work, timeline, entry)

            timeline.add(name, ENTERED - spread(name, 0, 4), self._people.staff_for(name), enter)

    def _carrier(self, work: Work, timeline: Timeline, entry: Entry) -> None:
        operator = entry.get("operator")
        carrier = service.create_carrier(
            work,
            CarrierFacts(
                kind=entry["kind"],
                name=entry["carrier"],
                level=RecognitionLevel(entry["level"]),
                year=entry["year"],
                county=entry["county"],
                field=entry.get("field"),
                industry=entry["industry"],
                introduction=entry["introduction"],
                operator_id=self._people.organisations[operator].id if operator else None,
            ),
        )
        for key, stages in entry["members"].items():
            for stage, since in stages:
                organisation = self._people.organisations[key]
                service.set_stage(work, carrier, organisation, stage, timeline.day(since))

    def _alliance(self, work: Work, timeline: Timeline, entry: Entry) -> None:
        alliance = service.create_alliance(
            work,
            AllianceFacts(
                name=entry["alliance"],
                lead_id=self._people.organisations[entry["lead"]].id,
                level=RecognitionLevel(entry["level"]),
                field=entry["field"],
                founded_on=timeline.day(entry["founded"]),
                introduction=entry["introduction"],
                agreement=entry.get("agreement", ""),
                agreed_on=timeline.day(entry["agreed"]),
                agreement_until=timeline.day(entry["agreed_until"]),
            ),
        )
        for key, (since, note) in entry["members"].items():
            organisation = self._people.organisations[key]
            service.add_member(work, alliance, organisation, timeline.day(since), note)

    def _body(self, work: Work, timeline: Timeline, entry: Entry) -> None:
        service.add_body(
            work,
            self._people.organisations[entry["organisation"]],
            BodyFacts(entry["kind"], RecognitionLevel(entry["level"]), entry["body"], entry["year"]),
        )
