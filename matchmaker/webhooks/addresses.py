"""Where a robot may be: a server on the public network, spoken to over TLS. Nobody has this service knock at doors inside.

The name is looked up anew before each message, every address it has is checked, and the one that was checked is the
one spoken to: an answer that changes in between leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from matchmaker.settings import Settings

URL_LENGTH = 500
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that stand for an IPv4 address, which may be inside."""


class Fault(StrEnum):
    """Why an address is refused."""

    NO_ADDRESS = "no_address"
    NOT_SECURE = "not_secure"
    UNKNOWN_HOST = "unknown_host"
    INSIDE = "inside"


class BadAddress(Exception):
    """Nothing is sent there; carries why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Target:
    """A checked address: `ip` is one of the host's, `path` begins with a slash and has the query."""

    secure: bool
    host: str
    port: int
    path: str
    ip: str


def check(settings: Settings, url: str) -> Target:
    """The target that the address leads to now. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(Fault.NO_ADDRESS) from None
    if (
        parts.scheme not in ("https", "http")
        or not host
        or parts.username is not None
        or len(url) > URL_LENGTH
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        raise BadAddress(Fault.NO_ADDRESS)
    secure = parts.scheme == "https"
    if not secure and not settings.webhook_private:
        raise BadAddress(Fault.NOT_SECURE)
    port = port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port, path, _allowed_ip(settings, host, port))


def _allowed_ip(settings: Settings, host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadAddress(Fault.UNKNOWN_HOST) from None
    addresses = [str(each[4][0]) for each in found]
    if not settings.webhook_private and not all(_is_outside(each) for each in addresses):
        raise BadAddress(Fault.INSIDE)
    return addresses[0]


def _is_outside(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    if parsed in NAT64:
        inner = ipaddress.ip_address(int(parsed) & 0xFFFFFFFF)
    return all(each.is_global and not each.is_multicast for each in (parsed, inner) if each is not None)
