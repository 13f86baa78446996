"""A briefing as a Word document, made of a template that the bureau may replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaker.audit import service as audit
from matchmaker.briefings.document import Part, parts
from matchmaker.briefings.service import in_its_language, vocabulary_of
from matchmaker.policy import Action, require
from matchmaker.word_templates import Picture, Standing, WordTemplate
from matchmaker.work import LOCAL_ZONE, Work
from models import Briefing

PLACES = ("title", "city", "first", "last", "place", "today", "taken_on", "author", "sections")
"""What a template may have places for. `sections` are rows: heading, paragraphs, pictures (image, caption), tables
(title, headings, rows)."""
_SAMPLE_SECTION: dict[str, Any] = {
    "heading": "",
    "paragraphs": [""],
    "pictures": [{"image": "", "caption": ""}],
    "tables": [{"title": "", "headings": [""], "rows": [[""]]}],
}
TEMPLATE = WordTemplate("briefing.docx", dict.fromkeys(PLACES, "　") | {"sections": [_SAMPLE_SECTION]})


def document(work: Work, briefing: Briefing, pictures: Mapping[str, bytes]) -> bytes:
    """As a .docx in the briefing's language; `pictures` are PNGs by the names of its charts, as far as there are any."""
    require(work.actor, Action.BRIEFING_EDIT)
    vocabulary = vocabulary_of(work, briefing)
    city = work.settings.city_en if briefing.language == "en" else work.settings.city
    with in_its_language(briefing):
        found = parts(briefing, vocabulary)
    words = {
        "title": briefing.title,
        "city": city,
        "first": str(briefing.first),
        "last": str(briefing.last),
        "place": vocabulary.label("county", briefing.county) or city,
        "today": str(work.today()),
        "taken_on": str(briefing.taken_at.astimezone(LOCAL_ZONE).date()),
        "author": briefing.author.name if briefing.author else "",
    }
    made = TEMPLATE.filled(
        work.settings,
        lambda picture: words | {"sections": [_section(each, picture, pictures) for each in found]},
    )
    audit.record(work, "briefing.exported", briefing, pictures=len(pictures))
    return made


def standing(work: Work) -> Standing:
    require(work.actor, Action.BRIEFING_ADMINISTER)
    return TEMPLATE.standing(work.settings)


def template(work: Work) -> bytes:
    """The .docx in use."""
    require(work.actor, Action.BRIEFING_ADMINISTER)
    return TEMPLATE.data(work.settings)


def replace_template(work: Work, data: bytes) -> None:
    """From now on briefings are made of this .docx. Raises NotWord, UnknownPlaces, BrokenPlaces."""
    require(work.actor, Action.BRIEFING_ADMINISTER)
    TEMPLATE.replace(work.settings, data)
    audit.record(work, "briefing.template_replaced", bytes=len(data))


def restore_template(work: Work) -> None:
    """Back to the template that the service comes with."""
    require(work.actor, Action.BRIEFING_ADMINISTER)
    if TEMPLATE.restore(work.settings):
        audit.record(work, "briefing.template_restored")


def _section(part: Part, picture: Picture, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "heading": part.heading,
        "paragraphs": part.paragraphs,
        "pictures": [
            {"image": picture(pictures[chart.name]), "caption": chart.title}
            for chart in part.charts
            if chart.name in pictures
        ],
        "tables": [
            {"title": each.title, "headings": each.headings, "rows": each.rows} for each in part.tables
        ],
    }
