"""What a service body comes for: what is asked of it, and how its catalogue stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.intermediaries import service as intermediaries
from matchmaker.listing import Listing
from matchmaker.work import Work
from models import RequestStatus, Service, ServiceRequest


@dataclass(frozen=True)
class IntermediaryHome:
    """`asked` waits for an answer, `running` was accepted; each the oldest first."""

    verified: bool
    asked: Listing[ServiceRequest]
    running: Listing[ServiceRequest]
    counts: Mapping[RequestStatus, int]
    services: Sequence[Service]


def intermediary_home(work: Work) -> IntermediaryHome:
    def in_state(state: RequestStatus) -> Listing[ServiceRequest]:
        return intermediaries.requests(work, intermediaries.RequestFilter(state=state.value))

    accepted, begun = in_state(RequestStatus.ACCEPTED), in_state(RequestStatus.IN_PROGRESS)
    return IntermediaryHome(
        verified=work.person.organisation.is_verified,
        asked=in_state(RequestStatus.REQUESTED),
        running=Listing([*accepted.items, *begun.items], 1, accepted.size, accepted.total + begun.total),
        counts=intermediaries.count_by_state(work),
        services=intermediaries.mine(work),
    )
