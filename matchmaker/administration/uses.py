"""Where terms of the lists are used: how often each code stands in which table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Alliance,
    Capability,
    CapabilityMode,
    Carrier,
    CarrierMembership,
    CooperationRecord,
    Organisation,
    Pairing,
    PairingEvent,
    Problem,
    ProblemMode,
    Project,
    ResearchBody,
    Service,
    VocabularyKind,
)

USES: Mapping[VocabularyKind, tuple[Any, ...]] = {
    VocabularyKind.FIELD: (
        Problem.field,
        Capability.field,
        CooperationRecord.field,
        Alliance.field,
        Carrier.field,
        Project.field,
    ),
    VocabularyKind.SUBFIELD: (Problem.subfield, Capability.subfield),
    VocabularyKind.INDUSTRY: (Organisation.industry, Problem.industry),
    VocabularyKind.COUNTY: (Organisation.county, Problem.county, Capability.county, Carrier.county),
    VocabularyKind.MODE: (ProblemMode.code, CapabilityMode.code, CooperationRecord.mode),
    VocabularyKind.NEED: (Problem.need,),
    VocabularyKind.CAPABILITY_KIND: (Capability.kind,),
    VocabularyKind.STAGE: (Capability.stage,),
    VocabularyKind.TRL: (Capability.trl,),
    VocabularyKind.PATENT_KIND: (Capability.patents,),
    VocabularyKind.CONTRACT_CATEGORY: (CooperationRecord.contract_category,),
    VocabularyKind.PROGRAMME: (CooperationRecord.programme, Project.programme),
    VocabularyKind.PLAN: (Project.plan,),
    VocabularyKind.ORGANISATION_TAG: (Organisation.tags,),
    VocabularyKind.DISMISSAL: (Pairing.dismissal, PairingEvent.reason),
    # Ready sentences: what was sent back holds the words themselves.
    VocabularyKind.RETURN_PROBLEM: (),
    VocabularyKind.RETURN_CAPABILITY: (),
    VocabularyKind.RETURN_ORGANISATION: (),
    VocabularyKind.CARRIER_KIND: (Carrier.kind,),
    VocabularyKind.MEMBER_STAGE: (CarrierMembership.stage,),
    VocabularyKind.RESEARCH_BODY_KIND: (ResearchBody.kind,),
    VocabularyKind.SERVICE_KIND: (Service.kind,),
}
"""The columns that hold codes of each list; of JSON columns the codes in them are counted."""
IN_JSON: Mapping[Any, Any] = {
    Organisation.tags: lambda tags: tags,
    Capability.patents: lambda patents: [each.get("kind") for each in patents],
}
"""The codes in one value of such a column."""


def counts(session: Session, kind: VocabularyKind) -> Mapping[str, Mapping[str, int]]:
    """By code, in how many rows of which table it stands; tables as the audit names them."""
    found: dict[str, Counter[str]] = {}
    for column in USES[kind]:
        table = column.class_.__tablename__
        for code, number in _numbers(session, column).items():
            found.setdefault(code, Counter())[table] += number
    return found


def _numbers(session: Session, column: Any) -> Mapping[str, int]:
    codes = IN_JSON.get(column)
    if codes is not None:
        return Counter(
            code for value in session.scalars(select(column)) for code in codes(value or ()) if code
        )
    rows = session.execute(select(column, func.count()).where(column.is_not(None)).group_by(column))
    return {str(code): int(number) for code, number in rows}
