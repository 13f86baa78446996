"""The pages on which the bureau looks after the accounts of others."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.accounts import directory, resets
from matchmaker.accounts import second_factor as factor
from matchmaker.accounts.directory import AccountFilter
from matchmaker.accounts.errors import (
    AccountClosed,
    AccountError,
    AccountMissing,
    LastAdministrator,
    OwnAccount,
)
from matchmaker.accounts.pages import Page, link_maker, local_target, pages
from matchmaker.accounts.service import ROLES
from matchmaker.policy import Action
from matchmaker.site import work
from models import Role, User


@pages.page("/accounts", Action.ACCOUNT_RESET)
def index() -> Page:
    wanted = AccountFilter.from_query(request.args)
    listing = directory.accounts(work(), wanted, request.args.get("page", 1, type=int))
    return render_template(
        "accounts/index.html",
        listing=listing,
        wanted=wanted,
        roles=list(Role),
        roles_of=ROLES,
        present=work().now(),
    )


@pages.page("/accounts/<int:user_id>/reset-link", Action.ACCOUNT_RESET, methods=("POST",))
def issue_reset(user_id: int) -> Page:
    user = _find(user_id)
    try:
        link = resets.issue(work(), user, link_maker("accounts.reset"))
    except AccountClosed as error:
        return _back(_advice(error), "error")
    if link is None:
        return _back(
            gettext(
                "重设密码的地址已发到%(name)s本人的邮箱 %(email)s，%(hours)s 小时内有效。",
                name=user.name,
                email=user.email,
                hours=work().settings.link_hours,
            ),
            "success",
        )
    return render_template("accounts/reset_issued.html", user=user, link=link)


@pages.page("/accounts/<int:user_id>/active", Action.ACCOUNT_ADMINISTER, methods=("POST",))
def set_active(user_id: int) -> Page:
    user = _find(user_id)
    active = request.form.get("active") == "yes"
    try:
        directory.set_active(work(), user, active)
    except AccountError as error:
        return _back(_advice(error), "error")
    if active:
        return _back(gettext("%(name)s的账号已恢复。", name=user.name), "success")
    return _back(gettext("%(name)s的账号已停用，已登录的设备随即退出。", name=user.name), "success")


@pages.page("/accounts/<int:user_id>/role", Action.ACCOUNT_ADMINISTER, methods=("POST",))
def set_role(user_id: int) -> Page:
    user = _find(user_id)
    role = request.form.get("role", "")
    if role not in list(Role):
        abort(400)
    try:
        directory.set_role(work(), user, Role(role))
    except AccountError as error:
        return _back(_advice(error), "error")
    return _back(gettext("%(name)s的角色已更改，需要重新登录。", name=user.name), "success")


@pages.page("/accounts/<int:user_id>/second-factor", Action.ACCOUNT_ADMINISTER, methods=("POST",))
def take_away_second_factor(user_id: int) -> Page:
    user = _find(user_id)
    factor.take_away(work(), user)
    return _back(gettext("%(name)s的第二步验证已取消，请提醒本人重新开启。", name=user.name), "success")


def _find(user_id: int) -> User:
    try:
        return directory.find(work(), user_id)
    except AccountMissing:
        abort(404)


def _advice(error: AccountError) -> str:
    if isinstance(error, OwnAccount):
        return str(gettext("不能停用自己的账号，也不能改自己的角色。请让另一位管理员办理。"))
    if isinstance(error, LastAdministrator):
        return str(gettext("这是最后一位管理员，停用后就没有人能管理系统了。请先指定另一位管理员。"))
    if isinstance(error, AccountClosed):
        return str(gettext("这个账号已停用或注销，不能重设密码。"))
    return str(gettext("这个角色不适合这类单位的人员。"))


def _back(message: str, category: str) -> Page:
    flash(message, category)
    target = request.form.get("next")
    return redirect(local_target(target) if target else url_for("accounts.index"), 303)
