"""What staff and sides type about a pairing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from matchmaker.cooperation.forms import MOST_ROWS, MilestoneRow
from matchmaker.cooperation.service import MilestoneTerms, RecordTerms
from matchmaker.forms import Characters, DayField, Form, PickField, WanField, add_error, optional, required
from matchmaker.pairings.decisions import NOTE_LENGTH
from matchmaker.pairings.interest import MESSAGE_LENGTH
from matchmaker.vocabulary.service import Vocabulary
from models import MoneyKind, Organisation, Pairing, PartyRole, Side

DEFAULT_DAYS = 365
TITLE_LENGTH = 120
PERSON_LENGTH = 60

CATEGORY_OF_MODE = {
    # The contract that usually goes with a cooperation mode; staff change it where it differs.
    "commissioned": "development_commissioned",
    "call": "development_commissioned",
    "joint_rd": "development_joint",
    "joint_body": "development_joint",
    "transfer": "transfer",
    "equity": "transfer",
    "consulting": "consulting",
    "talent": "consulting",
    "services": "service",
    "testing": "service",
}


class SpokenForm(Form):
    """With which sides that do not want to talk, or not any more, staff say that they have spoken again."""

    spoken_problem = BooleanField(_("与难题方再次沟通"))
    spoken_capability = BooleanField(_("与成果方再次沟通"))

    @property
    def spoken(self) -> list[Side]:
        return [side for side in Side if self.spoken_with(side).data]

    def spoken_with(self, side: Side) -> Field:
        return self[f"spoken_{side.value}"]

    def ask_to_speak(self, sides: Iterable[Side]) -> None:
        """The message at the tick of each of the sides."""
        for side in sides:
            add_error(self.spoken_with(side), gettext("请先与该单位沟通，再勾选这一项"))


class DecisionForm(SpokenForm):
    """Any step but the confirmation. `version` is the pairing's when the page was drawn."""

    step = ""
    """Which one was sent and not taken: its own part of the page keeps what was typed."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    note = TextAreaField(
        _("说明"),
        [Characters(most=NOTE_LENGTH)],
        description=_("只有科技局工作人员能看到，例如：已电话联系，对方下周回复"),
    )
    reason = StringField(_("不合适的原因"))
    back = HiddenField()


class InterestForm(Form):
    message = TextAreaField(
        _("想对对方说的话"),
        [Characters(most=MESSAGE_LENGTH)],
        description=_("对方单位和科技局能看到。可以写希望了解什么、方便联系的时间；请不要写保密内容"),
    )
    version = IntegerField(widget=HiddenInput(), validators=[optional()])
    back = HiddenField()


class ConfirmForm(SpokenForm):
    """The terms of the cooperation record that a confirmation opens."""

    title = StringField(_("项目名称"), [required(), Characters(4, TITLE_LENGTH)])
    third = PickField(_("丙方"), description=_("有第三方参与时选择"))
    leader_a = StringField(_("甲方负责人"), [Characters(most=PERSON_LENGTH)])
    leader_b = StringField(_("乙方负责人"), [Characters(most=PERSON_LENGTH)])
    mode = PickField(_("合作方式"), [required(_("请选择合作方式"))])
    contract_category = PickField(_("技术合同类别"), description=_("签约前可以先不选"))
    programme = PickField(_("科技专项"))
    amount = WanField(
        _("合同金额（万元）"), [optional()], description=_("精确到百元，例如 86.50；尚未商定可不填")
    )
    technology_amount = WanField(_("其中技术交易额（万元）"), [optional()], description=_("不大于合同金额"))
    signed_on = DayField(_("签约日期"), description=_("还没有签约就不填"))
    starts_on = DayField(_("开始日期"))
    ends_on = DayField(_("结束日期"))
    milestones = FieldList(FormField(MilestoneRow), label=_("里程碑"), min_entries=0, max_entries=MOST_ROWS)
    note = TextAreaField(
        _("说明"), [Characters(most=NOTE_LENGTH)], description=_("记入匹配的过程，只有工作人员能看到")
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    solved_known = BooleanField(_("难题已解决，仍要再建立一份合作记录"))

    def offer(self, vocabulary: Vocabulary, organisations: Iterable[Organisation]) -> None:
        """Fill the lists."""
        for name in ("mode", "contract_category", "programme"):
            self[name].choices = [("", ""), *vocabulary.choices(name)]
        self.third.choices = [("", ""), *[(str(each.id), each.name) for each in organisations]]

    def change_rows(self, change: str) -> None:
        """Add a milestone ("add"), or take away the one with a number ("remove-2"): for browsers without scripts."""
        verb, _dash, place = change.partition("-")
        if verb == "add" and len(self.milestones) < MOST_ROWS:
            self.milestones.append_entry()
        elif verb == "remove" and place.isdigit():
            kept = [row.data for number, row in enumerate(self.milestones) if number != int(place)]
            while len(self.milestones):
                self.milestones.pop_entry()
            for row in kept:
                self.milestones.append_entry(row)

    def terms(self, pairing: Pairing) -> RecordTerms:
        sides = [
            (PartyRole.A, pairing.problem.organisation_id),
            (PartyRole.B, pairing.capability.organisation_id),
        ]
        if self.third.data:
            sides.append((PartyRole.C, int(self.third.data)))
        rows = [row.form for row in self.milestones if not row.form.is_blank]
        return RecordTerms(
            title=self.title.data,
            mode=self.mode.data,
            contract_category=self.contract_category.data,
            programme=self.programme.data,
            amount=self.amount.data,
            technology_amount=self.technology_amount.data,
            signed_on=self.signed_on.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            leader_a=self.leader_a.data or "",
            leader_b=self.leader_b.data or "",
            milestones=tuple(
                MilestoneTerms(row.name.data, row.due_on.data, row.payment.data) for row in rows
            ),
            parties=tuple(sides),
        )

    @classmethod
    def of(cls, pairing: Pairing, today: date) -> ConfirmForm:
        """Filled with what both sides said; two milestones to begin with, which staff change or remove."""
        problem, capability = pairing.problem, pairing.capability
        shared = [mode for mode in problem.modes if mode in capability.modes]
        mode = next(iter(shared or [*problem.modes, *capability.modes]), None)
        wanted = problem.wanted_by
        ends = wanted if wanted is not None and wanted > today else today + timedelta(days=DEFAULT_DAYS)
        middle = today + (ends - today) / 2
        agreed = {each.side for each in pairing.interests if each.stands} == set(Side)
        return cls(
            data={
                "title": problem.title,
                "mode": mode,
                "contract_category": CATEGORY_OF_MODE.get(mode or ""),
                "amount": likely_amount(pairing),
                "starts_on": today,
                "ends_on": ends,
                # Both sides read the record: names of contacts only where both let them be known.
                "leader_a": problem.contact_name if agreed else "",
                "leader_b": capability.contact_name if agreed else "",
                "milestones": [
                    {"name": gettext("中期检查"), "due_on": middle},
                    {"name": pgettext("milestone", "验收"), "due_on": ends},
                ],
                "version": pairing.version,
            }
        )


def likely_amount(pairing: Pairing) -> Decimal | None:
    """The expected price where it lies within the budget; else the budget, of a range its lower end."""
    problem, capability = pairing.problem, pairing.capability
    budget = problem.money_high if problem.money_kind is MoneyKind.RANGE else problem.money_low
    price = capability.money_low
    if price is not None and (budget is None or price <= budget):
        return price
    return problem.money_low
