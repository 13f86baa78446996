"""The words for deliveries: what they are, where they stand, why they failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from models import Channel, DeliveryStatus

STATUSES: Mapping[DeliveryStatus, Any] = {
    DeliveryStatus.WAITING: lazy_pgettext("delivery", "等待发送"),
    DeliveryStatus.SENDING: lazy_pgettext("delivery", "正在发送"),
    DeliveryStatus.SENT: lazy_pgettext("delivery", "已发出"),
    DeliveryStatus.FAILED: lazy_pgettext("delivery", "没有发出"),
    DeliveryStatus.DROPPED: lazy_pgettext("delivery", "不再需要"),
}

TONES: Mapping[DeliveryStatus, str] = {
    DeliveryStatus.WAITING: "waiting",
    DeliveryStatus.SENDING: "working",
    DeliveryStatus.SENT: "done",
    DeliveryStatus.FAILED: "refused",
    DeliveryStatus.DROPPED: "quiet",
}

CHANNELS: Mapping[Channel, Any] = {
    Channel.MAIL: _("邮件"),
    Channel.WEBHOOK: _("机器人推送"),
}

PURPOSES: Mapping[str, Any] = {
    "digest": _("每日汇总"),
    "invitation": _("邀请同事"),
    "locked": _("账号锁定提醒"),
    "notice": _("通知"),
    "reset": _("重设密码"),
    "test": _("测试消息"),
}
