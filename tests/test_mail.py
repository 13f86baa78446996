from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from matchmaker import mail
from matchmaker.settings import Settings


def test_mail_goes_to_a_file_that_only_its_owner_reads(settings: Settings) -> None:
    mail.send(settings, "li@example.com", "重设密码", "地址：http://127.0.0.1/x")
    mail.send(settings, "zhao@example.com", "重设密码", "地址：http://127.0.0.1/y")
    file = settings.data_dir / "mail.log"
    text = file.read_text("utf-8")
    assert text.index("http://127.0.0.1/x") < text.index("http://127.0.0.1/y")
    assert "Subject: 重设密码" in text
    assert file.stat().st_mode & 0o077 == 0


def test_mail_goes_to_the_console(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    mail.send(replace(settings, mail_url="console"), "li@example.com", "重设密码", "正文")
    assert "To: li@example.com" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "smtps://127.0.0.1:1", "pigeon"])
def test_a_failing_mail_server_fails_nobody(settings: Settings, url: str) -> None:
    mail.send(replace(settings, mail_url=url), "li@example.com", "重设密码", "正文")
    _wait()


def test_a_line_break_in_the_subject_adds_no_header(settings: Settings) -> None:
    mail.send(settings, "li@example.com", "重设\r\nBcc: thief@example.com", "正文")
    assert "\nBcc:" not in (settings.data_dir / "mail.log").read_text("utf-8")


def test_an_address_that_is_none_fails_nobody(settings: Settings) -> None:
    mail.send(settings, "li@example.com\nBcc: thief@example.com", "重设密码", "正文")
    assert not (settings.data_dir / "mail.log").exists()


def test_mail_is_handed_to_the_server_of_the_setting(
    settings: Settings, server: tuple[int, list[str]]
) -> None:
    port, heard = server
    mail.deliver(replace(settings, mail_url=f"smtp://127.0.0.1:{port}"), "li@example.com", "重设密码", "正文")
    assert "rcpt TO:<li@example.com>" in [line.replace("RCPT", "rcpt") for line in heard]
    assert any(line.startswith("Subject: =?utf-8?") for line in heard)


def test_the_console_and_the_file_reach_nobody(settings: Settings) -> None:
    assert not mail.reaches_people(settings)
    assert not mail.reaches_people(replace(settings, mail_url="console"))
    assert mail.reaches_people(replace(settings, mail_url="smtps://user:p%40ss@mail.example.com:465"))


def _wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join(20)


@pytest.fixture
def server() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes one message; what it heard."""
    heard: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_take_one, args=(listener, heard), daemon=True)
    thread.start()
    yield listener.getsockname()[1], heard
    thread.join(5)
    listener.close()


def _take_one(listener: socket.socket, heard: list[str]) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as lines:

        def say(text: str) -> None:
            lines.write(text + "\r\n")
            lines.flush()

        say("220 test")
        in_data = False
        for line in lines:
            heard.append(line.strip())
            word = line.strip().lower()
            if in_data:
                in_data = word != "."
                if not in_data:
                    say("250 taken")
            elif word == "data":
                in_data = True
                say("354 go on")
            elif word == "quit":
                say("221 bye")
                return
            else:
                say("250 ok")
