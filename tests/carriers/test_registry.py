"""Carriers and alliances: stages with their history, members, and what two people at once see."""

from __future__ import annotations

from datetime import date

import pytest

from matchmaker.belonging import Belonging
from matchmaker.carriers import service
from matchmaker.carriers.errors import ChangedMeanwhile, LeadStays, NameTaken, NothingNew, TooEarly
from matchmaker.carriers.service import AllianceFacts, BodyFacts, CarrierFacts
from matchmaker.organisations import service as organisations
from matchmaker.organisations.service import OrganisationFilter
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import AuditEvent, Carrier, CarrierMembership, RecognitionLevel, User
from tests import factories

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)


def belonging(work: Work, carrier: Carrier) -> set[str]:
    wanted = OrganisationFilter(belonging=Belonging(carrier=carrier.id))
    return {each.name for each in organisations.organisations(work, wanted, 1).items}


def test_the_stage_before_ends_when_the_next_begins(staff: Work, people: dict[str, User]) -> None:
    firm, carrier = people["enterprise"].organisation, factories.carrier(staff.session)
    for stage, day in (("incubating", FIRST), ("graduated", SECOND)):
        service.set_stage(staff, carrier, firm, stage, day)
    staff.session.refresh(carrier)
    assert [(each.stage, each.since, each.until) for each in carrier.memberships] == [
        ("incubating", FIRST, SECOND),
        ("graduated", SECOND, None),
    ]
    last = staff.session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert last is not None
    assert last.action == "carrier.stage_set"
    assert last.details["stage"] == "graduated"


def test_who_left_belongs_no_more_and_who_graduated_does(staff: Work, people: dict[str, User]) -> None:
    carrier = factories.carrier(staff.session)
    stays, leaves = people["enterprise"].organisation, people["other_enterprise"].organisation
    for firm in (stays, leaves):
        service.set_stage(staff, carrier, firm, "incubating", FIRST)
    service.set_stage(staff, carrier, stays, "graduated", SECOND)
    service.set_stage(staff, carrier, leaves, CarrierMembership.LEFT, SECOND)
    assert belonging(staff, carrier) == {stays.name}


def test_a_stage_neither_repeats_nor_begins_before_the_one_that_stands(
    staff: Work, people: dict[str, User]
) -> None:
    firm, carrier = people["enterprise"].organisation, factories.carrier(staff.session)
    service.set_stage(staff, carrier, firm, "incubating", SECOND)
    with pytest.raises(NothingNew):
        service.set_stage(staff, carrier, firm, "incubating", THIRD)
    with pytest.raises(TooEarly):
        service.set_stage(staff, carrier, firm, "graduated", FIRST)


def test_a_stage_taken_back_brings_the_one_before_back(staff: Work, people: dict[str, User]) -> None:
    firm, carrier = people["enterprise"].organisation, factories.carrier(staff.session)
    service.set_stage(staff, carrier, firm, "incubating", FIRST)
    mistaken = service.set_stage(staff, carrier, firm, CarrierMembership.LEFT, SECOND)
    service.take_back_stage(staff, mistaken.id)
    staff.session.expire_all()
    assert [(each.stage, each.until) for each in carrier.memberships] == [("incubating", None)]


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(staff: Work) -> None:
    carrier = factories.carrier(staff.session)
    seen = carrier.version
    facts = CarrierFacts("incubator", carrier.name, industry="汽车零部件")
    assert service.edit_carrier(staff, carrier, facts, seen) == ["industry"]
    with pytest.raises(ChangedMeanwhile):
        service.edit_carrier(staff, carrier, CarrierFacts("science_park", carrier.name), seen)
    assert carrier.industry == "汽车零部件"


def test_names_are_given_once(staff: Work, people: dict[str, User]) -> None:
    lead = people["liaison"].organisation
    service.create_carrier(staff, CarrierFacts("incubator", "示例孵化器"))
    service.create_alliance(staff, AllianceFacts("示例联盟", lead.id))
    service.add_body(staff, lead, BodyFacts("key_laboratory", RecognitionLevel.PROVINCIAL, "示例重点实验室"))
    for again in (
        lambda: service.create_carrier(staff, CarrierFacts("science_park", "示例孵化器")),
        lambda: service.create_alliance(staff, AllianceFacts("示例联盟", lead.id)),
        lambda: service.add_body(
            staff, lead, BodyFacts("other", RecognitionLevel.MUNICIPAL, "示例重点实验室")
        ),
    ):
        with pytest.raises(NameTaken):
            again()


def test_the_lead_is_the_first_member_and_stays_one(staff: Work, people: dict[str, User]) -> None:
    lead, firm = people["liaison"].organisation, people["enterprise"].organisation
    alliance = service.create_alliance(staff, AllianceFacts("示例联盟", lead.id, founded_on=FIRST))
    joined = service.add_member(staff, alliance, firm, SECOND)
    staff.session.refresh(alliance)
    first = alliance.memberships[0]
    assert (first.organisation_id, first.since) == (lead.id, FIRST)
    with pytest.raises(LeadStays):
        service.end_membership(staff, first.id, THIRD)
    service.end_membership(staff, joined.id, THIRD)
    assert service.alliances_of(staff, firm) == []
    with pytest.raises(TooEarly):
        service.add_member(staff, alliance, firm, SECOND)


def test_only_the_bureau_writes(work: Work, people: dict[str, User]) -> None:
    carrier = factories.carrier(work.session)
    for name in ("enterprise", "liaison", "intermediary"):
        actor = work.as_actor(people[name])
        with pytest.raises(Forbidden):
            service.set_stage(actor, carrier, people[name].organisation, "resident", FIRST)
        with pytest.raises(Forbidden):
            service.create_alliance(actor, AllianceFacts("示例联盟", people[name].organisation_id))
