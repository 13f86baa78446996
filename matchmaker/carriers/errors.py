"""What can go wrong with carriers and alliances through a person's doing. The pages word it."""

from __future__ import annotations

from datetime import date
from typing import Any


class NotListed(LookupError):
    """No such carrier, alliance, R&D body or membership, or none that the reader may know of."""


class NameTaken(Exception):
    """Another one has this name."""


class ChangedMeanwhile(Exception):
    """Somebody saved a newer version since the form was opened; nothing was written. Carries the object."""

    def __init__(self, subject: Any) -> None:
        super().__init__(f"{type(subject).__name__} {subject.id} is at version {subject.version}")
        self.subject = subject


class TooEarly(Exception):
    """A stage cannot begin before the one that stands; carries the day from which that stands."""

    def __init__(self, standing_since: date) -> None:
        super().__init__(f"stands since {standing_since}")
        self.standing_since = standing_since


class NothingNew(Exception):
    """The organisation is in that stage already."""


class LeadStays(Exception):
    """The lead of an alliance is a member as long as it leads."""
