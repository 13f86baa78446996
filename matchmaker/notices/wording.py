"""The words for topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

TOPICS: Mapping[str, tuple[Any, Any]] = {
    # What the topic is called, and what it comprises.
    "inbox": (_("等待审核"), _("新注册的单位，新提交的难题和成果")),
    "review": (_("审核结果"), _("单位、难题和成果的审核、发布和退回修改")),
    "match": (_("新的很匹配的推荐"), _("难题或成果出现新的“很匹配”的推荐时，按每项难题或成果合并成一条")),
    "talks": (_("对接进展"), _("合作意向、对接安排、确认合作")),
    "message": (_("留言"), _("对方和科技局在对接中的留言")),
    "call": (_("难题招标"), _("张榜、方案、评审和公示")),
    "service": (_("科技服务"), _("服务目录的审核，服务的申请、受理、办理和结果")),
    "record": (_("合作记录"), _("合作记录的建立、变更和验收")),
    "milestone": (_("里程碑提醒"), _("到期前 14 天、3 天、当天，以及逾期后每周")),
    "account": (_("账号安全"), _("有人领取了本单位账号的重设密码链接")),
    "expiry": (_("有效期提醒"), _("难题和成果到期前 30 天、7 天，以及过期时")),
    "system": (_("系统"), _("学到的排序启用、停用")),
    "other": (_("其他"), _("不属于以上各类的通知")),
}
