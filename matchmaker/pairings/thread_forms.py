"""What staff and sides type on the thread of a pairing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from matchmaker.forms import Characters, DayField, Form, PickField, choices_of, required, with_ids
from matchmaker.pairings.decisions import NOTE_LENGTH
from matchmaker.pairings.messages import MESSAGE_LENGTH, TALK_LENGTH
from matchmaker.pairings.page import PairingPage
from matchmaker.pairings.thread_wording import NOTE_READERS, NOTE_WAYS, audience_choices
from matchmaker.work import Work
from models import WHAT_LENGTH, Audience, User

USUAL_DAYS = 7
"""A next step is due in a week, if nobody says otherwise."""


def _version() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class MessageForm(Form):
    text = TextAreaField(lazy_pgettext("button", "留言"), [Characters(most=MESSAGE_LENGTH)])
    audience = RadioField(_("给谁看"), [InputRequired(_("请选择给谁看"))])


class TalkForm(Form):
    """A note of a talk that was."""

    kind = RadioField(
        lazy_pgettext("way of talking", "方式"),
        [InputRequired(_("请选择方式"))],
        choices=choices_of(NOTE_WAYS.items()),
    )
    day = DayField(_("哪一天"), [required()])
    text = TextAreaField(_("谈了什么"), [Characters(most=TALK_LENGTH)])
    audience = RadioField(
        _("谁能看到"), [InputRequired(_("请选择谁能看到"))], choices=choices_of(NOTE_READERS.items())
    )


class PlanForm(Form):
    what = StringField(
        _("要做什么"),
        [required(), Characters(2, WHAT_LENGTH)],
        description=_("例如：问企业样件寄出没有"),
    )
    due_on = DayField(_("到期日"), [required()])
    owner = PickField(_("由谁办理"), [required()])


class StepForm(Form):
    """What is done with a next step; only moving it reads the day and the colleague."""

    note = TextAreaField(_("说明"), [Characters(most=NOTE_LENGTH)])
    due_on = DayField(_("新的到期日"), [required()])
    owner = PickField(_("由谁办理"), [required()])
    version = _version()
    back = HiddenField()

    def only_for(self, change: str) -> StepForm:
        """Without the fields that the change does not read."""
        if change != "move":
            del self.due_on, self.owner
        return self


class BrokerForm(Form):
    broker = PickField(_("交给"), [required(_("请选择同事"))])
    note = TextAreaField(_("交接说明"), [Characters(most=NOTE_LENGTH)])
    version = _version()


@dataclass
class ThreadForms:
    """The forms on a pairing's page: as they come, or one of them with what was typed and what is wrong."""

    message: MessageForm
    talk: TalkForm
    plan: PlanForm
    broker: BrokerForm
    step: StepForm | None = None
    step_id: int | None = None
    """Whose form `step` is."""
    failed: str = ""
    """The name of the form that was sent and not accepted."""
    problem: str = ""
    """What stood in the way, where it belongs to no field."""


def message_form(work: Work, page: PairingPage, **options: Any) -> MessageForm:
    form = MessageForm(**options)
    offered = page.thread.audiences
    form.audience.choices = audience_choices(offered, bool(work.actor and work.actor.is_staff))
    if not form.audience.data and offered:
        form.audience.data = offered[0].value
    return with_ids(form, "message")  # type: ignore[no-any-return]


def talk_form(work: Work, **options: Any) -> TalkForm:
    usual = {"day": work.today(), "kind": next(iter(NOTE_WAYS)), "audience": Audience.STAFF.value}
    return with_ids(TalkForm(data=usual, **options), "talk")  # type: ignore[no-any-return]


def plan_form(work: Work, page: PairingPage, **options: Any) -> PlanForm:
    usual = {
        "due_on": work.today() + timedelta(days=USUAL_DAYS),
        "owner": str(page.pairing.broker_id or work.person.id),
    }
    form = PlanForm(data=usual, **options)
    form.owner.choices = _named(page.thread.brokers)
    return with_ids(form, "plan")  # type: ignore[no-any-return]


def broker_form(page: PairingPage, **options: Any) -> BrokerForm:
    form = BrokerForm(data={"version": page.pairing.version}, **options)
    form.broker.choices = [("", ""), *_named(page.thread.brokers)]
    return with_ids(form, "broker")  # type: ignore[no-any-return]


def step_form(brokers: Iterable[User]) -> StepForm:
    """Of one of the steps, with what was sent."""
    form = StepForm()
    form.owner.choices = _named(brokers)
    return form


def fresh(work: Work, page: PairingPage) -> ThreadForms:
    """The forms as they come with the page."""
    return ThreadForms(
        message=message_form(work, page, formdata=None),
        talk=talk_form(work, formdata=None),
        plan=plan_form(work, page, formdata=None),
        broker=broker_form(page, formdata=None),
    )


def _named(users: Iterable[User]) -> list[tuple[str, str]]:
    return [(str(each.id), each.name) for each in users]
