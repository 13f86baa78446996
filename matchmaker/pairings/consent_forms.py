"""What sides and staff type about consent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from matchmaker.forms import Characters, DayField, Form, PickField, choices_of, required, with_ids
from matchmaker.pairings.answers import Answer, Said
from matchmaker.pairings.consent import Consent
from matchmaker.pairings.consent_wording import STEPS
from matchmaker.pairings.decisions import NOTE_LENGTH
from matchmaker.wording import DECLINE_REASONS, WAYS
from matchmaker.work import Work
from models import ConsentWay, DeclineReason, Side
from models.consent import PERSON_LENGTH


def _version() -> IntegerField:
    """The side's answer's, when the page was drawn; 0: it had none."""
    return IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class DeclineForm(Form):
    reason = RadioField(
        _("原因"),
        [InputRequired(_("请选择原因"))],
        choices=choices_of((each.value, text) for each, text in DECLINE_REASONS.items()),
        description=_("会婉转地告诉对方"),
    )
    note = TextAreaField(
        _("给科技局的说明"), [Characters(most=NOTE_LENGTH)], description=_("只有科技局能看到")
    )
    version = _version()


def _given_to_decline(form: Any, reason: Any) -> None:
    if form.step.data == "decline" and not reason.data:
        raise ValidationError(_("请选择原因"))


class RecordForm(Form):
    """What a side told the bureau."""

    step = RadioField(_("对方怎么说"), [InputRequired(_("请选择对方怎么说"))])
    person = StringField(
        _("谁说的"),
        [required(), Characters(2, PERSON_LENGTH)],
        description=_("姓名和职务，例如：王工，技术部"),
    )
    day = DayField(_("哪一天"), [required()])
    way = PickField(
        _("怎么说的"), [required()], choices=choices_of((each.value, text) for each, text in WAYS.items())
    )
    reason = PickField(
        _("暂不对接的原因"),
        [_given_to_decline],
        choices=choices_of([("", ""), *((each.value, text) for each, text in DECLINE_REASONS.items())]),
        description=_("只在暂不对接时选，会婉转地告诉对方"),
    )
    note = TextAreaField(_("说明"), [Characters(most=NOTE_LENGTH)], description=_("只有科技局能看到"))
    version = _version()

    def answer(self) -> Answer:
        declines = self.step.data == "decline"
        return Answer(
            step=self.step.data,
            reason=DeclineReason(self.reason.data) if declines and self.reason.data else None,
            note=self.note.data or "",
            said=Said(ConsentWay(self.way.data), self.day.data, self.person.data or ""),
        )


@dataclass
class ConsentForms:
    """The forms on a pairing's page: as they come, or one of them with what was typed and what is wrong."""

    decline: DeclineForm
    record: dict[Side, RecordForm] = field(default_factory=dict)
    failed: str = ""
    """The name of the form that was sent and not accepted, or the side of a record."""
    problem: str = ""
    """What stood in the way, where it belongs to no field."""


def decline_form(consent: Consent, **options: Any) -> DeclineForm:
    own = consent.sides[consent.own].interest if consent.own else None
    form = DeclineForm(data={"version": own.version if own else 0}, **options)
    return with_ids(form, "decline")  # type: ignore[no-any-return]


def record_form(work: Work, consent: Consent, side: Side, **options: Any) -> RecordForm:
    found = consent.sides[side]
    usual = {
        "day": work.today(),
        "step": next(iter(found.steps), None),
        "version": found.interest.version if found.interest else 0,
    }
    form = RecordForm(data=usual, **options)
    form.step.choices = [(each, STEPS[each]) for each in found.steps]
    return with_ids(form, f"record-{side.value}")  # type: ignore[no-any-return]


def renewed(form: Any, shown: Any) -> Any:
    """What was typed, with what the page as it is now offers: a second sending is a decision on that."""
    form.version.data, form.version.raw_data = shown.version.data, None
    if "step" in form:
        form.step.choices = shown.step.choices
        if form.step.data not in dict(shown.step.choices):
            form.step.data = shown.step.data
    return form


def fresh(work: Work, consent: Consent) -> ConsentForms:
    """The forms as they come with the page."""
    sides = Side if consent.own is None else ()
    return ConsentForms(
        decline=decline_form(consent, formdata=None),
        record={side: record_form(work, consent, side, formdata=None) for side in sides},
    )
