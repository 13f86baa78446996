"""A project's first draft out of a common need: what the problems say already is not typed again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext

from matchmaker.common_needs.service import Page
from matchmaker.projects.terms import TEXT_LENGTH, TITLE_LENGTH, ProjectTerms
from models import Capability, Problem

MOST_LIKELY_PARTNERS = 3
"""Institutions proposed: those whose capabilities fit most of the problems."""
ENDING = re.compile("(的?(关键)?技术)?的?(研究|开发|研制)((及|与|和)其?(应用|产业化|利用))?$")
"""What a title need not say twice."""
PROGRAMMES = {
    # By field, where the special programme follows from it; staff choose otherwise where it does not.
    "1": "it",
    "6": "energy",
    "7": "environment",
    "9": "food",
}


def draft(page: Page) -> ProjectTerms:
    """Sources, the institution that fits best as lead, companies and further institutions as partners."""
    problems = [each.problem for each in page.need.members]
    institutions = _institutions([each.capability for each in page.capabilities])
    companies = [each.id for each in page.need.companies]
    lead = next(iter(institutions), companies[0] if companies else None)
    partners = [each for each in (*companies, *institutions[1:MOST_LIKELY_PARTNERS]) if each != lead]
    budget = page.need.budget
    field = next(iter(page.need.fields), None)
    return ProjectTerms(
        title=_title(page),
        programme=PROGRAMMES.get(field or ""),
        field=field,
        budget=budget.high or None,
        necessity=_necessity(page, problems)[:TEXT_LENGTH],
        expected_results=_expected(problems)[:TEXT_LENGTH],
        lead=lead,
        partners=tuple(partners),
        sources=tuple(each.id for each in problems),
    )


def _institutions(capabilities: Sequence[Capability]) -> list[int]:
    counted = Counter(each.organisation_id for each in capabilities)
    order = {each.organisation_id: place for place, each in reversed(list(enumerate(capabilities)))}
    return sorted(counted, key=lambda each: (-counted[each], order[each]))


def _title(page: Page) -> str:
    what = ENDING.sub("", page.need.title) or page.need.title
    return str(gettext("%(what)s共性技术研究与应用", what=what))[:TITLE_LENGTH]


def _necessity(page: Page, problems: Sequence[Problem]) -> str:
    """Who asks for what, in the companies' own words: the first sentence of each."""
    lines = [
        str(
            gettext(
                "%(n)d 家企业提出了同类技术难题，涉及：%(terms)s。",
                n=len(page.need.companies),
                terms="、".join(page.need.need.terms) or page.need.title,
            )
        )
    ]
    for each in problems:
        said = each.background.partition("。")[0] or each.statement.partition("。")[0]
        lines.append(f"{each.organisation.name}：{said}。" if said else each.organisation.name)
    return "\n".join(lines)


def _expected(problems: Sequence[Problem]) -> str:
    """The targets of all problems, each once."""
    rows = [
        " ".join(part for part in (row["name"], row["comparison"], row["value"], row["unit"]) if part)
        for each in problems
        for row in each.targets
    ]
    return "\n".join(dict.fromkeys(rows))
