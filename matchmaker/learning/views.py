"""The buttons beside a learnt ranking: take it back, or let one that waits serve."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext

from matchmaker.learning import matching, service
from matchmaker.policy import Action
from matchmaker.site import Pages, work

pages = Pages("learning", __name__, url_prefix="/learning")


@pages.page("/<int:model_id>/roll-back", Action.LEARNING_ADOPT, methods=("POST",))
def roll_back(model_id: int) -> Any:
    """Of the model that the person saw in service: another one is not taken back by mistake."""
    try:
        leaving, returning = service.roll_back(work(), model_id)
    except service.NothingToTakeBack:
        flash(gettext("排序模型这期间已经换过，没有退回。请看现在的情况再决定。"), "warning")
        return _back()
    matching.soon(current_app.extensions, work().session)
    if returning is None:
        flash(gettext("已停用 %(name)s，恢复自带的排序。推荐正在重新打分。", name=leaving.name), "success")
    else:
        flash(
            gettext(
                "已停用 %(name)s，退回 %(before)s。推荐正在重新打分。",
                name=leaving.name,
                before=returning.name,
            ),
            "success",
        )
    return _back()


@pages.page("/<int:model_id>/adopt", Action.LEARNING_ADOPT, methods=("POST",))
def adopt(model_id: int) -> Any:
    try:
        adopted = service.adopt(work(), model_id)
    except service.NotAdoptable:
        flash(gettext("这个排序模型现在不能启用：已经启用，或者有了更新的。"), "warning")
        return _back()
    matching.soon(current_app.extensions, work().session)
    flash(gettext("已启用 %(name)s。推荐正在重新打分。", name=adopted.name), "success")
    return _back()


def _back() -> Any:
    return redirect(url_for("quality.index"), 303)
