"""The catalogue: staff check what an intermediary offers, before it is shown and after it is changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from matchmaker.intermediaries import service
from matchmaker.intermediaries.errors import ChangedMeanwhile, NoIntermediary, NotVerified, ReasonMissing
from matchmaker.intermediaries.service import ServiceFacts, ServiceFilter
from matchmaker.policy import Forbidden
from matchmaker.work import Work
from models import Notice, ServiceStatus, User, Verification
from tests import factories

FACTS = ServiceFacts("testing", "压铸件无损检测", "按国家标准做X射线检测，三个工作日出具报告。")
CHANGED = ServiceFacts("testing", "压铸件X射线检测", FACTS.description)


@pytest.fixture
def body(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["intermediary"])


def test_what_is_offered_is_shown_after_it_was_checked(work: Work, body: Work, staff: Work) -> None:
    made = service.create_service(body, body.person.organisation, FACTS)
    service.submit(body, made)
    assert service.services(work, ServiceFilter()).total == 0
    service.publish(staff, made)
    assert list(service.services(work, ServiceFilter()).items) == [made]
    kinds = work.session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["service.submitted", "service.published"]


def test_a_change_by_its_owner_is_checked_again_and_one_by_staff_is_not(body: Work, staff: Work) -> None:
    offered = factories.service(body.session, body.person.organisation)
    seen = []
    for editor, facts in ((staff, FACTS), (body, CHANGED)):
        service.edit_service(editor, offered, facts, offered.version)
        seen.append(offered.status)
    assert seen == [ServiceStatus.PUBLISHED, ServiceStatus.SUBMITTED]


def test_staff_send_back_with_a_reason(body: Work, staff: Work) -> None:
    offered = factories.service(body.session, body.person.organisation, ServiceStatus.SUBMITTED)
    with pytest.raises(ReasonMissing):
        service.send_back(staff, offered, " ")
    service.send_back(staff, offered, "请写明资质")
    assert (offered.status, offered.return_reason) == (ServiceStatus.RETURNED, "请写明资质")
    assert service.steps_of_service(body, offered) == {"submit", "archive", "edit"}


def test_only_intermediaries_offer_and_only_their_own(
    staff: Work, body: Work, people: dict[str, User]
) -> None:
    with pytest.raises(NoIntermediary):
        service.create_service(staff, people["enterprise"].organisation, FACTS)
    with pytest.raises(Forbidden):
        service.create_service(body, people["enterprise"].organisation, FACTS)
    with pytest.raises(Forbidden):
        service.publish(body, service.create_service(body, body.person.organisation, FACTS))


def test_nothing_is_published_for_who_is_not_verified(staff: Work, body: Work) -> None:
    offered = factories.service(body.session, body.person.organisation, ServiceStatus.DRAFT)
    offered.organisation.status = Verification.PENDING
    with pytest.raises(NotVerified):
        service.submit(body, offered)
    with pytest.raises(NotVerified):
        service.publish(staff, offered)


def test_the_second_of_two_editors_is_told(body: Work, staff: Work) -> None:
    offered = factories.service(body.session, body.person.organisation)
    seen = offered.version
    service.edit_service(staff, offered, FACTS, seen)
    with pytest.raises(ChangedMeanwhile):
        service.edit_service(body, offered, CHANGED, seen)
