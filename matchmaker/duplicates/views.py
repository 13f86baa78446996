"""The staff's list of duplicates, and their decisions about two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.duplicates import reading, service, wording
from matchmaker.duplicates.errors import AlreadyDuplicate, SameItself
from matchmaker.duplicates.forms import THIS, PairForm
from matchmaker.policy import Action
from matchmaker.postings.service import Posting, PostingNotFound
from matchmaker.site import Pages, local_target, work

pages = Pages("duplicates", __name__)
PAGES = {"problem": ("problems.detail", "problem_id"), "capability": ("capabilities.detail", "capability_id")}


@pages.app_context_processor
def words_of_duplicates() -> dict[str, Any]:
    """For the pages of problems and capabilities."""
    return {"duplicate_words": wording, "posting_url": posting_url, "duplicate_url": duplicate_url}


def posting_url(posting: Posting) -> str:
    endpoint, name = PAGES[posting.KIND]
    return url_for(endpoint, **cast(dict[str, Any], {name: posting.id}))


def duplicate_url(step: str, posting: Posting) -> str:
    """Where a decision about a posting is sent."""
    return url_for(f"duplicates.{step}", **cast(dict[str, Any], {PAGES[posting.KIND][1]: posting.id}))


@pages.page("/duplicates", Action.DUPLICATE_LIST)
def index() -> str:
    found = reading.duplicates(work(), reading.Filters.of(request.args))
    return render_template("duplicates/index.html", found=found, states=reading.State)


@pages.page("/problems/<int:problem_id>/same-as", Action.DUPLICATE_DECIDE, methods=("GET", "POST"))
@pages.page("/capabilities/<int:capability_id>/same-as", Action.DUPLICATE_DECIDE, methods=("GET", "POST"))
def link(problem_id: int | None = None, capability_id: int | None = None) -> Any:
    """With a page of its own for two that were not found to be alike."""
    posting = _find(problem_id, capability_id)
    form = PairForm()
    if request.method == "GET":
        return _link_page(posting, form)
    if not form.validate_on_submit():
        return _link_page(posting, form), 422
    try:
        other = reading.find(work(), posting.KIND, form.other_id)
    except PostingNotFound:
        return _fault(posting, form, gettext("没有这个编号，请核对。"))
    duplicate, main = (other, posting) if form.keep.data == THIS else (posting, other)
    try:
        service.link(work(), duplicate, main)
    except SameItself:
        return _fault(posting, form, gettext("填的是这一项自己，请填另一项的编号。"))
    except AlreadyDuplicate as error:
        return _fault(posting, form, wording.already(error))
    flash(wording.linked(duplicate, main), "success")
    return redirect(local_target(form.back.data, otherwise=posting_url(posting)), 303)


@pages.page("/problems/<int:problem_id>/separate", Action.DUPLICATE_DECIDE, methods=("POST",))
@pages.page("/capabilities/<int:capability_id>/separate", Action.DUPLICATE_DECIDE, methods=("POST",))
def unlink(problem_id: int | None = None, capability_id: int | None = None) -> Any:
    posting = _find(problem_id, capability_id)
    service.unlink(work(), posting)
    flash(gettext("已撤销，它重新参加匹配和搜索。"), "success")
    return redirect(local_target(request.form.get("back"), otherwise=posting_url(posting)), 303)


@pages.page("/problems/<int:problem_id>/tell-apart", Action.DUPLICATE_DECIDE, methods=("POST",))
@pages.page("/capabilities/<int:capability_id>/tell-apart", Action.DUPLICATE_DECIDE, methods=("POST",))
def tell_apart(problem_id: int | None = None, capability_id: int | None = None) -> Any:
    said = gettext("已记为不是同一项，以后不再提示。")
    return _about_two(problem_id, capability_id, service.tell_apart, said)


@pages.page("/problems/<int:problem_id>/reconsider", Action.DUPLICATE_DECIDE, methods=("POST",))
@pages.page("/capabilities/<int:capability_id>/reconsider", Action.DUPLICATE_DECIDE, methods=("POST",))
def reconsider(problem_id: int | None = None, capability_id: int | None = None) -> Any:
    said = gettext("已撤销，两项重新列为可能重复。")
    return _about_two(problem_id, capability_id, service.reconsider, said)


def _about_two(
    problem_id: int | None, capability_id: int | None, step: Callable[..., None], said: str
) -> Any:
    posting, form = _find(problem_id, capability_id), PairForm()
    if not form.validate_on_submit():
        return _link_page(posting, form), 422
    try:
        step(work(), posting, reading.find(work(), posting.KIND, form.other_id))
    except PostingNotFound:
        return _fault(posting, form, gettext("没有这个编号，请核对。"))
    except SameItself:
        return _fault(posting, form, gettext("填的是这一项自己，请填另一项的编号。"))
    flash(said, "success")
    return redirect(local_target(form.back.data, otherwise=posting_url(posting)), 303)


def _fault(posting: Posting, form: PairForm, message: str) -> Any:
    """The page of linking, with what was wrong at the field."""
    form.other.errors = [*form.other.errors, message]
    return _link_page(posting, form), 422


def _link_page(posting: Posting, form: PairForm) -> str:
    return render_template("duplicates/link.html", posting=posting, form=form)


def _find(problem_id: int | None, capability_id: int | None) -> Posting:
    kind, number = ("problem", problem_id) if problem_id is not None else ("capability", capability_id)
    try:
        return reading.find(work(), kind, number or 0)
    except PostingNotFound:
        abort(404)
