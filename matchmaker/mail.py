"""Mail to people: to a file, the console or an SMTP server, as the setting says."""

from __future__ import annotations

import os
import smtplib
import ssl
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from threading import Thread
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from matchmaker.settings import Settings

SECONDS = 15
SCHEMES = ("smtp", "smtps")

log = structlog.get_logger()


def reaches_people(settings: Settings) -> bool:
    """Whether mail leaves this machine; where it does not, links must be handed over in another way."""
    return urlsplit(settings.mail_url).scheme in SCHEMES


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send a plain text. Never fails the caller: what goes wrong is logged, without the text.

    A server is spoken to in the background, so that nobody waits for it, nor learns from the waiting that
    there was somebody to write to.
    """
    if reaches_people(settings):
        Thread(target=_attempt, args=(settings, to, subject, text), name="mail", daemon=True).start()
    else:
        _attempt(settings, to, subject, text)


def _attempt(settings: Settings, to: str, subject: str, text: str) -> None:
    try:
        deliver(settings, to, subject, text)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.error("mail.failed", subject=subject, error=type(error).__name__, reason=str(error))


def deliver(settings: Settings, to: str, subject: str, text: str) -> None:
    """As `send`, at once. Raises OSError, SMTPException, or ValueError for an address or setting that is none."""
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain="matchmaker.invalid")
    message.set_content(text)
    target = urlsplit(settings.mail_url)
    if target.scheme in SCHEMES:
        _speak_smtp(target, message)
    elif settings.mail_url == "console":
        sys.stderr.write(_readable(message, text))
    elif settings.mail_url == "file":
        _append(settings, _readable(message, text))
    else:
        raise ValueError("MATCHMAKER_MAIL_URL should be file, console, smtp://… or smtps://…")


def _speak_smtp(target: SplitResult, message: EmailMessage) -> None:
    host, context = target.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if target.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, target.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, target.port or 25, timeout=SECONDS)
    with server:
        if target.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if target.username:
            server.login(unquote(target.username), unquote(target.password or ""))
        server.send_message(message)


def _append(settings: Settings, text: str) -> None:
    """The file holds links that sign people in: only its owner may read it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    target = os.open(settings.data_dir / "mail.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(target, "a", encoding="utf-8") as file:
        file.write(text)


def _readable(message: EmailMessage, text: str) -> str:
    """As a person reads it: nothing encoded."""
    head = "".join(f"{name}: {message[name]}\n" for name in ("Date", "From", "To", "Subject"))
    return f"{head}\n{text.rstrip()}\n\n{'-' * 72}\n"
