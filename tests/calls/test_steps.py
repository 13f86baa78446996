"""How a problem becomes a call, how it is judged, announced and awarded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from matchmaker.calls import reading, reviewing, service
from matchmaker.calls.errors import (
    AlreadyAwarded,
    AlreadyCalled,
    BadTerms,
    Fault,
    NotCallable,
    NotDeclared,
    NoticeRunning,
    NotInNotice,
    NoWinner,
    OpenObjections,
    ReviewFinished,
    ReviewsOutstanding,
    ScoresMissing,
    StaleCall,
    Tied,
    TooLate,
    WrongCapability,
)
from matchmaker.cooperation.service import RecordTerms
from matchmaker.pairings import service as pairings
from matchmaker.policy import Forbidden
from matchmaker.work import LOCAL_ZONE
from models import (
    Answerers,
    Call,
    CallStatus,
    CooperationRecord,
    Notice,
    Pairing,
    PairingStatus,
    ProblemStatus,
    ProposalStatus,
    Reviewer,
    User,
)
from tests import factories
from tests.calls.calling import CLOSES, START, Calling, terms
from tests.pairings import pairs


def told(calling: Calling, name: str) -> list[str]:
    """Kinds of the notices of a person about calls, in their order."""
    wanted = select(Notice.kind).where(Notice.user_id == calling.people[name].id, Notice.kind.like("call.%"))
    return list(calling.work.session.scalars(wanted.order_by(Notice.id)))


def test_an_owner_s_call_needs_staff(calling: Calling) -> None:
    problem = pairs.problem(calling.work, calling.people["other_enterprise"])
    call = service.create(calling.by("other_enterprise"), problem, terms())
    service.submit(calling.by("other_enterprise"), call)

    with pytest.raises(Forbidden):
        service.publish(calling.by("other_enterprise"), call)
    service.send_back(calling.by("staff"), call, "请写明验收办法")
    assert (call.status, call.return_reason) == (CallStatus.DRAFT, "请写明验收办法")
    service.submit(calling.by("other_enterprise"), call)
    service.publish(calling.by("staff"), call)
    assert call.status is CallStatus.OPEN
    assert [each.action for each in call.events] == ["create", "submit", "return", "submit", "publish"]


def test_a_problem_has_one_call_at_a_time(calling: Calling) -> None:
    with pytest.raises(AlreadyCalled):
        service.create(calling.by("staff"), calling.problem, terms())
    service.cancel(calling.by("staff"), calling.call, "企业要求")
    assert service.create(calling.by("staff"), calling.problem, terms()).status is CallStatus.DRAFT


def test_only_a_published_problem_can_be_called(calling: Calling) -> None:
    hidden = factories.problem(calling.work.session, calling.people["enterprise"], ProblemStatus.SUBMITTED)
    with pytest.raises(NotCallable):
        service.create(calling.by("enterprise"), hidden, terms())


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"criteria": (("先进性", 60), ("可实施性", 39))}, Fault.WEIGHTS),
        ({"criteria": (("先进性", 50), ("先进性", 50))}, Fault.CRITERION_TWICE),
        ({"closes_at": START}, Fault.CLOSES_PASSED),
        ({"reward": Decimal(0)}, Fault.REWARD),
        ({"answerers": Answerers.NAMED}, Fault.NOBODY_NAMED),
    ],
)
def test_terms_that_cannot_be_right(calling: Calling, given: dict[str, object], fault: Fault) -> None:
    problem = pairs.problem(calling.work, calling.people["enterprise"])
    with pytest.raises(BadTerms) as bad:
        service.create(calling.by("staff"), problem, terms(**given))
    assert [each for _field, each in bad.value.faults] == [fault]


def test_who_may_answer_is_told_and_others_are_refused(calling: Calling) -> None:
    named = calling.people["liaison"].organisation_id
    problem = pairs.problem(calling.work, calling.people["enterprise"])
    call = service.create(calling.by("staff"), problem, terms(answerers=Answerers.NAMED, named=(named,)))
    before = len(told(calling, "other_liaison"))
    service.publish(calling.by("staff"), call)

    assert told(calling, "liaison")[-1].startswith("call.opened")
    assert len(told(calling, "other_liaison")) == before
    with pytest.raises(Forbidden):
        service.start(calling.by("other_liaison"), call, service.Content())


def test_those_with_a_matching_capability_are_told_so(calling: Calling) -> None:
    problem = pairs.problem(calling.work, calling.people["enterprise"])
    pairings.suggest(calling.work, problem)
    calling.call = service.create(calling.by("staff"), problem, terms())
    service.publish(calling.by("staff"), calling.call)
    assert told(calling, "liaison")[-1] == "call.opened_matching"


def test_more_time_can_be_given_and_never_less(calling: Calling) -> None:
    with pytest.raises(BadTerms):
        service.extend(calling.by("staff"), calling.call, CLOSES - timedelta(hours=1), "提前")
    service.extend(calling.by("staff"), calling.call, CLOSES + timedelta(days=1), "应高校要求")
    calling.at = CLOSES
    calling.hand_in("liaison")
    calling.at = CLOSES + timedelta(days=1)
    with pytest.raises(TooLate):
        service.extend(calling.by("staff"), calling.call, CLOSES + timedelta(days=3), "再延长")


def test_the_clock_reminds_once_and_closes_once(calling: Calling) -> None:
    calling.hand_in("liaison")
    calling.at = CLOSES - timedelta(days=3)
    assert [service.follow(calling.by(None)), service.follow(calling.by(None))] == [1, 0]
    calling.at = CLOSES
    assert [service.follow(calling.by(None)), service.follow(calling.by(None))] == [1, 0]
    assert told(calling, "liaison")[-2:] == ["call.closing", "call.closed_proposer"]
    assert told(calling, "enterprise")[-1] == "call.closed"


def test_a_member_of_a_proposer_cannot_be_named_as_reviewer(calling: Calling) -> None:
    calling.hand_in("liaison")
    calling.unseal()
    for name, fault in (("liaison", Fault.OF_A_PROPOSER), ("administrator", Fault.ADMINISTRATOR)):
        with pytest.raises(BadTerms) as bad:
            service.name_reviewer(calling.by("staff"), calling.call, str(calling.people[name].email))
        assert bad.value.faults == [("login", fault)]


def test_a_reviewer_declares_before_reading(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    login = str(calling.people["other_enterprise"].email)
    service.name_reviewer(calling.by("staff"), calling.call, login)

    with pytest.raises(NotDeclared):
        service.save_scores(calling.by("other_enterprise"), proposal, {})
    with pytest.raises(Forbidden):
        service.handed_in_content(calling.by("other_enterprise"), proposal)
    service.declare(calling.by("other_enterprise"), calling.call, False, "没有")
    assert service.handed_in_content(calling.by("other_enterprise"), proposal) is not None


def test_staff_who_are_to_review_declare_first_too(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    assert service.handed_in_content(calling.by("staff"), proposal) is not None
    service.name_reviewer(calling.by("staff"), calling.call, str(calling.people["staff"].email))
    with pytest.raises(Forbidden):
        service.handed_in_content(calling.by("staff"), proposal)
    service.declare(calling.by("staff"), calling.call, False, "没有")
    assert service.handed_in_content(calling.by("staff"), proposal) is not None


def test_one_who_declares_a_tie_sees_nothing_and_does_not_count(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    service.name_reviewer(calling.by("staff"), calling.call, str(calling.people["other_enterprise"].email))
    service.declare(calling.by("other_enterprise"), calling.call, True, "与负责人是亲属")

    with pytest.raises(Forbidden):
        service.handed_in_content(calling.by("other_enterprise"), proposal)
    tied = next(each for each in calling.call.reviewers if each.conflicted)
    with pytest.raises(ReviewFinished):  # else the same person could be named again, and declare otherwise
        service.remove_reviewer(calling.by("staff"), calling.call, tied.id)
    calling.review("staff", {proposal.id: 70})
    assert reviewing.all_in(calling.call)


def test_one_who_moved_to_a_proposer_judges_no_more(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    reviewer: User = calling.people["other_enterprise"]
    service.name_reviewer(calling.by("staff"), calling.call, str(reviewer.email))
    service.declare(calling.by("other_enterprise"), calling.call, False, "")
    reviewer.organisation = calling.people["liaison"].organisation
    calling.work.session.flush()
    with pytest.raises(Tied):
        service.save_scores(calling.by("other_enterprise"), proposal, {})


def test_the_ranking_is_the_weighted_mean_of_all_reviewers_and_tells_ties(calling: Calling) -> None:
    first, second = calling.hand_in("liaison"), calling.hand_in("other_liaison")
    third = calling.hand_in("liaison", title="第二套方案")
    calling.unseal()
    calling.review("staff", {first.id: 81, second.id: 90, third.id: 60})
    by_staff = calling.call.reviewers[0]
    assert {each.points for each in by_staff.scores} == {81, 90, 60}
    calling.review("other_enterprise", {first.id: 90, second.id: 81, third.id: 61})

    found = [(each.proposal, each.place, each.tied, each.mean) for each in service.ranking(calling.call)]
    assert found == [
        (first, 1, True, Decimal("85.50")),
        (second, 1, True, Decimal("85.50")),
        (third, 3, False, Decimal("60.50")),
    ]


def test_weights_count(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    service.name_reviewer(calling.by("staff"), calling.call, str(calling.people["staff"].email))
    service.declare(calling.by("staff"), calling.call, False, "")
    heavy, light = calling.call.criteria
    with pytest.raises(ScoresMissing):
        service.finish(calling.by("staff"), calling.call)
    service.save_scores(
        calling.by("staff"), proposal, {heavy.id: service.Mark(71), light.id: service.Mark(88)}
    )
    service.finish(calling.by("staff"), calling.call)
    assert service.ranking(calling.call)[0].mean == Decimal("77.80")


def test_nobody_sees_a_score_until_all_are_in(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    calling.review("staff", {proposal.id: 80})
    service.name_reviewer(calling.by("staff"), calling.call, str(calling.people["other_enterprise"].email))

    with pytest.raises(ReviewsOutstanding):
        service.ranking(calling.call)
    with pytest.raises(ReviewsOutstanding):
        service.decide(calling.by("staff"), calling.call, proposal, "最高")
    assert reading.page_of(calling.by("staff"), calling.call.id).opened[0].ranked is None
    assert reading.review_page(calling.by("staff"), calling.call.id).ranking == []


def test_scores_that_are_in_stay(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    calling.review("staff", {proposal.id: 80})
    reviewer: Reviewer = calling.call.reviewers[0]
    with pytest.raises(ReviewFinished):
        service.save_scores(calling.by("staff"), proposal, {})
    with pytest.raises(ReviewFinished):
        service.remove_reviewer(calling.by("staff"), calling.call, reviewer.id)


def test_a_stale_decision_is_refused(calling: Calling) -> None:
    version = calling.call.version
    service.extend(calling.by("staff"), calling.call, CLOSES + timedelta(days=1), "应高校要求")
    with pytest.raises(StaleCall):
        service.cancel(calling.by("staff"), calling.call, "取消", version)


def test_an_award_waits_for_the_notice_and_for_objections(calling: Calling) -> None:
    calling.to_notice()
    capability = calling.capabilities["liaison"]
    with pytest.raises(NoticeRunning):
        service.award(calling.by("staff"), calling.call, capability)
    objection = service.object_to(calling.by("other_liaison"), calling.call, "评分依据不足")
    calling.end_of_notice()
    with pytest.raises(NotInNotice):
        service.object_to(calling.by("other_liaison"), calling.call, "再提一次")
    with pytest.raises(OpenObjections):
        service.award(calling.by("staff"), calling.call, capability)
    service.answer(calling.by("staff"), objection, calling.call, "已复核，评分有据")
    record = service.award(calling.by("staff"), calling.call, capability)

    assert calling.call.status is CallStatus.AWARDED
    assert (record.amount, record.mode) == (Decimal("98.50"), "call")
    assert calling.problem.status is ProblemStatus.IN_COOPERATION
    assert told(calling, "other_liaison")[-1] == "call.objection_answered"


def test_the_notice_ends_at_the_end_of_its_last_day(calling: Calling) -> None:
    calling.to_notice()
    until = calling.call.objections_until
    assert until is not None
    announced = calling.by("staff").today()
    local = until.astimezone(LOCAL_ZONE)
    assert (local.date() - announced, local.hour, local.minute) == (timedelta(days=5), 23, 59)


def test_a_second_award_opens_no_second_record(calling: Calling) -> None:
    calling.to_notice()
    calling.end_of_notice()
    record = service.award(calling.by("staff"), calling.call, calling.capabilities["liaison"])
    with pytest.raises(AlreadyAwarded) as already:
        service.award(calling.by("staff"), calling.call, calling.capabilities["liaison"])
    assert already.value.record is record
    assert len(calling.work.session.scalars(select(CooperationRecord)).all()) == 1


def test_a_pairing_that_staff_confirmed_beside_the_call_keeps_its_record(calling: Calling) -> None:
    calling.to_notice()
    calling.end_of_notice()
    pairing = pairings.pair(calling.by("staff"), calling.problem, calling.capabilities["liaison"])
    record = pairings.confirm(calling.by("staff"), pairing, RecordTerms("先行合作", "commissioned"))
    assert service.award(calling.by("staff"), calling.call, calling.capabilities["liaison"]) is record
    assert len(calling.work.session.scalars(select(CooperationRecord)).all()) == 1


def test_a_dismissed_pairing_is_taken_up_again_by_the_award(calling: Calling) -> None:
    calling.to_notice()
    calling.end_of_notice()
    work = calling.by("staff")
    pairing = pairings.pair(work, calling.problem, calling.capabilities["liaison"])
    pairings.dismiss(work, pairing, pairing.version, "region")
    service.award(work, calling.call, calling.capabilities["liaison"])
    assert pairing.status is PairingStatus.CONFIRMED
    assert [each.action for each in pairing.events] == ["dismiss", "reopen", "confirm"]


def test_only_a_capability_of_the_winner_is_awarded(calling: Calling) -> None:
    calling.to_notice()
    calling.end_of_notice()
    with pytest.raises(WrongCapability):
        service.award(calling.by("staff"), calling.call, calling.capabilities["other_liaison"])
    assert calling.work.session.scalars(select(Pairing)).all() == []


def test_a_decision_can_be_taken_back_during_the_notice(calling: Calling) -> None:
    first = calling.to_notice()
    service.reconsider(calling.by("staff"), calling.call, "异议成立")
    assert (calling.call.status, first.chosen, calling.call.winner) == (CallStatus.UNDER_REVIEW, False, None)
    page = reading.page_of(calling.by(None), calling.call.id)
    assert (page.winner, page.record) == (None, None)
    calling.announce(None)
    calling.end_of_notice()
    with pytest.raises(NoWinner):
        service.award(calling.by("staff"), calling.call, calling.capabilities["liaison"])
    service.end_without_award(calling.by("staff"), calling.call, "没有达到指标的方案")
    assert (calling.call.status, first.status) == (CallStatus.UNAWARDED, ProposalStatus.DECLINED)


def test_a_call_that_nobody_answered_ends_without_award(calling: Calling) -> None:
    calling.at = CLOSES
    service.end_without_award(calling.by("staff"), calling.call, "没有单位揭榜")
    assert calling.call.status is CallStatus.UNAWARDED


def test_the_public_learns_the_winner_from_the_notice_on(calling: Calling) -> None:
    winner = calling.hand_in("liaison")
    calling.unseal()
    calling.review("staff", {winner.id: 80})
    service.decide(calling.by("staff"), calling.call, winner, "评分最高")
    assert reading.page_of(calling.by(None), calling.call.id).winner is None
    service.announce(calling.by("staff"), calling.call)
    page = reading.page_of(calling.by(None), calling.call.id)
    assert (page.winner, page.opened, page.events) == (winner.organisation, [], [])


def test_the_owner_does_not_see_who_reviews_or_why_before_the_notice(calling: Calling) -> None:
    winner = calling.hand_in("liaison")
    calling.unseal()
    calling.review("other_enterprise", {winner.id: 80})
    service.decide(calling.by("staff"), calling.call, winner, "评分最高")
    seen = reading.page_of(calling.by("enterprise"), calling.call.id)
    assert [each.action for each in seen.events] == ["unseal", "close", "publish", "create"]
    assert [(each.proposal, each.ranked) for each in seen.opened] == [(winner, None)]
    assert (seen.reviewers, seen.winner, seen.winning) == ((), None, None)


def test_the_list_shows_the_public_no_draft(calling: Calling) -> None:
    draft: Call = service.create(
        calling.by("staff"), pairs.problem(calling.work, calling.people["enterprise"]), terms()
    )
    calling.work.session.flush()
    seen = reading.listed(calling.by(None), reading.Stage.PREPARING, 1)
    assert (seen.listing.items, seen.counts[reading.Stage.OPEN]) == ([], 1)
    assert reading.listed(calling.by("staff"), reading.Stage.PREPARING, 1).listing.items == [draft]
