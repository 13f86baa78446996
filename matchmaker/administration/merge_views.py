"""The pages on which two entries that are one organisation become one."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.administration import merging, wording
from matchmaker.administration.errors import CannotMerge, Changed
from matchmaker.administration.forms import ReasonForm
from matchmaker.administration.merge_plan import MergePlan, plan
from matchmaker.administration.pages import Page, pages
from matchmaker.forms import stripped
from matchmaker.organisations import service as organisations
from matchmaker.organisations.errors import OrganisationMissing
from matchmaker.policy import Action
from matchmaker.site import work
from models import Organisation


@pages.page("/organisations/<int:organisation_id>/merge", Action.ORGANISATION_MERGE)
def merge(organisation_id: int) -> Page:
    """Into which? Nothing is chosen yet."""
    merged, typed = _find(organisation_id), stripped(request.args.get("q", ""))[:100]
    return render_template(
        "administration/merge_choose.html",
        merged=merged,
        typed=typed,
        found=merging.candidates(work(), merged, typed),
    )


@pages.page(
    "/organisations/<int:organisation_id>/merge/<int:main_id>",
    Action.ORGANISATION_MERGE,
    methods=("GET", "POST"),
)
def merge_into(organisation_id: int, main_id: int) -> Page:
    merged, main, form = _find(organisation_id), _find(main_id), ReasonForm()
    if not form.is_submitted():
        return _page(plan(work(), merged, main), form)
    if not form.validate():
        return _page(plan(work(), merged, main), form), 422
    try:
        merging.merge(work(), merged, main, form.reason.data or "", form.fingerprint.data or "")
    except Changed as changed:
        return _page(changed.subject, form, changed=True), 409
    except CannotMerge as stuck:
        return _page(stuck.plan, form), 409
    flash(
        gettext(
            "“%(name)s”已并入“%(main)s”，原来的名称作为曾用名保留，已通知双方。",
            name=merged.name,
            main=main.name,
        ),
        "success",
    )
    return redirect(url_for("organisations.detail", organisation_id=main.id), 303)


def _page(found: MergePlan, form: ReasonForm, **shown: Any) -> str:
    form.fingerprint.data = found.fingerprint
    return render_template("administration/merge.html", plan=found, form=form, words=wording, **shown)


def _find(organisation_id: int) -> Organisation:
    try:
        return organisations.find(work(), organisation_id, Action.ORGANISATION_MERGE)
    except OrganisationMissing:
        abort(404)
