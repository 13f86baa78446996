"""Every code has its words, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask, session

import models
from matchmaker import notice_wording, wording
from matchmaker.briefings import document as briefing
from matchmaker.engine import strength
from matchmaker.jobs import wording as job_wording
from matchmaker.spreadsheets import import_wording
from models import (
    AttachmentOwner,
    BulkKind,
    CapabilityStatus,
    EncoderOrigin,
    EncoderState,
    EntryKind,
    Handling,
    ImportKind,
    JobStatus,
    Likeness,
    MilestoneStatus,
    PairingStatus,
    ProblemStatus,
    RecordStatus,
    RowOutcome,
    RowState,
    SectionKind,
    StepStatus,
    Verification,
    VocabularyKind,
)

CJK = re.compile("[\u4e00-\u9fff]")
UNSEEN = (AttachmentOwner, BulkKind, EncoderOrigin, EncoderState, EntryKind, StepStatus, VocabularyKind)
"""Enumerations that no person ever reads as a word: they are an icon, a sentence of their own, or nothing."""
ENUMERATIONS = [
    each
    for each in vars(models).values()
    if isinstance(each, type) and issubclass(each, StrEnum) and each not in UNSEEN
]
WORDED_APART: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Handling: import_wording.HANDLINGS,
    ImportKind: import_wording.KINDS,
    JobStatus: job_wording.STATUSES,
    Likeness: import_wording.LIKENESSES,
    RowOutcome: {outcome: words for outcome, (words, _) in import_wording.OUTCOMES.items()},
    RowState: {state: words for state, (words, _) in import_wording.STATES.items()},
    SectionKind: briefing.HEADINGS,
}
"""By the one package that shows them."""
STATUSES = (
    Verification,
    ProblemStatus,
    CapabilityStatus,
    PairingStatus,
    RecordStatus,
    MilestoneStatus,
)
DETAILS = {
    "decisions": "120",
    "after": "rank-2",
    "name": "安庆示例公司",
    "title": "100% 合格率",
    "reason": "缺少 5% 指标",
    "number": "2026-1",
    "step": "signed",
    "capability": "气孔视觉检测",
    "count": "3",
    "day": "2026-12-01",
    "days": "14",
    "due": "2026-12-09",
    "main": "桐城示例机械厂",
    "milestone": "样机 50% 到货",
    "n": "5",
    "until": "2026-12-31",
    "version": "2026-11",
    "what": "电话回访",
    "who": "示例经办人",
    "why": "other",
}


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest, standing_app: Flask) -> Iterator[str]:
    with standing_app.test_request_context():
        session["language"] = request.param
        yield request.param


def is_of(language: str, words: str) -> bool:
    return bool(words.strip()) and bool(CJK.search(words)) == (language == "zh_CN")


def word(member: StrEnum) -> str:
    apart = WORDED_APART.get(type(member))
    return str(apart.get(member, "")) if apart is not None else wording.label(member)


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_every_member_of_an_enumeration_has_its_word(language: str, enumeration: type[StrEnum]) -> None:
    assert [member for member in enumeration if not is_of(language, word(member))] == []


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_no_two_members_have_the_same_word(language: str, enumeration: type[StrEnum]) -> None:
    words = [word(member) for member in enumeration]
    assert len(set(words)) == len(words)


def test_nothing_has_no_word(language: str) -> None:
    assert wording.label(None) == ""


@pytest.mark.parametrize("enumeration", STATUSES)
def test_every_status_has_its_colour(enumeration: type[StrEnum]) -> None:
    assert [member for member in enumeration if member not in wording.TONES] == []


def test_every_colour_is_in_the_style_sheet() -> None:
    from matchmaker.settings import ROOT

    style = (ROOT / "matchmaker" / "static" / "matchmaker.css").read_text("utf-8")
    assert [tone for tone in set(wording.TONES.values()) if f".state-{tone}" not in style] == []


@pytest.mark.parametrize("kind", notice_wording.NOTICES)
def test_every_notice_is_a_sentence_with_what_it_is_about(language: str, kind: str) -> None:
    wanted = set(re.findall(r"%\((\w+)\)s", notice_wording.NOTICES[kind]))
    assert wanted <= DETAILS.keys()
    details = {name: DETAILS[name] for name in wanted}
    said = notice_wording.notice(kind, details)
    assert all(value in said for name, value in details.items() if name not in ("step", "why"))
    assert "%(" not in said
    without_details = said
    for value in details.values():
        without_details = without_details.replace(value, "")
    assert is_of(language, without_details)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 415, 418, 422, 429, 500, 502, 503])
def test_every_fault_has_a_title_and_says_what_to_do(language: str, code: int) -> None:
    title, text = wording.http_error(code)
    assert is_of(language, title)
    assert is_of(language, text)


@pytest.mark.parametrize("action", wording.RECORD_EVENTS)
def test_every_event_of_a_record_has_its_words(language: str, action: str) -> None:
    assert is_of(language, wording.record_event(action))


def test_an_event_without_words_stands_for_itself(language: str) -> None:
    assert wording.record_event("unheard_of") == "unheard_of"


def test_every_strength_has_its_word(language: str) -> None:
    assert {strength(number / 100) for number in range(101)} == wording.STRENGTHS.keys()
    assert all(is_of(language, str(word)) for word in wording.STRENGTHS.values())
