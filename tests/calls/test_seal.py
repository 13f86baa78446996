"""Proposals are sealed until the closing time against everybody but their proposer."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from matchmaker.attachments.service import Refused
from matchmaker.audit import service as audit
from matchmaker.calls import reading, service
from matchmaker.calls.errors import (
    BadTerms,
    CallNotFound,
    StaleProposal,
    TooEarly,
    TooLate,
    Unreadable,
)
from matchmaker.confidential_keys import KeyRing
from matchmaker.confidentiality import rotation
from matchmaker.database import Database
from matchmaker.policy import Action, Forbidden, allow
from matchmaker.settings import Settings
from models import AuditEvent, CallStatus, Notice, ProposalFile, ProposalStatus
from tests.calls.calling import CLOSES, SECRET, Calling, Upload, content

OTHERS = ("enterprise", "other_enterprise", "other_liaison", "staff", "administrator")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def everything_stored(calling: Calling) -> str:
    """Every column of every row, as the database gives it to anybody who asks it."""
    session = calling.work.session
    session.flush()
    found = []
    for table in inspect(session.connection()).get_table_names():
        for row in session.execute(text(f'SELECT * FROM "{table}"')):
            found += [
                bytes(each).decode("utf-8", "replace") if isinstance(each, bytes | memoryview) else str(each)
                for each in row
            ]
    return "\n".join(found)


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_finds_a_sealed_proposal(calling: Calling, name: str) -> None:
    proposal = calling.hand_in("liaison")

    with pytest.raises(CallNotFound):
        service.find_proposal(calling.by(name), proposal.id)
    with pytest.raises(Forbidden):
        service.handed_in_content(calling.by(name), proposal)


@pytest.mark.parametrize("name", [None, *OTHERS])
def test_the_page_of_a_call_shows_others_no_more_than_a_number(calling: Calling, name: str | None) -> None:
    calling.hand_in("liaison")

    page = reading.page_of(calling.by(name), calling.call.id)

    assert (page.opened, page.mine, page.winner) == ([], page.mine, None)
    assert [each.proposal.organisation_id for each in page.mine] == []
    assert page.count == (1 if name in ("staff", "enterprise") else None)


def test_no_table_holds_a_word_of_it(calling: Calling) -> None:
    proposal = service.start(
        calling.by("liaison"), calling.call, content(), [Upload(f"{SECRET}.pdf", PDF + SECRET.encode())]
    )
    service.hand_in(calling.by("liaison"), proposal)

    stored = everything_stored(calling)
    assert SECRET not in stored
    assert "双视角X射线智能检测方案" not in stored
    assert service.handed_in_content(calling.by("liaison"), proposal) is not None


def test_audit_and_notices_name_no_proposer(calling: Calling) -> None:
    liaison = calling.people["liaison"]
    before = calling.work.session.scalars(select(Notice.id)).all()
    proposal = calling.hand_in("liaison")
    service.save(calling.by("liaison"), proposal, content(title="改过的方案名称"), proposal.version)
    service.hand_in(calling.by("liaison"), proposal)
    service.withdraw(calling.by("liaison"), proposal)

    events = calling.work.session.scalars(
        select(AuditEvent).where(AuditEvent.action.like("proposal.%")).order_by(AuditEvent.id)
    ).all()
    assert [each.action for each in events] == [
        "proposal.handed_in",
        "proposal.replaced",
        "proposal.withdrawn",
    ]
    assert {(each.actor_id, each.actor_name, each.address) for each in events} == {(None, "", "")}
    written = json.dumps([each.details for each in events])
    assert liaison.name not in written
    assert str(liaison.organisation.name) not in written
    assert calling.work.session.scalars(select(Notice.id)).all() == before
    assert audit.first_broken_link(calling.work) is None


def test_whose_problem_it_is_reads_what_was_opened_without_marks_or_places(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.hand_in("other_liaison")
    owner = calling.by("enterprise")
    with pytest.raises(CallNotFound):
        service.find_proposal(owner, proposal.id)
    calling.unseal()
    owner = calling.by("enterprise")
    assert service.handed_in_content(owner, service.find_proposal(owner, proposal.id)) is not None
    told = calling.work.session.scalars(select(Notice).where(Notice.kind == "call.unsealed")).one()
    assert (told.user_id, told.details["count"]) == (owner.person.id, 2)

    calling.review("staff", {each.id: 70 + each.id for each in calling.call.proposals})
    service.decide(calling.by("staff"), calling.call, proposal, "综合评分最高")
    page = reading.page_of(owner, calling.call.id)
    assert [each.ranked for each in page.opened] == [None, None]
    assert (page.winner, page.winning, page.reviewers) == (None, None, ())


def test_an_owner_who_is_to_judge_reads_nothing_before_declaring_and_nothing_when_tied(
    calling: Calling,
) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()
    person = calling.people["enterprise"]
    service.name_reviewer(calling.by("staff"), calling.call, str(person.email))
    assert not allow(person, Action.PROPOSAL_READ, proposal)
    service.declare(calling.by("enterprise"), calling.call, True, "与申报单位有合作")
    assert not allow(person, Action.PROPOSAL_READ, proposal)


def test_staff_open_nothing_a_second_early(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.at = CLOSES - timedelta(seconds=1)

    with pytest.raises(TooEarly):
        service.unseal(calling.by("staff"), calling.call)
    assert proposal.status is ProposalStatus.SEALED


def test_opening_tells_the_audit_what_came_in_with_the_digests_of_then(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()

    events = {each.action: each for each in calling.work.session.scalars(select(AuditEvent))}
    (opened,) = events["call.unsealed"].details["opened"]
    assert opened["digest"] == events["proposal.handed_in"].details["digest"]
    assert opened["organisation"] == proposal.organisation_id
    assert calling.call.unsealed_by == calling.people["staff"]
    read = service.handed_in_content(calling.by("staff"), proposal)
    assert read is not None
    assert SECRET in read.plan


def test_administrators_and_strangers_read_nothing_after_the_opening_either(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.unseal()

    for name in ("other_enterprise", "administrator", "other_liaison"):
        with pytest.raises(Forbidden):
            service.handed_in_content(calling.by(name), proposal)


def test_at_the_closing_time_it_is_too_late_and_the_text_stays_a_draft(calling: Calling) -> None:
    proposal = service.start(calling.by("liaison"), calling.call, content())
    calling.at = CLOSES

    with pytest.raises(TooLate):
        service.hand_in(calling.by("liaison"), proposal)
    assert proposal.status is ProposalStatus.DRAFT
    assert service.draft_of(calling.by("liaison"), proposal) == content()


def test_one_who_starts_after_the_closing_keeps_what_was_typed(calling: Calling) -> None:
    calling.at = CLOSES + timedelta(minutes=1)
    proposal = service.start(calling.by("liaison"), calling.call, content())

    assert calling.call.status is CallStatus.CLOSED
    assert service.draft_of(calling.by("liaison"), proposal).title == content().title


def test_a_late_replacement_leaves_the_sealed_one_as_it_was(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    calling.at = CLOSES
    service.save(calling.by("liaison"), proposal, content(plan="改过的方案" * 10), proposal.version)

    with pytest.raises(TooLate):
        service.hand_in(calling.by("liaison"), proposal)
    kept = service.handed_in_content(calling.by("liaison"), proposal)
    assert kept == content()
    assert service.draft_of(calling.by("liaison"), proposal).plan.startswith("改过的方案")


def test_a_withdrawn_proposal_does_not_count_and_can_come_in_again(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    service.withdraw(calling.by("liaison"), proposal)
    assert service.proposal_count(calling.by("staff"), calling.call) == 0

    service.hand_in(calling.by("liaison"), proposal)
    assert service.proposal_count(calling.by("staff"), calling.call) == 1
    assert [each.action for each in proposal.events] == ["hand_in", "withdraw", "hand_in"]


def test_an_unfinished_draft_is_kept_and_not_handed_in(calling: Calling) -> None:
    proposal = service.start(calling.by("liaison"), calling.call, content(plan="还没写", price=None))

    with pytest.raises(BadTerms) as bad:
        service.hand_in(calling.by("liaison"), proposal)
    assert [name for name, _fault in bad.value.faults] == ["plan", "price"]


def test_a_second_colleague_does_not_overwrite_the_first(calling: Calling) -> None:
    proposal = service.start(calling.by("liaison"), calling.call, content())
    seen = proposal.version
    service.save(calling.by("liaison"), proposal, content(title="第一位同事的标题"), seen)

    with pytest.raises(StaleProposal):
        service.save(calling.by("liaison"), proposal, content(title="第二位同事的标题"), seen)


def test_files_are_kept_while_a_version_names_them(calling: Calling) -> None:
    work = calling.by("liaison")
    proposal = service.start(work, calling.call, content(), [Upload("方案.pdf", PDF)])
    service.hand_in(work, proposal)
    (note,) = service.draft_of(work, proposal).files
    service.save(work, proposal, content(), proposal.version, (), [note.id])

    assert service.draft_of(work, proposal).files == ()
    assert service.file_of(work, proposal, note.id) == (note, PDF)
    service.hand_in(work, proposal)
    assert work.session.scalars(select(ProposalFile)).all() == []


def test_a_file_that_is_refused_loses_nothing_of_the_rest(calling: Calling) -> None:
    proposal = service.start(calling.by("liaison"), calling.call, content())
    version = proposal.version
    with pytest.raises(Refused):
        service.save(
            calling.by("liaison"),
            proposal,
            content(title="新的方案标题"),
            version,
            [Upload("程序.exe", b"MZ"), Upload("方案.pdf", PDF)],
        )

    kept = service.draft_of(calling.by("liaison"), proposal)
    assert (kept.title, [each.name for each in kept.files]) == ("新的方案标题", ["方案.pdf"])


def test_one_proposal_s_ciphertext_does_not_open_as_another_s(calling: Calling) -> None:
    first, second = calling.hand_in("liaison"), calling.hand_in("other_liaison")
    first.sealed = second.sealed

    with pytest.raises(Unreadable):
        service.handed_in_content(calling.by("liaison"), first)


def test_a_cancelled_call_is_never_opened(calling: Calling) -> None:
    proposal = calling.hand_in("liaison")
    service.cancel(calling.by("staff"), calling.call, "企业撤回需求")

    assert proposal.status is ProposalStatus.SEALED
    with pytest.raises(CallNotFound):
        service.find_proposal(calling.by("staff"), proposal.id)


def test_a_change_of_keys_keeps_proposals_readable_and_their_digests(
    calling: Calling, database: Database, settings: Settings
) -> None:
    work = calling.by("liaison")
    proposal = service.start(work, calling.call, content(), [Upload("方案.pdf", PDF)])
    service.hand_in(work, proposal)
    calling.work.session.commit()
    before = bytes(proposal.sealed or b"")

    done = rotation.rotate(rotation.Place(database, KeyRing.of(settings), settings), lambda *_: None)

    calling.work.session.expire_all()
    assert (done.unreadable, done.needed, bytes(proposal.sealed or b"") != before) == (0, 0, True)
    (note,) = service.draft_of(work, proposal).files
    assert service.file_of(work, proposal, note.id)[1] == PDF
    calling.unseal()
    events = {each.action: each for each in calling.work.session.scalars(select(AuditEvent))}
    digest = events["proposal.handed_in"].details["digest"]
    assert events["call.unsealed"].details["opened"][0]["digest"] == digest
