"""What a person sees whose request gunicorn refuses before the application hears of it: an address that is too long."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from flask import Flask
from flask_babel import force_locale, gettext
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from matchmaker.site import LANGUAGES

DRAIN_SECONDS = 0.5
DRAIN_BYTES = 1 << 18


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker with threads, whose 414 is a page."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.info("An address was too long: %s", exc)
        with contextlib.suppress(OSError):  # whoever has gone needs no page
            client.sendall(too_long(self.wsgi))
            _drain(client)


def too_long(app: Flask) -> bytes:
    """The whole answer. In every language: which one the reader chose stands in the part that was not read."""
    sayings = []
    for language in LANGUAGES:
        with app.app_context(), force_locale(language):
            sayings.append(
                {
                    "language": language.replace("_", "-"),
                    "title": gettext("网址太长"),
                    "text": gettext("要找的内容太长了。请写短一些再查找，200 字以内。"),
                    "home": gettext("回到首页"),
                }
            )
    page = app.jinja_env.get_template("address_too_long.html")
    body = page.render(sayings=sayings, folder=app.static_url_path).encode()
    head = (
        "HTTP/1.1 414 URI Too Long\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Content-Security-Policy: default-src 'self'\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def _drain(client: socket.socket) -> None:
    """Read the rest for a moment: closing with bytes unread resets the connection, and the page would be lost."""
    client.shutdown(socket.SHUT_WR)
    client.settimeout(DRAIN_SECONDS)
    left = DRAIN_BYTES
    while left > 0 and (found := client.recv(1 << 16)):
        left -= len(found)
