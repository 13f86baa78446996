"""Forms that know what they were opened with: of two people who save, each changes only what they changed themselves."""

from __future__ import annotations

import json
from typing import Self

from wtforms import DateField, Field, HiddenField, IntegerField, SelectField, StringField

from matchmaker import amendments
from matchmaker.forms import Form
from matchmaker.typed_numbers import number
from models import CooperationRecord

TYPED = (StringField, DateField, IntegerField, SelectField)


class SeenForm(Form):
    """Carries the record's last event and its own values as they stood when the page was drawn.

    Made with `data` of what stands now, so that each field's `object_data` is the present value.
    """

    last_event = HiddenField()
    opened = HiddenField()

    def seen(self) -> int | None:
        """The last event on the page that was sent, 0 where it is spoilt; None: it came from no such page."""
        return (number(self.last_event.data) or 0) if self.last_event.raw_data else None

    def opened_values(self) -> dict[str, str] | None:
        """By field, as amendments write them; empty where they are spoilt. None: it came from no such page."""
        if not self.opened.raw_data:
            return None
        try:
            read = json.loads(str(self.opened.raw_data[0]))
        except (ValueError, RecursionError):  # spoilt on the way; ValueError also for numbers of many digits
            return {}
        return {str(name): str(value) for name, value in read.items()} if isinstance(read, dict) else {}

    def drawn(self, record: CooperationRecord) -> None:
        """Seen is from now on the record as it stands, with everything that happened to it."""
        self.last_event.data = str(max((event.id for event in record.events), default=0))
        now = {field.name: amendments.written(field.object_data) for field in self.typed()}
        self.opened.data = json.dumps(now, ensure_ascii=False)

    def marked(self, record: CooperationRecord) -> Self:
        """The form, drawn now unless it was sent and carries what was drawn then."""
        if self.seen() is None:
            self.drawn(record)
        return self

    def keep_own(self) -> None:
        """What the person did not change takes the value that stands now, what they changed stays."""
        opened = self.opened_values() or {}
        for field in self.typed():
            if opened.get(field.name) == _written(field) and not field.errors:
                field.raw_data, field.data = None, field.object_data

    def in_words(self) -> list[tuple[str, str]]:
        """(label, text) of what the person typed or chose, to be copied where it cannot be sent again."""
        opened = self.opened_values() or {}
        own = [
            field for field in self.typed() if field.data is None or opened.get(field.name) != _written(field)
        ]
        return [(str(field.label.text), text) for field in own if (text := _as_shown(field))]

    def typed(self) -> list[Field]:
        """The fields that a person fills in."""
        return [field for field in self if isinstance(field, TYPED) and not isinstance(field, HiddenField)]


def _written(field: Field) -> str:
    return amendments.written(field.data)


def _as_shown(field: Field) -> str:
    if isinstance(field, SelectField):
        shown = {str(value): str(text) for value, text, *_rest in field.choices or ()}
        return shown.get(str(field.data), "")
    return str(field.raw_data[0]).strip() if field.raw_data else ""
