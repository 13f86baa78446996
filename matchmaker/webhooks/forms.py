"""What people type about their organisation's robot."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from matchmaker.forms import Characters, Form, choices_of, required
from matchmaker.webhooks.addresses import URL_LENGTH, Fault
from matchmaker.webhooks.payloads import SIGNING
from matchmaker.wording import DELIVERIES
from models import PayloadFormat, Webhook

OFFERED = (PayloadFormat.WECOM, PayloadFormat.DINGTALK, PayloadFormat.FEISHU, PayloadFormat.JSON)
FORMAT_WORDS = DELIVERIES[PayloadFormat]


class VersionForm(Form):
    """Which state of the robot the page showed; 0: none."""

    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class RobotForm(VersionForm):
    format = RadioField(
        _("接收消息的是"),
        [required(_("请选择一种"))],
        choices=choices_of((each.value, FORMAT_WORDS[each]) for each in OFFERED),
    )
    url = StringField(
        _("推送地址"),
        [required(_("请填写推送地址")), Characters(most=URL_LENGTH)],
        description=_(
            "在群里添加机器人后得到的 Webhook 地址，以 https:// 开头。知道地址的人都能往群里发消息，请不要外传"
        ),
    )

    signing_secret = StringField(
        _("加签密钥"),
        [Characters(most=200)],
        description=_(
            "只有钉钉和飞书：群机器人的安全设置选了“加签”（飞书叫“签名校验”）时填写，钉钉的以 SEC 开头。更改设置时要重新填写"
        ),
    )

    def validate_signing_secret(self, field: Any) -> None:
        if field.data and not (field.data.isascii() and field.data.isprintable()):
            raise ValidationError(_("密钥只含字母、数字和符号，请从群机器人的设置里整段复制"))
        if field.data and self.format.data and self.format.data not in SIGNING:
            raise ValidationError(_("只有钉钉和飞书用加签密钥；接收消息的是别的，请清空这一栏"))


def robot_form(webhook: Webhook | None) -> RobotForm:
    """Filled with what holds now. The address is not shown again: whoever knows it can post into the group."""
    return RobotForm(
        data={
            "version": webhook.version if webhook else 0,
            "format": webhook.format.value if webhook else None,
        }
    )


def address_advice(fault: Fault) -> str:
    """What to do about an address that was refused."""
    advice = {
        Fault.NO_ADDRESS: gettext(
            "请填写完整的地址，例如 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
        ),
        Fault.NOT_SECURE: gettext("请填写以 https:// 开头的地址"),
        Fault.UNKNOWN_HOST: gettext(
            "找不到这个地址的服务器，请核对；如果地址没有错，可能是本系统不能访问外网，请联系管理员"
        ),
        Fault.INSIDE: gettext("这个地址在内部网络里，不能推送。如果确有需要，请联系管理员"),
    }
    return str(advice[fault])
