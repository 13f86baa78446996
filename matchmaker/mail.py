"""Mail to people: to a file, the console or an SMTP server, as the setting says. Only the worker sends."""

from __future__ import annotations

import os
import smtplib
import ssl
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

from matchmaker.settings import Settings

SECONDS = 15
SCHEMES = ("smtp", "smtps")
REFUSED_FOR_GOOD = 500
"""An SMTP server's answers from here on say that trying again is of no use."""


class Undeliverable(Exception):
    """This letter will never arrive: its address is none, or the server will not have it."""


class Unreachable(Exception):
    """The mail server, or the setting that names it, is at fault: no letter would arrive now."""


@dataclass(frozen=True)
class Letter:
    """A plain text to one address."""

    to: str
    subject: str
    text: str


def reaches_people(settings: Settings) -> bool:
    """Whether mail leaves this machine; where it does not, links must be handed over in another way."""
    return urlsplit(settings.mail_url).scheme in SCHEMES


def deliver(settings: Settings, letter: Letter, key: str) -> None:
    """Send it now. `key` makes the Message-ID: a letter that is sent again has the same.

    Raises Undeliverable, Unreachable, and SMTPException where the server would not have this letter now.
    """
    message = _message(settings, letter, key)
    try:
        target = urlsplit(settings.mail_url)
        if target.scheme in SCHEMES:
            _speak_smtp(target, message)
        elif settings.mail_url == "console":
            sys.stderr.write(_readable(message, letter.text))
        elif settings.mail_url == "file":
            _append(settings, _readable(message, letter.text))
        else:
            raise Unreachable("MATCHMAKER_MAIL_URL should be file, console, smtp://… or smtps://…")
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if min(codes, default=0) >= REFUSED_FOR_GOOD:
            raise Undeliverable(f"the server refused the recipient: {min(codes)}") from error
        raise
    except smtplib.SMTPAuthenticationError as error:
        raise Unreachable(f"the server refused the account: {error.smtp_code}") from error
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= REFUSED_FOR_GOOD:
            raise Undeliverable(f"the server refused the text: {error.smtp_code}") from error
        raise
    except OSError as error:  # every other SMTPException is one too
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def _message(settings: Settings, letter: Letter, key: str) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"], message["To"] = settings.mail_from, letter.to
    except ValueError as error:
        raise Undeliverable("the address is none") from error
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(datetime.now(UTC))
    host = urlsplit(settings.public_url).hostname or "matchmaker.invalid"
    message["Message-ID"] = f"<{key}@{host}>"
    message["Auto-Submitted"] = "auto-generated"  # so that no absence note answers it
    message.set_content(letter.text)
    return message


def _speak_smtp(target: SplitResult, message: EmailMessage) -> None:
    host, context = target.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    try:
        port = target.port
    except ValueError as error:
        raise Unreachable("MATCHMAKER_MAIL_URL: the port is none") from error
    if target.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=SECONDS)
    try:
        if target.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if target.username:
            server.login(unquote(target.username), unquote(target.password or ""))
        server.send_message(message)
        with suppress(smtplib.SMTPException):  # it has the letter: a bad farewell must not have it sent again
            server.quit()
    finally:
        server.close()


def _append(settings: Settings, text: str) -> None:
    """The file holds links that sign people in: only its owner may read it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    target = os.open(settings.data_dir / "mail.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(target, "a", encoding="utf-8") as file:
        file.write(text)


def _readable(message: EmailMessage, text: str) -> str:
    """As a person reads it: nothing encoded."""
    head = "".join(f"{name}: {message[name]}\n" for name in ("Date", "From", "To", "Subject", "Message-ID"))
    return f"{head}\n{text.rstrip()}\n\n{'-' * 72}\n"
