"""A form that comes after its session ended: nothing is done, and what was typed stands there to be sent again."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request
from flask_babel import gettext

SIGN_IN = "accounts.sign_in"
SECRET = ("password", "secret", "totp", "token")
"""Parts of the names of fields that are never sent back to a page."""


def kept(must_sign_in: bool, status: int) -> Response | None:
    """The page with what was typed, to be sent again by a button with a token of its own.

    None where nothing was typed, at the sign-in itself, where the request comes from no page of ours (a stranger's form must not be sent with a
    click of the person's) or from a script, which keeps what is on its own page. Files must be chosen anew.
    """
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(part in name for part in SECRET)
    ]
    typed = any(value.strip() for _name, value in fields)
    if not typed or request.endpoint == SIGN_IN or not _from_our_page() or not _navigates():
        return None
    body = render_template(
        "late_form.html",
        must_sign_in=must_sign_in,
        fields=fields,
        readable=[value for _name, value in fields if len(value.strip()) >= 8],
        files=any(each.filename for each in request.files.values()),
    )
    return make_response(body, status)


def said_in_place(text: str, status: int) -> Response:
    """For a part of a page: said above it, and the page with what was typed stays."""
    response = make_response(render_template("parts/alert.html", text=text), status)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#alerts", "innerHTML"
    return response


def signed_out() -> str:
    return str(gettext("您已经退出登录。您填写的内容还在这一页上：请在新窗口登录，再回到这里提交。"))


def _from_our_page() -> bool:
    """By what browsers say of themselves. `Sec-Fetch-Site` is not sent where the service has no certificate."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    here = urlsplit(request.host_url)
    return urlsplit(source)[:2] == here[:2]


def _navigates() -> bool:
    return "text/html" in request.headers.get("Accept", "")
