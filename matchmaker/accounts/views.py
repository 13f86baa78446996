"""The pages of accounts: signing in and out, one's own account."""

from __future__ import annotations

from typing import Any, cast

import segno
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matchmaker import formats, site
from matchmaker.accounts import bureau_views, link_views, service, sessions
from matchmaker.accounts import second_factor as factor
from matchmaker.accounts.errors import (
    AccountClosed,
    LoginNameTaken,
    SignInLocked,
    SignInRefused,
    WrongCode,
    WrongPassword,
)
from matchmaker.accounts.forms import (
    PasswordForm,
    ProfileForm,
    SecondFactorForm,
    SecondFactorOffForm,
    SignInForm,
)
from matchmaker.accounts.pages import Page, attempts, local_target, pages, status, taken_advice
from matchmaker.accounts.service import Profile
from matchmaker.accounts.strangers import Strangers
from matchmaker.policy import Action
from matchmaker.site import LANGUAGES, keep_on_failure, work

__all__ = ["bureau_views", "link_views", "pages"]

BEFORE_SECOND_FACTOR = frozenset(
    {None, "static", "accounts.totp", "accounts.sign_out", "accounts.language", "accounts.password"}
)


@pages.page("/sign-in", Action.SESSION_CREATE, methods=("GET", "POST"))
@attempts
def sign_in() -> Page:
    target = local_target(request.args.get("next"))
    if work().actor is not None:
        return redirect(target, 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), status(form)
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


@pages.page("/second-factor", Action.SESSION_CREATE, methods=("GET", "POST"))
@attempts
def second_factor() -> Page:
    step = sessions.second_step()
    if step is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = SecondFactorForm()
    if form.validate_on_submit():
        try:
            user = factor.complete_sign_in(work(), step["who"], form.code.data)
        except WrongCode:
            keep_on_failure()
            form.code.errors = [_wrong_code()]
        except SignInRefused as refused:
            keep_on_failure()
            sessions.end()
            flash(_refusal(refused), "warning")
            return redirect(url_for("accounts.sign_in"), 303)
        else:
            sessions.begin(user)
            return redirect(step["target"], 303)
    return render_template("accounts/second_factor.html", form=form), status(form)


def _wrong_code() -> str:
    return str(gettext("验证码不对，或者已经用过。请输入手机上现在显示的 6 位数字"))


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
    return render_template("accounts/profile.html", form=form), status(form)


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
    return render_template("accounts/password.html", form=form), status(form)


@pages.before_app_request
def ask_for_second_factor() -> Response | None:
    """Where the settings require it, an old password is changed and staff set up a second factor first."""
    if request.endpoint in BEFORE_SECOND_FACTOR:
        return None
    if service.password_is_old(work()):
        flash(gettext("密码用得太久了，请换一个新的再继续。"), "warning")
        return redirect(url_for("accounts.password"), 303)
    if not factor.is_missing(work()):
        return None
    flash(gettext("按规定，工作人员和管理员要先开启第二步验证。"), "warning")
    return redirect(url_for("accounts.totp"), 303)


@pages.page("/account/second-factor", Action.ACCOUNT_MANAGE_OWN, methods=("GET", "POST"))
@attempts
def totp() -> Page:
    form = SecondFactorForm()
    enabled = work().person.totp_secret is not None
    secret = "" if enabled else session.setdefault("totp_secret", factor.new_secret())
    if not enabled and form.validate_on_submit():
        try:
            factor.enable(work(), secret, form.code.data)
        except WrongCode:
            form.code.errors = [_wrong_code()]
        else:
            session.pop("totp_secret")
            flash(gettext("第二步验证已开启，下次登录时会询问验证码。"), "success")
            return redirect(url_for("accounts.profile"), 303)
    return _totp_page(form, SecondFactorOffForm(), secret), status(form)


@pages.page("/account/second-factor/off", Action.ACCOUNT_MANAGE_OWN, methods=("POST",))
@attempts
def totp_off() -> Page:
    form = SecondFactorOffForm()
    if form.validate_on_submit():
        try:
            factor.disable(work(), form.password.data)
        except WrongPassword:
            form.password.errors = [gettext("密码不对，请重新输入")]
        else:
            flash(gettext("第二步验证已关闭。"), "warning")
            return redirect(url_for("accounts.totp"), 303)
    return _totp_page(SecondFactorForm(formdata=None), form, ""), 422


def _totp_page(form: SecondFactorForm, off_form: SecondFactorOffForm, secret: str) -> str:
    address = factor.address(work().person, secret, gettext("产学研对接")) if secret else ""
    code = segno.make(address, error="m").svg_data_uri(scale=5, light="#fff") if address else ""
    return render_template("accounts/totp.html", form=form, off_form=off_form, secret=secret, qr_code=code)
