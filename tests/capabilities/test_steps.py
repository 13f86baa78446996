"""What each step of a capability does: state, engine, suggestions, audit, notices, revisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.capabilities import service
from matchmaker.policy import Forbidden
from matchmaker.postings import service as postings
from matchmaker.postings.service import (
    EditConflict,
    Filters,
    Incomplete,
    NotEditable,
    NotVerified,
    ReasonMissing,
)
from matchmaker.work import Work
from models import (
    AuditEvent,
    Capability,
    CapabilityStatus,
    Notice,
    Pairing,
    Revision,
    User,
    Verification,
)
from tests import factories

WORDS = "压铸件内部缺陷检测"


def notices_of(work: Work, person: User) -> list[str]:
    return list(work.session.scalars(select(Notice.kind).where(Notice.user_id == person.id)))


def events_of(work: Work, capability: Capability) -> list[str]:
    return list(
        work.session.scalars(
            select(AuditEvent.action).where(
                AuditEvent.object_kind == "capability", AuditEvent.object_id == capability.id
            )
        )
    )


def found_by_visitors(work: Work) -> list[int]:
    return [each.id for each in postings.find(work, Capability, Filters(q=WORDS)).listing.items]


def draft(work: Work, people: dict[str, User], **given: object) -> Capability:
    return factories.capability(work.session, people["liaison"], CapabilityStatus.DRAFT, **given)


def submitted(work: Work, people: dict[str, User], **given: object) -> Capability:
    capability = draft(work, people, **given)
    service.submit(work.as_actor(people["liaison"]), capability)
    return capability


def published(work: Work, people: dict[str, User], **given: object) -> Capability:
    capability = submitted(work, people, **given)
    service.publish(work.as_actor(people["staff"]), capability)
    return capability


def test_a_submitted_capability_has_its_suggestions_at_once(work: Work, people: dict[str, User]) -> None:
    fitting = factories.problem(work.session, people["enterprise"])
    postings.index(work, fitting)
    capability = submitted(work, people)
    found = select(Pairing.problem_id).where(Pairing.capability_id == capability.id)
    assert work.session.scalars(found).all() == [fitting.id]


def test_a_submitted_capability_is_not_found_by_others(work: Work, people: dict[str, User]) -> None:
    submitted(work, people)
    assert found_by_visitors(work) == []


def test_staff_are_told_of_a_submission(work: Work, people: dict[str, User]) -> None:
    submitted(work, people)
    assert notices_of(work, people["staff"]) == ["capability.submitted"]


def test_every_step_is_in_the_audit(work: Work, people: dict[str, User]) -> None:
    capability, owner = published(work, people), work.as_actor(people["liaison"])
    service.archive(owner, capability)
    service.restore(owner, capability)
    assert events_of(work, capability) == [
        "capability.submitted",
        "capability.published",
        "capability.archived",
        "capability.restored",
    ]


def test_an_organisation_that_is_not_verified_cannot_submit(work: Work, people: dict[str, User]) -> None:
    capability = draft(work, people)
    capability.organisation.status = Verification.PENDING
    with pytest.raises(NotVerified):
        service.submit(work.as_actor(people["liaison"]), capability)
    assert capability.status is CapabilityStatus.DRAFT


def test_an_incomplete_capability_cannot_be_submitted(work: Work, people: dict[str, User]) -> None:
    capability = draft(work, people, summary="", modes=[])
    with pytest.raises(Incomplete) as refused:
        service.submit(work.as_actor(people["liaison"]), capability)
    assert refused.value.missing == ("summary", "modes")


@pytest.mark.parametrize(("kind", "lacks"), [("result", ("trl",)), ("patent", ("trl",)), ("expert", ())])
def test_results_and_patents_must_say_how_mature_they_are(
    work: Work, people: dict[str, User], kind: str, lacks: tuple[str, ...]
) -> None:
    assert service.missing(draft(work, people, kind=kind, trl=None)) == lacks


def test_advantage_and_economics_are_wanted_and_not_required(work: Work, people: dict[str, User]) -> None:
    capability = submitted(work, people, advantage="", economics="")
    assert capability.status is CapabilityStatus.SUBMITTED
    assert service.wanting(capability) == ("advantage", "economics")


def test_a_published_capability_is_found_by_everyone(work: Work, people: dict[str, User]) -> None:
    capability = published(work, people)
    assert found_by_visitors(work) == [capability.id]


def test_its_organisation_is_told_of_publication(work: Work, people: dict[str, User]) -> None:
    published(work, people)
    assert notices_of(work, people["liaison"]) == ["capability.published"]


def test_publication_also_suggests_what_came_after_the_submission(
    work: Work, people: dict[str, User]
) -> None:
    capability = submitted(work, people)
    later = factories.problem(work.session, people["enterprise"])
    postings.index(work, later)
    service.publish(work.as_actor(people["staff"]), capability)
    assert work.session.scalars(select(Pairing.problem_id)).all() == [later.id]


def test_a_capability_past_its_validity_gets_the_usual_one_when_published(
    work: Work, people: dict[str, User]
) -> None:
    capability = submitted(work, people)
    capability.valid_until = work.today()
    service.publish(work.as_actor(people["staff"]), capability)
    assert 360 <= (capability.valid_until - work.today()).days <= 367


def test_returning_needs_a_reason(work: Work, people: dict[str, User]) -> None:
    capability = submitted(work, people)
    with pytest.raises(ReasonMissing):
        service.send_back(work.as_actor(people["staff"]), capability, " \n ")
    assert capability.status is CapabilityStatus.SUBMITTED


def test_a_returned_capability_tells_its_author_why(work: Work, people: dict[str, User]) -> None:
    service.send_back(work.as_actor(people["staff"]), submitted(work, people), "请补充对比")
    told = work.session.scalars(select(Notice).where(Notice.kind == "capability.returned")).one()
    assert told.details["reason"] == "请补充对比"


def test_a_returned_capability_loses_its_untouched_suggestions(work: Work, people: dict[str, User]) -> None:
    postings.index(work, factories.problem(work.session, people["enterprise"]))
    service.send_back(work.as_actor(people["staff"]), submitted(work, people), "请补充对比")
    assert work.session.scalars(select(Pairing.id)).all() == []


def test_a_returned_capability_is_edited_and_submitted_again(work: Work, people: dict[str, User]) -> None:
    capability, owner = submitted(work, people), work.as_actor(people["liaison"])
    service.send_back(work.as_actor(people["staff"]), capability, "请补充对比")
    service.save(owner, capability, {"economics": "一年半收回。"}, capability.version)
    service.submit(owner, capability)
    assert (capability.status, capability.return_reason) == (CapabilityStatus.SUBMITTED, "")


def test_while_it_is_checked_nobody_edits_it(work: Work, people: dict[str, User]) -> None:
    capability = submitted(work, people)
    with pytest.raises(NotEditable):
        service.save(
            work.as_actor(people["liaison"]), capability, {"title": "改一改名称"}, capability.version
        )


def test_a_published_text_is_not_saved_while_typing(work: Work, people: dict[str, User]) -> None:
    capability = published(work, people)
    with pytest.raises(NotEditable):
        service.autosave(
            work.as_actor(people["liaison"]), capability, {"title": "半个名"}, capability.version
        )


def test_an_archived_capability_is_found_no_more(work: Work, people: dict[str, User]) -> None:
    capability = published(work, people)
    service.archive(work.as_actor(people["liaison"]), capability)
    assert found_by_visitors(work) == []


def test_an_archived_capability_loses_its_untouched_suggestions(work: Work, people: dict[str, User]) -> None:
    postings.index(work, factories.problem(work.session, people["enterprise"]))
    service.archive(work.as_actor(people["liaison"]), published(work, people))
    assert work.session.scalars(select(Pairing.id)).all() == []


def test_archiving_keeps_a_pairing_that_somebody_acted_on(work: Work, people: dict[str, User]) -> None:
    postings.index(work, factories.problem(work.session, people["enterprise"]))
    capability = published(work, people)
    work.session.scalars(select(Pairing)).one().acted_on = True
    service.archive(work.as_actor(people["liaison"]), capability)
    assert len(work.session.scalars(select(Pairing.id)).all()) == 1


def test_a_draft_that_never_was_indexed_can_be_archived(work: Work, people: dict[str, User]) -> None:
    capability = draft(work, people)
    service.archive(work.as_actor(people["liaison"]), capability)
    assert capability.status is CapabilityStatus.ARCHIVED


def test_archiving_by_staff_is_told_to_the_owner_and_by_the_owner_to_nobody(
    work: Work, people: dict[str, User]
) -> None:
    first, second = published(work, people), published(work, people)
    service.archive(work.as_actor(people["staff"]), first)
    service.archive(work.as_actor(people["liaison"]), second)
    assert notices_of(work, people["liaison"]).count("capability.archived") == 1


def test_restoring_a_once_published_capability_keeps_what_was_public(
    work: Work, people: dict[str, User]
) -> None:
    capability, owner = published(work, people), work.as_actor(people["liaison"])
    public_title = capability.title
    service.archive(owner, capability)
    service.restore(owner, capability)
    service.autosave(owner, capability, {"title": "改写中的草稿名称"}, capability.version)
    kept = work.session.scalars(select(Revision).where(Revision.kind == "capability")).one()
    assert kept.data["title"] == public_title


def test_editing_a_published_capability_keeps_it_published_and_moves_it_in_the_search(
    work: Work, people: dict[str, User]
) -> None:
    capability = published(work, people)
    values = {
        "title": "蓝莓果渣花青素低温提取",
        "summary": "以果渣为原料，用酶解与膜分离在低温下提取花青素，避免褪色，提取率百分之九十二，可做保健食品原料。",
        "advantage": "",
    }
    service.save(work.as_actor(people["liaison"]), capability, values, capability.version)
    work.session.commit()
    assert capability.status is CapabilityStatus.PUBLISHED
    hits = work.engine.search(work.session, "capability", "蓝莓花青素提取", 5)
    old = work.engine.search(work.session, "capability", "压铸X射线检测气孔", 5)
    assert hits[0].score > 0.9 > 0.5 > old[0].score


def test_editing_a_published_capability_matches_it_again(work: Work, people: dict[str, User]) -> None:
    capability = published(work, people)
    fitting = factories.problem(work.session, people["enterprise"])
    postings.index(work, fitting)
    service.save(
        work.as_actor(people["liaison"]), capability, {"cases": "已用于两家压铸厂。"}, capability.version
    )
    assert work.session.scalars(select(Pairing.problem_id)).all() == [fitting.id]


def test_edits_of_a_published_text_keep_the_old_ones_numbered_with_who_changed_them(
    work: Work, people: dict[str, User]
) -> None:
    capability, owner = published(work, people), work.as_actor(people["liaison"])
    first = capability.title
    service.save(owner, capability, {"title": "第二个名称写在这里"}, capability.version)
    service.save(owner, capability, {"title": "第三个名称写在这里"}, capability.version)
    kept = work.session.scalars(select(Revision).order_by(Revision.number)).all()
    assert [(each.number, each.data["title"], each.author_id) for each in kept] == [
        (1, first, people["liaison"].id),
        (2, "第二个名称写在这里", people["liaison"].id),
    ]


def test_drafts_leave_no_revisions(work: Work, people: dict[str, User]) -> None:
    capability = draft(work, people)
    service.save(work.as_actor(people["liaison"]), capability, {"title": "另一个名称"}, capability.version)
    assert work.session.scalars(select(Revision.id)).all() == []


def test_a_published_capability_cannot_lose_what_is_required(work: Work, people: dict[str, User]) -> None:
    capability = published(work, people)
    with pytest.raises(Incomplete):
        service.save(work.as_actor(people["liaison"]), capability, {"trl": None}, capability.version)


def test_a_save_from_an_older_form_is_refused(work: Work, people: dict[str, User]) -> None:
    capability, owner = draft(work, people), work.as_actor(people["liaison"])
    opened = capability.version
    service.save(owner, capability, {"title": "先保存的名称"}, opened)
    with pytest.raises(EditConflict):
        service.save(owner, capability, {"title": "后保存的名称"}, opened)


def test_the_audit_of_an_edit_names_fields_and_holds_no_text(work: Work, people: dict[str, User]) -> None:
    capability = published(work, people)
    service.save(
        work.as_actor(people["liaison"]), capability, {"contact_phone": "13800000000"}, capability.version
    )
    event = work.session.scalars(select(AuditEvent).where(AuditEvent.action == "capability.edited")).one()
    assert event.details == {"fields": ["contact_phone"]}


def test_capabilities_past_their_validity_are_archived_and_their_owners_told(
    work: Work, people: dict[str, User]
) -> None:
    due, last_day = published(work, people), published(work, people)
    due.valid_until, last_day.valid_until = work.today() - timedelta(days=1), work.today()
    assert service.expire_due(work) == 1
    assert (due.status, last_day.status) == (CapabilityStatus.ARCHIVED, CapabilityStatus.PUBLISHED)
    assert "capability.expired" in notices_of(work, people["liaison"])


def test_capabilities_without_validity_stay(work: Work, people: dict[str, User]) -> None:
    published(work, people).valid_until = None
    assert service.expire_due(work) == 0


def test_enterprises_cannot_make_capabilities(work: Work, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        service.create(work.as_actor(people["enterprise"]), {"title": "不该有的成果"})
