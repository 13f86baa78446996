"""The pieces of form that problems and capabilities share, and their base: complete or still a draft.

A draft may lack anything, but what is typed must fit the database: `check(complete=False)` asks for sizes and
readable values only, `check(complete=True)` for everything. After a check `values()` holds what is right.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms import (
    DateField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from matchmaker import wording
from matchmaker.forms import (
    Characters,
    Form,
    WanField,
    choices_of,
    email_address,
    phone_number,
    required,
    stripped,
)
from matchmaker.postings.service import months_after
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import COMPARISONS
from models import MoneyKind

MOST_ROWS = 20
LONGEST_VALIDITY = 36
"""Months."""


class Needed:
    """Must not be empty when the form is to be complete; an empty field of a draft is checked no further."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: Any = _("请填写这一项")) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data or field.errors:
            return
        if form.complete:
            raise StopValidation(self.message)
        raise StopValidation


class IfGiven:
    """An empty field is right and checked no further, also one that cannot read an empty text."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data and not any(str(typed).strip() for typed in field.raw_data or ()):
            field.errors = []
            raise StopValidation


class Size(Characters):
    """Length limits; the lower one counts for complete forms only."""

    def __call__(self, form: Any, field: Any) -> None:
        if form.complete:
            super().__call__(form, field)
        else:
            Characters(0, self.max)(form, field)


class Choice(SelectField):
    """One of a list that begins with an empty choice; nothing, and a field that was not sent, count as that."""

    def process_data(self, value: Any) -> None:
        super().process_data("" if value is None else value)


class CheckBoxes(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DayField(DateField):
    """A day; the message for an unreadable one is ours."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([each for each in valuelist if str(each).strip()])
        except ValueError:
            raise ValueError(_("请按 2026-11-24 这样填写日期")) from None


class Rows(FieldList):
    """Rows of a small form, which learns from its owner whether everything must be there."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        for entry in self.entries:
            entry.form.complete = form.complete
        return bool(super().validate(form, extra_validators))


class TargetRow(PlainForm):
    """检出率 ≥ 98 %."""

    complete = True

    name = StringField(_("指标"), filters=[stripped], validators=[Characters(0, 60)])
    comparison = SelectField(
        _("关系"),
        choices=choices_of((sign, sign) for sign in COMPARISONS),
        default="≥",
        validate_choice=False,
    )
    value = StringField(_("数值"), filters=[stripped], validators=[Characters(0, 40)])
    unit = StringField(lazy_pgettext("measure", "单位"), filters=[stripped], validators=[Characters(0, 20)])

    @property
    def is_empty(self) -> bool:
        return not (self.name.data or self.value.data or self.unit.data)

    def validate_name(self, field: Any) -> None:
        if self.complete and not self.is_empty and not field.data:
            raise ValidationError(_("请填写指标名称"))

    def validate_value(self, field: Any) -> None:
        if self.complete and not self.is_empty and not field.data:
            raise ValidationError(_("请填写数值"))

    def validate_comparison(self, field: Any) -> None:
        if field.data not in COMPARISONS:
            raise ValidationError(_("请从列表中选择"))


class PostingForm(Form):
    """Base of the two forms. A subclass declares its fields in the order of its page, with the pieces below."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    """Fields that are columns of the same name."""
    CODES: ClassVar[frozenset[str]] = frozenset({"field", "subfield", "county"})
    """Those of them that hold a code or nothing."""

    complete = True
    today = date.min

    def prepare(self, vocabulary: Vocabulary, today: date) -> None:
        """Fill the lists; terms that were retired stay where they are chosen."""
        self.today = today
        self._vocabulary = vocabulary
        for name in ("field", "subfield", "county"):
            self[name].choices = listed(vocabulary, name, self[name].data)
        in_use = dict(vocabulary.choices("mode"))
        retired = {code: vocabulary.label("mode", code) for code in self.modes.object_data or []}
        self.modes.choices = list((in_use | retired).items())

    def check(self, complete: bool) -> bool:
        """Whether everything is right; of a draft only what is there is looked at."""
        self.complete = complete
        if (
            self.money_kind.data == MoneyKind.NEGOTIABLE
        ):  # amounts left over from another choice do not matter
            self.money_low.process_errors = self.money_high.process_errors = []
        return bool(self.validate())

    @property
    def seen(self) -> int:
        """The version that the form was opened with; 0, which no row has, if it does not say."""
        return self.version.data or 0

    @property
    def money_unfinished(self) -> bool:
        """A figure is announced that is not there: only a draft may be so."""
        kind, low, high = self.money_kind.data, self.money_low.data, self.money_high.data
        return (kind == MoneyKind.EXACT and low is None) or (
            kind == MoneyKind.RANGE and (low is None or high is None)
        )

    def values(self) -> dict[str, Any]:
        """Column values of all fields that are right; `modes` as a list of codes."""
        found: dict[str, Any] = {}
        for name in self.COLUMNS:
            field = self[name]
            if field.errors:
                continue
            empty: Any = None if name in self.CODES or isinstance(field, DateField) else ""
            found[name] = empty if field.data in (None, "") else field.data
        if not self.modes.errors:
            found["modes"] = list(dict.fromkeys(self.modes.data or []))
        if not self.targets.errors:
            found["targets"] = [
                {name: entry.form[name].data or "" for name in ("name", "comparison", "value", "unit")}
                for entry in self.targets.entries
                if not entry.form.is_empty
            ]
        if found.get("subfield") and not found.get("field") and "field" in found:
            found["field"] = self._vocabulary.parent("subfield", found["subfield"])
        return found | self._money()

    def _money(self) -> dict[str, Any]:
        """A figure that is not finished counts as what is there of it."""
        if self.money_kind.errors or self.money_low.errors or self.money_high.errors:
            return {}
        kind, low, high = MoneyKind(self.money_kind.data), self.money_low.data, self.money_high.data
        if kind is MoneyKind.RANGE and low is not None and high is not None:
            return {"money_kind": kind, "money_low": low, "money_high": high}
        figure = low if low is not None or kind is MoneyKind.EXACT else high
        if kind is MoneyKind.NEGOTIABLE or figure is None:
            return {"money_kind": MoneyKind.NEGOTIABLE, "money_low": None, "money_high": None}
        return {"money_kind": MoneyKind.EXACT, "money_low": figure, "money_high": None}

    def validate_money_low(self, field: Any) -> None:
        if not self.complete or field.errors or field.data is not None:
            return
        if self.money_kind.data == MoneyKind.EXACT:
            raise ValidationError(_("请填写金额；还没有定的话请选“面议”"))
        if self.money_kind.data == MoneyKind.RANGE:
            raise ValidationError(_("请填写下限；还没有定的话请选“面议”"))

    def validate_money_high(self, field: Any) -> None:
        if self.money_kind.data != MoneyKind.RANGE or field.errors:
            return
        if field.data is None:
            if self.complete:
                raise ValidationError(_("请填写上限；只有一个数的话请选“确定金额”"))
        elif self.money_low.data is not None and field.data < self.money_low.data:
            raise ValidationError(_("上限不能低于下限"))

    def validate_subfield(self, field: Any) -> None:
        if not field.data or not self.field.data or field.errors:
            return
        if self._vocabulary.parent("subfield", field.data) != self.field.data:
            raise ValidationError(
                _(
                    "“%(second)s”不属于“%(first)s”，请重新选择",
                    second=self._vocabulary.label("subfield", field.data),
                    first=self._vocabulary.label("field", self.field.data),
                )
            )

    def validate_contact_phone(self, field: Any) -> None:
        if self.complete and not field.data and not self.contact_email.data and not field.errors:
            raise ValidationError(_("电话和邮箱请至少填写一项"))

    def validate_valid_until(self, field: Any) -> None:
        if field.data is None or field.errors:
            return
        if self.complete and field.data <= self.today:
            raise ValidationError(_("请填写今天以后的日期"))
        if field.data > months_after(self.today, LONGEST_VALIDITY):
            raise ValidationError(_("最长 %(months)s 个月，到期前可以再延长", months=LONGEST_VALIDITY))


def listed(vocabulary: Vocabulary, kind: str, chosen: str | None) -> list[tuple[str, Any]]:
    """A list's terms after an empty first choice."""
    return [("", _("请选择")), *vocabulary.choices(kind, keep=chosen)]


def change_rows(form: Any, command: str) -> None:
    """What the buttons beside rows ask for where there is no script: "targets:add", "targets:remove:2"."""
    name, _colon, step = command.partition(":")
    if name not in form or not isinstance(form[name], FieldList):
        return
    rows = form[name]
    if step == "add" and len(rows.entries) < MOST_ROWS:
        rows.append_entry()
    place = step.removeprefix("remove:")
    if place.isdigit() and int(place) < len(rows.entries):
        del rows.entries[int(place)]


# The pieces, in the words of whoever uses them.


def version_field() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[IfGiven()])


def title_field(label: Any, description: Any) -> StringField:
    return StringField(label, description=description, validators=[Needed(), Size(4, 60)])


def first_level(description: Any = "") -> Choice:
    return Choice(_("技术领域"), description=description, validators=[Needed(_("请选择技术领域"))])


def second_level() -> Choice:
    return Choice(_("二级领域"))


def county_field(description: Any = "") -> Choice:
    return Choice(
        _("所在县（市、区）"),
        description=description,
        validators=[Needed(_("请选择所在县（市、区）"))],
    )


def modes_field(label: Any, description: Any) -> CheckBoxes:
    return CheckBoxes(label, description=description, validators=[Needed(_("请至少选择一种合作方式"))])


def targets_field(label: Any, description: Any) -> Rows:
    return Rows(FormField(TargetRow), label, description=description, min_entries=1, max_entries=MOST_ROWS)


def money_kind_field(label: Any, description: Any) -> RadioField:
    return RadioField(
        label,
        description=description,
        choices=choices_of((kind.value, wording.LABELS[kind]) for kind in MoneyKind),
        default=MoneyKind.NEGOTIABLE.value,
        validators=[Needed(_("请选择一种"))],
    )


def money_low_field() -> WanField:
    return WanField(_("金额或下限（万元）"))


def money_high_field() -> WanField:
    return WanField(_("上限（万元）"))


def contact_name_field() -> StringField:
    return StringField(_("联系人"), validators=[Needed(_("请填写联系人")), Size(0, 40)])


def contact_phone_field() -> StringField:
    return StringField(_("联系电话"), validators=[Size(0, 40), GivenPhone()])


def contact_email_field() -> StringField:
    return StringField(_("电子邮箱"), validators=[IfGiven(), Size(0, 120), email_address()])


class GivenPhone:
    """A phone number, where one is given; does not stop what else is asked of the field."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data:
            phone_number()(form, field)


def valid_until_field(description: Any) -> DayField:
    return DayField(_("有效期至"), description=description, validators=[Needed(_("请填写有效期"))])


class ReturnForm(Form):
    """Why a problem or capability goes back to its author."""

    reason = TextAreaField(
        _("退回原因"),
        description=_("写明哪一处要怎样改，对方会照着改。"),
        validators=[required(_("请写明退回的原因，对方才知道改哪里")), Characters(0, 500)],
    )
