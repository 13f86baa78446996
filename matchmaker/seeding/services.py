"""Services of intermediaries in the sample data, and what was asked of them about problems and capabilities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from matchmaker.intermediaries import service
from matchmaker.intermediaries.service import Ask, ServiceFacts
from matchmaker.seeding.files import Entry, Seed
from matchmaker.seeding.people import People
from matchmaker.seeding.postings import Postings
from matchmaker.seeding.timeline import Timeline
from matchmaker.work import Work
from models import MoneyKind, Service, ServiceRequest


class Services:
    """The steps of each service and each request, in their order."""

    def __init__(self, seed: Seed, people: People, made: Postings) -> None:
        self._seed = seed
        self._people = people
        self._made = made
        self._services: dict[str, Service] = {}
        self._requests: dict[tuple[str, str], ServiceRequest] = {}

    def plan(self, timeline: Timeline) -> None:
        for entry in self._seed.services:
            name, offers = str(entry["service"]), self._offering(entry)
            timeline.add(name, entry["days"], entry["by"], offers)
            if "published" in entry:
                checker = self._people.staff_for(name)
                timeline.add(name, entry["published"], checker, self._publishing(name))
            for asked in entry.get("requests", ()):
                subject = f"{name} {asked['about']}"
                timeline.add(subject, asked["days"], asked["by"], self._asking(name, asked))
                for step, days, person, *words in asked.get("handled", ()):
                    said = words[0] if words else ""
                    timeline.add(subject, days, person, self._handling((name, asked["about"]), step, said))

    def _offering(self, entry: Entry) -> Any:
        def offer(work: Work) -> None:
            made = service.create_service(
                work,
                work.person.organisation,
                ServiceFacts(
                    kind=entry["kind"],
                    title=entry["service"],
                    description=entry["description"],
                    **_price(entry.get("price")),
                ),
            )
            service.submit(work, made)
            self._services[entry["service"]] = made

        return offer

    def _publishing(self, name: str) -> Any:
        return lambda work: service.publish(work, self._services[name])

    def _asking(self, name: str, entry: Entry) -> Any:
        def ask(work: Work) -> None:
            key = entry["about"]
            about = self._made.problems.get(key) or self._made.capabilities[key]
            self._requests[name, key] = service.ask(
                work,
                about,
                self._services[name],
                Ask(
                    wish=entry["wish"],
                    contact_name=about.contact_name,
                    contact_phone=about.contact_phone,
                    contact_email=about.contact_email,
                    consent=True,
                    shows_money=bool(entry.get("money")),
                ),
            )

        return ask

    def _handling(self, which: tuple[str, str], step: str, said: str) -> Any:
        steps = {
            "accept": service.accept,
            "start": service.start,
            "complete": service.complete,
            "decline": service.decline,
            "withdraw": service.withdraw,
        }
        return lambda work: steps[step](work, self._requests[which], said)  # type: ignore[operator]


def _price(given: Any) -> dict[str, Any]:
    if given is None:
        return {"money_kind": MoneyKind.NEGOTIABLE}
    if isinstance(given, list):
        low, high = (Decimal(str(each)) for each in given)
        return {"money_kind": MoneyKind.RANGE, "money_low": low, "money_high": high}
    return {"money_kind": MoneyKind.EXACT, "money_low": Decimal(str(given))}
