"""What is missing that makes a text worth reading, beyond what the form insists on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models import Capability, MoneyKind, Organisation, OrganisationKind, Problem

Subject = Problem | Capability | Organisation
Lacks = Mapping[str, Callable[[Any], bool]]


def _empty(name: str) -> Callable[[Any], bool]:
    return lambda subject: not getattr(subject, name)


def _unreachable(subject: Any) -> bool:
    return not (subject.contact_phone or subject.contact_email)


PROBLEM: Lacks = {
    "targets": lambda problem: not (problem.targets or problem.targets_text),
    "money_kind": lambda problem: problem.money_kind is MoneyKind.NEGOTIABLE,
    "basis": _empty("basis"),
    "contact_phone": _unreachable,
    "subfield": _empty("subfield"),
}
CAPABILITY: Lacks = {
    "advantage": _empty("advantage"),
    "economics": _empty("economics"),
    "targets": _empty("targets"),
    "trl": _empty("trl"),
    "application": _empty("application"),
    "patents": _empty("patents"),
    "team": _empty("team"),
    "contact_phone": _unreachable,
}
ORGANISATION: Lacks = {
    "introduction": _empty("introduction"),
    "industry": lambda organisation: (
        organisation.kind is OrganisationKind.ENTERPRISE and not organisation.industry
    ),
    "address": _empty("address"),
    "contact_email": _empty("contact_email"),
}
LACKS: Mapping[type, Lacks] = {Problem: PROBLEM, Capability: CAPABILITY, Organisation: ORGANISATION}
"""By column, the most important first."""
ABILITIES = frozenset({"team", "platform", "expert"})
OF_RESULTS = frozenset({"trl", "patents"})
"""Nobody expects a maturity or patents of what is no single result."""


def lacking(subject: Subject) -> tuple[str, ...]:
    """The columns that are empty and would help whoever reads it."""
    names = tuple(name for name, lacks in LACKS[type(subject)].items() if lacks(subject))
    if isinstance(subject, Capability) and subject.kind in ABILITIES:
        return tuple(name for name in names if name not in OF_RESULTS)
    return names
