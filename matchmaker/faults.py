"""What a person sees when something goes wrong: a page, or a part of one, in their language and without a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from matchmaker import late_forms, wording
from matchmaker.engine import ModelMissing
from matchmaker.policy import Forbidden, allow
from matchmaker.site import action_of, to_sign_in, work
from models import IllegalStep
from models.sealed import NoKey

log = structlog.get_logger()


def install(app: Flask) -> None:
    """Answer every error of a request."""
    for error, handler in (
        (HTTPException, _http_error),
        (Forbidden, _forbidden),
        (IllegalStep, _illegal_step),
        (StaleDataError, _stale),
        (CSRFError, _csrf_error),
        (ModelMissing, _model_missing),
        (NoKey, _no_key),
        (Exception, _unexpected),
    ):
        app.register_error_handler(error, _after_rollback(handler))


def _after_rollback(handler: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """What was written is taken back before a word is said: after a failed write the session answers no question."""

    def handle(error: Any) -> Response:
        made = g.get("work")
        if made is not None and getattr(error, "response", None) is None:
            made.session.rollback()
        return handler(error)

    return handle


def _error_page(status: int, title: str, text: str) -> Response:
    if request.headers.get("HX-Request"):
        return late_forms.said_in_place(text, status)
    return make_response(render_template("error.html", status=status, title=title, text=text), status)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return cast(Response, error.response)
    page = _error_page(error.code or 500, *wording.http_error(error.code or 500))
    for name, value in error.get_headers():
        page.headers.setdefault(name, value)  # Allow, Retry-After
    return page


def _forbidden(error: Forbidden) -> Response:
    if work().actor is None:
        return to_sign_in()
    log.info("policy.refused", action=error.action.value, actor=work().person.id)
    return _error_page(403, *wording.http_error(403))


def _illegal_step(error: IllegalStep) -> Response:
    return _error_page(
        409,
        gettext("现在不能这样做"),
        gettext(
            "它现在的状态是“%(status)s”，可能有人刚刚处理过。请刷新后再看。",
            status=wording.label(error.status),
        ),
    )


def _stale(error: StaleDataError) -> Response:
    return _error_page(
        409,
        gettext("有人刚刚改过"),
        gettext("您打开之后，别人修改了同一条内容。您的修改没有保存，请刷新后再试。"),
    )


def _csrf_error(error: CSRFError) -> Response:
    if not request.headers.get("HX-Request"):
        action = action_of(current_app, request.endpoint or "")
        must_sign_in = work().actor is None and not (action and allow(None, action))
        if page := late_forms.kept(must_sign_in, 400):
            return page
    return _error_page(
        400,
        gettext("页面已过期"),
        gettext("这个页面打开得太久，或者您已经重新登录。请返回、刷新后再提交一次。"),
    )


def _model_missing(error: ModelMissing) -> Response:
    log.error("engine.model_missing", reason=str(error))
    return _error_page(
        503,
        gettext("匹配服务暂不可用"),
        gettext("匹配模型没有装好，请联系管理员。您填写的内容没有丢失，请返回后稍候再试。"),
    )


def _no_key(error: NoKey) -> Response:
    return _error_page(
        503,
        gettext("现在不能保存保密内容"),
        gettext("服务器上缺少加密用的密钥，请联系管理员。什么也没有保存，也没有丢失；请返回后稍候再试。"),
    )


def _unexpected(error: Exception) -> Response:
    log.exception("request.failed", path=request.path, method=request.method)
    return _error_page(500, *wording.http_error(500))
