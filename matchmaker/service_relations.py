"""How a user stands to carriers and alliances, to services and to what is asked of them; part of `relations`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, or_, select, true

from matchmaker.relations import Relation, Test, in_sql
from models import (
    CONTACT_OPEN,
    Alliance,
    AllianceMembership,
    Carrier,
    CooperationRecord,
    Organisation,
    Service,
    ServiceRequest,
    ServiceStatus,
    User,
    Verification,
)


def _verified(column: object) -> ColumnElement[bool]:
    verified = select(Organisation.id).where(Organisation.status == Verification.VERIFIED)
    return column.in_(verified)  # type: ignore[attr-defined, no-any-return]


def _in_alliance(user: User) -> ColumnElement[bool]:
    joined = select(AllianceMembership.alliance_id).where(
        AllianceMembership.organisation_id == user.organisation_id, AllianceMembership.until.is_(None)
    )
    return or_(Alliance.lead_id == user.organisation_id, Alliance.id.in_(joined))


def _provided(user: User) -> ColumnElement[bool]:
    mine = select(Service.id).where(Service.organisation_id == user.organisation_id)
    return ServiceRequest.service_id.in_(mine)


def _is_provider(user: User, request: ServiceRequest) -> bool:
    return bool(request.service.organisation_id == user.organisation_id)


TESTS: Mapping[tuple[Relation, type], Test] = {
    (Relation.PUBLIC, Carrier): Test(lambda _, carrier: carrier.active, lambda _: Carrier.active.is_(True)),
    (Relation.PUBLIC, Alliance): Test(
        lambda _, alliance: alliance.active, lambda _: Alliance.active.is_(True)
    ),
    (Relation.PARTY, Alliance): Test(in_sql(_in_alliance, Alliance), _in_alliance),
    # A record is never its author's draft.
    (Relation.POSTED, CooperationRecord): Test(lambda user, record: True, lambda user: true()),
    (Relation.OWN, Service): Test(
        lambda user, service: bool(service.organisation_id == user.organisation_id),
        lambda user: Service.organisation_id == user.organisation_id,
    ),
    (Relation.PUBLIC, Service): Test(
        lambda _, service: service.status is ServiceStatus.PUBLISHED and service.organisation.is_verified,
        lambda _: and_(Service.status == ServiceStatus.PUBLISHED, _verified(Service.organisation_id)),
    ),
    (Relation.REQUESTER, ServiceRequest): Test(
        lambda user, request: bool(request.requester_id == user.organisation_id),
        lambda user: ServiceRequest.requester_id == user.organisation_id,
    ),
    (Relation.PROVIDER, ServiceRequest): Test(_is_provider, _provided),
    (Relation.SERVING, ServiceRequest): Test(
        lambda user, request: _is_provider(user, request) and request.status in CONTACT_OPEN,
        lambda user: and_(_provided(user), ServiceRequest.status.in_(CONTACT_OPEN)),
    ),
}
