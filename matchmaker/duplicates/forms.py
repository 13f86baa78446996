"""What staff send about two that may be the same."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import ValidationError

from matchmaker.forms import Characters, Form, choices_of, required

NUMBER = re.compile(r"(?:^|/)([0-9]{1,9})/?(?:[?#].*)?$")
THIS, OTHER = "this", "other"


class Chosen:
    """One of a choice always is; the page must not call it optional."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        return


class PairForm(Form):
    """The other one, and where to go afterwards."""

    other = StringField(
        _("另一项的编号或网址"),
        description=_("打开另一项的页面，把地址栏里的网址贴过来；或只填网址末尾的数字。"),
        validators=[required(_("请填写另一项的编号或网址")), Characters(0, 300)],
    )
    keep = RadioField(
        _("以哪一项为准"),
        choices=choices_of(
            [(OTHER, _("以另一项为准，这一项是重复的")), (THIS, _("以这一项为准，另一项是重复的"))]
        ),
        default=OTHER,
        validators=[Chosen()],
    )
    back = HiddenField()

    def validate_other(self, field: Any) -> None:
        if NUMBER.search(field.data or "") is None:
            raise ValidationError(_("请填写数字编号，或以数字结尾的网址"))

    @property
    def other_id(self) -> int:
        """After a check that found nothing wrong."""
        found = NUMBER.search(self.other.data or "")
        assert found is not None  # checked
        return int(found.group(1))
