"""Why a file was not accepted, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from matchmaker.attachments.service import Reason, Refused
from matchmaker.settings import Settings


def refusal(refused: Refused, settings: Settings) -> str:
    """Says which file, why, and what to do."""
    return str(_sentence(refused, settings))


def no_key() -> str:
    return str(gettext("现在不能保存保密文件：服务器上缺少加密用的密钥。请联系管理员，稍后再上传。"))


def sealed() -> str:
    return str(gettext("服务器上缺少解密用的密钥，这个保密附件暂时打不开。文件没有丢失，请联系管理员。"))


def _sentence(refused: Refused, settings: Settings) -> Any:
    name = refused.name
    match refused.reason:
        case Reason.NOTHING:
            return gettext("请先选择文件。")
        case Reason.EMPTY:
            return gettext("“%(name)s”是空文件，请检查后重新选择。", name=name)
        case Reason.LARGE:
            return gettext(
                "“%(name)s”超过 %(mb)d MB，请压缩图片或拆分后再上传。",
                name=name,
                mb=settings.attachment_max_mb,
            )
        case Reason.MANY:
            return gettext(
                "最多 %(count)d 个附件，放不下“%(name)s”。请先移除不需要的，或合并成一个文件。",
                name=name,
                count=settings.attachment_max_count,
            )
        case Reason.TYPE:
            return gettext(
                "“%(name)s”这种文件不能上传。可以上传 PDF、Word、Excel、PowerPoint、图片和文本文件。",
                name=name,
            )
        case Reason.CONTENT:
            return gettext(
                "“%(name)s”的内容与扩展名 .%(extension)s 不符，或者文件不完整、设了打开密码、带有宏。"
                "请用原来的软件打开，另存后再上传。",
                name=name,
                extension=refused.extension,
            )
