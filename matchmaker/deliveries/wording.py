"""The words for what deliveries are, and the colours for where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from models import DeliveryStatus

TONES: Mapping[DeliveryStatus, str] = {
    DeliveryStatus.WAITING: "waiting",
    DeliveryStatus.SENDING: "working",
    DeliveryStatus.SENT: "done",
    DeliveryStatus.FAILED: "refused",
    DeliveryStatus.DROPPED: "quiet",
}

PURPOSES: Mapping[str, Any] = {
    "digest": _("每日汇总"),
    "invitation": _("邀请同事"),
    "locked": _("账号锁定提醒"),
    "notice": _("通知"),
    "reset": _("重设密码"),
    "test": _("测试消息"),
}
