"""What the pages of accounts share: their blueprint, the limit of attempts, where one goes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matchmaker import site
from matchmaker.accounts.errors import LoginNameTaken
from matchmaker.site import Pages, limiter, local_target

__all__ = ["Page", "attempts", "link_maker", "local_target", "pages", "status", "taken_advice"]

pages = Pages("accounts", __name__)
attempts = limiter.shared_limit(lambda: site.settings().sign_in_rate, scope="attempts", methods=["POST"])
"""Sign-in, registration, resets and invitations from one address share a limit: nobody tries passwords, or mails many."""

Page = Response | str | tuple[str, int]


def status(form: Any) -> int:
    """Of a page with a form: 422 where the form was sent, for it has failed then."""
    return 422 if form.is_submitted() else 200


def link_maker(endpoint: str) -> Callable[[str], str]:
    """Makes whole addresses of a page from its token, as mails need them."""
    return lambda token: site.settings().public_url + url_for(endpoint, token=token)


def taken_advice(taken: LoginNameTaken) -> str:
    """What to do where the e-mail address or mobile number already has an account."""
    if taken.field == "email":
        return str(gettext("这个邮箱已有账号，请换一个；如果是您的，请直接登录或重设密码"))
    return str(gettext("这个手机号已有账号，请换一个；如果是您的，请直接登录或重设密码"))
