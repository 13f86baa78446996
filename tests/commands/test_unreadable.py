"""A request that gunicorn itself refuses: who sent it still reads a page."""

import socket
import threading

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestLine

from matchmaker.unreadable import Worker, too_long


class Served(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn hands it to a worker."""

    def __init__(self, app: Flask) -> None:
        self.flask = app
        super().__init__()

    def load_config(self) -> None:
        self.cfg = Config()

    def load(self) -> Flask:
        return self.flask


def test_an_address_that_is_too_long_is_answered_with_a_page_in_both_languages(app: Flask) -> None:
    head, body = too_long(app).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 414 ")
    assert f"Content-Length: {len(body)}".encode() in head
    text = body.decode()
    assert [
        saying for saying in ("zh-CN", "200 字以内", "at most 200 characters") if saying not in text
    ] == []


def test_the_page_arrives_though_the_rest_of_the_address_is_still_being_sent(app: Flask) -> None:
    served = Served(app)
    worker = Worker(1, 1, [], served, 30, served.cfg, Logger(served.cfg))
    worker.wsgi = app
    listener = socket.create_server(("127.0.0.1", 0))
    browser = socket.create_connection(listener.getsockname())
    browser.sendall(b"GET /search?q=" + b"a" * 60_000)
    client, address = listener.accept()

    def refuse() -> None:
        client.recv(8192)
        worker.handle_error(None, client, address, LimitRequestLine(8192, 8190))
        client.close()

    thread = threading.Thread(target=refuse)
    thread.start()
    browser.sendall(b" HTTP/1.1\r\n\r\n")
    browser.shutdown(socket.SHUT_WR)
    answer = b""
    while found := browser.recv(65536):
        answer += found
    thread.join()
    for each in (browser, listener):
        each.close()

    assert answer == too_long(app)
