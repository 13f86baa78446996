"""The words for what was read of a document, and for why one cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matchmaker.survey_forms.service import Mark, Trust

FAULTS: Mapping[str, Any] = {
    "empty": _("文件是空的，请换一个文件。"),
    "too_large": _("文件超过 10 MB，请压缩其中的图片，或只粘贴文字。"),
    "old_word": _("这是旧格式（.doc 或 .wps）。请用 Word 或 WPS 打开，另存为 .docx 再传，或者直接粘贴文字。"),
    "encrypted": _("文件有密码，读不了。请去掉密码再传，或者直接粘贴文字。"),
    "spreadsheet": _("这是 Excel 表格，请到“导入表格”办理。这里读 Word 文档和 PDF。"),
    "not_a_form": _("这不是 Word 文档（.docx），也不是 PDF。请另存为这两种之一，或者直接粘贴文字。"),
    "damaged": _("文件损坏，打不开。请重新另存一份再传，或者直接粘贴文字。"),
    "unpacks_too_large": _("文件解开以后太大，没有读。请只保留征集表那几页再传。"),
    "too_many_pages": _("页数超过 40 页，没有读。请只保留征集表那几页再传。"),
    "too_much_text": _("文字超过 10 万字，没有读。请只保留征集表那几页再传。"),
    "too_demanding": _("读这个文件用的时间或内存太多，已停止。请重新另存一份再传，或者直接粘贴文字。"),
    "no_text": _("没有读到文字，可能是扫描件或图片。请粘贴文字，或者照着填写。"),
    "busy": _("正在读别的文件，请过一会儿再试。"),
}


def fault(code: str) -> str:
    return str(FAULTS.get(code, FAULTS["damaged"]))


def said_of(mark: Mark) -> str:
    """Beside a field that was filled in: where its value comes from."""
    if mark.trust is Trust.GUESS:
        return str(gettext("文件里没有写，这是系统按名称猜的，请核对。"))
    if mark.trust is Trust.CHECK:
        return str(
            gettext("读自“%(label)s”：%(text)s。换成了这里的写法，请核对。", label=mark.label, text=mark.text)
        )
    return str(gettext("读自“%(label)s”。", label=mark.label))
