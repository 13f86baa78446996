"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from models import (
    Attachment,
    AttachmentOwner,
    Base,
    EmbeddingRow,
    IndexedDocument,
    Interest,
    Pairing,
    PartyRole,
    RecordParty,
    Revision,
    Side,
    Term,
    User,
    VocabularyKind,
)
from tests import factories
from tests.models.objects import Objects

ENUMERATIONS = [
    pytest.param(table.name, column.name, id=f"{table.name}.{column.name}")
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if hasattr(column.type, "enums")
]


def refused(session: Session, change: Callable[[], Any]) -> None:
    def written() -> None:
        with session.begin_nested():
            change()
            session.flush()

    with pytest.raises(IntegrityError):
        written()


def change(session: Session, row: Any, **values: Any) -> None:
    """Past the classes, straight to the table. Amounts are in hundredths of 万元, as they are stored."""
    table = row.__tablename__
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    session.execute(text(f"UPDATE {table} SET {assignments} WHERE id = :id"), {**values, "id": row.id})


@pytest.mark.parametrize(("table", "column"), ENUMERATIONS)
def test_only_members_of_an_enumeration_are_stored(objects: Objects, table: str, column: str) -> None:
    session = objects.session
    _one_row_each(objects)
    assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
    refused(session, lambda: session.execute(text(f"UPDATE {table} SET {column} = 'gone'")))


def _one_row_each(objects: Objects) -> None:
    """The tables with enumerations that `objects` leaves empty."""
    from models import Invitation, Role, now

    objects.session.add_all(
        [
            Attachment(
                owner_kind=AttachmentOwner.PROBLEM,
                owner_id=1,
                name="a",
                media_type="b",
                size=0,
                sha256="",
                stored_as="",
            ),
            Invitation(
                organisation=objects.author.organisation,
                email="a@example.com",
                role=Role.ENTERPRISE,
                token_hash="",
                invited_by=objects.author,
                expires_at=now(),
            ),
        ]
    )
    objects.session.flush()


def test_a_problem_and_a_capability_are_paired_once(objects: Objects) -> None:
    again = Pairing(problem=objects.problem, capability=objects.capability, score=0.1, engine_version="x")
    refused(objects.session, lambda: objects.session.add(again))


def test_a_pairing_has_one_record_ever(objects: Objects) -> None:
    other = objects.record_of(None, "2026-0002")
    refused(objects.session, lambda: change(objects.session, other, pairing_id=objects.pairing.id))


def test_record_numbers_are_given_once(objects: Objects) -> None:
    refused(objects.session, lambda: objects.record_of(None, objects.record.number))


@pytest.mark.parametrize("score", [-0.01, 1.01])
def test_a_score_lies_between_0_and_1(objects: Objects, score: float) -> None:
    refused(objects.session, lambda: change(objects.session, objects.pairing, score=score))


def test_a_pairing_is_dismissed_with_a_reason(objects: Objects) -> None:
    refused(objects.session, lambda: change(objects.session, objects.pairing, status="dismissed"))
    change(objects.session, objects.pairing, status="dismissed", dismissal="budget")


@pytest.mark.parametrize(
    "values",
    [
        {"amount": -1},
        {"paid": -1},
        {"amount": 6000, "technology_amount": 6001},
        {"technology_amount": -1},
        {"amount": None, "technology_amount": 1},
        {"starts_on": date(2026, 5, 2), "ends_on": date(2026, 5, 1)},
        {"status": "terminated"},
    ],
)
def test_a_record_that_contradicts_itself_is_refused(objects: Objects, values: dict[str, Any]) -> None:
    refused(objects.session, lambda: change(objects.session, objects.record, **values))


@pytest.mark.parametrize(
    "values",
    [
        {"amount": None, "technology_amount": None},
        {"amount": 6000, "technology_amount": 6000},
        {"amount": 0, "technology_amount": 0},
        {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 1)},
        {"ends_on": date(2026, 5, 1)},
        {"status": "terminated", "termination_reason": "对方退出"},
    ],
)
def test_a_record_at_the_edge_is_stored(objects: Objects, values: dict[str, Any]) -> None:
    change(objects.session, objects.record, **values)


def test_an_organisation_is_one_party_and_a_role_is_given_once(objects: Objects) -> None:
    session, record = objects.session, objects.record
    firm, school = objects.author.organisation, objects.liaison.organisation
    for role, organisation in ((PartyRole.A, school), (PartyRole.B, firm)):
        party = RecordParty(record_id=record.id, role=role, organisation=organisation)
        refused(session, lambda party=party: session.add(party))


def test_a_milestone_is_done_on_a_day(objects: Objects) -> None:
    refused(objects.session, lambda: change(objects.session, objects.milestone, status="done"))
    change(objects.session, objects.milestone, status="done", done_on=date(2027, 2, 1))


def test_a_payment_is_not_negative(objects: Objects) -> None:
    refused(objects.session, lambda: change(objects.session, objects.milestone, payment=-1))


@pytest.mark.parametrize("side", ["problem", "capability"])
@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("negotiable", 1, None),
        ("negotiable", None, 1),
        ("exact", None, None),
        ("exact", -1, None),
        ("exact", 1, 2),
        ("range", 2, 1),
        ("range", None, 1),
        ("range", 1, None),
        ("range", -1, 1),
    ],
)
def test_money_that_does_not_fit_its_kind_is_refused(
    objects: Objects, side: str, kind: str, low: int | None, high: int | None
) -> None:
    posting = getattr(objects, side)
    refused(
        objects.session,
        lambda: change(objects.session, posting, money_kind=kind, money_low=low, money_high=high),
    )


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("negotiable", None, None), ("exact", 0, None), ("range", 1, 1), ("range", 0, 99)],
)
def test_money_that_fits_its_kind_is_stored(
    objects: Objects, kind: str, low: int | None, high: int | None
) -> None:
    for posting in (objects.problem, objects.capability):
        change(objects.session, posting, money_kind=kind, money_low=low, money_high=high)


@pytest.mark.parametrize(("trl", "stored"), [(0, False), (1, True), (9, True), (10, False), (None, True)])
def test_maturity_is_1_to_9(objects: Objects, trl: int | None, stored: bool) -> None:
    if stored:
        change(objects.session, objects.capability, trl=trl)
    else:
        refused(objects.session, lambda: change(objects.session, objects.capability, trl=trl))


@pytest.mark.parametrize(
    ("side", "column", "most"),
    [
        ("problem", "background", 2000),
        ("problem", "statement", 4000),
        ("problem", "confidential", 4000),
        ("capability", "summary", 2000),
    ],
)
def test_texts_have_their_greatest_length_in_characters(
    objects: Objects, side: str, column: str, most: int
) -> None:
    posting = getattr(objects, side)
    change(objects.session, posting, **{column: "气" * most})
    refused(objects.session, lambda: change(objects.session, posting, **{column: "气" * (most + 1)}))


@pytest.mark.parametrize("code", ["", "91340800MA2", "91340800MA200000011"])
def test_a_credit_code_has_18_characters(objects: Objects, code: str) -> None:
    with pytest.raises((IntegrityError, DataError)):
        change(objects.session, objects.author.organisation, code=code)


def test_codes_and_names_of_organisations_are_given_once(objects: Objects) -> None:
    firm, school = objects.author.organisation, objects.liaison.organisation
    refused(objects.session, lambda: change(objects.session, firm, code=school.code))
    refused(objects.session, lambda: change(objects.session, firm, name=school.name))


def test_a_person_can_sign_in_by_one_name_at_least(objects: Objects) -> None:
    refused(objects.session, lambda: change(objects.session, objects.author, email=None))
    change(objects.session, objects.author, email=None, mobile="13900000000")


def test_addresses_are_in_small_letters_and_given_once(objects: Objects) -> None:
    session = objects.session
    refused(session, lambda: change(session, objects.author, email="Name@example.com"))
    refused(session, lambda: change(session, objects.author, email=objects.liaison.email))
    change(session, objects.author, mobile="13900000000")
    refused(session, lambda: change(session, objects.liaison, mobile="13900000000"))


def test_each_side_has_one_interest(objects: Objects) -> None:
    again = Interest(pairing_id=objects.pairing.id, side=Side.PROBLEM, user=objects.author)
    refused(objects.session, lambda: objects.session.add(again))
    objects.session.add(Interest(pairing_id=objects.pairing.id, side=Side.CAPABILITY, user=objects.liaison))
    objects.session.flush()


def test_an_external_id_is_imported_once(objects: Objects) -> None:
    other = factories.problem(objects.session, objects.author, external_id="A1")
    refused(objects.session, lambda: change(objects.session, objects.problem, external_id="A1"))
    assert other.external_id == "A1"


def test_a_code_stands_once_in_a_list(objects: Objects) -> None:
    twice = Term(kind=VocabularyKind.MODE, code="commissioned", label_zh="委托", label_en="x")
    refused(objects.session, lambda: objects.session.add(twice))


def test_revisions_are_numbered_once(objects: Objects) -> None:
    objects.session.add(Revision(kind="problem", object_id=1, number=1, data={}))
    objects.session.flush()
    again = Revision(kind="problem", object_id=1, number=1, data={})
    refused(objects.session, lambda: objects.session.add(again))


def test_a_file_has_no_negative_size(objects: Objects) -> None:
    _one_row_each(objects)
    refused(objects.session, lambda: objects.session.execute(text("UPDATE attachment SET size = -1")))


def test_the_engines_rows_are_of_known_kinds_and_numbered_once(objects: Objects) -> None:
    session = objects.session

    def row(kind: str, id: int, number: int) -> IndexedDocument:
        return IndexedDocument(
            kind=kind, object_id=id, engine_version="v", change_number=number, text_hash=""
        )

    first = row("problem", 1, 1)
    session.add(first)
    session.flush()
    for bad in (row("problem", 1, 2), row("capability", 1, 1), row("person", 1, 3)):
        refused(session, lambda bad=bad: session.add(bad))
    refused(session, lambda: session.add(EmbeddingRow(document_id=first.id, part="page", vector=b"")))


def test_a_row_that_others_point_to_stays(objects: Objects) -> None:
    session = objects.session
    for table, id in (
        ("organisation", objects.author.organisation_id),
        ("user_account", objects.author.id),
        ("problem", objects.problem.id),
        ("capability", objects.capability.id),
        ("pairing", objects.pairing.id),
    ):
        delete = text(f"DELETE FROM {table} WHERE id = :id")
        refused(session, lambda delete=delete, id=id: session.execute(delete, {"id": id}))


def test_a_reference_to_nothing_is_refused(objects: Objects) -> None:
    refused(objects.session, lambda: change(objects.session, objects.problem, organisation_id=999))
    refused(objects.session, lambda: objects.session.execute(update(User).values(organisation_id=999)))


def test_amounts_of_all_tables_are_whole_hundredths(objects: Objects) -> None:
    stored = objects.session.execute(text("SELECT amount FROM cooperation_record")).scalar()
    assert stored == 6000
    assert objects.record.amount == Decimal(60)
