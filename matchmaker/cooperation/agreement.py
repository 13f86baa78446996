"""The draft of an agreement of intent 合作意向书: a record's terms in a Word template that the bureau may replace.

The template is a .docx with places such as `{{ party_a }}` in it (docxtpl: Jinja inside Word), rendered in a sandbox.
Only what stands in the record and what everyone may read of the problem goes in; nothing confidential.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from matchmaker.audit import service as audit
from matchmaker.policy import Action, require
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.word_templates import Standing, WordTemplate
from matchmaker.work import Work
from models import CooperationRecord, MilestoneStatus, PartyRole, Problem

ROW = ("name", "comparison", "value", "unit")
BLANK = "＿＿＿＿＿＿"
"""Stands where the record says nothing yet, to be filled in by hand."""
NUMERALS = "〇一二三四五"
"""Of as many copies as the parties and the bureau can need."""
PLACES = [
    "number",
    "title",
    "city",
    "today",
    "party_a",
    "party_a_code",
    "party_b",
    "party_b_code",
    "party_c",
    "party_d",
    "leader_a",
    "leader_b",
    "mode",
    "contract_category",
    "amount",
    "technology_amount",
    "starts_on",
    "ends_on",
    "field",
    "problem",
    "statement",
    "targets",
    "capability",
    "copies",
    "milestones",
]
"""What a template may have places for. `milestones` is a list of rows: name, due_on, payment."""

TEMPLATE = WordTemplate(
    "intent_agreement.docx",
    dict.fromkeys(PLACES, "　") | {"milestones": [{"name": "", "due_on": "", "payment": ""}]},
)


def standing(work: Work) -> Standing:
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    return TEMPLATE.standing(work.settings)


def template(work: Work) -> bytes:
    """The .docx in use."""
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    return TEMPLATE.data(work.settings)


def draft(work: Work, record: CooperationRecord) -> bytes:
    """The agreement of a record as a .docx, in Chinese whatever the reader's language: it is to be signed here."""
    require(work.actor, Action.RECORD_EDIT, record)
    words = _words(work, record, Vocabulary(work.session))
    made = TEMPLATE.filled(work.settings, lambda picture: words)
    audit.record(work, "record.agreement_drafted", record)
    return made


def replace_template(work: Work, data: bytes) -> None:
    """From now on drafts are made of this .docx. Raises NotWord, UnknownPlaces, BrokenPlaces."""
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    TEMPLATE.replace(work.settings, data)
    audit.record(work, "agreement.template_replaced", bytes=len(data))


def restore_template(work: Work) -> None:
    """Back to the template that the service comes with."""
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    if TEMPLATE.restore(work.settings):
        audit.record(work, "agreement.template_restored")


def _words(work: Work, record: CooperationRecord, vocabulary: Vocabulary) -> dict[str, Any]:
    parties = {each.role: each.organisation for each in record.parties}
    pairing = record.pairing
    words: dict[str, Any] = {
        "number": record.number,
        "title": record.title,
        "city": work.settings.city,
        "today": _day(work.today()),
        "leader_a": record.leader_a,
        "leader_b": record.leader_b,
        "mode": vocabulary.label("mode", record.mode),
        "contract_category": vocabulary.label("contract_category", record.contract_category),
        "amount": _wan(record.amount),
        "technology_amount": _wan(record.technology_amount),
        "starts_on": _day(record.starts_on),
        "ends_on": _day(record.ends_on),
        "field": vocabulary.label("field", record.field),
        "problem": pairing.problem.title if pairing else "",
        "statement": pairing.problem.statement if pairing else "",
        "targets": _targets(pairing.problem) if pairing else "",
        "capability": pairing.capability.title if pairing else "",
        "copies": NUMERALS[len(parties) + 1],
    }
    for role in PartyRole:
        organisation = parties.get(role)
        words[f"party_{role.value}"] = organisation.name if organisation else ""
        words[f"party_{role.value}_code"] = (organisation.code) if organisation else ""
    filled: dict[str, Any] = {name: words.get(name) or BLANK for name in PLACES}
    filled["milestones"] = [
        {"name": each.name, "due_on": _day(each.due_on), "payment": _wan(each.payment) or "—"}
        for each in record.milestones
        if each.status is not MilestoneStatus.WAIVED
    ]
    filled["party_c"], filled["party_d"] = words["party_c"], words["party_d"]
    return filled


def _targets(problem: Problem) -> str:
    rows = [" ".join(filter(None, (row.get(part, "") for part in ROW))) for row in problem.targets]
    return "；".join([*rows, *filter(None, [problem.targets_text])])


def _day(value: Any) -> str:
    return f"{value.year} 年 {value.month} 月 {value.day} 日" if value else ""


def _wan(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f} 万元"
