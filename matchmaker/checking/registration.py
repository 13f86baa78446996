"""What does not go together in how an organisation registered: its kind, its name, its code, its place.

A unified social credit code says by its first figure who keeps the register (1 the office of public institutions,
5 civil affairs, 9 the market supervision, which registers companies) and by its third to eighth where that is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from models import Organisation, OrganisationKind

COMPANIES = "9"
PLACE = slice(2, 8)
PUBLIC_BODY = re.compile(r"(大学|学院|学校|研究院|研究所|科学院|局|委员会|协会|学会)$")
SCHOOL = re.compile(r"(大学|学院|学校)")
LEGAL_FORM = re.compile(r"(有限责任公司|股份有限公司|有限公司|集团|公司|（[^（）]*）)")
CORE_LENGTH = 4


class Doubt(StrEnum):
    CODE_OF_OTHER_KIND = "code_of_other_kind"
    CODE_OF_OTHER_PLACE = "code_of_other_place"
    NAME_OF_OTHER_KIND = "name_of_other_kind"


def doubts(organisation: Organisation, counties: Collection[str]) -> list[Doubt]:
    """What staff should look at; `counties` are the codes of the list of counties. None of it is proof."""
    kind, company = organisation.kind, organisation.code.startswith(COMPANIES)
    found = []
    if (kind is OrganisationKind.ENTERPRISE and not company) or (
        kind is OrganisationKind.UNIVERSITY and company
    ):
        found.append(Doubt.CODE_OF_OTHER_KIND)
    if (kind is OrganisationKind.ENTERPRISE and PUBLIC_BODY.search(organisation.name)) or (
        kind is OrganisationKind.UNIVERSITY and not SCHOOL.search(organisation.name)
    ):
        found.append(Doubt.NAME_OF_OTHER_KIND)
    place = organisation.code[PLACE]
    if place in counties and organisation.county != place:
        found.append(Doubt.CODE_OF_OTHER_PLACE)
    return found


def core_of(name: str) -> str:
    """The name without its legal form and what stands in brackets; empty where too little is left to tell."""
    core = LEGAL_FORM.sub("", name).strip()
    return core if len(core) >= CORE_LENGTH else ""
