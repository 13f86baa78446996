"""Vocabulary: lists that an administrator can extend, with codes that never change meaning."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Row, choice


class VocabularyKind(StrEnum):
    FIELD = "field"
    SUBFIELD = "subfield"
    INDUSTRY = "industry"
    COUNTY = "county"
    MODE = "mode"
    NEED = "need"
    CAPABILITY_KIND = "capability_kind"
    STAGE = "stage"
    TRL = "trl"
    PATENT_KIND = "patent_kind"
    CONTRACT_CATEGORY = "contract_category"
    PROGRAMME = "programme"
    ORGANISATION_TAG = "organisation_tag"
    DISMISSAL = "dismissal"
    RETURN_PROBLEM = "return_problem"
    """Ready reasons for sending something back, a list for each kind that is checked."""
    RETURN_CAPABILITY = "return_capability"
    RETURN_ORGANISATION = "return_organisation"
    CARRIER_KIND = "carrier_kind"
    MEMBER_STAGE = "member_stage"
    RESEARCH_BODY_KIND = "research_body_kind"
    SERVICE_KIND = "service_kind"
    PLAN = "plan"


class Term(Row, Base):
    """One entry of a list. Retired terms stay, so that old rows keep their label."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    kind: Mapped[VocabularyKind] = mapped_column(choice(VocabularyKind, "vocabulary_kind"))
    code: Mapped[str] = mapped_column(String(32))
    label_zh: Mapped[str] = mapped_column(String(80))
    label_en: Mapped[str] = mapped_column(String(120))
    parent_code: Mapped[str | None] = mapped_column(String(32))
    position: Mapped[int] = mapped_column(Integer, default=0)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}
