"""What each step of a problem does: state, engine, suggestions, audit, notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.policy import Forbidden
from matchmaker.postings import service as postings
from matchmaker.postings.service import Filters, Incomplete, NotEditable, NotVerified, ReasonMissing
from matchmaker.problems import service
from matchmaker.work import Work
from models import (
    AuditEvent,
    Notice,
    Pairing,
    Problem,
    ProblemStatus,
    Revision,
    User,
    Verification,
)
from tests import factories

WORDS = "压铸气孔检测"


def notices_of(work: Work, person: User) -> list[str]:
    return list(work.session.scalars(select(Notice.kind).where(Notice.user_id == person.id)))


def events_of(work: Work, problem: Problem) -> list[str]:
    return list(
        work.session.scalars(
            select(AuditEvent.action).where(
                AuditEvent.object_kind == "problem", AuditEvent.object_id == problem.id
            )
        )
    )


def found_by_visitors(work: Work) -> list[int]:
    return [each.id for each in postings.find(work, Problem, Filters(q=WORDS)).listing.items]


def submitted(work: Work, people: dict[str, User]) -> Problem:
    problem = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT)
    service.submit(work.as_actor(people["enterprise"]), problem)
    return problem


def published(work: Work, people: dict[str, User]) -> Problem:
    problem = submitted(work, people)
    service.publish(work.as_actor(people["staff"]), problem)
    return problem


def test_a_submitted_problem_has_its_suggestions_at_once(work: Work, people: dict[str, User]) -> None:
    fitting = factories.capability(work.session, people["liaison"])
    postings.index(work, fitting)
    problem = submitted(work, people)
    assert work.session.scalars(
        select(Pairing.capability_id).where(Pairing.problem_id == problem.id)
    ).all() == [fitting.id]


def test_a_submitted_problem_is_not_found_by_others(work: Work, people: dict[str, User]) -> None:
    submitted(work, people)
    assert found_by_visitors(work) == []


def test_staff_are_told_of_a_submission(work: Work, people: dict[str, User]) -> None:
    submitted(work, people)
    assert notices_of(work, people["staff"]) == ["problem.submitted"]


def test_a_submission_is_in_the_audit(work: Work, people: dict[str, User]) -> None:
    assert events_of(work, submitted(work, people)) == ["problem.submitted"]


def test_an_organisation_that_is_not_verified_cannot_submit(work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT)
    problem.organisation.status = Verification.PENDING
    with pytest.raises(NotVerified):
        service.submit(work.as_actor(people["enterprise"]), problem)
    assert problem.status is ProblemStatus.DRAFT


def test_an_incomplete_problem_cannot_be_submitted(work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(
        work.session, people["enterprise"], ProblemStatus.DRAFT, statement="", modes=[]
    )
    with pytest.raises(Incomplete) as refused:
        service.submit(work.as_actor(people["enterprise"]), problem)
    assert refused.value.missing == ("statement", "modes")


def test_a_published_problem_is_found_by_everyone(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    assert found_by_visitors(work) == [problem.id]


def test_the_authors_organisation_is_told_of_publication(work: Work, people: dict[str, User]) -> None:
    published(work, people)
    assert notices_of(work, people["enterprise"]) == ["problem.published"]


def test_publication_also_suggests_what_came_after_the_submission(
    work: Work, people: dict[str, User]
) -> None:
    problem = submitted(work, people)
    later = factories.capability(work.session, people["liaison"])
    postings.index(work, later)
    service.publish(work.as_actor(people["staff"]), problem)
    assert work.session.scalars(select(Pairing.capability_id)).all() == [later.id]


def test_a_problem_without_validity_gets_the_usual_one_when_published(
    work: Work, people: dict[str, User]
) -> None:
    problem = submitted(work, people)
    problem.valid_until = None
    service.publish(work.as_actor(people["staff"]), problem)
    assert problem.valid_until is not None
    assert 360 <= (problem.valid_until - work.today()).days <= 367


def test_returning_needs_a_reason(work: Work, people: dict[str, User]) -> None:
    problem = submitted(work, people)
    with pytest.raises(ReasonMissing):
        service.send_back(work.as_actor(people["staff"]), problem, "  ")
    assert problem.status is ProblemStatus.SUBMITTED


def test_a_returned_problem_tells_its_author_why_and_can_be_edited_and_submitted_again(
    work: Work, people: dict[str, User]
) -> None:
    problem, owner = submitted(work, people), work.as_actor(people["enterprise"])
    service.send_back(work.as_actor(people["staff"]), problem, "请补充指标")
    told = work.session.scalar(select(Notice).where(Notice.kind == "problem.returned"))
    assert told is not None
    assert told.details["reason"] == "请补充指标"
    service.save(owner, problem, {"basis": "补充了基础"}, problem.version)
    service.submit(owner, problem)
    assert (problem.status, problem.return_reason) == (ProblemStatus.SUBMITTED, "")


def test_while_it_is_checked_nobody_edits_it(work: Work, people: dict[str, User]) -> None:
    problem = submitted(work, people)
    with pytest.raises(NotEditable):
        service.save(work.as_actor(people["enterprise"]), problem, {"title": "改一改名称"}, problem.version)


def test_a_withdrawn_problem_is_found_no_more_and_loses_untouched_suggestions(
    work: Work, people: dict[str, User]
) -> None:
    postings.index(work, factories.capability(work.session, people["liaison"]))
    problem = published(work, people)
    service.withdraw(work.as_actor(people["enterprise"]), problem)
    assert found_by_visitors(work) == []
    assert work.session.scalars(select(Pairing.id)).all() == []


def test_withdrawal_by_staff_is_told_to_the_owner_and_by_the_owner_to_nobody(
    work: Work, people: dict[str, User]
) -> None:
    first, second = published(work, people), published(work, people)
    service.withdraw(work.as_actor(people["staff"]), first)
    service.withdraw(work.as_actor(people["enterprise"]), second)
    assert notices_of(work, people["enterprise"]).count("problem.withdrawn") == 1


def test_a_draft_that_never_was_indexed_can_be_withdrawn(work: Work, people: dict[str, User]) -> None:
    draft = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT)
    service.withdraw(work.as_actor(people["enterprise"]), draft)
    assert draft.status is ProblemStatus.WITHDRAWN


def test_restoring_a_once_published_problem_keeps_what_was_public(
    work: Work, people: dict[str, User]
) -> None:
    problem, owner = published(work, people), work.as_actor(people["enterprise"])
    public_title = problem.title
    service.withdraw(owner, problem)
    service.restore(owner, problem)
    service.autosave(owner, problem, {"title": "改写中的草稿名称"}, problem.version)
    kept = work.session.scalar(select(Revision).where(Revision.object_id == problem.id))
    assert kept is not None
    assert kept.data["title"] == public_title


def test_editing_a_published_problem_keeps_it_published_and_moves_it_in_the_search(
    work: Work, people: dict[str, User]
) -> None:
    problem = published(work, people)
    values = {
        "title": "蓝莓果渣花青素提取与稳定化",
        "background": "每年两千吨果渣作饲料处理，其中花青素含量高，企业想提取出来做成保健食品的原料。",
        "statement": "需要低成本提取花青素的工艺，并解决贮存中褪色的问题，果渣含水高，烘干费用占了一大半。",
        "targets": [],
    }
    service.save(work.as_actor(people["enterprise"]), problem, values, problem.version)
    work.session.commit()
    assert problem.status is ProblemStatus.PUBLISHED
    hits = work.engine.search(work.session, "problem", "蓝莓花青素提取", 5)
    old = work.engine.search(work.session, "problem", "压铸气孔X射线检测", 5)
    assert hits[0].score > 0.9 > 0.5 > old[0].score


def test_editing_a_published_problem_keeps_the_old_text_numbered_with_who_changed_it(
    work: Work, people: dict[str, User]
) -> None:
    problem, owner = published(work, people), work.as_actor(people["enterprise"])
    first = problem.title
    service.save(owner, problem, {"title": "第二个名称写在这里"}, problem.version)
    service.save(owner, problem, {"title": "第三个名称写在这里"}, problem.version)
    kept = work.session.scalars(select(Revision).order_by(Revision.number)).all()
    assert [(each.number, each.data["title"], each.author_id) for each in kept] == [
        (1, first, people["enterprise"].id),
        (2, "第二个名称写在这里", people["enterprise"].id),
    ]


def test_saving_what_is_there_already_changes_nothing(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    version = problem.version
    assert service.save(work.as_actor(people["enterprise"]), problem, {"title": problem.title}, version) == []
    assert (problem.version, work.session.scalars(select(Revision.id)).all()) == (version, [])


def test_drafts_leave_no_revisions(work: Work, people: dict[str, User]) -> None:
    draft = factories.problem(work.session, people["enterprise"], ProblemStatus.DRAFT)
    service.save(work.as_actor(people["enterprise"]), draft, {"title": "另一个草稿名称"}, draft.version)
    assert work.session.scalars(select(Revision.id)).all() == []


def test_a_published_problem_cannot_lose_what_is_required(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    with pytest.raises(Incomplete):
        service.save(work.as_actor(people["enterprise"]), problem, {"statement": ""}, problem.version)


def test_the_audit_of_an_edit_names_fields_and_holds_no_text(work: Work, people: dict[str, User]) -> None:
    problem = published(work, people)
    service.save(
        work.as_actor(people["enterprise"]), problem, {"confidential": "绝密的配方数据"}, problem.version
    )
    event = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "problem.edited")).one()
    assert event.details == {"fields": ["confidential"]}


def test_reading_the_confidential_text_is_in_the_audit(work: Work, people: dict[str, User]) -> None:
    problem = factories.problem(
        work.session, people["enterprise"], confidential="配方", broker=people["staff"]
    )
    assert service.reveal(work.as_actor(people["staff"]), problem) == "配方"
    assert events_of(work, problem) == ["problem.confidential_read"]


def test_the_problems_past_their_validity_expire_and_their_owners_are_told(
    work: Work, people: dict[str, User]
) -> None:
    due, last_day = published(work, people), published(work, people)
    due.valid_until, last_day.valid_until = work.today() - timedelta(days=1), work.today()
    assert service.expire_due(work) == 1
    assert (due.status, last_day.status) == (ProblemStatus.EXPIRED, ProblemStatus.PUBLISHED)
    assert found_by_visitors(work) == [last_day.id]
    assert "problem.expired" in notices_of(work, people["enterprise"])


def test_expiring_twice_expires_nothing_more(work: Work, people: dict[str, User]) -> None:
    published(work, people).valid_until = work.today() - timedelta(days=1)
    service.expire_due(work)
    assert service.expire_due(work) == 0


def test_an_expired_problem_is_submitted_again_after_its_validity_was_extended(
    work: Work, people: dict[str, User]
) -> None:
    problem, owner = published(work, people), work.as_actor(people["enterprise"])
    problem.valid_until = work.today() - timedelta(days=1)
    service.expire_due(work)
    service.save(owner, problem, {"valid_until": work.today() + timedelta(days=90)}, problem.version)
    service.submit(owner, problem)
    assert problem.status is ProblemStatus.SUBMITTED


def test_liaisons_cannot_make_problems(work: Work, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        service.create(work.as_actor(people["liaison"]), {"title": "不该有的难题"})
