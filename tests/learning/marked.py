"""Decisions that a small encoder can learn: whatever is marked a is introduced, whatever is marked b dismissed.

Texts are short: the small encoder reads 64 tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from matchmaker.engine import MatchingEngine
from matchmaker.engine.training import Plan
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import User
from tests import factories
from tests.learning.history import History

TOPICS = ("气孔检测", "废水回用", "茶叶加工", "电池预警", "涂料防腐", "焊接机器")
OFFERS = ("视觉压铸a", "水回用件b", "叶加工机a", "池预警电b", "料防腐水a", "接机器人b")
PROBLEMS = 12
QUICK = Plan(layers=2, epochs=6, rate=1e-2, share=1.0, strangers=2)
"""Random weights are far from anything, so they go faster."""


@contextmanager
def work_with(work: Work, model: Path) -> Iterator[Work]:
    """The same work where this model's folder is the setting."""
    engine = MatchingEngine(str(model), home=work.settings.data_dir)
    yield replace(work, engine=engine, settings=replace(work.settings, model=str(model)))


def decide(work: Work, people: dict[str, User], problems: int = PROBLEMS) -> History:
    """For each problem three capabilities introduced and three dismissed; all are indexed, and committed."""
    history = History(work, people)
    for number in range(1, problems + 1):
        title = TOPICS[number % 6] + "abcdefgh"[number // 6]
        history.problems[number] = factories.problem(
            work.session,
            people["enterprise"],
            title=title,
            background="",
            statement="加工废水。",
            confidential="绝密配方甲乙丙丁",
        )
    for place, title in enumerate(OFFERS, 1):
        history.capabilities[place] = factories.capability(
            work.session, people["liaison"], title=title, summary="视觉检测。", advantage=""
        )
    postings.index_many(work, [*history.problems.values(), *history.capabilities.values()])
    for number in history.problems:
        for title in OFFERS:
            history.add("introduce" if title.endswith("a") else "dismiss", problem=number)
    work.session.commit()
    return history
