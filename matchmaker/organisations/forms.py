"""What people type about their organisation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength
from stdnum.exceptions import ValidationError as StdnumError
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from matchmaker.accounts.forms import InPageOrder, LoginNameField, NewMember, NewPasswordForm, OneLoginName
from matchmaker.forms import Characters, Form, email_address, optional, phone_number, required
from matchmaker.organisations.naming import plain_code, plain_name
from matchmaker.organisations.service import REGISTRABLE, Facts, FirstMember
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.wording import label
from models import Organisation, OrganisationKind, Role

OUTSIDE = "outside"
"""Stands in the list of counties for a place outside the city; in the database it is none."""


class CreditCode:
    """Refuses a unified social credit code that cannot be one, and says what is wrong with it."""

    def __call__(self, form: Any, field: Any) -> None:
        try:
            uscc.validate(field.data or "")
        except InvalidLength:
            raise ValidationError(
                gettext(
                    "统一社会信用代码是 18 位，现在有 %(n)s 位，请对照营业执照或法人证书",
                    n=len(field.data or ""),
                )
            ) from None
        except InvalidChecksum:
            raise ValidationError(
                gettext("最后一位校验码对不上，可能有一位写错了，请对照营业执照或法人证书")
            ) from None
        except StdnumError:
            raise ValidationError(
                gettext("统一社会信用代码由数字和大写字母组成，不含 I、O、S、V、Z，前 8 位是数字，请核对")
            ) from None


class TagsField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Description(Form):
    """What an organisation may tell at any time."""

    county = SelectField(_("所在县（市、区）"), [required(_("请选择所在县（市、区）"))])
    industry = SelectField(_("所属行业"), [optional()])
    tags = TagsField(_("单位标签"), [optional()])
    introduction = TextAreaField(
        _("单位简介"),
        [Characters(most=2000)],
        description=_("主要产品或研究方向、规模、设备和试验条件。通过审核后对外公开"),
    )
    address = StringField(_("地址"), [Characters(most=200)])
    contact_name = StringField(
        _("联系人或联系部门"),
        [required(_("请填写联系人或联系部门")), Characters(most=40)],
        description=_("例如：技术科、成果转化办公室"),
    )
    contact_phone = StringField(
        _("联系电话"),
        [required(_("请填写联系电话")), phone_number()],
        description=_("座机带区号，例如 0556-5555555"),
    )
    contact_email = StringField(_("联系邮箱"), [optional(), Characters(most=120), email_address()])

    def fill_lists(self, vocabulary: Vocabulary, kept: Organisation | None = None) -> None:
        """Offer the vocabulary's terms; retired ones that the organisation has stay."""
        self.county.choices = [
            ("", gettext("请选择")),
            *vocabulary.choices("county", keep=kept.county if kept else None),
            (OUTSIDE, gettext("本市以外")),
        ]
        self.industry.choices = [
            ("", gettext("请选择")),
            *vocabulary.choices("industry", keep=kept.industry if kept else None),
        ]
        tags = dict(vocabulary.choices("organisation_tag"))
        tags |= {code: vocabulary.label("organisation_tag", code) for code in (kept.tags if kept else [])}
        self.tags.choices = list(tags.items())

    def facts(self) -> Facts:
        """What was typed, without name and code."""
        return Facts(
            county=None if self.county.data == OUTSIDE else self.county.data,
            industry=self.industry.data or None,
            tags=list(self.tags.data or []),
            introduction=self.introduction.data or "",
            address=self.address.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            contact_email=self.contact_email.data or "",
        )


def _name(label: Any) -> StringField:
    return StringField(
        label,
        [required(_("请填写单位全称")), Characters(4, 100)],
        filters=[plain_name],
        description=_("与营业执照或法人证书一致的全称"),
    )


def _code() -> StringField:
    return StringField(
        _("统一社会信用代码"),
        [required(_("请填写统一社会信用代码")), CreditCode()],
        filters=[plain_code],
        description=_("18 位，在营业执照或法人证书上"),
    )


class EditForm(Description):
    """`rename`: whether name and code may be changed."""

    name = _name(_("单位名称"))
    code = _code()
    version = IntegerField(widget=HiddenInput())

    def __init__(self, organisation: Organisation, vocabulary: Vocabulary, rename: bool) -> None:
        super().__init__(obj=organisation)
        if not rename:
            del self.name
            del self.code
        self.fill_lists(vocabulary, organisation)
        if not self.is_submitted():
            self.county.data = organisation.county or OUTSIDE

    def facts(self) -> Facts:
        """What was typed; name and code where they may be changed."""
        if "name" not in self:
            return super().facts()
        return replace(super().facts(), name=self["name"].data, code=self["code"].data)


class RegisterForm(InPageOrder, Description, NewMember, NewPasswordForm):
    """An organisation and its first member."""

    ORDER = (
        *("kind", "organisation_name", "code", "county", "contact_name", "contact_phone", "contact_email"),
        *("name", "email", "mobile", "password", "again"),
        *("industry", "tags", "address", "introduction", "consent"),
    )

    kind = RadioField(_("单位类型"), [required(_("请选择单位类型"))])
    organisation_name = _name(_("单位名称"))
    code = _code()
    email = LoginNameField(
        _("邮箱"),
        [OneLoginName(), optional(), Characters(most=120), email_address()],
        description=_("用来登录和找回密码"),
    )

    def __init__(self, vocabulary: Vocabulary, least: int) -> None:
        super().__init__(least, [])
        self.kind.choices = [(kind.value, label(kind)) for kind in REGISTRABLE]
        self.fill_lists(vocabulary)

    def registration(self, language: str) -> tuple[OrganisationKind, Facts, FirstMember]:
        """What was typed, for the service."""
        facts = replace(self.facts(), name=self.organisation_name.data, code=self.code.data)
        member = FirstMember(
            self.name.data, self.email.data or None, self.mobile.data or None, self.password.data, language
        )
        return OrganisationKind(self.kind.data), facts, member


class RejectForm(Form):
    reason = TextAreaField(
        _("原因"),
        [required(_("请写明原因，对方会看到")), Characters(4, 500)],
        description=_("写明哪里不符、怎样改。例如：统一社会信用代码与营业执照不一致，请核对后重新提交"),
    )


class InviteForm(Form):
    email = LoginNameField(
        _("同事的邮箱"), [required(_("请填写同事的邮箱")), Characters(most=120), email_address()]
    )
    role = SelectField(_("角色"), [optional()])

    def __init__(self, roles: tuple[Role, ...], **given: Any) -> None:
        super().__init__(**given)
        self.role.choices = [(role.value, label(role)) for role in roles]
        if len(roles) == 1:
            del self.role

    def chosen_role(self) -> Role | None:
        """The role chosen, where there was a choice."""
        return Role(self["role"].data) if "role" in self and self["role"].data else None
