"""Facts of a problem and a capability compared: field, cooperation mode, budget, maturity, place."""

from __future__ import annotations

from decimal import Decimal

from matchmaker.engine.documents import Chip, Facts

NEGOTIABLE_MARGIN = Decimal("1.2")
"""A price up to a fifth over the budget is still talked about."""
READY_TRL = 6
"""From a prototype shown in the real surroundings on, a company can take it up."""
EARLY_TRL = 3
"""Up to the proof of concept, a company that wants a product or process waits years."""
RESEARCH_NEEDS = frozenset({"research", "talent"})
"""Needs that an early result serves as well as a mature one."""
CITY_DIGITS = 4
"""The first digits of a county code name its city."""


def chips(problem: Facts, capability: Facts) -> tuple[Chip, ...]:
    """Field, mode, budget, maturity, place, in this order; unknown where a side says nothing."""
    return (
        _field(problem, capability),
        _mode(problem, capability),
        _budget(problem, capability),
        _maturity(problem, capability),
        _place(problem, capability),
    )


def _field(problem: Facts, capability: Facts) -> Chip:
    if not problem.field or not capability.field:
        return Chip("field", "unknown", "field_not_given")
    if problem.field != capability.field:
        return Chip("field", "conflicts", "field_differs", (problem.field, capability.field))
    if problem.subfield and problem.subfield == capability.subfield:
        return Chip("field", "agrees", "same_subfield", (problem.subfield,))
    return Chip("field", "agrees", "same_field", (problem.field,))


def _mode(problem: Facts, capability: Facts) -> Chip:
    if not problem.modes or not capability.modes:
        return Chip("mode", "unknown", "mode_not_given")
    shared = problem.modes & capability.modes
    if shared:
        return Chip("mode", "agrees", "shared_modes", tuple(sorted(shared)))
    return Chip("mode", "conflicts", "no_shared_mode")


def _budget(problem: Facts, capability: Facts) -> Chip:
    budget = problem.money_low if problem.money_high is None else problem.money_high
    price = capability.money_low
    if budget is None or price is None:
        return Chip("budget", "unknown", "negotiable")
    if price <= budget:
        return Chip("budget", "agrees", "within_budget")
    if price <= budget * NEGOTIABLE_MARGIN:
        return Chip("budget", "unknown", "slightly_above_budget")
    return Chip("budget", "conflicts", "above_budget")


def _maturity(problem: Facts, capability: Facts) -> Chip:
    if capability.trl is None:
        return Chip("maturity", "unknown", "trl_not_given")
    value = (str(capability.trl),)
    if capability.trl >= READY_TRL:
        return Chip("maturity", "agrees", "ready", value)
    if problem.need in RESEARCH_NEEDS:
        return Chip("maturity", "agrees", "fits_research", value)
    if problem.need and capability.trl <= EARLY_TRL:
        return Chip("maturity", "conflicts", "too_early", value)
    return Chip("maturity", "unknown", "needs_development", value)


def _place(problem: Facts, capability: Facts) -> Chip:
    here, there = problem.county, capability.county or capability.institution_county
    if not here or not there:
        return Chip("place", "unknown", "place_not_given")
    if here == there:
        return Chip("place", "agrees", "same_county", (here,))
    if here[:CITY_DIGITS] == there[:CITY_DIGITS]:
        return Chip("place", "agrees", "same_city", (here, there))
    return Chip("place", "conflicts", "other_city", (here, there))
