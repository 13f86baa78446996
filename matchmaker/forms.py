"""What forms share: texts are stripped, messages are ours, amounts are exact, errors can be listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, FormField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional, Regexp, StopValidation, ValidationError

from models.base import LARGEST_WAN


def stripped(value: Any) -> Any:
    """Without blanks at the ends, with Unix line ends; NUL, which no database text may hold, is dropped."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\x00", "").strip()


class Form(FlaskForm):
    """Every text field is stripped before it is checked."""

    class Meta:
        def bind_field(self, form: PlainForm, unbound_field: Any, options: dict[str, Any]) -> Field:
            if issubclass(unbound_field.field_class, StringField | TextAreaField):
                given = list(unbound_field.kwargs.get("filters", ()))
                unbound_field.kwargs["filters"] = [
                    stripped,
                    *[each for each in given if each is not stripped],
                ]
            bound: Field = unbound_field.bind(form=form, **options)
            return bound


class Required(InputRequired):
    """Something was sent, and it is more than blanks and NULs: those go only after this is asked."""

    def __call__(self, form: Any, field: Any) -> None:
        if any(isinstance(typed, str) and not stripped(typed) for typed in (field.raw_data or ())[:1]):
            raise StopValidation(self.message)
        super().__call__(form, field)


def required(message: Any = _("请填写这一项")) -> InputRequired:
    return Required(message)


def optional() -> Optional:
    return Optional(strip_whitespace=True)


class Characters(Length):
    """Between `least` and `most` characters, each Chinese character one; the message tells how many there are."""

    def __init__(self, least: int = 0, most: int = -1) -> None:
        super().__init__(min=least or -1, max=most)

    def __call__(self, form: Any, field: Any) -> None:
        length = len(field.data or "")
        if self.min > 0 and length < self.min:
            raise ValidationError(_("至少 %(least)s 个字，现在 %(n)s 个字", least=self.min, n=length))
        if self.max > 0 and length > self.max:
            raise ValidationError(_("最多 %(most)s 个字，现在 %(n)s 个字", most=self.max, n=length))


def email_address() -> Regexp:
    return Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_("请填写完整的邮箱地址，例如 name@example.com"))


def phone_number() -> Regexp:
    return Regexp(r"^[0-9+\-() ]{5,30}$", message=_("请填写电话号码，只含数字、空格、括号和连字符"))


PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
"""Digits and one point: Decimal would take 1e5 too, which nobody means as an amount, and names for what is none."""


class WanField(StringField):
    """An amount in 万元, exact to two places. `data` is a Decimal or None; what was typed is kept on failure."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        typed = str(valuelist[0]).strip().replace(",", "").replace("，", "")
        if not PLAIN_NUMBER.fullmatch(typed):
            raise ValueError(_("请填写数字，单位万元，例如 60 或 60.5"))
        amount = Decimal(typed)
        if amount < 0:
            raise ValueError(_("金额不能是负数"))
        if amount > LARGEST_WAN:
            raise ValueError(_("金额太大，请核对单位是否为万元"))
        if amount != amount.quantize(Decimal("0.01")):
            raise ValueError(_("最多两位小数（精确到百元）"))
        self.data = amount

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{self.data:f}".rstrip("0").rstrip(".") if "." in f"{self.data:f}" else f"{self.data:f}"


def problems_of(form: Any) -> list[tuple[str, str, str]]:
    """(element id, label, message) of everything wrong in a form, nested fields included."""
    found: list[tuple[str, str, str]] = []
    for field in form:
        if isinstance(
            field, FormField
        ):  # a part: what is wrong is wrong in one of its fields, which is named too
            of = str(field.label.text)
            for id_, name, message in problems_of(field.form):
                named = str(_("%(field)s：%(message)s", field=of, message=name)) if name else of
                found.append((id_ or field.id, named, message))
        else:
            found += [(field.id, str(field.label.text), str(each)) for each in _flatten(field.errors)]
    return found + [("", "", str(message)) for message in form.form_errors]


def _flatten(errors: Any) -> Iterator[Any]:
    if isinstance(errors, Mapping):
        for each in errors.values():
            yield from _flatten(each)
    elif isinstance(errors, list | tuple):
        for each in errors:
            yield from _flatten(each)
    elif errors:
        yield errors


class DayField(DateField):
    """A day, as a date picker gives it. What was typed is kept on failure."""

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators or [optional()], format=["%Y-%m-%d", "%Y/%m/%d"], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("请填写日期，例如 2026-11-24")) from None
        if self.data is not None and not 1990 <= self.data.year <= 2100:
            raise ValueError(_("请核对年份"))


class PickField(SelectField):
    """One of a list; empty is None."""

    def __init__(self, label: Any, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators or [optional()], coerce=lambda value: value or None, **options)

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in {str(value) for value, *_rest in self.choices or ()}:
            raise ValidationError(_("请从列表中选择"))


def choices_of(choices: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label), as a field takes them where it is declared."""
    return [SelectChoice(value, label) for value, label in choices]


def add_error(field: Field, message: Any) -> None:
    """A message that the service found, at the field."""
    field.errors = [*field.errors, message]


def with_ids(form: Any, prefix: str) -> Any:
    """The same form with ids of its own: several of them stand on one page."""
    for field in form:
        field.id = f"{prefix}-{field.short_name}"
        field.label.field_id = field.id
    return form
