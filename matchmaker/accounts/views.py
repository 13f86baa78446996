"""The pages of accounts: signing in and out, one's own account."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matchmaker import formats, site
from matchmaker.accounts import service, sessions
from matchmaker.accounts.errors import (
    AccountClosed,
    LoginNameTaken,
    SignInLocked,
    SignInRefused,
    WrongPassword,
)
from matchmaker.accounts.forms import PasswordForm, ProfileForm, SignInForm
from matchmaker.accounts.service import Profile
from matchmaker.accounts.strangers import Strangers
from matchmaker.policy import Action
from matchmaker.site import LANGUAGES, Pages, keep_on_failure, limiter, work

pages = Pages("accounts", __name__)
attempts = limiter.shared_limit(lambda: site.settings().sign_in_rate, scope="attempts", methods=["POST"])
"""Sign-in, registration and resets from one address share a limit."""

Page = Response | str | tuple[str, int]


def local_target(given: str | None) -> str:
    """Where to go next: a path of this service, else the first page."""
    home = url_for("home.index")
    if not given or not given.startswith("/") or any(ord(letter) < 33 or letter == "\\" for letter in given):
        return home
    parts = urlsplit(given)
    return home if given.startswith("//") or parts.scheme or parts.netloc else given


@pages.page("/sign-in", Action.SESSION_CREATE, methods=("GET", "POST"))
@attempts
def sign_in() -> Page:
    target = local_target(request.args.get("next"))
    if work().actor is not None:
        return redirect(target, 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    try:
        user = service.sign_in(work(), form.login.data, form.password.data, _strangers())
    except SignInRefused as refused:
        keep_on_failure()
        form.form_errors = [_refusal(refused)]
        return render_template("accounts/sign_in.html", form=form), 422
    if user.totp_secret is not None:
        sessions.await_second_factor(user, target)
        return redirect(url_for("accounts.second_factor"), 303)
    sessions.begin(user)
    return redirect(target, 303)


def _strangers() -> Strangers:
    return cast(Strangers, current_app.extensions.setdefault("strangers", Strangers()))


def _refusal(refused: SignInRefused) -> str:
    if isinstance(refused, SignInLocked):
        return str(
            gettext(
                "连续输错次数太多，这个账号暂时锁定到 %(until)s。请到时再试，或者重设密码。",
                until=formats.moment(refused.until),
            )
        )
    if isinstance(refused, AccountClosed):
        return str(gettext("这个账号已经停用。如需恢复，请联系科技局工作人员。"))
    return str(
        gettext(
            "账号或密码不对，请核对后再试。连续输错 %(times)s 次，账号会锁定 %(minutes)s 分钟。",
            times=site.settings().lock_after,
            minutes=site.settings().lock_minutes,
        )
    )


@pages.page("/sign-out", Action.SITE_USE, methods=("POST",))
def sign_out() -> Page:
    service.sign_out(work())
    sessions.end()
    flash(gettext("您已退出登录。"))
    return redirect(url_for("home.index"), 303)


@pages.page("/account/sign-out-everywhere", Action.ACCOUNT_MANAGE_OWN, methods=("POST",))
def sign_out_everywhere() -> Page:
    service.sign_out_everywhere(work())
    sessions.end()
    flash(gettext("您在所有设备上的登录都已退出，请重新登录。"))
    return redirect(url_for("accounts.sign_in"), 303)


@pages.page("/language", Action.SITE_USE, methods=("POST",))
def language() -> Page:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        service.choose_language(work(), chosen)
        session["language"] = chosen
    return redirect(local_target(request.form.get("next")), 303)


@pages.page("/account", Action.ACCOUNT_MANAGE_OWN, methods=("GET", "POST"))
@attempts
def profile() -> Page:
    form = ProfileForm(obj=work().person)
    if not form.validate_on_submit():
        return _profile_page(form)
    wanted = Profile(form.name.data, form.email.data or None, form.mobile.data or None, form.language.data)
    try:
        service.change_profile(work(), wanted, form.password.data or "")
    except WrongPassword:
        form.password.errors = [gettext("更改邮箱或手机号前，请填写正确的当前密码")]
        return _profile_page(form)
    except LoginNameTaken as taken:
        form[taken.field].errors = [taken_advice(taken)]
        return _profile_page(form)
    session["language"] = wanted.language
    flash(gettext("账号信息已保存。"), "success")
    return redirect(url_for("accounts.profile"), 303)


def _profile_page(form: Any) -> tuple[str, int]:
    return render_template("accounts/profile.html", form=form), 422 if form.is_submitted() else 200


def taken_advice(taken: LoginNameTaken) -> str:
    """What to do where the e-mail address or mobile number already has an account."""
    if taken.field == "email":
        return str(gettext("这个邮箱已有账号，请换一个；如果是您的，请直接登录或重设密码"))
    return str(gettext("这个手机号已有账号，请换一个；如果是您的，请直接登录或重设密码"))


@pages.page("/account/password", Action.ACCOUNT_MANAGE_OWN, methods=("GET", "POST"))
@attempts
def password() -> Page:
    person = work().person
    form = PasswordForm(
        site.settings().password_min_length, [name for name in (person.email, person.mobile) if name]
    )
    if form.validate_on_submit():
        try:
            service.change_password(work(), form.present.data, form.password.data)
        except WrongPassword:
            form.present.errors = [gettext("当前密码不对，请重新输入")]
        else:
            sessions.begin(person)
            flash(gettext("密码已修改，其他设备上的登录已退出。"), "success")
            return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/password.html", form=form), 422 if form.is_submitted() else 200
