"""What is typed on the board beside the steps with one pairing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from matchmaker.forms import Characters, Form, required
from matchmaker.pairings.bulk import Chosen
from matchmaker.pairings.decisions import NOTE_LENGTH
from matchmaker.pairings.filters import QueueFilters
from matchmaker.typed_numbers import number
from models import FILTER_NAME_LENGTH

LARGEST = 2**31 - 1
"""What the database holds as a number."""


class ChosenForm(Form):
    """Several pairings at once: `chosen` is "id:version id:version …"; "all" with the count that was seen beside it."""

    chosen = HiddenField()
    count = IntegerField(validators=[Optional(), NumberRange(0, LARGEST)])
    state = HiddenField()
    back = HiddenField()
    reason = StringField(_("不合适的原因"))
    note = TextAreaField(_("说明"), [Characters(most=NOTE_LENGTH)])
    broker = IntegerField(_("经办人"), validators=[Optional(), NumberRange(1, LARGEST)])

    def choice(self, filters: QueueFilters) -> Chosen:
        """What the person selected; pieces that make no sense are passed over."""
        given = self.chosen.data or ""
        if given == "all":
            return Chosen(filters=filters, count=self.count.data or 0)
        pairs = [
            (number(id), number(version)) for id, _, version in (p.partition(":") for p in given.split())
        ]
        return Chosen({id: version for id, version in pairs if id and version})


class SavedFilterForm(Form):
    name = StringField(_("名称"), [required(_("请给这个筛选起个名字")), Characters(most=FILTER_NAME_LENGTH)])
    is_default = BooleanField(_("打开看板时就用它"))
    back = HiddenField()
