"""What is typed about briefings."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from matchmaker.briefings.service import Plan
from matchmaker.forms import Characters, Form, choices_of, required
from matchmaker.statistics.service import FIRST_DAY, Period, last_day
from matchmaker.vocabulary.service import Vocabulary
from models import BRIEFING_TITLE_LENGTH, SECTION_LENGTH

LARGEST = 2**31 - 1
SPANS = {
    "month": _("本月"),
    "last_month": _("上月"),
    "quarter": _("本季度"),
    "last_quarter": _("上季度"),
    "own": _("自定日期"),
}


class PlanForm(Form):
    """A month or a quarter, or days of one's own; an empty title is made from them."""

    span = RadioField(
        _("时间段"), choices=choices_of(SPANS.items()), default="month", validators=[InputRequired()]
    )
    first = DateField(_("起始日"), validators=[Optional()])
    last = DateField(_("截止日"), validators=[Optional()])
    county = SelectField(_("县（市、区）"), validators=[Optional()])
    title = StringField(
        _("标题"),
        [Optional(), Characters(most=BRIEFING_TITLE_LENGTH)],
        description=_("不填就按时间段起名。例如：产学研合作联席会议简报（2026-01-01 至 2026-03-31）"),
    )

    def prepare(self, vocabulary: Vocabulary) -> None:
        self.county.choices = [("", _("全市")), *vocabulary.choices("county")]

    def check(self, today: date) -> bool:
        """As `validate_on_submit`, and that own days are given, such as figures can be of, and in order."""
        good = bool(self.validate_on_submit())
        if self.span.data != "own":
            return good
        for field in (self.first, self.last):
            if field.data is None and not field.errors:
                field.errors = [gettext("请填写日期")]
                good = False
            elif field.data is not None and not FIRST_DAY <= field.data <= last_day(today):
                field.errors = [
                    gettext("日期要在 %(first)s 至 %(last)s 之间", first=FIRST_DAY, last=last_day(today))
                ]
                good = False
        if good and self.first.data > self.last.data:
            self.last.errors = [gettext("截止日不能早于起始日")]
            good = False
        return good

    def plan(self, today: date) -> Plan:
        first, last = (
            _days(self.span.data, today) if self.span.data != "own" else (self.first.data, self.last.data)
        )
        title = self.title.data or gettext(
            "产学研合作联席会议简报（%(first)s 至 %(last)s）", first=first, last=last
        )
        return Plan(title, first, last, self.county.data or "")


class TitleForm(Form):
    title = StringField(_("标题"), [required(), Characters(most=BRIEFING_TITLE_LENGTH)])


class SectionForm(Form):
    """`version` is that of the section when it was opened."""

    text = TextAreaField(_("正文"), [Characters(most=SECTION_LENGTH)])
    version = IntegerField(validators=[NumberRange(1, LARGEST)], widget=HiddenInput())


def _days(span: str, today: date) -> tuple[date, date]:
    """A span of this calendar, up to today, or the one before it, whole."""
    name = span.removeprefix("last_")
    period = Period.of({"span": name}, today)
    if not span.startswith("last_"):
        return period.first, period.last
    end = date.fromordinal(period.first.toordinal() - 1)
    return Period.of({"span": name}, end).first, end
