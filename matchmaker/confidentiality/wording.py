"""What was read, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matchmaker.confidentiality.service import Reading

WHERE: Mapping[str, Any] = {
    "page": _("保密内容"),
    "form": _("保密内容（打开修改页）"),
    "history": _("保密内容（修改记录里的旧文字）"),
}


def what(reading: Reading) -> str:
    """Events from before it was noted where a text was read were all of its page."""
    if reading.file is not None:
        return str(gettext("保密附件“%(name)s”", name=reading.file.name))
    return str(WHERE.get(reading.event.details.get("where", "page"), WHERE["page"]))
