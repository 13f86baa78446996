"""Posts a message to a robot, at the address that was checked, and reads whether it was taken."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer

from matchmaker.settings import Settings
from matchmaker.webhooks import addresses
from matchmaker.webhooks.addresses import Target

SECONDS = 10
"""To wait for the next byte; in all, twice as long: a robot that dribbles holds nobody up."""
MOST_READ = 4096


class NotTaken(Exception):
    """The robot was not reached, or would not take the message."""


@dataclass(frozen=True)
class Push:
    """One message to one robot."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    parameters: str = ""
    """Added to the query of the address."""


class _Connection(http.client.HTTPConnection):
    """Speaks to the target's checked address, under its name."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=SECONDS)
        self._target = target

    def connect(self) -> None:
        plain = socket.create_connection((self._target.ip, self._target.port), SECONDS)
        self.sock = plain
        if self._target.secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)

    def break_off(self) -> None:
        """Whoever waits for an answer gets an error now."""
        if self.sock is not None:
            with suppress(OSError):  # it was closed just now
                self.sock.shutdown(socket.SHUT_RDWR)


def post(settings: Settings, push: Push) -> None:
    """Follows no redirection. Raises BadAddress and NotTaken."""
    target = addresses.check(settings, push.url)
    connection = _Connection(target)
    watch = Timer(2 * SECONDS, connection.break_off)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", _path(target.path, push.parameters), push.body, dict(push.headers))
        answer = connection.getresponse()
        said = answer.read(MOST_READ)
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken(f"{type(error).__name__}: {error}") from error
    finally:
        watch.cancel()
        connection.close()
    if not 200 <= answer.status < 300:
        raise NotTaken(f"HTTP {answer.status}")
    code = _code_in(said)
    if code:
        raise NotTaken(f"the robot answered {code}")


def _path(path: str, parameters: str) -> str:
    if not parameters:
        return path
    return f"{path}{'&' if '?' in path else '?'}{parameters}"


def _code_in(said: bytes) -> int:
    """The messengers answer 200 also when they refuse: 企业微信 and 钉钉 say errcode, 飞书 says code."""
    try:
        answer = json.loads(said)
    except ValueError:
        return 0
    if not isinstance(answer, dict):
        return 0
    found = answer.get("errcode", answer.get("code", 0))
    return found if isinstance(found, int) else 0
