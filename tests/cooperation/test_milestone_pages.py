"""Milestones on the page of a cooperation record."""

from datetime import timedelta
from decimal import Decimal

from flask.testing import FlaskClient

from matchmaker.work import Work
from models import CooperationRecord, Milestone, MilestoneStatus
from tests.cooperation import records
from tests.cooperation.records import again
from tests.days import today


def test_a_milestone_is_added_and_completed(desk: FlaskClient, record: CooperationRecord, work: Work) -> None:
    desk.post(f"/cooperation/{record.id}/milestones", data={"name": "样机测试", "due_on": "2026-03-01"})
    number = again(work, record).milestones[0].id
    work.session.rollback()

    desk.post(
        f"/cooperation/milestones/{number}/step",
        data={"step": "complete", "done_on": today().isoformat(), "evidence": "测试报告", "received": "20"},
    )

    now = again(work, record)
    assert (now.milestones[0].status, now.paid) == (MilestoneStatus.DONE, Decimal("20"))


def test_a_milestone_of_tomorrow_is_not_done(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    milestone = records.milestone(work.session.get_one(CooperationRecord, record.id), work.session)
    work.session.commit()

    response = desk.post(
        f"/cooperation/milestones/{milestone.id}/step",
        data={
            "step": "complete",
            "done_on": (today() + timedelta(days=3)).isoformat(),
            "evidence": "测试报告七号",
        },
    )

    assert response.status_code == 422
    assert "完成日期不能晚于今天" in response.text
    assert "测试报告七号" in response.text
    assert work.session.get_one(Milestone, milestone.id).status is MilestoneStatus.PLANNED


def test_late_milestones_are_marked_on_the_page_and_in_the_list(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    records.milestone(work.session.get_one(CooperationRecord, record.id), work.session, due_in=-4)
    work.session.commit()

    assert "逾期 4 天" in desk.get(f"/cooperation/{record.id}").text
    assert "1 项逾期" in desk.get("/cooperation/?late=1").text


def test_a_closed_record_says_why_its_milestones_stay(
    desk: FlaskClient, record: CooperationRecord, work: Work
) -> None:
    desk.post(f"/cooperation/{record.id}/step", data={"step": "terminate", "reason": "企业转产"})

    response = desk.post(
        f"/cooperation/{record.id}/milestones",
        data={"name": "样机测试", "due_on": "2026-03-01"},
        follow_redirects=True,
    )

    assert "请先恢复合作" in response.text
    assert again(work, record).milestones == []
