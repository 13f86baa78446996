"""The draft of an agreement of intent 合作意向书: a record's terms in a Word template that the bureau may replace.

The template is a .docx with places such as `{{ party_a }}` in it (docxtpl: Jinja inside Word), rendered in a sandbox.
Only what stands in the record and what everyone may read of the problem goes in; nothing confidential.
"""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from matchmaker.attachments.content import media_type_in
from matchmaker.audit import service as audit
from matchmaker.policy import Action, require
from matchmaker.settings import ROOT, Settings
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import CooperationRecord, MilestoneStatus, PartyRole, Problem

BUILT_IN = ROOT / "seed_data" / "intent_agreement.docx"
FILTERS = ("default", "d", "e", "escape", "length", "count", "trim")
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024
ROW = ("name", "comparison", "value", "unit")
BLANK = "＿＿＿＿＿＿"
"""Stands where the record says nothing yet, to be filled in by hand."""
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
    "milestones",
]
"""What a template may have places for. `milestones` is a list of rows: name, due_on, payment."""


class BadTemplate(Exception):
    """What was uploaded cannot be a template."""


class NotWord(BadTemplate):
    """It is no .docx file, or too large a one."""


class UnknownPlaces(BadTemplate):
    """It has places that no record fills; carries their names."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class BrokenPlaces(BadTemplate):
    """A place is written wrongly; carries what Jinja says of it."""


@dataclass(frozen=True)
class Standing:
    """Which template is used."""

    own: bool
    """The bureau's; else the one that the service comes with."""


def standing(work: Work) -> Standing:
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    return Standing(_own(work.settings).is_file())


def template(work: Work) -> bytes:
    """The .docx in use."""
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    return _in_use(work.settings).read_bytes()


def draft(work: Work, record: CooperationRecord) -> bytes:
    """The agreement of a record as a .docx, in Chinese whatever the reader's language: it is to be signed here."""
    require(work.actor, Action.RECORD_EDIT, record)
    made = _rendered(_in_use(work.settings).read_bytes(), _words(work, record, Vocabulary(work.session)))
    audit.record(work, "record.agreement_drafted", record)
    return made


def replace_template(work: Work, data: bytes) -> None:
    """From now on drafts are made of this .docx. Raises NotWord, UnknownPlaces, BrokenPlaces."""
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    _check(data)
    path = _own(work.settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_bytes(data)
    beside.replace(path)
    audit.record(work, "agreement.template_replaced", bytes=len(data))


def restore_template(work: Work) -> None:
    """Back to the template that the service comes with."""
    require(work.actor, Action.AGREEMENT_ADMINISTER)
    if _own(work.settings).is_file():
        _own(work.settings).unlink()
        audit.record(work, "agreement.template_restored")


def _own(settings: Settings) -> Path:
    return settings.data_dir / "templates" / BUILT_IN.name


def _in_use(settings: Settings) -> Path:
    own = _own(settings)
    return own if own.is_file() else BUILT_IN


def _check(data: bytes) -> None:
    if len(data) > MOST_BYTES or media_type_in(io.BytesIO(data), "docx") is None:
        raise NotWord
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
            raise NotWord
    sample = dict.fromkeys(PLACES, "　") | {"milestones": [{"name": "", "due_on": "", "payment": ""}]}
    try:
        unknown = DocxTemplate(io.BytesIO(data)).get_undeclared_template_variables(_environment())
        if unknown - set(PLACES):
            raise UnknownPlaces(sorted(unknown - set(PLACES)))
        _rendered(data, sample)
    except TemplateError as error:
        raise BrokenPlaces(str(error)) from error
    except BadTemplate:
        raise
    except (
        Exception
    ) as error:  # Word's XML may be broken in ways that python-docx and lxml each have their own error for
        raise NotWord from error


def _rendered(data: bytes, words: dict[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(data))
    document.render(words, _environment(), autoescape=True)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Places(SandboxedEnvironment):
    """Places, conditions and loops over milestones; nothing that could make a text grow or a rendering last."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(operator)

    def call(self, *given: Any, **named: Any) -> Any:
        raise SecurityError("()")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)


def _environment() -> SandboxedEnvironment:
    environment = _Places(autoescape=True)
    environment.globals = {}
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


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
