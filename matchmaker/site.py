"""What every page shares: the request's work, the declared action of each route, language, time, headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import Babel, get_locale, gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.routing import IntegerConverter, Map

from matchmaker import formats, late_forms, policy, settings_in_service, wording
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.forms import problems_of
from matchmaker.notices import service as notices
from matchmaker.policy import Action, Forbidden
from matchmaker.settings import Settings
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import LOCAL_ZONE, Work
from models import User

LANGUAGES = {"zh_CN": "中文", "en": "English"}
ACTIONS = "matchmaker_actions"
LATEST_SETTINGS = "matchmaker_latest_settings"
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self';"
    " frame-ancestors 'none'"
)
LARGEST_IDENTIFIER = 2**31 - 1
READING = frozenset({"GET", "HEAD", "OPTIONS"})
UNGUARDED = frozenset({"static"})
"""Endpoints outside the policy: files that are the same for everyone."""

csrf = CSRFProtect()
login = LoginManager()
limiter = Limiter(get_remote_address, storage_uri="memory://")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declared:
    """What a route says of itself."""

    action: Action
    reads_only: bool
    leaves_trace: bool

    def writes(self, method: str) -> bool:
        return self.leaves_trace if method in READING else not self.reads_only


class Identifier(IntegerConverter):
    """The number of a row in an address; one that no column can hold is no page."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_IDENTIFIER, **options})


class Pages(Blueprint):
    """A blueprint whose every route names the action it needs; one without is refused at the door.

    The door asks whether the visitor may do this with any object at all; the service asks about the object.
    """

    def page(
        self,
        rule: str,
        action: Action,
        methods: tuple[str, ...] = ("GET",),
        reads_only: bool = False,
        leaves_trace: bool = False,
        **options: Any,
    ) -> Callable[[View], View]:
        """Route `rule`. A POST writes unless `reads_only`; a GET does nothing but record what it shows, if it
        `leaves_trace`.
        """

        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", None) or view.__name__
            self.add_url_rule(rule, endpoint, view, methods=methods, **options)
            full = f"{self.name}.{endpoint}"
            self.record(
                lambda state: _actions(cast(Flask, state.app)).__setitem__(
                    full, Declared(action, reads_only, leaves_trace)
                )
            )
            return view

        return declare


def _actions(app: Flask) -> dict[str, Declared]:
    return cast(dict[str, Declared], app.extensions.setdefault(ACTIONS, {}))


def action_of(app: Flask, endpoint: str) -> Action | None:
    """The action that a route declares; None: it declares nothing, and nobody gets in."""
    declared = _actions(app).get(endpoint)
    return declared.action if declared else None


def settings() -> Settings:
    """As they hold for this request; before it has a session, as they held for the last one in this process."""
    if has_request_context() and "settings" in g:
        return cast(Settings, g.settings)
    kept = current_app.extensions
    return cast(Settings, kept.get(LATEST_SETTINGS) or kept["settings"])


def work() -> Work:
    """The request's work: one session, committed after the view if it ended well."""
    if "work" not in g:
        database = cast(Database, current_app.extensions["database"])
        declared = _actions(current_app).get(request.endpoint or "")
        writes = declared.writes(request.method) if declared else request.method not in READING
        g.work = Work(
            session=database.open(write=writes),
            actor=None,
            engine=cast(MatchingEngine, current_app.extensions["engine"]),
            settings=current_app.extensions["settings"],
            address=request.remote_addr or "",
        )
        g.settings = settings_in_service.effective(g.work.session, g.work.settings)
        current_app.extensions[LATEST_SETTINGS] = g.settings
        g.work = replace(g.work, settings=g.settings)
        actor = current_user._get_current_object()
        if isinstance(actor, User):
            g.work = g.work.as_actor(actor)
    return cast(Work, g.work)


def vocabulary() -> Vocabulary:
    """The lists, in the reader's language; read once in a request."""
    if "vocabulary" not in g:
        g.vocabulary = Vocabulary(work().session, english=is_english())
    return cast(Vocabulary, g.vocabulary)


def is_english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def install(app: Flask) -> None:
    """Switch on everything in this module."""
    app.config.update(
        SECRET_KEY=app.extensions["settings"].secret(),
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE=LOCAL_ZONE.key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.extensions["settings"].secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=_largest_request(app.extensions["settings"]),
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
    )
    app.url_map.converters["int"] = Identifier
    Babel(app, locale_selector=_language)
    csrf.init_app(app)
    limiter.init_app(app)
    login.init_app(app)
    login.user_loader(_load_user)
    app.before_request(_end_idle_session)
    app.before_request(_guard)
    app.after_request(_commit)
    app.after_request(_headers)
    app.teardown_request(_close)
    app.context_processor(_template_globals)
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _largest_request(settings: Settings) -> int:
    return (settings.attachment_max_mb * settings.attachment_max_count + 8) * 1024 * 1024


def _language() -> str:
    chosen = session.get("language")
    if chosen is None and isinstance(current_user._get_current_object(), User):
        chosen = current_user.language
    return "en" if chosen == "en" else "zh_Hans_CN"


def _name_erased(user: User, context: Any, attributes: Any = None) -> None:
    """An account that was erased is named in the reader's language; the row keeps the Chinese."""
    erased_at = vars(user).get("erased_at")  # what was not read is not read now, in the middle of reading
    if erased_at is not None and has_request_context() and is_english():
        set_committed_value(user, "name", gettext("已注销的账号"))


event.listen(User, "load", _name_erased)
event.listen(User, "refresh", _name_erased)


def _load_user(identity: str) -> User | None:
    """The account behind the cookie, unless it was closed or signed out everywhere since."""
    number, _, epoch = identity.partition(":")
    if not (number.isdigit() and epoch.isdigit()):
        return None
    # Flask-Login asks while work() is being made, so the session comes from there without the actor.
    user = _bare_session().get(User, int(number))
    return user if user is not None and user.active and user.session_epoch == int(epoch) else None


def _bare_session() -> Any:
    if "work" not in g:
        work()
    return g.work.session


def _end_idle_session() -> None:
    """A signed-in session ends after the set time without a request."""
    if request.endpoint in UNGUARDED or "_user_id" not in session:
        return
    limit = settings().idle_minutes * 60
    seen = session.get("seen", 0)
    present = int(time.time())
    if present - seen > limit:
        language = session.get("language")
        session.clear()  # before anything has asked who it is
        if language:
            session["language"] = language
        flash(gettext("您有一段时间没有操作，已自动退出，请重新登录。"), "warning")
    elif present - seen > limit // 60:
        session["seen"] = present


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in UNGUARDED:
        return None
    action = action_of(current_app, endpoint)
    actor = work().actor
    if action is not None and policy.allow(actor, action):
        return None
    if actor is None:
        return to_sign_in()
    raise Forbidden(action or Action.SITE_USE)


def to_sign_in() -> Response:
    """To the sign-in, and from there back to the page that was asked for; what was typed into a form is kept."""
    if request.method == "POST":
        if request.headers.get("HX-Request"):
            return late_forms.said_in_place(late_forms.signed_out(), 403)
        if page := late_forms.kept(must_sign_in=True, status=403):
            return page
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.headers.get("HX-Request"):  # a part of the page that they are on, and will want to see again
        target = (request.headers.get("HX-Current-URL") or "").removeprefix(
            request.host_url.rstrip("/")
        ) or None
    location = url_for("accounts.sign_in", next=target)
    if request.headers.get("HX-Request"):
        response = Response(status=204)
        response.headers["HX-Redirect"] = location
        return response
    if request.method == "GET":
        flash(gettext("请先登录。"), "warning")
    return cast(Response, redirect(location))


def _commit(response: Response) -> Response:
    """A commit that fails is answered as if the view had failed; nor does the page say what was not done."""
    made = g.get("work")
    if made is None:
        return response
    if response.status_code >= 400 and not g.get("keep"):
        made.session.rollback()
        return response
    try:
        made.session.commit()
    except Exception as error:
        session.pop("_flashes", None)
        return _headers(current_app.make_response(current_app.handle_user_exception(error)))
    return response


def keep_on_failure() -> None:
    """Commit although the answer is an error: a failed sign-in must be counted."""
    g.keep = True


def _close(error: BaseException | None) -> None:
    made = g.pop("work", None)
    if made is not None:
        made.session.close()


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in UNGUARDED:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _template_globals() -> dict[str, Any]:
    actor = g.work.actor if "work" in g else None
    return {
        "Action": Action,
        "allow": lambda action, subject=None: policy.allow(actor, action, subject),
        "actor": actor,
        "city": settings().city_en if is_english() else settings().city,
        "is_english": is_english(),
        "label": wording.label,
        "languages": LANGUAGES,
        "page_url": _page_url,
        "problems_of": problems_of,
        "settings": settings(),
        "today": work().today(),
        "unread": lambda: notices.unread_count(work()),
        "vocabulary": vocabulary(),
        "wording": wording,
    }


def _page_url(**changes: Any) -> str:
    """This page's address with some query parameters changed; None takes one away."""
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False), **changes}
    return url_for(
        request.endpoint or "home.index", **{k: v for k, v in values.items() if v not in (None, "", [])}
    )


def local_target(given: str | None, otherwise: str = "") -> str:
    """Where to go next: the path of this service that was given, else `otherwise`, else the first page.

    Browsers pass over tabs and line ends in an address, and take a backslash for a slash: /<tab>/host is //host.
    """
    plain = not any(ord(letter) < 33 or letter == "\\" for letter in given or "")
    if given and plain and given.startswith("/") and not given.startswith("//"):
        return given
    return otherwise or url_for("home.index")
