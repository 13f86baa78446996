"""Sample organisations and their members: registered before they post anything, and verified."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.accounts import service as accounts
from matchmaker.audit import service as audit
from matchmaker.organisations import service as organisations
from matchmaker.seeding.files import Entry, Seed
from matchmaker.seeding.timeline import Timeline, spread
from matchmaker.work import Work
from models import Organisation, OrganisationKind, Role, User, Verification, advance

BUREAU_DAYS = 460
VERIFIED_LATEST = 12
STAFF = (Role.STAFF, Role.ADMINISTRATOR)


class People:
    """Who was made so far, by key."""

    def __init__(self, seed: Seed, password: str) -> None:
        self._seed = seed
        self._password_hash = accounts.hash_password(password)
        self.users: dict[str, User] = {}
        self.organisations: dict[str, Organisation] = {}
        self.staff = [key for key, entry in seed.users.items() if entry["role"] == Role.STAFF.value]

    def members(self, organisation: str) -> list[str]:
        """Keys of an organisation's people."""
        return [key for key, entry in self._seed.users.items() if entry["organisation"] == organisation]

    def staff_for(self, subject: str) -> str:
        """Which of the bureau's staff deals with it."""
        return self.staff[spread(subject, 0, len(self.staff) - 1)]

    def plan(self, timeline: Timeline, first_deeds: Mapping[str, int]) -> None:
        """`first_deeds`: how many days ago each organisation first does something."""
        for key, entry in self._seed.organisations.items():
            if entry["kind"] == OrganisationKind.BUREAU.value:
                timeline.add(key, BUREAU_DAYS, None, self._bureau(key, entry))
        for key, entry in self._seed.organisations.items():
            if entry["kind"] == OrganisationKind.BUREAU.value:
                continue
            registered = self._registered(key, entry, first_deeds)
            timeline.add(key, registered, None, self._registration(key, entry))
            self._plan_check(timeline, key, entry, registered)

    def _registered(self, key: str, entry: Entry, first_deeds: Mapping[str, int]) -> int:
        if entry["status"] == Verification.PENDING.value:
            return spread(key, 1, 4)
        if entry["status"] == Verification.REJECTED.value:
            return spread(key, 8, 15)
        return first_deeds.get(key, 90) + spread(key, 8, VERIFIED_LATEST + 10)

    def _plan_check(self, timeline: Timeline, key: str, entry: Entry, registered: int) -> None:
        status = Verification(entry["status"])
        checked = registered - spread(f"{key} check", 1, 5)
        checker = self.staff_for(key)
        if status is Verification.VERIFIED:
            timeline.add(
                key, checked, checker, lambda work: organisations.verify(work, self.organisations[key])
            )
        elif status is Verification.REJECTED:
            reason = str(entry["reject_reason"])
            timeline.add(
                key,
                checked,
                checker,
                lambda work: organisations.reject(work, self.organisations[key], reason),
            )

    def _bureau(self, key: str, entry: Entry):  # type: ignore[no-untyped-def]
        def found(work: Work) -> None:
            self._make(work, key, entry)
            bureau = self.organisations[key]
            advance(bureau, "verify")
            bureau.verified_at = work.now()

        return found

    def _registration(self, key: str, entry: Entry):  # type: ignore[no-untyped-def]
        return lambda work: self._make(work, key, entry)

    def _make(self, work: Work, key: str, entry: Entry) -> None:
        made = Organisation(
            kind=OrganisationKind(entry["kind"]),
            name=entry["name"],
            code=entry["code"],
            county=entry.get("county"),
            industry=entry.get("industry"),
            tags=entry.get("tags", []),
            introduction=entry.get("introduction", ""),
            address=entry.get("address", ""),
            contact_name=entry.get("contact_name", ""),
            contact_phone=entry.get("contact_phone", ""),
            contact_email=entry.get("contact_email", ""),
            is_sample=True,
        )
        work.session.add(made)
        work.session.flush()
        self.organisations[key] = made
        audit.record(work, "organisation.registered", made, name=made.name, code=made.code)
        for member in self.members(key):
            known = self._seed.users[member]
            self.users[member] = accounts.create_user(
                work,
                made,
                Role(known["role"]),
                known["name"],
                email=known.get("email"),
                mobile=known.get("mobile"),
                password_hash=self._password_hash,
            )
            audit.record(work, "account.created", self.users[member])
