from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, StringField, TextAreaField
from wtforms import Form as PlainForm

from matchmaker.forms import (
    Characters,
    Form,
    WanField,
    email_address,
    optional,
    phone_number,
    problems_of,
    required,
    stripped,
)


class Target(PlainForm):
    name = StringField("指标", [required()])


class Probe(Form):
    title = StringField("名称", [required(), Characters(4, 10)])
    text = TextAreaField("说明", [optional(), Characters(most=8)])
    amount = WanField("金额")
    email = StringField("邮箱", [optional(), email_address()])
    phone = StringField("电话", [optional(), phone_number()])
    targets = FieldList(FormField(Target))


@pytest.fixture
def page(standing_app: Flask) -> Iterator[None]:
    with standing_app.test_request_context(method="POST"):
        yield


def typed(**given: str) -> Probe:
    form = Probe(MultiDict({"title": "压铸件气孔检测", **given}))
    form.validate()
    return form


def messages(form: Any, name: str) -> list[str]:
    return [str(message) for message in form[name].errors]


def test_texts_are_stripped_before_they_are_checked(page: None) -> None:
    form = typed(title="  压铸气孔 \u3000", text="\r\n一行\r\n二行\x00 \n")
    assert (form.title.data, form.text.data, form.errors) == ("压铸气孔", "一行\n二行", {})


@pytest.mark.parametrize("title", ["", "   ", "\u3000\n", "\x00"])
def test_blanks_fill_no_required_field(page: None, title: str) -> None:
    assert messages(typed(title=title), "title") == ["请填写这一项"]


def test_what_is_optional_may_be_blank(page: None) -> None:
    assert typed(text="  ", email=" ", phone="").errors == {}


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("压铸件", "至少 4 个字，现在 3 个字"),
        ("压铸件气孔在线检测系统", "最多 10 个字，现在 11 个字"),
        ("压铸件气", None),
        ("压铸件气孔在线检测机", None),
    ],
)
def test_a_text_of_the_wrong_length_is_told_its_length(page: None, title: str, message: str | None) -> None:
    assert messages(typed(title=title), "title") == ([message] if message else [])


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("60", "60"),
        ("60.5", "60.5"),
        (" 1,200.25 ", "1200.25"),
        ("1，200", "1200"),
        ("６０", "60"),
        ("0", "0"),
        ("99999999.99", "99999999.99"),
        ("60.500", "60.5"),
    ],
)
def test_an_amount_is_read_exactly(page: None, text: str, amount: str) -> None:
    form = typed(amount=text)
    assert form.errors == {}
    assert form.amount.data == Decimal(amount)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_no_amount_is_none(page: None, text: str) -> None:
    form = typed(amount=text)
    assert (form.amount.data, form.errors) == (None, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("六十", "请填写数字，单位万元，例如 60 或 60.5"),
        ("60万", "请填写数字，单位万元，例如 60 或 60.5"),
        ("nan", "请填写数字，单位万元，例如 60 或 60.5"),
        ("Infinity", "请填写数字，单位万元，例如 60 或 60.5"),
        ("-1", "金额不能是负数"),
        ("100000000", "金额太大，请核对单位是否为万元"),
        ("1e5", "请填写数字，单位万元，例如 60 或 60.5"),
        ("1e999999", "请填写数字，单位万元，例如 60 或 60.5"),
        ("1_000", "请填写数字，单位万元，例如 60 或 60.5"),
        ("60.555", "最多两位小数（精确到百元）"),
        ("0.001", "最多两位小数（精确到百元）"),
    ],
)
def test_an_amount_that_cannot_be_is_told_why_and_kept_as_typed(page: None, text: str, message: str) -> None:
    form = typed(amount=text)
    assert messages(form, "amount") == [message]
    assert form.amount.data is None
    assert form.amount._value() == text


@given(st.text(max_size=30))
def test_whatever_is_typed_as_an_amount_is_read_or_refused(standing_app: Flask, text: str) -> None:
    with standing_app.test_request_context(method="POST"):
        amount = typed(amount=text).amount.data
    assert amount is None or 0 <= amount <= Decimal("99999999.99")
    assert amount is None or amount * 100 == int(amount * 100)


@pytest.mark.parametrize(
    ("amount", "shown"), [("60", "60"), ("60.50", "60.5"), ("60.00", "60"), ("100", "100"), ("0.01", "0.01")]
)
def test_a_stored_amount_is_shown_as_one_types_it(page: None, amount: str, shown: str) -> None:
    assert Probe(formdata=None, data={"amount": Decimal(amount)}).amount._value() == shown


@pytest.mark.parametrize("address", ["name@example.com", "a.b+c@x.edu.cn"])
def test_addresses_are_taken(page: None, address: str) -> None:
    assert typed(email=address).errors == {}


@pytest.mark.parametrize(
    "address", ["name", "name@example", "a b@example.com", "a@b@example.com", "@example.com"]
)
def test_what_is_no_address_is_told(page: None, address: str) -> None:
    assert messages(typed(email=address), "email") == ["请填写完整的邮箱地址，例如 name@example.com"]


@pytest.mark.parametrize(
    ("number", "taken"), [("0556-5555555", True), ("+86 139 0000 0000", True), ("電話", False), ("12", False)]
)
def test_numbers_are_digits_and_what_stands_between(page: None, number: str, taken: bool) -> None:
    assert (messages(typed(phone=number), "phone") == []) is taken


def test_everything_wrong_can_be_listed_with_its_place(page: None) -> None:
    form = typed(title="短", amount="x", **{"targets-0-name": ""})
    form.form_errors = ["先登录再提交"]
    listed = problems_of(form)
    assert ("title", "名称", "至少 4 个字，现在 1 个字") in listed
    assert ("amount", "金额", "请填写数字，单位万元，例如 60 或 60.5") in listed
    assert ("", "", "先登录再提交") in listed
    assert any("请填写这一项" in message for _, _, message in listed)


@given(st.text())
def test_stripping_twice_changes_nothing_more(text: str) -> None:
    assert stripped(stripped(text)) == stripped(text)
    assert "\x00" not in stripped(text)
    assert "\r\n" not in stripped(text)


def test_what_is_no_text_is_left_alone() -> None:
    assert stripped(None) is None
    assert stripped(5) == 5
