"""Rows become objects, through the use cases that people's forms go through, or what an import needs beside them.

Beside them: staff enter for any organisation, and nobody is told of each row; the import tells once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from matchmaker.audit import service as audit
from matchmaker.capabilities import service as capabilities
from matchmaker.cooperation import service as cooperation
from matchmaker.duplicates import service as duplicates
from matchmaker.engine import EncodedDocument
from matchmaker.organisations import service as organisations
from matchmaker.organisations.service import Facts
from matchmaker.pairings import service as pairings
from matchmaker.policy import Action, require
from matchmaker.postings import service as postings
from matchmaker.postings import steps
from matchmaker.postings.documents import document_of
from matchmaker.postings.service import Incomplete, NotEditable, NotVerified, Posting
from matchmaker.problems import service as problems
from matchmaker.spreadsheets.understanding import terms_of_row
from matchmaker.work import Work
from models import (
    Capability,
    CooperationRecord,
    ImportKind,
    MoneyKind,
    Organisation,
    OrganisationKind,
    Problem,
    RecordStatus,
    Urgency,
)

Imported = Organisation | Problem | Capability | CooperationRecord

IMPORT: Mapping[ImportKind, Action] = {
    ImportKind.ORGANISATION: Action.ORGANISATION_IMPORT,
    ImportKind.PROBLEM: Action.PROBLEM_IMPORT,
    ImportKind.CAPABILITY: Action.CAPABILITY_IMPORT,
    ImportKind.RECORD: Action.RECORD_IMPORT,
}
READ: Mapping[ImportKind, Action] = {
    ImportKind.ORGANISATION: Action.ORGANISATION_READ,
    ImportKind.PROBLEM: Action.PROBLEM_READ,
    ImportKind.CAPABILITY: Action.CAPABILITY_READ,
    ImportKind.RECORD: Action.RECORD_READ,
}
PUBLISH: Mapping[ImportKind, Action] = {
    # What staff may spare the check: a record is never public, and needs none.
    ImportKind.ORGANISATION: Action.ORGANISATION_VERIFY,
    ImportKind.PROBLEM: Action.PROBLEM_CHECK,
    ImportKind.CAPABILITY: Action.CAPABILITY_CHECK,
}
MODELS: Mapping[ImportKind, type[Imported]] = {
    ImportKind.ORGANISATION: Organisation,
    ImportKind.PROBLEM: Problem,
    ImportKind.CAPABILITY: Capability,
    ImportKind.RECORD: CooperationRecord,
}
NOT_COLUMNS = ("organisation", "organisation_id", "address", "money")
"""Values of a posting's row that stand in no column of its name."""
SAME_BEGINNING = 0.5
"""Share of its characters from which a background counts as an earlier wording of a text's beginning."""


@dataclass(frozen=True)
class Entry:
    """A row to be entered: the values of a new object, what the file itself gave, and what the engine made of it ahead.

    Over what is here already only what the file gave is written. `whole`: the one text of which background and
    statement were made; empty where the file gave both, or none.
    """

    values: Mapping[str, Any]
    given: Mapping[str, Any]
    whole: str = ""
    encoded: EncodedDocument | None = None


def columns(kind: ImportKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column, as the models hold them; of a posting `modes` too. Nothing for what is empty."""
    filled = {name: value for name, value in values.items() if value not in (None, "", [])}
    if kind is ImportKind.RECORD:
        terms = terms_of_row(values)
        return {name: getattr(terms, name) for name in filled if hasattr(terms, name)}
    if kind is ImportKind.ORGANISATION:
        if "kind" in filled:
            filled["kind"] = OrganisationKind(filled["kind"])
        return filled
    money = filled.get("money")
    found = {name: value for name, value in filled.items() if name not in NOT_COLUMNS}
    for name in ("wanted_by", "valid_until"):
        if name in found:
            found[name] = date.fromisoformat(found[name])
    if "urgency" in found:
        found["urgency"] = Urgency(found["urgency"])
    if money:
        kind_of_money, low, high = money
        found["money_kind"] = MoneyKind(kind_of_money)
        found["money_low"] = Decimal(low) if low else None
        found["money_high"] = Decimal(high) if high else None
    return found


def differs(kind: ImportKind, present: Imported, entry: Entry) -> bool:
    """Whether what the file gave says something else than what is there."""
    wanted = _over(kind, present, entry)
    return any(_differs(getattr(present, name), value) for name, value in wanted.items())


def _over(kind: ImportKind, present: Imported, entry: Entry) -> dict[str, Any]:
    """What the file gave, by column, as it is compared with what is there and written over it.

    A text that was parted is the one that is there, however that was parted; beside a background of another text,
    which is not the file's to replace, it stays whole.
    """
    wanted = columns(kind, entry.given)
    if entry.whole and isinstance(present, Problem) and present.background:
        there, parted = present.background, str(wanted.get("background", ""))
        if "".join(f"{there}{present.statement}".split()) == "".join(entry.whole.split()):
            del wanted["background"], wanted["statement"]
        elif (
            there != parted and SequenceMatcher(None, there, parted, autojunk=False).ratio() < SAME_BEGINNING
        ):
            del wanted["background"]
            wanted["statement"] = entry.whole
    return wanted


def _differs(present: Any, value: Any) -> bool:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return set(present) != set(value)
    return bool(present != value)


def draft(work: Work, kind: ImportKind, entry: Entry) -> Posting:
    """A problem or capability with the row's values, in no session."""
    texts = ("background", "statement", "targets_text", "basis", "confidential")
    if kind is ImportKind.CAPABILITY:
        texts = ("summary", "innovation", "advantage", "economics", "application", "cases")  # type: ignore[assignment]
    made: Posting = Problem() if kind is ImportKind.PROBLEM else Capability()
    found: dict[str, Any] = (
        dict.fromkeys(texts, "") | {"targets": [], "modes": []} | columns(kind, entry.values)
    )
    for name, value in found.items():
        setattr(made, name, value)
    return made


def add(work: Work, kind: ImportKind, entry: Entry, publishes: bool) -> Imported:
    """A new object. Raises what the use cases raise: NotVerified, Incomplete, OrganisationTaken, BadTerms, Forbidden."""
    if kind is ImportKind.ORGANISATION:
        return _add_organisation(work, entry, publishes)
    if kind is ImportKind.RECORD:
        return _add_record(work, entry)
    return _add_posting(work, kind, entry, publishes)


def update(work: Work, kind: ImportKind, present: Imported, entry: Entry) -> bool:
    """Write what the file gave over what is there; False where that changes nothing.

    Raises NotEditable, Incomplete, OrganisationTaken, BadTerms, ChangedMeanwhile, Forbidden.
    """
    if not differs(kind, present, entry):
        return False
    if isinstance(present, Organisation):
        return organisations.amend(work, present, _over(kind, present, entry))
    if isinstance(present, CooperationRecord):
        require(work.actor, Action.RECORD_IMPORT, present)
        terms = replace(cooperation.terms_of(present), **_over(kind, present, entry))
        return bool(cooperation.amend(work, present, terms, present.version))
    return _rewrite(work, kind, present, entry)


def _add_organisation(work: Work, entry: Entry, publishes: bool) -> Organisation:
    found = columns(ImportKind.ORGANISATION, entry.values)
    kind = found.pop("kind")
    made = organisations.enter(work, kind, Facts(**found))
    if publishes:
        organisations.verify(work, made)
    return made


def _add_record(work: Work, entry: Entry) -> CooperationRecord:
    require(work.actor, Action.RECORD_IMPORT)
    terms = terms_of_row(entry.values)
    made = cooperation.create(work, replace(terms, signed_on=None), tells=False)
    if terms.signed_on is not None and terms.contract_category is not None:
        cooperation.sign(work, made, terms.signed_on, terms.contract_category, tells=False)
    assert made.status in (RecordStatus.INTENDED, RecordStatus.SIGNED)
    return made


def _add_posting(work: Work, kind: ImportKind, entry: Entry, publishes: bool) -> Posting:
    organisation = work.session.get_one(Organisation, int(entry.values["organisation_id"]))
    require(work.actor, IMPORT[kind], organisation)
    model = Problem if kind is ImportKind.PROBLEM else Capability
    made: Posting = model(organisation=organisation, author=work.person, created_at=work.now())
    if not organisation.is_verified:
        raise NotVerified(made)
    work.session.add(made)
    postings.write(work, made, _with_validity(work, columns(kind, entry.values)), seen=None, keep_old=False)
    work.session.flush()
    if lacking := _missing(made):
        raise Incomplete(made, lacking)
    audit.record(work, f"{made.KIND}.created", made)
    steps.step(work, made, "submit", f"{made.KIND}.submitted")
    made.submitted_at = work.now()
    if publishes:
        require(work.actor, PUBLISH[kind], made)
        steps.step(work, made, "publish", f"{made.KIND}.published")
        made.published_at = work.now()
    work.session.flush()
    _match(work, made, entry.encoded)
    return made


def _rewrite(work: Work, kind: ImportKind, present: Posting, entry: Entry) -> bool:
    require(work.actor, IMPORT[kind], present)
    service: Any = problems if kind is ImportKind.PROBLEM else capabilities
    if present.status not in (*service.EDITABLE, "submitted"):
        raise NotEditable(present)
    changed = postings.write(
        work,
        present,
        _over(kind, present, entry),
        present.version,
        keep_old=present.status not in service.DRAFTS,
    )
    if not changed:
        return False
    audit.record(work, f"{present.KIND}.edited", present, fields=changed)
    if present.status in ("published", "submitted"):
        if lacking := _missing(present):
            raise Incomplete(present, lacking)
        _match(work, present, None)
    return True


def _with_validity(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    values.setdefault("valid_until", steps.default_validity(work))
    return values


def _missing(posting: Posting) -> tuple[str, ...]:
    return problems.missing(posting) if isinstance(posting, Problem) else capabilities.missing(posting)


def _match(work: Work, posting: Posting, encoded: EncodedDocument | None) -> None:
    """As after a form: indexed, compared with what is there, and paired; what was encoded ahead is not again."""
    document = document_of(posting, postings.is_served(posting))
    work.engine.index(work.session, [replace(encoded, document=document) if encoded else document])
    duplicates.look(work, posting)
    if posting.same_as_id is None:
        pairings.suggest(work, posting)
