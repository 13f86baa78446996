"""A mail server and a robot that run in the test, remember what they got, and can be told to refuse."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass
class MailServer:
    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    answer: Callable[[str, str], str] = lambda verb, line: "250 ok"
    """Its answer to RCPT and to the end of a text; what does not begin with 250 refuses."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def identifiers(self) -> list[str]:
        return [str(each["Message-ID"]) for each in self.messages]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            while line := self.rfile.readline().decode():
                verb = line[:4].upper()
                if verb == "DATA":
                    self._say("354 go on")
                    self._take()
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say(made.answer("RCPT", line) if verb == "RCPT" else "250 ok")

        def _take(self) -> None:
            lines = []
            while (line := self.rfile.readline().decode()).rstrip("\r\n") != ".":
                if not line:
                    return
                lines.append(line)
            answer = made.answer("DATA", "")
            if answer.startswith("250"):
                text = "".join(lines)
                made.messages.append(cast(EmailMessage, message_from_string(text, policy=policy.default)))
            self._say(answer)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Conversation) as server:
        made = MailServer(server.server_address[1])
        with _serving(server):
            yield made


@dataclass
class Robot:
    port: int
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answer: tuple[int, dict[str, Any]] = (200, {})
    location: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/send?key=1"

    def contents(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def robot() -> Iterator[Robot]:
    class Conversation(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((dict(self.headers), body))
            made.paths.append(self.path)
            code, content = made.answer
            self.send_response(code)
            if made.location:
                self.send_header("Location", made.location)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, format: str, *given: Any) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Conversation) as server:
        made = Robot(server.server_address[1])
        with _serving(server):
            yield made


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
