"""What can be wrong with a delivery."""

from __future__ import annotations


class Unwanted(Exception):
    """Nobody wants it any more: the account was closed, the link is dead, everything was read meanwhile."""


class DeliveryMissing(LookupError):
    """There is none, or it has left meanwhile."""
