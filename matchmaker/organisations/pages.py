"""What the pages of organisations share: their blueprint and the organisation's own page."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for

from matchmaker.accounts.pages import Page
from matchmaker.organisations import service
from matchmaker.organisations.errors import OrganisationMissing
from matchmaker.organisations.forms import InviteForm, RejectForm
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from models import Organisation

pages = Pages("organisations", __name__)


def detail_page(
    organisation_id: int, reject_form: RejectForm | None = None, invite_form: InviteForm | None = None
) -> str:
    """The organisation's page, with the forms on it as they were sent."""
    try:
        seen = service.overview(work(), organisation_id)
    except OrganisationMissing:
        abort(404)
    return render_template(
        "organisations/detail.html",
        seen=seen,
        organisation=seen.organisation,
        reject_form=reject_form or RejectForm(formdata=None),
        invite_form=invite_form or InviteForm(seen.roles, formdata=None),
        present=work().now(),
    )


def find(organisation_id: int, action: Action) -> Organisation:
    """The organisation, for the action; or the page that says there is none."""
    try:
        return service.find(work(), organisation_id, action)
    except OrganisationMissing:
        abort(404)


def to_detail(organisation_id: int) -> Page:
    """Back to the organisation's page after something was done."""
    return redirect(url_for("organisations.detail", organisation_id=organisation_id), 303)
