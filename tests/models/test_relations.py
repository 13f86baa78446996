"""What goes with an object when it is deleted, and what a lost update meets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.database import Database
from models import (
    CapabilityMode,
    EmbeddingRow,
    IndexedDocument,
    Interest,
    Milestone,
    MilestoneStatus,
    Pairing,
    PairingEvent,
    PairingStatus,
    ProblemMode,
    RecordEvent,
    RecordParty,
)
from tests import factories
from tests.models.objects import Objects, encoder_version


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_events_and_interests_go_with_their_pairing(objects: Objects) -> None:
    session = objects.session
    session.delete(objects.record)
    session.flush()
    session.delete(objects.pairing)
    session.commit()
    assert (count(session, PairingEvent), count(session, Interest)) == (0, 0)
    assert objects.problem in session


def test_a_pairing_with_a_record_is_not_deleted(objects: Objects) -> None:
    objects.session.delete(objects.pairing)
    with pytest.raises(IntegrityError):
        objects.session.flush()


def test_parties_milestones_and_events_go_with_their_record(objects: Objects) -> None:
    session = objects.session
    session.delete(objects.record)
    session.commit()
    assert [count(session, model) for model in (RecordParty, Milestone, RecordEvent)] == [0, 0, 0]
    assert count(session, Pairing) == 1


def test_modes_go_with_their_problem_and_capability(objects: Objects) -> None:
    session = objects.session
    problem = factories.problem(session, objects.author, modes=["joint", "transfer"])
    capability = factories.capability(session, objects.liaison, modes=["joint"])
    before = count(session, ProblemMode), count(session, CapabilityMode)
    session.delete(problem)
    session.delete(capability)
    session.flush()
    assert (count(session, ProblemMode), count(session, CapabilityMode)) == (before[0] - 2, before[1] - 1)


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        ("cooperation_record", ["record_party", "milestone", "record_event"]),
    ],
)
def test_the_database_deletes_what_belongs_to_a_row(
    objects: Objects, parent: str, children: list[str]
) -> None:
    objects.session.execute(text(f"DELETE FROM {parent}"))
    assert [
        objects.session.execute(text(f"SELECT count(*) FROM {child}")).scalar() for child in children
    ] == [0] * len(children)


def test_vectors_go_with_their_document(objects: Objects) -> None:
    session = objects.session
    row = IndexedDocument(kind="problem", object_id=1, change_number=1, text_hash="")
    version = encoder_version("v", "active")
    session.add_all([row, version])
    session.flush()
    session.add(EmbeddingRow(document_id=row.id, version_id=version.id, part="title", vector=b"12"))
    session.flush()
    session.execute(text("DELETE FROM indexed_document"))
    assert count(session, EmbeddingRow) == 0


def test_modes_are_set_and_replaced_as_codes(objects: Objects) -> None:
    session = objects.session
    objects.problem.modes = ["transfer", "joint"]
    session.commit()
    session.expire_all()
    assert list(objects.problem.modes) == ["joint", "transfer"]
    objects.problem.modes = ["joint", "consulting"]
    session.commit()
    session.expire_all()
    assert list(objects.problem.modes) == ["consulting", "joint"]


@pytest.fixture
def other(database: Database) -> Iterator[Session]:
    session = database.open()
    yield session
    session.close()


@pytest.mark.parametrize("name", ["problem", "capability", "pairing", "record"])
def test_a_change_of_what_somebody_changed_meanwhile_is_refused(
    objects: Objects, other: Session, name: str
) -> None:
    mine = getattr(objects, name)
    theirs = other.get(type(mine), mine.id)
    assert theirs is not None
    other.commit()
    version = mine.version
    _touch(mine)
    objects.session.commit()
    assert mine.version == version + 1
    _touch(theirs)
    with pytest.raises(StaleDataError):
        other.flush()


def _touch(subject: Any) -> None:
    if isinstance(subject, Pairing):
        subject.dismissal_note += "改"
    else:
        subject.title += "改"


def test_of_two_steps_at_once_the_second_is_refused(objects: Objects, other: Session) -> None:
    theirs = other.get(Pairing, objects.pairing.id)
    assert theirs is not None
    other.commit()
    objects.pairing.status = PairingStatus.SHORTLISTED
    objects.session.commit()
    theirs.status = PairingStatus.INTRODUCED
    with pytest.raises(StaleDataError):
        other.flush()


def test_milestones_stand_by_their_day(objects: Objects) -> None:
    objects.record.milestones.append(Milestone(name="方案", due_on=date(2027, 1, 1)))
    objects.session.commit()
    objects.session.expire_all()
    assert [each.name for each in objects.record.milestones] == ["方案", "样机"]


@pytest.mark.parametrize(
    ("days", "status", "late"),
    [
        (-1, "planned", True),
        (0, "planned", False),
        (1, "planned", False),
        (-1, "done", False),
        (-1, "waived", False),
    ],
)
def test_a_planned_milestone_whose_day_has_passed_is_late(days: int, status: str, late: bool) -> None:
    today = date(2026, 11, 24)
    milestone = Milestone(due_on=today + timedelta(days), status=MilestoneStatus(status))
    assert milestone.is_late(today) is late


def test_the_epoch_is_part_of_who_is_signed_in(objects: Objects) -> None:
    before = objects.author.get_id()
    objects.author.session_epoch += 1
    assert objects.author.get_id() != before
