"""A briefing of the sample year: the last whole quarter, made by staff some days ago."""

from __future__ import annotations

from datetime import date, timedelta

from matchmaker.briefings import service
from matchmaker.briefings.service import Plan
from matchmaker.seeding.people import People
from matchmaker.seeding.timeline import Timeline
from matchmaker.statistics.service import Period
from matchmaker.work import Work
from models import SectionKind

DAYS_AGO = 2
NEXT_STEPS = (
    "1. 逐项联系里程碑逾期的合作双方，下次会议前报告进展。\n"
    "2. 就缺口集中的技术领域走访两所高校，征集成果和团队。\n"
    "3. 请各县（市、区）科技主管部门核对新征集的需求，补充考核指标。"
)


def plan(timeline: Timeline, people: People) -> None:
    timeline.add("briefing", DAYS_AGO, people.staff[0], _make)


def _make(work: Work) -> None:
    first, last = _last_quarter(work.today())
    made = service.make(work, Plan(f"产学研合作联席会议简报（{first} 至 {last}）", first, last))
    service.edit(work, made, SectionKind.NEXT_STEPS, NEXT_STEPS, 1)


def _last_quarter(today: date) -> tuple[date, date]:
    end = Period.of({"span": "quarter"}, today).first - timedelta(days=1)
    return Period.of({"span": "quarter"}, end).first, end
