"""What people type about their accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, StringField
from wtforms.validators import EqualTo, StopValidation, ValidationError
from wtforms.widgets import PasswordInput

from matchmaker.accounts import passwords
from matchmaker.accounts.passwords import Weakness
from matchmaker.accounts.service import MOBILE, login_name
from matchmaker.forms import Characters, Form, choices_of, email_address, optional, required


class SecretField(Field):
    """A password: kept as it was typed, blanks included, and never sent back."""

    widget = PasswordInput()


class LoginNameField(StringField):
    """What people sign in with, as it is kept: small letters, digits without blanks or +86."""

    def __init__(self, *args: Any, filters: Any = (), **given: Any) -> None:
        super().__init__(*args, filters=[*filters, _login_name], **given)


class MobileField(LoginNameField):
    """A mobile number of the mainland."""

    def pre_validate(self, form: Any) -> None:
        if self.data and not MOBILE.fullmatch(self.data):
            raise ValidationError(gettext("请填写 11 位手机号，例如 138 0013 8000"))


def _login_name(value: str | None) -> str | None:
    return login_name(value) if value else value


class OneLoginName:
    """Refuses where neither an e-mail address nor a mobile number is given. Stands before `optional`."""

    def __call__(self, form: Any, field: Any) -> None:
        if not form.email.data and not form.mobile.data:
            raise StopValidation(gettext("邮箱和手机号至少填写一项，用来登录"))


class StrongPassword:
    """Refuses what passwords.weakness refuses; login names are those of the same form and of `form.login_names`."""

    def __call__(self, form: Any, field: Any) -> None:
        typed = [form[each].data for each in ("email", "mobile") if each in form and form[each].data]
        found = passwords.weakness(field.data or "", typed + form.login_names, form.least)
        if found is not None:
            raise ValidationError(password_advice(found, form.least))


def password_advice(found: Weakness, least: int) -> str:
    """What to do about a weak password."""
    advice = {
        Weakness.SHORT: gettext("密码至少 %(least)s 个字符，请加长", least=least),
        Weakness.LONG: gettext("密码最多 %(most)s 个字符", most=passwords.LONGEST),
        Weakness.LOGIN_NAME: gettext("密码不能与邮箱、手机号相同，请换一个"),
        Weakness.COMMON: gettext("这个密码太常见，容易被猜到，请换一个"),
    }
    return str(advice[found])


class SignInForm(Form):
    login = StringField(_("邮箱或手机号"), [required(_("请填写邮箱或手机号")), Characters(most=120)])
    password = SecretField(_("密码"), [required(_("请填写密码"))])


class ProfileForm(Form):
    name = StringField(_("姓名"), [required(), Characters(2, 40)])
    email = LoginNameField(
        _("邮箱"),
        [OneLoginName(), optional(), Characters(most=120), email_address()],
        description=_("用来登录，也用来收重设密码的邮件"),
    )
    mobile = MobileField(_("手机号"), [optional()], description=_("用来登录，例如 138 0013 8000"))
    language = RadioField(
        _("界面语言"), [required()], choices=choices_of([("zh_CN", "中文"), ("en", "English")])
    )
    password = SecretField(_("当前密码"), [], description=_("只在更改邮箱或手机号时需要填写"))


class InPageOrder:
    """A form made of several: what is wrong is listed in the order of the page, which ORDER gives."""

    ORDER: ClassVar[tuple[str, ...]]
    _fields: dict[str, Field]

    def __iter__(self) -> Iterator[Field]:
        places = {name: place for place, name in enumerate(self.ORDER)}
        return iter(sorted(self._fields.values(), key=lambda field: places.get(field.short_name, -1)))


class NewPasswordForm(Form):
    """A password, typed twice. `login_names`: what it must differ from."""

    password = SecretField(_("密码"), [required(_("请填写密码")), StrongPassword()])
    again = SecretField(
        _("再输一次密码"),
        [required(_("请再输一次密码")), EqualTo("password", _("两次输入的密码不一样，请重新输入"))],
    )

    def __init__(self, least: int, login_names: list[str], **given: Any) -> None:
        super().__init__(**given)
        self.least = least
        self.login_names = login_names


class PasswordForm(InPageOrder, NewPasswordForm):
    """One's own password, which takes the present one."""

    ORDER = ("present", "password", "again")

    present = SecretField(_("当前密码"), [required(_("请填写当前密码"))])

    def __init__(self, least: int, login_names: list[str], **given: Any) -> None:
        super().__init__(least, login_names, **given)
        self.password.label.text, self.again.label.text = gettext("新密码"), gettext("再输一次新密码")


class NewMember(Form):
    """What every new person tells: in a registration and when accepting an invitation."""

    name = StringField(_("您的姓名"), [required(_("请填写姓名")), Characters(2, 40)])
    mobile = MobileField(_("手机号"), [optional()], description=_("11 位，可以用来登录，例如 138 0013 8000"))
    consent = BooleanField(
        _("我已阅读上面的说明，同意这样使用我的信息"), [required(_("请阅读说明，同意后再提交"))]
    )


class AcceptForm(InPageOrder, NewMember, NewPasswordForm):
    """An invited colleague."""

    ORDER = ("name", "mobile", "password", "again", "consent")


class SecondFactorForm(Form):
    code = StringField(
        _("验证码"),
        [required(_("请填写验证码")), Characters(most=12)],
        description=_("手机验证器上显示的 6 位数字"),
    )


class SecondFactorOffForm(Form):
    password = SecretField(_("当前密码"), [required(_("请填写当前密码"))])


class ResetRequestForm(Form):
    login = StringField(_("邮箱或手机号"), [required(_("请填写登录用的邮箱或手机号")), Characters(most=120)])
