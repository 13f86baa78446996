"""A problem or capability as the engine knows it, and which of its texts a reader may be quoted."""

from __future__ import annotations

from matchmaker.engine import Document, Facts, Passage
from matchmaker.policy import Action, allow
from models import Capability, Problem, User

Posting = Problem | Capability

PROBLEM_SOURCES = ("title", "background", "statement", "targets", "targets_text", "basis")
"""Never `confidential`: it is matched on, and nothing of it is quoted."""
CAPABILITY_SOURCES = (
    "title",
    "summary",
    "innovation",
    "advantage",
    "economics",
    "application",
    "targets",
    "cases",
)


def document_of(posting: Posting, searchable: bool) -> Document:
    """Title, passages named after their fields, and facts."""
    return _problem(posting, searchable) if isinstance(posting, Problem) else _capability(posting, searchable)


def readable_sources(reader: User | None, posting: Posting) -> tuple[str, ...]:
    """Sources that an explanation may quote to this reader."""
    if isinstance(posting, Capability):
        # what it saves is no reason why a technique fits, and costs are near all other costs
        quoted = tuple(source for source in CAPABILITY_SOURCES if source != "economics")
        return quoted if allow(reader, Action.CAPABILITY_READ, posting) else ()
    if not allow(reader, Action.PROBLEM_READ, posting):
        return ()
    if allow(reader, Action.PROBLEM_READ_BASIS, posting):
        return PROBLEM_SOURCES
    return tuple(source for source in PROBLEM_SOURCES if source != "basis")


def targets_in_words(posting: Posting) -> str:
    """A line for each target: 检出率 ≥ 98 %."""
    return "\n".join(
        " ".join(
            part for part in (row["name"], row["comparison"], f"{row['value']} {row['unit']}".strip()) if part
        )
        for row in posting.targets
    )


def _problem(problem: Problem, searchable: bool) -> Document:
    texts = {
        "background": problem.background,
        "statement": problem.statement,
        "targets": targets_in_words(problem),
        "targets_text": problem.targets_text,
        "basis": problem.basis,
    }
    facts = Facts(
        field=problem.field,
        subfield=problem.subfield,
        modes=frozenset(problem.modes),
        money_low=problem.money_low,
        money_high=problem.money_high,
        need=problem.need,
        county=problem.county,
    )
    return Document(
        "problem", problem.id, problem.title, _passages(texts), facts, searchable, problem.confidential or ""
    )


def _capability(capability: Capability, searchable: bool) -> Document:
    texts = {
        "summary": capability.summary,
        "innovation": capability.innovation,
        "advantage": capability.advantage,
        "economics": capability.economics,
        "application": capability.application,
        "targets": targets_in_words(capability),
        "cases": capability.cases,
    }
    facts = Facts(
        field=capability.field,
        subfield=capability.subfield,
        modes=frozenset(capability.modes),
        money_low=capability.money_low,
        money_high=capability.money_high,
        trl=capability.trl,
        county=capability.county,
        institution_county=capability.organisation.county,
    )
    return Document("capability", capability.id, capability.title, _passages(texts), facts, searchable)


def _passages(texts: dict[str, str]) -> tuple[Passage, ...]:
    return tuple(Passage(source, text) for source, text in texts.items() if text.strip())
