"""The sentence of each notice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from matchmaker import project_wording, service_wording, wording
from matchmaker.sentences import N_
from models import DeclineReason


def notice(kind: str, details: Mapping[str, Any]) -> str:
    """The sentence of a notice, in the reader's language. Kinds are the keys of NOTICES."""
    if "step" in details:
        details = {**details, "step": wording.record_event(details["step"])}
    if "why" in details:
        details = {**details, "why": wording.DECLINE_REASONS[DeclineReason(details["why"])]}
    return str(gettext(NOTICES[kind], **details))


NOTICES: Mapping[str, str] = {
    **project_wording.NOTICES,
    **service_wording.NOTICES,
    "call.submitted": N_("“%(name)s”申请把难题“%(title)s”张榜，等待审批"),
    "call.returned": N_("张榜“%(title)s”被退回修改：%(reason)s"),
    "call.published": N_("“%(title)s”已张榜，正在征集揭榜方案"),
    "call.unsealed": N_("“%(title)s”的 %(count)s 份揭榜方案已经开启，可以查看"),
    "call.opened": N_("新的难题招标“%(title)s”，%(until)s 截止，贵单位可以揭榜"),
    "call.opened_matching": N_("新的难题招标“%(title)s”与贵单位的成果“%(capability)s”相符，%(until)s 截止"),
    "call.extended": N_("难题招标“%(title)s”延长到 %(until)s 截止"),
    "account.reset_issued": N_("%(who)s 领取了重设 %(name)s 密码的链接，如非本人要求请联系科技局"),
    "call.closing": N_("难题招标“%(title)s”将在 %(until)s 截止，逾期不收"),
    "call.closed": N_("难题招标“%(title)s”已截止，收到 %(n)s 份揭榜方案"),
    "call.closed_proposer": N_("难题招标“%(title)s”已截止，贵单位的揭榜方案将由科技局开启"),
    "call.cancelled": N_("难题招标“%(title)s”已取消：%(reason)s"),
    "call.reviewer_named": N_("科技局请您评审难题招标“%(title)s”的揭榜方案，请先声明有没有利益关系"),
    "call.reviewer_tied": N_("%(name)s 因利益关系回避难题招标“%(title)s”的评审，请另请评审人"),
    "call.reviews_in": N_("难题招标“%(title)s”的评分已经到齐，可以作出决定"),
    "call.decided": N_("难题招标“%(title)s”已有评审决定，即将公示"),
    "call.announced": N_("难题招标“%(title)s”开始公示，%(until)s 前可以提出异议"),
    "call.objected": N_("难题招标“%(title)s”收到异议，等待答复"),
    "call.objection_answered": N_("您对难题招标“%(title)s”的异议已有答复"),
    "call.reconsidered": N_("难题招标“%(title)s”的决定已撤回，重新评审"),
    "call.awarded": N_("难题招标“%(title)s”由“%(name)s”中榜，合作记录 %(number)s 已建立"),
    "call.unawarded": N_("难题招标“%(title)s”已结束，没有中榜单位"),
    "organisation.registered": N_("新单位“%(name)s”注册，等待审核"),
    "organisation.resubmitted": N_("“%(name)s”修改资料后重新提交，等待审核"),
    "account.handed_over": N_("%(name)s经办的 %(count)s 项事情交给您了：匹配、下一步、难题、成果或合作记录"),
    "organisation.merged": N_("“%(name)s”已并入“%(main)s”，双方的难题、成果和合作记录合在一起"),
    "organisation.partner_merged": N_(
        "“%(name)s”已并入“%(main)s”：您在对接中向它公开的联系方式和内容，“%(main)s”的人员现在也能看到"
    ),
    "organisation.verified": N_("您的单位“%(name)s”已通过审核，可以发布信息了"),
    "organisation.rejected": N_("您的单位“%(name)s”未通过审核：%(reason)s"),
    "organisation.rechecked": N_("科技局撤回了刚才对“%(name)s”的审核决定，正在重新审核"),
    "problem.submitted": N_("“%(name)s”提交了难题“%(title)s”，等待审核"),
    "import.organisation": N_("%(name)s从表格导入了 %(count)s 个单位，等待审核"),
    "import.problem": N_("%(name)s从表格导入了 %(count)s 项难题，等待审核"),
    "import.capability": N_("%(name)s从表格导入了 %(count)s 项成果，等待审核"),
    "problem.entered": N_("科技局为贵单位录入了 %(count)s 项难题，请核对"),
    "problem.updated": N_("科技局按表格修改了贵单位的 %(count)s 项难题，请核对"),
    "problem.published": N_("难题“%(title)s”已发布"),
    "problem.returned": N_("难题“%(title)s”被退回修改：%(reason)s"),
    "problem.rechecked": N_("科技局撤回了刚才对难题“%(title)s”的审核决定，正在重新审核"),
    "pairing.problem_taken_on": N_("%(name)s 接过了难题“%(title)s”的经办"),
    "problem.withdrawn": N_("难题“%(title)s”已由科技局撤回"),
    "problem.same_as": N_("科技局认定难题“%(title)s”与另一项是同一项，匹配和对接按那一项办理"),
    "problem.separated": N_("科技局撤销了难题“%(title)s”的同一项认定，它重新参加匹配"),
    "problem.restored": N_("难题“%(title)s”已由科技局恢复为草稿，修改后可以重新提交"),
    "problem.expired": N_("难题“%(title)s”已过有效期，不再公开。延长有效期后可以重新提交"),
    "capability.submitted": N_("“%(name)s”提交了成果“%(title)s”，等待审核"),
    "capability.entered": N_("科技局为贵单位录入了 %(count)s 项成果，请核对"),
    "capability.updated": N_("科技局按表格修改了贵单位的 %(count)s 项成果，请核对"),
    "capability.published": N_("成果“%(title)s”已发布"),
    "capability.returned": N_("成果“%(title)s”被退回修改：%(reason)s"),
    "capability.rechecked": N_("科技局撤回了刚才对成果“%(title)s”的审核决定，正在重新审核"),
    "pairing.capability_taken_on": N_("%(name)s 接过了成果“%(title)s”的经办"),
    "capability.archived": N_("成果“%(title)s”已由科技局下架"),
    "capability.same_as": N_("科技局认定成果“%(title)s”与另一项是同一项，匹配和对接按那一项办理"),
    "capability.separated": N_("科技局撤销了成果“%(title)s”的同一项认定，它重新参加匹配"),
    "capability.restored": N_("成果“%(title)s”已由科技局恢复为草稿，修改后可以重新提交"),
    "capability.expired": N_("成果“%(title)s”已过有效期，已下架。恢复为草稿、延长有效期后可以重新提交"),
    "consent.proposed": N_("科技局建议双方谈一谈“%(title)s”，请答复是否同意对接"),
    "interest.declined": N_("“%(name)s”感谢关注，目前暂不对接“%(title)s”：%(why)s"),
    "interest.expressed": N_("“%(name)s”对“%(title)s”表示了合作意向"),
    "interest.both": N_("双方都愿意谈“%(title)s”，联系方式已互相开放"),
    "interest.withdrawn": N_("“%(name)s”撤回了对“%(title)s”的合作意向"),
    "undertaking.accepted": N_("“%(name)s”就“%(title)s”接受了保密承诺书第 %(version)s 版"),
    "undertaking.renewed": N_(
        "保密承诺书第 %(version)s 版已生效。接受以前，%(count)s 项对接里对方的保密内容不再开放，请阅读后重新接受"
    ),
    "next_step.given": N_("%(name)s把下一步“%(what)s”交给您办理，%(day)s 到期"),
    "pairing.assigned": N_("%(name)s把“%(title)s”的匹配交给您经办"),
    "pairing.assigned_many": N_("%(name)s把 %(count)s 项匹配交给您经办"),
    "pairing.taken_over": N_("您经办的“%(title)s”的匹配现在由%(name)s经办"),
    "pairing.taken_over_many": N_("您经办的 %(count)s 项匹配现在由%(name)s经办"),
    "match.problem": N_("难题“%(title)s”有 %(count)s 项新的很匹配的成果"),
    "match.capability": N_("成果“%(title)s”有 %(count)s 个新的很匹配的难题"),
    "milestone.due": N_("合作记录 %(number)s 的里程碑“%(milestone)s”还有 %(days)s 天到期（%(due)s）"),
    "milestone.today": N_("合作记录 %(number)s 的里程碑“%(milestone)s”今天到期"),
    "milestone.late": N_("合作记录 %(number)s 的里程碑“%(milestone)s”已逾期 %(days)s 天（%(due)s 到期）"),
    "expiring.problem": N_("难题“%(title)s”还有 %(days)s 天过期（%(due)s），需要时请延长有效期"),
    "expiring.capability": N_("成果“%(title)s”还有 %(days)s 天过期（%(due)s），需要时请延长有效期"),
    "pairing.introduced": N_("科技局为“%(title)s”安排了对接"),
    "pairing.dismissed": N_("科技局结束了“%(title)s”的一项对接"),
    "pairing.unsuitable": N_("科技局认为“%(title)s”的一项匹配不合适，已结束"),
    "pairing.resumed": N_("科技局恢复了“%(title)s”的一项匹配，先前“已结束”的通知作废"),
    "pairing.confirmed": N_("“%(title)s”确认合作，合作记录 %(number)s 已建立"),
    "ranking.adopted": N_("从 %(decisions)s 项决定学到的排序 %(name)s 已启用"),
    "ranking.rolled_back": N_("排序 %(name)s 已停用，退回 %(after)s"),
    "ranking.waiting": N_("学到了更好的排序 %(name)s，等待管理员启用"),
    "thread.message": N_("“%(name)s”就“%(title)s”留了言"),
    "thread.note": N_("科技局记录了“%(title)s”的沟通情况"),
    "record.opened": N_("科技局登记了贵单位的合作“%(title)s”，合作记录 %(number)s 已建立"),
    "record.entered": N_("科技局登记了贵单位的 %(count)s 份合作记录，请核对"),
    "record.updated": N_("科技局按表格修改了贵单位的 %(count)s 份合作记录，请核对"),
    "record.step": N_("合作记录 %(number)s 有新进展：%(step)s"),
}
