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
    AllianceMembership,
    Base,
    CarrierMembership,
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
    now,
)
from tests import factories
from tests.models.objects import Objects, encoder_version, one_row_each

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
def test_only_members_of_an_enumeration_are_stored(uncommitted: Objects, table: str, column: str) -> None:
    session = uncommitted.session
    one_row_each(uncommitted)
    assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
    refused(session, lambda: session.execute(text(f"UPDATE {table} SET {column} = 'gone'")))


def test_a_problem_and_a_capability_are_paired_once(uncommitted: Objects) -> None:
    again = Pairing(
        problem=uncommitted.problem, capability=uncommitted.capability, score=0.1, engine_version="x"
    )
    refused(uncommitted.session, lambda: uncommitted.session.add(again))


def test_a_company_stands_once_in_a_carrier_and_in_an_alliance(uncommitted: Objects) -> None:
    session, firm = uncommitted.session, uncommitted.author.organisation
    again = {"organisation": firm, "since": date(2026, 1, 1)}
    carrier, alliance = factories.carrier(session, firm), factories.alliance(session, firm)
    refused(session, lambda: session.add(CarrierMembership(carrier=carrier, stage="graduated", **again)))
    refused(session, lambda: session.add(AllianceMembership(alliance=alliance, **again)))
    refused(session, lambda: change(session, carrier.memberships[0], until="2020-01-01"))


def test_a_request_is_about_one_thing_and_ends_with_a_result_or_a_reason(uncommitted: Objects) -> None:
    session = uncommitted.session
    offered = factories.service(session, uncommitted.liaison.organisation)
    asked = factories.service_request(session, offered, uncommitted.problem)
    refused(session, lambda: change(session, asked, capability_id=uncommitted.capability.id))
    refused(session, lambda: change(session, asked, status="done", accepted_at=now()))
    refused(session, lambda: change(session, asked, status="accepted"))
    refused(session, lambda: change(session, asked, status="declined"))
    refused(session, lambda: factories.service_request(session, offered, uncommitted.problem))


def test_a_pairing_has_one_record_ever(uncommitted: Objects) -> None:
    other = uncommitted.record_of(None, "2026-0002")
    refused(
        uncommitted.session, lambda: change(uncommitted.session, other, pairing_id=uncommitted.pairing.id)
    )


def test_record_numbers_are_given_once(uncommitted: Objects) -> None:
    refused(uncommitted.session, lambda: uncommitted.record_of(None, uncommitted.record.number))


@pytest.mark.parametrize("score", [-0.01, 1.01])
def test_a_score_lies_between_0_and_1(uncommitted: Objects, score: float) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.pairing, score=score))


def test_a_pairing_is_dismissed_with_a_reason(uncommitted: Objects) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.pairing, status="dismissed"))
    change(uncommitted.session, uncommitted.pairing, status="dismissed", dismissal="budget")


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
def test_a_record_that_contradicts_itself_is_refused(uncommitted: Objects, values: dict[str, Any]) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.record, **values))


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
def test_a_record_at_the_edge_is_stored(uncommitted: Objects, values: dict[str, Any]) -> None:
    change(uncommitted.session, uncommitted.record, **values)


def test_an_organisation_is_one_party_and_a_role_is_given_once(uncommitted: Objects) -> None:
    session, record = uncommitted.session, uncommitted.record
    firm, school = uncommitted.author.organisation, uncommitted.liaison.organisation
    for role, organisation in ((PartyRole.A, school), (PartyRole.B, firm)):
        party = RecordParty(record_id=record.id, role=role, organisation=organisation)
        refused(session, lambda party=party: session.add(party))


def test_a_milestone_is_done_on_a_day(uncommitted: Objects) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.milestone, status="done"))
    change(uncommitted.session, uncommitted.milestone, status="done", done_on=date(2027, 2, 1))


def test_a_payment_is_not_negative(uncommitted: Objects) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.milestone, payment=-1))


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
    uncommitted: Objects, side: str, kind: str, low: int | None, high: int | None
) -> None:
    posting = getattr(uncommitted, side)
    refused(
        uncommitted.session,
        lambda: change(uncommitted.session, posting, money_kind=kind, money_low=low, money_high=high),
    )


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("negotiable", None, None), ("exact", 0, None), ("range", 1, 1), ("range", 0, 99)],
)
def test_money_that_fits_its_kind_is_stored(
    uncommitted: Objects, kind: str, low: int | None, high: int | None
) -> None:
    for posting in (uncommitted.problem, uncommitted.capability):
        change(uncommitted.session, posting, money_kind=kind, money_low=low, money_high=high)


@pytest.mark.parametrize(("trl", "stored"), [(0, False), (1, True), (9, True), (10, False), (None, True)])
def test_maturity_is_1_to_9(uncommitted: Objects, trl: int | None, stored: bool) -> None:
    if stored:
        change(uncommitted.session, uncommitted.capability, trl=trl)
    else:
        refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.capability, trl=trl))


@pytest.mark.parametrize(
    ("side", "column", "most"),
    [
        ("problem", "background", 2000),
        ("problem", "statement", 4000),
        ("capability", "summary", 2000),
    ],
)
def test_texts_have_their_greatest_length_in_characters(
    uncommitted: Objects, side: str, column: str, most: int
) -> None:
    posting = getattr(uncommitted, side)
    change(uncommitted.session, posting, **{column: "气" * most})
    refused(uncommitted.session, lambda: change(uncommitted.session, posting, **{column: "气" * (most + 1)}))


@pytest.mark.parametrize("code", ["", "91340800MA2", "91340800MA200000011"])
def test_a_credit_code_has_18_characters(uncommitted: Objects, code: str) -> None:
    with pytest.raises((IntegrityError, DataError)):
        change(uncommitted.session, uncommitted.author.organisation, code=code)


def test_codes_and_names_of_organisations_are_given_once(uncommitted: Objects) -> None:
    firm, school = uncommitted.author.organisation, uncommitted.liaison.organisation
    refused(uncommitted.session, lambda: change(uncommitted.session, firm, code=school.code))
    refused(uncommitted.session, lambda: change(uncommitted.session, firm, name=school.name))


def test_a_person_can_sign_in_by_one_name_at_least(uncommitted: Objects) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.author, email=None))
    change(uncommitted.session, uncommitted.author, email=None, mobile="13900000000")


def test_addresses_are_in_small_letters_and_given_once(uncommitted: Objects) -> None:
    session = uncommitted.session
    refused(session, lambda: change(session, uncommitted.author, email="Name@example.com"))
    refused(session, lambda: change(session, uncommitted.author, email=uncommitted.liaison.email))
    change(session, uncommitted.author, mobile="13900000000")
    refused(session, lambda: change(session, uncommitted.liaison, mobile="13900000000"))


@pytest.mark.parametrize(
    "values",
    [
        {"audience": "staff"},  # a message has a reader beside the bureau
        {"audience": "capability"},  # a side's own words are read by that side
        {"kind": "call", "day": "2026-11-20"},  # sides note no talks
        {"day": "2026-11-20"},
        {"kind": "step_done", "side": None},
    ],
)
def test_an_entry_of_a_thread_does_not_contradict_itself(
    uncommitted: Objects, values: dict[str, Any]
) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.entry, **values))


def test_a_next_step_is_closed_at_a_time(uncommitted: Objects) -> None:
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.step, status="done"))


def test_each_side_has_one_interest(uncommitted: Objects) -> None:
    again = Interest(pairing_id=uncommitted.pairing.id, side=Side.PROBLEM, user=uncommitted.author)
    refused(uncommitted.session, lambda: uncommitted.session.add(again))
    uncommitted.session.add(
        Interest(pairing_id=uncommitted.pairing.id, side=Side.CAPABILITY, user=uncommitted.liaison)
    )
    uncommitted.session.flush()


def test_an_external_id_is_imported_once(uncommitted: Objects) -> None:
    other = factories.problem(uncommitted.session, uncommitted.author, external_id="A1")
    refused(uncommitted.session, lambda: change(uncommitted.session, uncommitted.problem, external_id="A1"))
    assert other.external_id == "A1"


def test_a_code_stands_once_in_a_list(uncommitted: Objects) -> None:
    twice = Term(kind=VocabularyKind.MODE, code="commissioned", label_zh="委托", label_en="x")
    refused(uncommitted.session, lambda: uncommitted.session.add(twice))


def test_revisions_are_numbered_once(uncommitted: Objects) -> None:
    uncommitted.session.add(Revision(kind="problem", object_id=1, number=1, data={}))
    uncommitted.session.flush()
    again = Revision(kind="problem", object_id=1, number=1, data={})
    refused(uncommitted.session, lambda: uncommitted.session.add(again))


def test_a_file_has_no_negative_size(uncommitted: Objects) -> None:
    one_row_each(uncommitted)
    refused(uncommitted.session, lambda: uncommitted.session.execute(text("UPDATE attachment SET size = -1")))


def test_the_engines_rows_are_of_known_kinds_and_numbered_once(uncommitted: Objects) -> None:
    session = uncommitted.session

    def row(kind: str, id: int, number: int) -> IndexedDocument:
        return IndexedDocument(kind=kind, object_id=id, change_number=number, text_hash="")

    first = row("problem", 1, 1)
    session.add(first)
    session.flush()
    for bad in (row("problem", 1, 2), row("capability", 1, 1), row("person", 1, 3)):
        refused(session, lambda bad=bad: session.add(bad))
    version = encoder_version("v", "retired")
    session.add(version)
    session.flush()
    vector = {"document_id": first.id, "version_id": version.id, "vector": b""}
    refused(session, lambda: session.add(EmbeddingRow(part="page", **vector)))
    refused(session, lambda: session.add(EmbeddingRow(part="title", **vector | {"version_id": 99})))


@pytest.mark.parametrize("state", ["active", "preparing"])
def test_one_encoder_serves_and_one_is_prepared(uncommitted: Objects, state: str) -> None:
    session = uncommitted.session
    session.add_all([encoder_version("v1", state), encoder_version("v2", "retired")])
    session.flush()
    refused(session, lambda: session.add(encoder_version("v3", state)))
    refused(session, lambda: session.add(encoder_version("v2", "retired")))
    refused(session, lambda: session.add(encoder_version("v4", "active", activated_at=None)))


def test_a_row_that_others_point_to_stays(uncommitted: Objects) -> None:
    session = uncommitted.session
    for table, id in (
        ("organisation", uncommitted.author.organisation_id),
        ("user_account", uncommitted.author.id),
        ("problem", uncommitted.problem.id),
        ("capability", uncommitted.capability.id),
        ("pairing", uncommitted.pairing.id),
    ):
        delete = text(f"DELETE FROM {table} WHERE id = :id")
        refused(session, lambda delete=delete, id=id: session.execute(delete, {"id": id}))


def test_a_reference_to_nothing_is_refused(uncommitted: Objects) -> None:
    refused(
        uncommitted.session, lambda: change(uncommitted.session, uncommitted.problem, organisation_id=999)
    )
    refused(
        uncommitted.session, lambda: uncommitted.session.execute(update(User).values(organisation_id=999))
    )


def test_amounts_of_all_tables_are_whole_hundredths(uncommitted: Objects) -> None:
    stored = uncommitted.session.execute(text("SELECT amount FROM cooperation_record")).scalar()
    assert stored == 6000
    assert uncommitted.record.amount == Decimal(60)
