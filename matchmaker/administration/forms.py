"""What administrators type."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Regexp
from wtforms.widgets import HiddenInput

from matchmaker.forms import Characters, Form, optional, required
from models import User


class VersionField(IntegerField):
    """Which version of the thing the form was filled from."""

    widget = HiddenInput()


class TermForm(Form):
    """What a term is called."""

    label_zh = StringField(_("中文名称"), [required(), Characters(1, 80)])
    label_en = StringField(
        _("英文名称"), [required(), Characters(1, 120)], description=_("英文界面上显示的名称")
    )
    version = VersionField()


class NewTermForm(Form):
    code = StringField(
        _("代码"),
        [
            optional(),
            Characters(1, 32),
            Regexp(r"[A-Za-z0-9_.\-]+\Z", message=_("代码只含英文字母、数字、点、连字符和下划线")),
        ],
        description=_("有官方代码的（例如行政区划代码）请填写；不填时自动编一个。代码定了就不能改"),
    )
    label_zh = StringField(_("中文名称"), [required(), Characters(1, 80)])
    label_en = StringField(_("英文名称"), [required(), Characters(1, 120)])


class ReasonForm(Form):
    """Why something is done that cannot be taken back; `fingerprint` of the summary that was read."""

    reason = TextAreaField(_("原因"), [required(_("请写明原因，会记入审计")), Characters(4, 500)])
    understood = BooleanField(
        _("我已看过上面的内容，知道办理以后不能撤销"), [required(_("请看过上面的内容，再勾选"))]
    )
    fingerprint = HiddenField()


class HandOverForm(Form):
    """To whom, and why."""

    to = SelectField(_("交给"), [required(_("请选择交给谁"))])
    note = StringField(
        _("说明"), [optional(), Characters(most=200)], description=_("写进每一项的经过，例如：调离岗位")
    )

    def offer(self, people: Iterable[User]) -> None:
        self.to.choices = [("", _("请选择")), *((str(each.id), each.name) for each in people)]


class ErasureForm(Form):
    names = BooleanField(
        _("正文里的姓名也抹去"),
        [],
        description=_("留言、说明、附件名等文字里出现的这个姓名，一律换成“已注销的账号”"),
    )
    reason = TextAreaField(
        _("原因"),
        [required(_("请写明原因，会记入审计")), Characters(4, 500)],
        description=_("例如：本人书面要求。请不要写姓名和联系方式"),
    )
    understood = BooleanField(
        _("我已看过上面的内容，知道办理以后不能撤销"), [required(_("请看过上面的内容，再勾选"))]
    )


class SettingForm(Form):
    value = StringField(_("新的值"), [required(), Characters(1, 200)])
    version = VersionField()
