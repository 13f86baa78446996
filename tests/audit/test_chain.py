"""The chain of audit events: whatever is changed or removed is found."""

from typing import Any

import pytest
from sqlalchemy import text

from matchmaker.audit import service
from matchmaker.work import Work
from models import AuditEvent, User


@pytest.fixture
def chain(work: Work, people: dict[str, User]) -> Work:
    """Five events by a member of staff."""
    staff = work.as_actor(people["staff"])
    for number in range(5):
        service.record(
            staff, "problem.published", people["staff"].organisation, number=number, names=["甲", "乙"]
        )
    work.session.commit()
    return staff


def change(work: Work, statement: str, **values: Any) -> None:
    """As somebody who gets at the tables would."""
    work.session.execute(text(statement), values)
    work.session.commit()


def test_an_untouched_chain_holds_to_its_last_event(chain: Work) -> None:
    assert service.check(chain) == service.Chain(walked=5, holds_to=5, broken=None)


def test_an_empty_chain_holds(work: Work) -> None:
    assert service.check(work) == service.Chain(walked=0, holds_to=0, broken=None)


@pytest.mark.parametrize(
    "change_to",
    [
        "actor_id = 999",
        "actor_name = '别人'",
        "action = 'problem.withdrawn'",
        "object_kind = 'capability'",
        "object_id = 12345",
        "details = '{\"number\": 9}'",
        "address = '10.0.0.9'",
        "at = '2020-01-01 00:00:00+00:00'",
        "previous_hash = 'f'",
        "hash = 'f'",
    ],
)
def test_a_change_of_any_column_is_found(change_to: str, chain: Work) -> None:
    change(chain, f"UPDATE audit_event SET {change_to} WHERE id = 3")

    assert service.check(chain).broken == service.BrokenLink(3)


def test_a_removed_event_is_found_at_the_next(chain: Work) -> None:
    change(chain, "DELETE FROM audit_event WHERE id = 2")

    assert service.check(chain) == service.Chain(walked=1, holds_to=1, broken=service.BrokenLink(3))


def test_the_first_event_cannot_be_removed_unseen(chain: Work) -> None:
    change(chain, "DELETE FROM audit_event WHERE id = 1")

    assert service.check(chain).broken == service.BrokenLink(2)


def test_an_event_with_its_own_hash_made_anew_is_found_at_the_next(chain: Work) -> None:
    event = chain.session.get_one(AuditEvent, 3)
    event.action = "problem.withdrawn"
    event.hash = service.digest(event)
    chain.session.commit()

    assert service.check(chain).broken == service.BrokenLink(4)


def test_two_events_that_changed_places_are_found(chain: Work) -> None:
    change(chain, "UPDATE audit_event SET id = 99 WHERE id = 2")
    change(chain, "UPDATE audit_event SET id = 2 WHERE id = 3")
    change(chain, "UPDATE audit_event SET id = 3 WHERE id = 99")

    assert service.check(chain).broken == service.BrokenLink(2)


@pytest.fixture
def named(work: Work, people: dict[str, User]) -> User:
    """Somebody with three events of the time when events held names, among others."""
    person = people["enterprise"]
    for number in range(5):
        actor = person if number % 2 == 0 else people["staff"]
        event = service.record(work.as_actor(actor), "session.started", actor)
        event.actor_name = actor.name
        event.hash = service.digest(event)
        work.session.flush()
    work.session.commit()
    return person


def erase(work: Work, person: User) -> None:
    service.record(work, service.ERASED, person, **service.forget_name(work, person))
    work.session.commit()


def test_events_hold_who_acted_as_a_number_and_no_name(chain: Work) -> None:
    assert {each.actor_name for each in chain.session.query(AuditEvent)} == {""}


def test_the_chain_holds_after_a_name_was_taken_out_of_it(work: Work, named: User) -> None:
    erase(work, named)

    left = {each.actor_name for each in work.session.query(AuditEvent).filter_by(actor_id=named.id)}
    assert (left, service.check(work).broken) == ({""}, None)


def test_a_short_check_that_begins_among_erased_events_holds(work: Work, named: User) -> None:
    erase(work, named)

    assert service.check(work, newest=3).broken is None


@pytest.mark.parametrize("change_to", ["action = 'x.y'", "actor_id = 999", "remains = 'f'", "remains = NULL"])
def test_a_change_of_an_erased_event_is_found(work: Work, named: User, change_to: str) -> None:
    erase(work, named)
    change(work, f"UPDATE audit_event SET {change_to} WHERE id = 3")

    assert service.check(work).broken == service.BrokenLink(3)


def test_who_makes_the_rest_of_an_erased_event_anew_is_found_at_the_erasure(work: Work, named: User) -> None:
    erase(work, named)
    event = work.session.get_one(AuditEvent, 3)
    event.action = "x.y"
    event.remains = service._remains(event)
    work.session.commit()

    assert service.check(work).broken == service.BrokenLink(6)


def test_a_name_that_no_erasure_took_out_is_found(work: Work, named: User) -> None:
    service.forget_name(work, named)
    work.session.commit()

    assert service.check(work).broken == service.BrokenLink(1)


def test_a_short_check_walks_the_newest_only(chain: Work) -> None:
    assert service.check(chain, newest=2) == service.Chain(walked=2, holds_to=5, broken=None)


def test_a_short_check_finds_what_is_wrong_among_the_newest(chain: Work) -> None:
    change(chain, "UPDATE audit_event SET address = '10.0.0.9' WHERE id = 5")

    assert service.check(chain, newest=2).broken == service.BrokenLink(5)


def test_a_short_check_of_a_short_chain_walks_it_all(chain: Work) -> None:
    change(chain, "UPDATE audit_event SET address = '10.0.0.9' WHERE id = 1")

    assert service.check(chain, newest=50).broken == service.BrokenLink(1)
