"""What is posted to a robot: our own signed JSON, or the markdown message of an enterprise messenger."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from models import Delivery, PayloadFormat

TITLE = "产学研对接"
"""Robots that ask for a keyword find this one in every message."""
SIGNATURE, TIMESTAMP, NUMBER = "X-Matchmaker-Signature", "X-Matchmaker-Timestamp", "X-Matchmaker-Delivery"
SIGNING = (PayloadFormat.DINGTALK, PayloadFormat.FEISHU)
"""Messengers whose groups can ask for a signature with a secret of theirs (加签)."""
OLD_AFTER = 300
"""Seconds after which whoever checks a signature should refuse it."""


def secret_of(key: str, webhook_id: int, salt: str) -> str:
    """What signs the messages of this robot: made of the service's key, and so kept in no table."""
    return hmac.new(key.encode(), f"webhook {webhook_id} {salt}".encode(), hashlib.sha256).hexdigest()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC of "timestamp.body" in hexadecimal digits."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def dingtalk_parameters(secret: str, moment: datetime) -> str:
    """What 钉钉 wants in the query: milliseconds, and the HMAC of "timestamp\\nsecret" under the secret."""
    timestamp = str(int(moment.timestamp() * 1000))
    signed = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return urlencode({"timestamp": timestamp, "sign": base64.b64encode(signed).decode()})


def feishu_signature(secret: str, moment: datetime) -> dict[str, str]:
    """What 飞书 wants in the body: seconds, and the HMAC of nothing under "timestamp\\nsecret"."""
    timestamp = str(int(moment.timestamp()))
    signed = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": timestamp, "sign": base64.b64encode(signed).decode()}


def body_of(
    delivery: Delivery,
    form: PayloadFormat,
    sentence: str,
    link: str,
    city: str,
    signed: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """The message, UTF-8; `signed` is what 飞书 is to find beside it."""
    text = f"{city}科学技术局{TITLE}\n\n{sentence}\n\n[登录查看]({link})"
    content: Mapping[str, Any]
    match form:
        case PayloadFormat.JSON:
            content = {
                "id": delivery.key,
                "kind": delivery.details.get("kind", "test"),
                "text": sentence,
                "url": link,
                "at": delivery.created_at.isoformat(timespec="seconds"),
            }
        case PayloadFormat.WECOM:
            content = {"msgtype": "markdown", "markdown": {"content": text}}
        case PayloadFormat.DINGTALK:
            content = {"msgtype": "markdown", "markdown": {"title": TITLE, "text": text}}
        case PayloadFormat.FEISHU:
            content = {
                **signed,
                "msg_type": "interactive",
                "card": {
                    "header": {"title": {"tag": "plain_text", "content": TITLE}},
                    "elements": [{"tag": "markdown", "content": text}],
                },
            }
    return json.dumps(content, ensure_ascii=False).encode()


def headers_of(delivery: Delivery, secret: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The number is the same at every attempt; the signature covers time and body."""
    timestamp = str(int(moment.timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Matchmaker",
        NUMBER: delivery.key,
        TIMESTAMP: timestamp,
        SIGNATURE: signature(secret, timestamp, body),
    }
