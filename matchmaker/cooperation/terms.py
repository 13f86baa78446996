"""What an agreement says, what cannot be right about it, and how two versions of it differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models import CooperationRecord, PartyRole

LEAST_PARTIES = 2
TITLE_LENGTH = 120
MILESTONE_NAME_LENGTH = 120


@dataclass(frozen=True)
class MilestoneTerms:
    """A milestone as agreed; `payment` in 万元 falls due with it."""

    name: str
    due_on: date
    payment: Decimal | None = None


MILESTONE_FIELDS = ("name", "due_on", "payment")
"""Fields that terms of a milestone and milestone share by name."""

Parties = tuple[tuple[PartyRole, int], ...]
"""(role, organisation id) of each party."""


@dataclass(frozen=True)
class RecordTerms:
    """The terms of a cooperation record. Amounts in 万元, codes of the vocabulary.

    `parties` None: 甲方 is the organisation of the pairing's problem, 乙方 that of its capability.
    `field` None on opening from a pairing: the problem's. `broker_id` is looked at on amending only.
    """

    title: str
    mode: str
    contract_category: str | None = None
    amount: Decimal | None = None
    technology_amount: Decimal | None = None
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    leader_a: str = ""
    leader_b: str = ""
    programme: str | None = None
    contract_number: str = ""
    milestones: tuple[MilestoneTerms, ...] = ()
    parties: Parties | None = None
    field: str | None = None
    registration_number: str = ""
    registered_on: date | None = None
    paid: Decimal = Decimal(0)
    broker_id: int | None = None


class Fault(StrEnum):
    """Why terms cannot be right; worded in forms.FAULTS."""

    TITLE_MISSING = "title_missing"
    AMOUNT_MISSING = "amount_missing"
    TECHNOLOGY_ABOVE_AMOUNT = "technology_above_amount"
    PAID_ABOVE_AMOUNT = "paid_above_amount"
    ENDS_BEFORE_START = "ends_before_start"
    ENDS_BEFORE_SIGNING = "ends_before_signing"
    SIGNED_IN_FUTURE = "signed_in_future"
    REGISTERED_BEFORE_SIGNING = "registered_before_signing"
    PAYMENTS_ABOVE_AMOUNT = "payments_above_amount"
    TOO_FEW_PARTIES = "too_few_parties"
    PARTY_TWICE = "party_twice"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    AMOUNT_BELOW_PAYMENTS = "amount_below_payments"
    SIGNED_NEEDS_DAY = "signed_needs_day"
    SIGNED_NEEDS_CATEGORY = "signed_needs_category"
    DONE_IN_FUTURE = "done_in_future"
    REASON_MISSING = "reason_missing"
    NAME_MISSING = "name_missing"


class BadTerms(Exception):
    """The terms contradict themselves; `faults` are (field of RecordTerms, fault)."""

    def __init__(self, faults: list[tuple[str, Fault]]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults))
        self.faults = faults


def faults(terms: RecordTerms, today: date) -> list[tuple[str, Fault]]:
    """(field, fault) of everything wrong that the terms alone can tell; forms show them at the field."""
    return [*_amount_faults(terms), *_date_faults(terms, today), *_party_faults(terms)]


def _amount_faults(terms: RecordTerms) -> Iterator[tuple[str, Fault]]:
    if not terms.title.strip():
        yield "title", Fault.TITLE_MISSING
    if terms.technology_amount is not None:
        if terms.amount is None:
            yield "amount", Fault.AMOUNT_MISSING
        elif terms.technology_amount > terms.amount:
            yield "technology_amount", Fault.TECHNOLOGY_ABOVE_AMOUNT
    if terms.paid > (terms.amount if terms.amount is not None else Decimal(0)):
        yield "paid", Fault.PAID_ABOVE_AMOUNT
    payments = sum((each.payment or Decimal(0) for each in terms.milestones), Decimal(0))
    if payments and terms.amount is None:
        yield "amount", Fault.AMOUNT_MISSING
    elif terms.amount is not None and payments > terms.amount:
        yield "milestones", Fault.PAYMENTS_ABOVE_AMOUNT


def _date_faults(terms: RecordTerms, today: date) -> Iterator[tuple[str, Fault]]:
    if terms.signed_on and terms.signed_on > today:
        yield "signed_on", Fault.SIGNED_IN_FUTURE
    if terms.ends_on and terms.starts_on and terms.ends_on < terms.starts_on:
        yield "ends_on", Fault.ENDS_BEFORE_START
    elif terms.ends_on and terms.signed_on and terms.ends_on < terms.signed_on:
        yield "ends_on", Fault.ENDS_BEFORE_SIGNING
    if terms.registered_on and terms.signed_on and terms.registered_on < terms.signed_on:
        yield "registered_on", Fault.REGISTERED_BEFORE_SIGNING


def _party_faults(terms: RecordTerms) -> Iterator[tuple[str, Fault]]:
    if terms.parties is None:
        return
    if len(terms.parties) < LEAST_PARTIES:
        yield "parties", Fault.TOO_FEW_PARTIES
    organisations = [organisation_id for _, organisation_id in terms.parties]
    if len(set(organisations)) < len(organisations):
        yield "parties", Fault.PARTY_TWICE


TERM_FIELDS = (
    "title",
    "mode",
    "contract_category",
    "contract_number",
    "registration_number",
    "registered_on",
    "amount",
    "technology_amount",
    "paid",
    "field",
    "programme",
    "signed_on",
    "starts_on",
    "ends_on",
    "leader_a",
    "leader_b",
)
"""Fields that terms and record share by name."""


def terms_of(record: CooperationRecord) -> RecordTerms:
    """The record's terms as they stand, without its milestones, which are amended one by one."""
    shared: dict[str, Any] = {name: getattr(record, name) for name in TERM_FIELDS}
    parties = tuple((party.role, party.organisation_id) for party in record.parties)
    return RecordTerms(**shared, parties=parties, broker_id=record.broker_id)
