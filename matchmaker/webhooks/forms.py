"""What people type about their organisation's robot."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from matchmaker.forms import Characters, Form, required
from matchmaker.webhooks.addresses import URL_LENGTH, Fault
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
        choices=[(each.value, FORMAT_WORDS[each]) for each in OFFERED],
    )
    url = StringField(
        _("推送地址"),
        [required(_("请填写推送地址")), Characters(most=URL_LENGTH)],
        description=_(
            "在群里添加机器人后得到的 Webhook 地址，以 https:// 开头。知道地址的人都能往群里发消息，请不要外传"
        ),
    )


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
