"""How people choose to be told: a question for each topic."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from matchmaker.forms import Form, choices_of, required
from matchmaker.notices.choices import frequencies
from matchmaker.notices.topics import Topic
from matchmaker.notices.wording import TOPICS
from matchmaker.wording import label
from models import Frequency


class ChoicesForm(Form):
    """One field for each topic, by its name."""

    def chosen(self) -> dict[str, Frequency]:
        return {field.short_name: Frequency(field.data) for field in self if isinstance(field, RadioField)}


def choices_form(asked: Sequence[tuple[Topic, Frequency]]) -> ChoicesForm:
    """The form for these topics, with what holds now."""
    fields = {
        topic.name: RadioField(
            TOPICS[topic.name][0],
            [required(_("请选择一种"))],
            choices=choices_of((each.value, label(each)) for each in frequencies(topic)),
            description=TOPICS[topic.name][1],
        )
        for topic, _now in asked
    }
    made: type[ChoicesForm] = type("TopicsForm", (ChoicesForm,), fields)
    return made(data={topic.name: frequency.value for topic, frequency in asked})
