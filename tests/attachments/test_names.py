"""Names of files as people see them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.attachments.names import LONGEST, clean, extension_of


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("检测报告（终稿）.pdf", "检测报告（终稿）.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\桌面\\图纸.png", "图纸.png"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("照片\u202egpj.pdf", "照片gpj.pdf"),
        ("空\u200b格\u0000.txt", "空格.txt"),
        ("  多  个 空 格 .txt", "多 个 空 格 .txt"),
        (".htaccess", "htaccess"),
        ("报告.pdf. ", "报告.pdf"),
        ("../..", ""),
        ("/", ""),
    ],
)
def test_a_name_keeps_its_script_and_loses_what_misleads(given_name: str, kept: str) -> None:
    assert clean(given_name) == kept


def test_a_long_name_keeps_its_extension() -> None:
    shortened = clean("难" * 300 + ".docx")
    assert len(shortened) == LONGEST
    assert shortened.endswith("难.docx")


def test_an_extension_is_compared_in_lower_case() -> None:
    assert extension_of("报告.PDF") == "pdf"


def test_a_name_of_only_an_extension_has_none() -> None:
    assert extension_of(".pdf") == ""


@given(st.text(max_size=400))
def test_whatever_is_given_the_name_is_short_visible_and_no_path(given_name: str) -> None:
    kept = clean(given_name)
    assert len(kept) <= LONGEST
    assert not set(kept) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in kept)
