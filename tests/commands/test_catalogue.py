"""Whether every Chinese sentence has its English."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker import catalogue

SOURCE = 'gettext("难题已保存")\ngettext("还剩 %(days)s 天", days=3)\n'
GOOD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "难题已保存"\nmsgstr "Problem saved"\n\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "babel.cfg").write_text("[python: **.py]\n[jinja2: **.html]\n")
    (tmp_path / "pages.py").write_text(SOURCE, "utf-8")
    return tmp_path


def test_everything_in_the_interface_has_its_english() -> None:
    assert catalogue.check() == []


def test_a_complete_catalogue_has_no_faults(root: Path) -> None:
    english = _po(root, GOOD + 'msgid "还剩 %(days)s 天"\nmsgstr "%(days)s days left"\n')
    assert catalogue.check(root, english) == []


def test_a_sentence_without_english_is_named_with_its_place(root: Path) -> None:
    english = _po(root, GOOD)
    assert catalogue.check(root, english) == [catalogue.Fault("pages.py:2", "还剩 %(days)s 天")]


def test_an_uncertain_translation_does_not_count(root: Path) -> None:
    english = _po(root, GOOD + '#, fuzzy\nmsgid "还剩 %(days)s 天"\nmsgstr "%(days)s days left"\n')
    assert len(catalogue.check(root, english)) == 1


def test_english_that_fills_other_places_is_named(root: Path) -> None:
    english = _po(root, GOOD + 'msgid "还剩 %(days)s 天"\nmsgstr "%(day)s days left"\n')
    assert [fault.location for fault in catalogue.check(root, english)] == ["pages.py:2"]


def test_sentences_of_templates_count_too(root: Path) -> None:
    (root / "page.html").write_text("<p>{{ _('没有英文') }}</p>", "utf-8")
    english = _po(root, GOOD + 'msgid "还剩 %(days)s 天"\nmsgstr "%(days)s days left"\n')
    assert [fault.message for fault in catalogue.check(root, english)] == ["没有英文"]


def test_without_a_catalogue_everything_is_lacking(root: Path) -> None:
    assert len(catalogue.check(root, root / "nowhere.po")) == 2


def _po(root: Path, content: str) -> Path:
    path = root / "messages.po"
    path.write_text(content, "utf-8")
    return path
