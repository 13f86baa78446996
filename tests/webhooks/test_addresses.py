"""Where a robot may be: nobody has the service knock at doors inside."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from matchmaker.settings import Settings
from matchmaker.webhooks.addresses import BadAddress, Fault, check
from matchmaker.webhooks.posting import NotTaken, Push, post
from tests.deliveries.servers import robot


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", Fault.NO_ADDRESS),
        ("qyapi.weixin.qq.com/send", Fault.NO_ADDRESS),
        ("ftp://93.184.216.34/", Fault.NO_ADDRESS),
        ("file:///etc/passwd", Fault.NO_ADDRESS),
        ("https://user:password@93.184.216.34/", Fault.NO_ADDRESS),
        ("https://93.184.216.34:port/", Fault.NO_ADDRESS),
        ("https://93.184.216.34/a b", Fault.NO_ADDRESS),
        ("https://93.184.216.34/\r\nX-Header: 1", Fault.NO_ADDRESS),
        ("http://93.184.216.34/", Fault.NOT_SECURE),
        ("https://nobody.invalid/", Fault.UNKNOWN_HOST),
        ("https://localhost/", Fault.INSIDE),
        ("https://127.0.0.1/", Fault.INSIDE),
        ("https://2130706433/", Fault.INSIDE),
        ("https://0.0.0.0/", Fault.INSIDE),
        ("https://10.1.2.3/", Fault.INSIDE),
        ("https://172.16.0.1/", Fault.INSIDE),
        ("https://192.168.1.1/", Fault.INSIDE),
        ("https://169.254.169.254/latest/meta-data", Fault.INSIDE),
        ("https://100.64.0.1/", Fault.INSIDE),
        ("https://224.0.0.1/", Fault.INSIDE),
        ("https://[::1]/", Fault.INSIDE),
        ("https://[fe80::1]/", Fault.INSIDE),
        ("https://[fd00::1]/", Fault.INSIDE),
        ("https://[::ffff:10.0.0.1]/", Fault.INSIDE),
        ("https://[64:ff9b::a00:1]/", Fault.INSIDE),
    ],
)
def test_an_address_that_leads_inside_or_nowhere_is_refused(url: str, fault: Fault) -> None:
    with pytest.raises(BadAddress) as refused:
        check(Settings(), url)
    assert refused.value.fault is fault


def test_an_address_outside_is_taken_with_its_query() -> None:
    target = check(Settings(), "https://93.184.216.34/cgi-bin/send?key=1")
    assert (target.ip, target.port, target.path) == ("93.184.216.34", 443, "/cgi-bin/send?key=1")


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "192.168.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)
    with pytest.raises(BadAddress):
        check(Settings(), "https://robot.example.com/")


def test_the_address_that_was_checked_is_the_one_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: a second answer could lead elsewhere."""
    asked: list[str] = []

    def look_up(host: str, port: int, *given: Any, **named: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with robot() as server:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        url = f"http://robot.example.com:{server.port}/send"
        post(replace(Settings(), webhook_private=True), Push(url, b"{}", {}))
    assert server.got[0][0]["Host"] == f"robot.example.com:{server.port}"
    assert asked.count("robot.example.com") == 1


def test_a_redirection_is_not_followed() -> None:
    with robot() as inside, robot() as server:
        server.answer, server.location = (302, {}), inside.url
        with pytest.raises(NotTaken, match="302"):
            post(replace(Settings(), webhook_private=True), Push(server.url, b"{}", {}))
    assert inside.got == []


@pytest.mark.parametrize("answer", [{"errcode": 93000, "errmsg": "invalid webhook"}, {"code": 19024}])
def test_a_messenger_that_refuses_with_a_friendly_status_has_not_taken_it(answer: dict[str, object]) -> None:
    with robot() as server:
        server.answer = (200, answer)
        with pytest.raises(NotTaken):
            post(replace(Settings(), webhook_private=True), Push(server.url, b"{}", {}))
