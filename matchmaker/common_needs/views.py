"""The pages of common needs: the list, one with what speaks for it, and the staff's corrections."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.common_needs import service, wording
from matchmaker.common_needs.service import Filters, NeedNotFound, NotAMember, Page
from matchmaker.policy import Action
from matchmaker.site import Pages, work

pages = Pages("common_needs", __name__, url_prefix="/common-needs")


@pages.app_context_processor
def needs_to_distil() -> dict[str, Any]:
    """For the navigation: how many stand and have no project."""
    return {"needs_to_distil": lambda: service.count(work())}


@pages.page("/", Action.COMMON_NEED_READ)
def index() -> str:
    filters = Filters.from_query(request.args)
    return render_template(
        "common_needs/index.html",
        filters=filters,
        listing=service.needs(work(), filters),
        pending=service.pending(work()),
        words=wording,
    )


@pages.page("/look", Action.COMMON_NEED_DECIDE, methods=("POST",))
def look() -> Any:
    service.ask(work())
    flash(gettext("已开始重新归并，办完以后刷新这个页面就能看到结果。"), "success")
    return redirect(url_for("common_needs.index"), 303)


@pages.page("/<int:need_id>", Action.COMMON_NEED_READ)
def detail(need_id: int) -> str:
    return render_template("common_needs/detail.html", page=_found(need_id), words=wording)


@pages.page("/<int:need_id>/apart", Action.COMMON_NEED_DECIDE, methods=("POST",))
def tell_apart(need_id: int) -> Any:
    need = _found(need_id).need.need
    try:
        stands = service.tell_apart(work(), need, _problem())
    except NotAMember:
        flash(gettext("它已经不在这组里了。"), "warning")
        return _to(need_id)
    if stands:
        flash(gettext("已移出，以后不会再归到一起。"), "success")
        return _to(need_id)
    flash(gettext("已移出。剩下的不足两家企业，这组共性需求不再成立。"), "success")
    return redirect(url_for("common_needs.index"), 303)


@pages.page("/<int:need_id>/take-back", Action.COMMON_NEED_DECIDE, methods=("POST",))
def take_back(need_id: int) -> Any:
    service.take_back(work(), _found(need_id).need.need, _problem())
    flash(gettext("已撤销，下次归并时重新判断。"), "success")
    return _to(need_id)


def _problem() -> int:
    number = request.form.get("problem", type=int)
    if number is None:
        abort(400)
    return number


def _found(need_id: int) -> Page:
    try:
        return service.find(work(), need_id)
    except NeedNotFound:
        abort(404)


def _to(need_id: int) -> Any:
    return redirect(url_for("common_needs.detail", need_id=need_id), 303)
