"""Whoever was told that a pairing ended is told, once, that it goes on after all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from matchmaker.pairings import service
from matchmaker.work import Work
from models import BulkChange, Pairing, PairingStatus, User
from tests.pairings import talks
from tests.pairings.talks import told


def ended(work: Work, people: dict[str, User], pairing: Pairing) -> list[list[str]]:
    """What both sides were told of its end and of its going on."""
    kinds = ("pairing.dismissed", "pairing.unsuitable", "pairing.resumed", "pairing.introduced")
    return [
        [each for each in told(work, people[side]) if each in kinds] for side in ("enterprise", "liaison")
    ]


def undone(staff: Work, pairing: Pairing) -> None:
    change = staff.session.query(BulkChange).one()
    service.undo(staff, change.id)


def reopened(staff: Work, pairing: Pairing) -> None:
    service.reopen(staff, pairing, pairing.version)


@pytest.mark.parametrize("take_back", [undone, reopened])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(PairingStatus.SHORTLISTED, "pairing.unsuitable"), (PairingStatus.NEGOTIATING, "pairing.dismissed")],
)
def test_an_end_that_was_told_is_taken_back_with_a_word(
    staff: Work,
    people: dict[str, User],
    status: PairingStatus,
    kind: str,
    take_back: Callable[[Work, Pairing], None],
) -> None:
    pairing = talks.pairing(staff, people, status)
    service.express(staff.as_actor(people["enterprise"]), pairing, "想谈")
    service.dismiss(staff, pairing, pairing.version, "budget")
    take_back(staff, pairing)

    assert ended(staff, people, pairing) == [[kind, "pairing.resumed"]] * 2


def test_a_bulk_dismissal_is_taken_back_with_a_word_for_those_who_heard_of_it(
    staff: Work, people: dict[str, User]
) -> None:
    wanted, silent = talks.pairing(staff, people), talks.pairing(staff, people)
    service.express(staff.as_actor(people["liaison"]), wanted, "")
    chosen = service.Chosen({each.id: each.version for each in (wanted, silent)})
    change = service.dismiss_chosen(staff, chosen, "field").change
    service.withdraw(staff.as_actor(people["liaison"]), wanted)  # they were told nevertheless
    assert change is not None
    service.undo(staff, change.id)

    assert ended(staff, people, wanted) == [["pairing.unsuitable", "pairing.resumed"]] * 2


def test_nobody_hears_of_what_staff_weighed_among_themselves(staff: Work, people: dict[str, User]) -> None:
    pairing = talks.pairing(staff, people)
    service.shortlist(staff, pairing, pairing.version)
    service.reopen(staff, pairing, pairing.version)
    service.dismiss(staff, pairing, pairing.version, "field")
    service.reopen(staff, pairing, pairing.version)

    assert ended(staff, people, pairing) == [[], []]
