"""What people hand in to be read: a file or a text."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from matchmaker.forms import Characters, Form

LONGEST_TEXT = 50_000


class SourceForm(Form):
    file = FileField(
        _("文件"),
        description=_(
            "Word 文档（.docx）或能选中文字的 PDF，不超过 10 MB。表格、“名称：内容”和打勾的方框都能认。"
        ),
    )
    text = TextAreaField(
        _("或者粘贴文字"),
        description=_("从 Word、网页或邮件里复制过来，保留“难题名称：……”这样的名目。"),
        validators=[Characters(0, LONGEST_TEXT)],
    )

    def validate_file(self, field: Any) -> None:
        if not _given(field.data) and not self.text.data:
            raise ValidationError(_("请选择文件，或在下面粘贴文字"))

    def content(self) -> bytes | None:
        """The file's bytes; None where a text was pasted instead."""
        return self.file.data.read() if _given(self.file.data) else None


def _given(upload: Any) -> bool:
    return bool(upload and upload.filename)
