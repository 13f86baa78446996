from __future__ import annotations

from dataclasses import replace
from smtplib import SMTPException

import pytest

from matchmaker import mail
from matchmaker.mail import Letter, Undeliverable, Unreachable
from matchmaker.settings import Settings
from tests.deliveries.servers import MailServer, mail_server

LETTER = Letter("li@example.com", "重设密码", "正文")


def test_mail_goes_to_a_file_that_only_its_owner_reads(settings: Settings) -> None:
    mail.deliver(settings, replace(LETTER, text="地址：http://127.0.0.1/x"), "1")
    mail.deliver(settings, replace(LETTER, text="地址：http://127.0.0.1/y"), "2")
    file = settings.data_dir / "mail.log"
    text = file.read_text("utf-8")
    assert text.index("http://127.0.0.1/x") < text.index("http://127.0.0.1/y")
    assert "Subject: 重设密码" in text
    assert file.stat().st_mode & 0o077 == 0


def test_mail_goes_to_the_console(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    mail.deliver(replace(settings, mail_url="console"), LETTER, "1")
    assert "To: li@example.com" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "smtps://127.0.0.1:1", "smtp://host:port", "pigeon"])
def test_a_server_that_cannot_be_reached_is_told_from_a_letter_that_cannot_arrive(
    settings: Settings, url: str
) -> None:
    with pytest.raises(Unreachable):
        mail.deliver(replace(settings, mail_url=url), LETTER, "1")


def test_a_line_break_in_the_subject_adds_no_header(settings: Settings) -> None:
    mail.deliver(settings, replace(LETTER, subject="重设\r\nBcc: thief@example.com"), "1")
    assert "\nBcc:" not in (settings.data_dir / "mail.log").read_text("utf-8")


def test_an_address_that_is_none_gets_nothing(settings: Settings) -> None:
    with pytest.raises(Undeliverable):
        mail.deliver(settings, replace(LETTER, to="li@example.com\nBcc: thief@example.com"), "1")
    assert not (settings.data_dir / "mail.log").exists()


def test_mail_is_handed_to_the_server_of_the_setting(settings: Settings) -> None:
    with mail_server() as server:
        mail.deliver(_by(settings, server), LETTER, "k1")
    (message,) = server.messages
    assert (message["To"], message["Subject"]) == ("li@example.com", "重设密码")
    assert message["Message-ID"] == "<k1@127.0.0.1>"


@pytest.mark.parametrize(
    ("verb", "answer", "raised"),
    [
        ("RCPT", "550 no such user", Undeliverable),
        ("RCPT", "451 come back later", SMTPException),
        ("DATA", "554 not this text", Undeliverable),
        ("DATA", "452 no room", SMTPException),
    ],
)
def test_what_a_server_says_tells_whether_to_try_again(
    settings: Settings, verb: str, answer: str, raised: type[Exception]
) -> None:
    with mail_server() as server:
        server.answer = lambda asked, line: answer if asked == verb else "250 ok"
        with pytest.raises(raised):
            mail.deliver(_by(settings, server), LETTER, "k1")
    assert server.messages == []


def test_the_console_and_the_file_reach_nobody(settings: Settings) -> None:
    assert not mail.reaches_people(settings)
    assert not mail.reaches_people(replace(settings, mail_url="console"))
    assert mail.reaches_people(replace(settings, mail_url="smtps://user:p%40ss@mail.example.com:465"))


def _by(settings: Settings, server: MailServer) -> Settings:
    return replace(settings, mail_url=server.url)
