from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.documents import Facts
from matchmaker.engine.facts import chips


def chip(name: str, problem: Facts, capability: Facts) -> tuple[str, str]:
    found = {each.name: each for each in chips(problem, capability)}[name]
    return found.verdict, found.detail


@pytest.mark.parametrize(
    ("problem", "capability", "verdict", "detail"),
    [
        (Facts(), Facts(field="8"), "unknown", "field_not_given"),
        (Facts(field="8"), Facts(), "unknown", "field_not_given"),
        (Facts(field="8"), Facts(field="4"), "conflicts", "field_differs"),
        (Facts(field="8", subfield="8.04"), Facts(field="8", subfield="8.05"), "agrees", "same_field"),
        (Facts(field="8"), Facts(field="8"), "agrees", "same_field"),
        (Facts(field="8", subfield="8.04"), Facts(field="8", subfield="8.04"), "agrees", "same_subfield"),
    ],
)
def test_fields_are_compared(problem: Facts, capability: Facts, verdict: str, detail: str) -> None:
    assert chip("field", problem, capability) == (verdict, detail)


@pytest.mark.parametrize(
    ("wanted", "offered", "verdict"),
    [
        ({"joint"}, {"joint", "transfer"}, "agrees"),
        ({"joint"}, {"transfer"}, "conflicts"),
        (set(), {"transfer"}, "unknown"),
        ({"joint"}, set(), "unknown"),
    ],
)
def test_modes_are_compared(wanted: set[str], offered: set[str], verdict: str) -> None:
    assert chip("mode", Facts(modes=frozenset(wanted)), Facts(modes=frozenset(offered)))[0] == verdict


@pytest.mark.parametrize(
    ("low", "high", "price", "verdict", "detail"),
    [
        ("60", None, "60", "agrees", "within_budget"),
        ("60", "90", "90", "agrees", "within_budget"),
        ("60", None, "60.01", "unknown", "slightly_above_budget"),
        ("60", None, "72", "unknown", "slightly_above_budget"),
        ("60", None, "72.01", "conflicts", "above_budget"),
        ("60", "90", "200", "conflicts", "above_budget"),
        (None, None, "70", "unknown", "negotiable"),
        ("60", None, None, "unknown", "negotiable"),
        ("0", None, "0", "agrees", "within_budget"),
    ],
)
def test_the_price_is_held_against_the_highest_budget(
    low: str | None, high: str | None, price: str | None, verdict: str, detail: str
) -> None:
    def amount(value: str | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    problem = Facts(money_low=amount(low), money_high=amount(high))
    assert chip("budget", problem, Facts(money_low=amount(price))) == (verdict, detail)


@pytest.mark.parametrize(
    ("need", "trl", "verdict", "detail"),
    [
        ("equipment", 6, "agrees", "ready"),
        ("equipment", 3, "conflicts", "too_early"),
        ("equipment", 4, "unknown", "needs_development"),
        ("research", 2, "agrees", "fits_research"),
        (None, 2, "unknown", "needs_development"),
        ("equipment", None, "unknown", "trl_not_given"),
    ],
)
def test_maturity_is_held_against_the_need(
    need: str | None, trl: int | None, verdict: str, detail: str
) -> None:
    assert chip("maturity", Facts(need=need), Facts(trl=trl)) == (verdict, detail)


@pytest.mark.parametrize(
    ("here", "there", "institution", "verdict", "detail"),
    [
        ("340811", "340811", None, "agrees", "same_county"),
        ("340811", "340802", None, "agrees", "same_city"),
        ("340811", None, "340811", "agrees", "same_county"),
        ("340811", "340111", "340811", "conflicts", "other_city"),
        ("340811", None, None, "unknown", "place_not_given"),
        (None, "340811", None, "unknown", "place_not_given"),
    ],
)
def test_places_are_compared(
    here: str | None, there: str | None, institution: str | None, verdict: str, detail: str
) -> None:
    capability = Facts(county=there, institution_county=institution)
    assert chip("place", Facts(county=here), capability) == (verdict, detail)


def test_there_is_one_chip_of_each_kind_whatever_is_known() -> None:
    names = ["field", "mode", "budget", "maturity", "place"]
    assert [each.name for each in chips(Facts(), Facts())] == names
    assert {each.verdict for each in chips(Facts(), Facts())} == {"unknown"}


codes = st.none() | st.sampled_from(["8", "8.04", "340811", "joint"])
amounts = st.none() | st.decimals(0, 99999999, places=2)


@given(
    st.builds(
        Facts,
        field=codes,
        subfield=codes,
        modes=st.frozensets(st.sampled_from(["joint", "transfer", "consulting"])),
        money_low=amounts,
        money_high=amounts,
        trl=st.none() | st.integers(1, 9),
        need=codes,
        county=codes,
        institution_county=codes,
    )
)
def test_facts_survive_their_json(facts: Facts) -> None:
    assert Facts.from_json(facts.to_json()) == facts


def test_facts_of_a_later_version_are_passed_over() -> None:
    assert Facts.from_json({"field": "8", "colour": "red"}) == Facts(field="8")
