"""The words for what jobs do, how far they are and why they failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from matchmaker.wording import JOBS
from models import Job, JobStatus

STEPS: Mapping[str, Any] = {
    "reading": _("正在读取"),
    "comparing": _("正在查找重复"),
    "writing": _("正在写入"),
    "exporting": _("正在导出"),
}
ERRORS: Mapping[str, Any] = {
    "account_closed": _("办理人的账号已停用。"),
    "died": _("几次都在同一处意外中断，已停止。请联系管理员。"),
    "unexpected": _("出现意外错误，已停止。请联系管理员查看日志。"),
    "no_key": _("服务器上缺少加密用的密钥，请联系管理员。"),
    "engine_missing": _("匹配模型没有装好，请联系管理员。"),
}
STATUSES: Mapping[JobStatus, Any] = {
    JobStatus.QUEUED: lazy_pgettext("job", "排队中"),
    JobStatus.RUNNING: lazy_pgettext("job", "办理中"),
    JobStatus.DONE: lazy_pgettext("job", "已完成"),
    JobStatus.FAILED: lazy_pgettext("job", "没有办成"),
    JobStatus.CANCELLED: lazy_pgettext("job", "已取消"),
}
TONES: Mapping[JobStatus, str] = {
    JobStatus.QUEUED: "waiting",
    JobStatus.RUNNING: "working",
    JobStatus.DONE: "done",
    JobStatus.FAILED: "refused",
    JobStatus.CANCELLED: "quiet",
}


def kind(job: Job) -> str:
    return str(JOBS.get(job.kind, job.kind))


def error(job: Job) -> str:
    return str(ERRORS.get(job.error, ERRORS["unexpected"]))


def so_far(job: Job) -> str:
    """How far it is, in a sentence."""
    if job.status is JobStatus.QUEUED:
        return str(gettext("正在排队，马上开始。"))
    if job.status is JobStatus.RUNNING and job.cancel_requested_at is not None:
        return str(gettext("正在停止：做完手头这一批就停。"))
    step = str(STEPS.get(job.step, gettext("正在办理")))
    if job.status is JobStatus.RUNNING and job.total:
        return str(gettext("%(step)s：%(done)d / %(total)d", step=step, done=job.done, total=job.total))
    if job.status is JobStatus.RUNNING:
        return step
    if job.status is JobStatus.CANCELLED and job.total:
        return str(
            gettext("已取消，停在 %(done)d / %(total)d；做完的部分保留。", done=job.done, total=job.total)
        )
    return ""
