"""The pages that links from mails lead to: resetting a password, accepting an invitation."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from matchmaker import site
from matchmaker.accounts import invitations, resets, sessions
from matchmaker.accounts.errors import DeadLink, LoginNameTaken
from matchmaker.accounts.forms import AcceptForm, NewPasswordForm, ResetRequestForm
from matchmaker.accounts.pages import Page, attempts, pages, status, taken_advice
from matchmaker.policy import Action
from matchmaker.site import work


@pages.page("/reset", Action.SESSION_CREATE, methods=("GET", "POST"))
@attempts
def reset_request() -> Page:
    form = ResetRequestForm()
    if form.validate_on_submit():
        resets.request_reset(work(), form.login.data)
        flash(
            gettext(
                "如果这个账号存在并登记了邮箱，重设密码的地址已经发到邮箱，%(hours)s 小时内有效。没有收到时，请联系科技局工作人员。",
                hours=site.settings().link_hours,
            )
        )
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/reset_request.html", form=form), status(form)


@pages.page("/reset/<token>", Action.SESSION_CREATE, methods=("GET", "POST"))
@attempts
def reset(token: str) -> Page:
    try:
        user = resets.open_link(work(), token)
        form = NewPasswordForm(
            site.settings().password_min_length, [name for name in (user.email, user.mobile) if name]
        )
        if form.validate_on_submit():
            resets.reset(work(), token, form.password.data)
            sessions.end()
            flash(gettext("密码已重设，请用新密码登录。"), "success")
            return redirect(url_for("accounts.sign_in"), 303)
    except DeadLink:
        return render_template("accounts/dead_link.html", invitation=False), 410
    return render_template("accounts/reset.html", form=form, user=user), status(form)


@pages.page("/invitations/<token>", Action.SESSION_CREATE, methods=("GET", "POST"))
@attempts
def accept_invitation(token: str) -> Page:
    try:
        invited = invitations.open_link(work(), token)
        form = AcceptForm(site.settings().password_min_length, [invited.email], data={"name": invited.name})
        if form.validate_on_submit():
            newcomer = invitations.Newcomer(form.name.data, form.mobile.data or None, form.password.data)
            sessions.begin(invitations.accept(work(), token, newcomer))
            flash(gettext("账号已建好，欢迎使用。"), "success")
            return redirect(url_for("home.index"), 303)
    except DeadLink:
        return render_template("accounts/dead_link.html", invitation=True), 410
    except LoginNameTaken as taken:
        if taken.field == "email":
            form.form_errors = [taken_advice(taken)]
        else:
            form.mobile.errors = [taken_advice(taken)]
    return render_template("accounts/accept_invitation.html", form=form, invited=invited), status(form)
