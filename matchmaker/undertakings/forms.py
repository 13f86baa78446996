"""What an administrator types to publish a new version of the undertaking."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from matchmaker.forms import Characters, Form, required
from matchmaker.undertakings.service import TEXT_LENGTH


class UndertakingForm(Form):
    text_zh = TextAreaField(
        _("中文全文"),
        [required(), Characters(30, TEXT_LENGTH)],
        description=_("空一行分段。双方单位和项目的名称显示在正文旁边，不必写在里面"),
    )
    text_en = TextAreaField(
        _("英文全文"),
        [required(), Characters(30, TEXT_LENGTH)],
        description=_("给使用英文界面的人看，以中文为准"),
    )
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
