"""A briefing of this year, made by staff."""

from __future__ import annotations

from datetime import date

import pytest

from matchmaker.briefings import service
from matchmaker.briefings.service import Plan
from matchmaker.work import Work
from models import Briefing, BriefingSection, SectionKind, User
from tests import factories

TITLE = "联席会议简报"


@pytest.fixture
def bureau(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["staff"])


@pytest.fixture
def plan(work: Work) -> Plan:
    return Plan(TITLE, work.today().replace(month=1, day=1), work.today())


@pytest.fixture
def briefing(bureau: Work, people: dict[str, User], plan: Plan) -> Briefing:
    factories.problem(
        bureau.session,
        people["enterprise"],
        title="铝合金压铸壳体气孔在线检测",
        submitted_at=bureau.now(),
        published_at=bureau.now(),
    )
    made = service.make(bureau, plan)
    bureau.session.commit()
    return made


def section(briefing: Briefing, kind: SectionKind) -> BriefingSection:
    return next(each for each in briefing.sections if each.kind is kind)


def days(briefing: Briefing) -> tuple[date, date]:
    return briefing.first, briefing.last
