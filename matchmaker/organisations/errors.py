"""What can go wrong with organisations through a person's doing. The views word it."""

from __future__ import annotations


class OrganisationMissing(Exception):
    """No such organisation, or none that the reader may know of."""


class OrganisationTaken(Exception):
    """Another organisation has this code or this name; `field` is "code" or "name"."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is taken")
        self.field = field


class OrganisationChanged(Exception):
    """Somebody changed it since the form was filled."""


class ReasonMissing(Exception):
    """Refusing an organisation takes a reason."""
