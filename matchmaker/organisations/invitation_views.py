"""Inviting colleagues, on the organisation's page."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext

from matchmaker import mail, site
from matchmaker.accounts import invitations
from matchmaker.accounts.errors import DeadLink, LoginNameTaken
from matchmaker.accounts.pages import Page, attempts, link_maker
from matchmaker.organisations.forms import InviteForm
from matchmaker.organisations.pages import detail_page, find, pages, to_detail
from matchmaker.policy import Action
from matchmaker.site import work
from models import Invitation


@pages.page("/organisations/<int:organisation_id>/invitations", Action.MEMBER_INVITE, methods=("POST",))
@attempts
def invite(organisation_id: int) -> Page:
    organisation = find(organisation_id, Action.MEMBER_INVITE)
    form = InviteForm(invitations.invitable_roles(organisation))
    if not form.validate_on_submit():
        return detail_page(organisation_id, invite_form=form), 422
    try:
        invited, link = invitations.invite(
            work(),
            organisation,
            form.email.data,
            form.chosen_role(),
            link_maker("accounts.accept_invitation"),
        )
    except LoginNameTaken:
        form.email.errors = [gettext("这个邮箱已经有账号，不能再邀请。请让对方直接登录，或者换一个邮箱")]
        return detail_page(organisation_id, invite_form=form), 422
    return _sent(invited, link)


@pages.page("/organisations/invitations/<int:invitation_id>/resend", Action.MEMBER_INVITE, methods=("POST",))
@attempts
def resend_invitation(invitation_id: int) -> Page:
    invited = _invitation(invitation_id)
    try:
        link = invitations.resend(work(), invited, link_maker("accounts.accept_invitation"))
    except DeadLink:
        return _ended(invited)
    return _sent(invited, link)


@pages.page(
    "/organisations/invitations/<int:invitation_id>/revoke", Action.INVITATION_REVOKE, methods=("POST",)
)
def revoke_invitation(invitation_id: int) -> Page:
    invited = _invitation(invitation_id)
    try:
        invitations.revoke(work(), invited)
    except DeadLink:
        return _ended(invited)
    flash(gettext("对 %(email)s 的邀请已撤回，原来的地址不能再用。", email=invited.email), "success")
    return to_detail(invited.organisation_id)


def _invitation(invitation_id: int) -> Invitation:
    invited = invitations.find(work(), invitation_id)
    if invited is None:
        abort(404)
    return invited


def _sent(invited: Invitation, link: str) -> Page:
    """Where no mail leaves the machine, the inviter hands the link over; it is shown this once."""
    if not mail.reaches_people(site.settings()):
        return render_template("organisations/invited.html", invited=invited, link=link)
    flash(
        gettext(
            "邀请已发到 %(email)s，%(hours)s 小时内有效。",
            email=invited.email,
            hours=site.settings().link_hours,
        ),
        "success",
    )
    return to_detail(invited.organisation_id)


def _ended(invited: Invitation) -> Page:
    flash(gettext("这个邀请已经被接受或撤回，不必再办理。"), "warning")
    return redirect(url_for("organisations.detail", organisation_id=invited.organisation_id), 303)
