"""Briefings: made for a period, worded by several people at once, their figures taken anew when asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from matchmaker.audit import service as audit
from matchmaker.briefings.drafting import drafts
from matchmaker.briefings.snapshot import take
from matchmaker.listing import Listing, paginate
from matchmaker.policy import Action, require
from matchmaker.statistics.service import Period
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import SECTION_LENGTH, Briefing, BriefingSection, SectionKind

__all__ = [
    "BriefingNotFound",
    "ChangedMeanwhile",
    "Plan",
    "briefings",
    "delete",
    "edit",
    "find",
    "in_its_language",
    "make",
    "rename",
    "take_anew",
    "vocabulary_of",
]

ENGLISH = "en"


class BriefingNotFound(LookupError):
    """There is no such briefing; carries its number."""


class ChangedMeanwhile(Exception):
    """Somebody wrote a section after it was opened; carries it as it is now."""

    def __init__(self, section: BriefingSection) -> None:
        super().__init__(f"section {section.id} has version {section.version}")
        self.section = section


@dataclass(frozen=True)
class Plan:
    """What a briefing is to be of."""

    title: str
    first: date
    last: date
    county: str = ""

    @property
    def period(self) -> Period:
        return Period(self.first, self.last, self.county)


def briefings(work: Work, page: int) -> Listing[Briefing]:
    """The newest first."""
    require(work.actor, Action.BRIEFING_READ)
    return paginate(
        work.session, select(Briefing).order_by(Briefing.id.desc()), page, work.settings.page_size
    )


def find(work: Work, briefing_id: int) -> Briefing:
    """With its sections. Raises BriefingNotFound."""
    require(work.actor, Action.BRIEFING_READ)
    found = work.session.scalar(
        select(Briefing).where(Briefing.id == briefing_id).options(selectinload(Briefing.sections))
    )
    if found is None:
        raise BriefingNotFound(briefing_id)
    return found


def make(work: Work, plan: Plan) -> Briefing:
    """Takes the figures and words a first text of each section, in the language of whoever makes it."""
    require(work.actor, Action.BRIEFING_EDIT)
    made = Briefing(
        title=plan.title,
        language=ENGLISH if work.person.language == ENGLISH else "zh_CN",
        first=plan.first,
        last=plan.last,
        county=plan.county,
        taken_at=work.now(),
        author_id=work.person.id,
    )
    made.figures = take(work, plan.period.bounded(work.today()))
    texts = _texts(work, made)
    made.sections = [BriefingSection(kind=kind, text=texts[kind]) for kind in SectionKind]
    work.session.add(made)
    work.session.flush()
    audit.record(work, "briefing.made", made, title=made.title)
    return made


def rename(work: Work, briefing: Briefing, title: str) -> None:
    require(work.actor, Action.BRIEFING_EDIT)
    briefing.title = title
    audit.record(work, "briefing.edited", briefing, title=title)


def edit(work: Work, briefing: Briefing, kind: SectionKind, text: str, version: int) -> BriefingSection:
    """A section has this text from now on. Raises ChangedMeanwhile where `version` is not what it was opened with.

    Saved every few seconds, so only the first of a person's edits in a row is told to the audit.
    """
    require(work.actor, Action.BRIEFING_EDIT)
    section = work.session.scalar(
        select(BriefingSection)
        .where(BriefingSection.briefing_id == briefing.id, BriefingSection.kind == kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if section is None:
        raise BriefingNotFound(briefing.id)
    if section.text == text:
        return section
    if section.version != version:
        raise ChangedMeanwhile(section)
    begins = section.editor_id != work.person.id
    section.text = text[:SECTION_LENGTH]
    section.edited_at, section.editor_id = work.now(), work.person.id
    work.session.flush()
    if begins:
        audit.record(work, "briefing.edited", briefing, section=kind.value)
    return section


def take_anew(work: Work, briefing: Briefing) -> int:
    """The figures as they are now. Texts that somebody wrote stay; returns how many those are."""
    require(work.actor, Action.BRIEFING_EDIT)
    plan = Plan(briefing.title, briefing.first, briefing.last, briefing.county)
    briefing.figures = take(work, plan.period.bounded(work.today()))
    briefing.taken_at = work.now()
    texts = _texts(work, briefing)
    for section in briefing.sections:
        if section.edited_at is None:
            section.text = texts[section.kind]
    audit.record(work, "briefing.figures_taken", briefing)
    return sum(section.edited_at is not None for section in briefing.sections)


def delete(work: Work, briefing: Briefing) -> None:
    """With its texts, for good. A section that somebody writes at this moment is written first, and goes with it."""
    require(work.actor, Action.BRIEFING_DELETE)
    work.session.scalars(
        select(BriefingSection)
        .where(BriefingSection.briefing_id == briefing.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    first, last = str(briefing.first), str(briefing.last)
    audit.record(work, "briefing.deleted", briefing, title=briefing.title, first=first, last=last)
    work.session.delete(briefing)
    work.session.flush()


@contextmanager
def in_its_language(briefing: Briefing) -> Iterator[None]:
    """Sentences are in the document's language inside, whoever reads it."""
    with force_locale(ENGLISH if briefing.language == ENGLISH else "zh_Hans_CN"):
        yield


def vocabulary_of(work: Work, briefing: Briefing) -> Vocabulary:
    """The lists in the document's language."""
    return Vocabulary(work.session, english=briefing.language == ENGLISH)


def _texts(work: Work, briefing: Briefing) -> dict[SectionKind, str]:
    vocabulary = vocabulary_of(work, briefing)
    city = work.settings.city_en if briefing.language == ENGLISH else work.settings.city
    place = vocabulary.label("county", briefing.county) or city
    with in_its_language(briefing):
        return drafts(briefing.figures, place, briefing.first, briefing.last, work.today(), vocabulary)
