"""What staff decide: the table of states, the log the ranking learns from, and two people at one pairing."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from matchmaker.cooperation.service import BadTerms, MilestoneTerms, RecordTerms
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.pairings import service
from matchmaker.policy import Forbidden
from matchmaker.settings import Settings
from matchmaker.work import Work
from models import (
    AuditEvent,
    CapabilityStatus,
    CooperationRecord,
    IllegalStep,
    Notice,
    Pairing,
    PairingEvent,
    PairingStatus,
    PartyRole,
    ProblemStatus,
    User,
)
from tests import factories
from tests.pairings import pairs


@pytest.fixture
def pairing(work: Work, people: dict[str, User]) -> Pairing:
    ours = factories.problem(work.session, people["enterprise"])
    theirs = factories.capability(work.session, people["liaison"])
    made = pairs.by_hand(work, ours, theirs)
    work.session.commit()
    return made


def terms(**given: Any) -> RecordTerms:
    values: dict[str, Any] = {"title": "压铸件气孔在线检测", "mode": "commissioned", "amount": Decimal(70)}
    return RecordTerms(**values | given)


def told(work: Work, person: User) -> list[str]:
    return list(
        work.session.scalars(select(Notice.kind).where(Notice.user_id == person.id).order_by(Notice.id))
    )


def records(work: Work) -> int:
    return work.session.scalar(select(func.count(CooperationRecord.id))) or 0


def test_a_step_keeps_score_parts_version_and_rank_of_its_moment(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    better = factories.capability(staff.session, people["liaison"])
    pairs.by_hand(staff, pairing.problem, better, score=0.9)

    event = service.shortlist(staff, pairing, pairing.version)

    assert (event.score, event.parts, event.engine_version, event.rank) == (0.8, {"title": 0.9}, "test", 2)


def test_dismissed_suggestions_do_not_count_in_the_rank(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    better = pairs.by_hand(
        staff, pairing.problem, factories.capability(staff.session, people["liaison"]), score=0.9
    )
    service.dismiss(staff, better, better.version, "region")

    event = service.shortlist(staff, pairing, pairing.version)

    assert event.rank == 1


def test_a_step_keeps_who_from_to_and_note(staff: Work, pairing: Pairing, people: dict[str, User]) -> None:
    event = service.shortlist(staff, pairing, pairing.version, " 先打电话 ")

    assert (event.actor, event.from_status, event.to_status, event.note) == (
        people["staff"],
        "suggested",
        "shortlisted",
        "先打电话",
    )


def test_a_dismissal_keeps_its_reason_with_the_score(staff: Work, pairing: Pairing) -> None:
    event = service.dismiss(staff, pairing, pairing.version, "maturity")

    assert (event.reason, event.score, pairing.dismissal) == ("maturity", 0.8, "maturity")


def test_a_step_marks_the_pairing_as_acted_on(staff: Work, pairing: Pairing) -> None:
    service.shortlist(staff, pairing, pairing.version)

    assert pairing.acted_on


def test_the_audit_gets_the_step_and_not_the_note(staff: Work, pairing: Pairing) -> None:
    service.dismiss(staff, pairing, pairing.version, "other", "负责人说了些不该记的话")

    written = staff.session.scalars(select(AuditEvent)).one()
    assert (written.action, written.details["reason"], "不该记" in str(written.details)) == (
        "pairing.dismissed",
        "other",
        False,
    )


@pytest.mark.parametrize("role", ["enterprise", "liaison", "administrator"])
def test_only_staff_decide(work: Work, pairing: Pairing, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        service.shortlist(work.as_actor(people[role]), pairing, pairing.version)


def test_a_decision_on_what_changed_meanwhile_is_refused(staff: Work, pairing: Pairing) -> None:
    seen = pairing.version
    service.shortlist(staff, pairing, seen)

    with pytest.raises(service.StaleDecision):
        service.introduce(staff, pairing, seen)


def test_a_refused_decision_tells_what_happened(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    seen = pairing.version
    service.shortlist(staff, pairing, seen)

    with pytest.raises(service.StaleDecision) as refused:
        service.introduce(staff, pairing, seen)
    event = refused.value.event
    assert event is not None
    assert (event.actor, event.action) == (people["staff"], "shortlist")


def test_a_step_that_the_table_of_states_lacks_is_refused(staff: Work, pairing: Pairing) -> None:
    with pytest.raises(IllegalStep):
        service.negotiate(staff, pairing, pairing.version)


def test_introducing_tells_both_sides(staff: Work, pairing: Pairing, people: dict[str, User]) -> None:
    service.introduce(staff, pairing, pairing.version)

    assert [told(staff, people[each]) for each in ("enterprise", "liaison")] == [["pairing.introduced"]] * 2


def test_introducing_tells_nobody_else(staff: Work, pairing: Pairing, people: dict[str, User]) -> None:
    service.introduce(staff, pairing, pairing.version)

    assert told(staff, people["other_liaison"]) == []


def test_a_problem_that_waits_for_its_check_is_not_introduced(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    waiting = factories.problem(staff.session, people["enterprise"], ProblemStatus.SUBMITTED)
    early = pairs.by_hand(staff, waiting, pairing.capability)

    with pytest.raises(service.NotPublic):
        service.introduce(staff, early, early.version)


def test_an_archived_capability_is_not_introduced(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    gone = factories.capability(staff.session, people["liaison"], CapabilityStatus.ARCHIVED)
    late = pairs.by_hand(staff, pairing.problem, gone)

    with pytest.raises(service.NotPublic):
        service.introduce(staff, late, late.version)


def test_another_reason_needs_a_note(staff: Work, pairing: Pairing) -> None:
    with pytest.raises(service.NoteMissing):
        service.dismiss(staff, pairing, pairing.version, "other", "  ")


def test_a_reason_outside_the_vocabulary_is_refused(staff: Work, pairing: Pairing) -> None:
    with pytest.raises(service.UnknownReason):
        service.dismiss(staff, pairing, pairing.version, "mood")


def test_a_dismissal_before_any_contact_tells_nobody(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.dismiss(staff, pairing, pairing.version, "field")

    assert told(staff, people["enterprise"]) == []


def test_a_dismissal_after_the_introduction_tells_both_sides(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    service.introduce(staff, pairing, pairing.version)
    service.dismiss(staff, pairing, pairing.version, "budget")

    assert [told(staff, people[each])[-1] for each in ("enterprise", "liaison")] == ["pairing.dismissed"] * 2


def test_reopening_takes_the_reason_away(staff: Work, pairing: Pairing) -> None:
    service.dismiss(staff, pairing, pairing.version, "field", "再看看")
    service.reopen(staff, pairing, pairing.version)

    assert (pairing.status, pairing.dismissal, pairing.dismissal_note) == (PairingStatus.SUGGESTED, None, "")


def test_a_pairing_that_was_dropped_meanwhile_is_not_found(
    staff: Work, pairing: Pairing, database: Database
) -> None:
    staff.session.commit()
    with database.session() as other:
        other.delete(other.get_one(Pairing, pairing.id))

    with pytest.raises(service.PairingNotFound):
        service.shortlist(staff, pairing, pairing.version)


def test_confirming_opens_a_record_with_the_sides_as_parties(staff: Work, pairing: Pairing) -> None:
    record = service.confirm(staff, pairing, terms())

    assert [(party.role, party.organisation_id) for party in record.parties] == [
        (PartyRole.A, pairing.problem.organisation_id),
        (PartyRole.B, pairing.capability.organisation_id),
    ]


def test_confirming_moves_the_problem_into_cooperation(staff: Work, pairing: Pairing) -> None:
    service.confirm(staff, pairing, terms())

    assert (pairing.status, pairing.problem.status) == (
        PairingStatus.CONFIRMED,
        ProblemStatus.IN_COOPERATION,
    )


def test_a_problem_that_expired_during_the_talks_may_still_be_confirmed(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    expired = factories.problem(staff.session, people["enterprise"], ProblemStatus.EXPIRED)
    late = pairs.by_hand(staff, expired, pairing.capability)

    service.confirm(staff, late, terms())

    assert (late.status, expired.status) == (PairingStatus.CONFIRMED, ProblemStatus.EXPIRED)


def test_a_second_cooperation_of_a_problem_in_cooperation_is_possible(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    another = pairs.by_hand(
        staff, pairing.problem, factories.capability(staff.session, people["other_liaison"])
    )
    service.confirm(staff, pairing, terms())
    service.confirm(staff, another, terms())

    assert records(staff) == 2


def test_an_unchecked_problem_is_not_confirmed(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    waiting = factories.problem(staff.session, people["enterprise"], ProblemStatus.SUBMITTED)
    early = pairs.by_hand(staff, waiting, pairing.capability)

    with pytest.raises(service.NotPublic):
        service.confirm(staff, early, terms())


def test_confirming_tells_both_sides_with_the_records_address(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    record = service.confirm(staff, pairing, terms())

    paths = staff.session.scalars(
        select(Notice.path).where(
            Notice.kind == "pairing.confirmed",
            Notice.user_id.in_([people["enterprise"].id, people["liaison"].id]),
        )
    ).all()
    assert paths == [f"/cooperation/{record.id}"] * 2


def test_the_confirmation_is_in_the_decision_log(staff: Work, pairing: Pairing) -> None:
    service.confirm(staff, pairing, terms(), note="会上谈定")

    event = staff.session.scalars(select(PairingEvent).where(PairingEvent.action == "confirm")).one()
    assert (event.score, event.rank, event.engine_version, event.note) == (0.8, 1, "test", "会上谈定")


def test_terms_that_contradict_themselves_confirm_nothing(staff: Work, pairing: Pairing) -> None:
    today = staff.today()
    wrong = terms(starts_on=today, ends_on=today - timedelta(days=1))

    with pytest.raises(BadTerms):
        service.confirm(staff, pairing, wrong)
    assert (pairing.status, records(staff)) == (PairingStatus.SUGGESTED, 0)


def test_milestones_of_the_terms_are_in_the_record(staff: Work, pairing: Pairing) -> None:
    agreed = (MilestoneTerms("中期检查", staff.today(), Decimal(30)),)

    record = service.confirm(staff, pairing, terms(milestones=agreed))

    assert [(each.name, each.payment) for each in record.milestones] == [("中期检查", Decimal(30))]


def test_a_second_confirmation_opens_no_second_record(staff: Work, pairing: Pairing) -> None:
    service.confirm(staff, pairing, terms())
    with pytest.raises(service.AlreadyConfirmed):
        service.confirm(staff, pairing, terms())

    assert records(staff) == 1


def test_the_second_who_confirms_is_told_who_was_first(
    staff: Work, pairing: Pairing, people: dict[str, User]
) -> None:
    record = service.confirm(staff, pairing, terms())
    colleague = factories.user(staff.session, people["staff"].role, people["staff"].organisation)

    with pytest.raises(service.AlreadyConfirmed) as refused:
        service.confirm(staff.as_actor(colleague), pairing, terms(), version=1)
    event = refused.value.event
    assert event is not None
    assert (refused.value.record, event.actor) == (record, people["staff"])


def test_of_two_who_confirm_at_once_one_opens_the_record_and_the_other_is_told(
    staff: Work,
    pairing: Pairing,
    people: dict[str, User],
    database: Database,
    engine: MatchingEngine,
    settings: Settings,
) -> None:
    colleague = factories.user(staff.session, people["staff"].role, people["staff"].organisation)
    staff.session.commit()
    start = threading.Barrier(2)
    ended: list[object] = []

    def confirm(user_id: int) -> None:
        start.wait()
        try:
            with database.session() as session:
                theirs = Work(session, session.get_one(User, user_id), engine, settings)
                found = service.find(theirs, pairing.id)
                ended.append(service.confirm(theirs, found, terms(), version=1).number)
        except Exception as error:
            ended.append(type(error))

    threads = [threading.Thread(target=confirm, args=(each.id,)) for each in (people["staff"], colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (service.AlreadyConfirmed in ended, len(ended), records(staff)) == (True, 2, 1)
