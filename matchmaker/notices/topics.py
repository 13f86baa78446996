"""What notices are about: the groups of kinds that people choose for, and how each is told of where nobody chose."""

from __future__ import annotations

from dataclasses import dataclass

from models import Frequency, Role

_BUREAU = frozenset({Role.STAFF, Role.ADMINISTRATOR})
_SERVED = frozenset({Role.ENTERPRISE, Role.LIAISON, Role.INTERMEDIARY})
_SIDES = frozenset({Role.ENTERPRISE, Role.LIAISON})
_ALL = frozenset(Role)


@dataclass(frozen=True)
class Topic:
    """`kinds` are whole kinds or beginnings that end in a dot; `roles`: who gets such notices at all."""

    name: str
    kinds: tuple[str, ...]
    usual: Frequency
    roles: frozenset[Role] = _ALL
    optional: bool = False
    """Told only to who asks for it."""


OTHER = Topic("other", (), Frequency.DAILY)
TOPICS = (
    Topic(
        "inbox",
        (
            "organisation.registered",
            "organisation.resubmitted",
            "problem.submitted",
            "capability.submitted",
            "import.",
        ),
        Frequency.DAILY,
        _BUREAU,
    ),
    Topic("review", ("organisation.", "problem.", "capability."), Frequency.AT_ONCE, _SERVED),
    Topic("match", ("match.",), Frequency.OFF, _SIDES, optional=True),
    Topic(
        "talks",
        ("interest.", "pairing.", "consent.", "introduction.", "next_step.", "undertaking."),
        Frequency.AT_ONCE,
    ),
    Topic("message", ("message.", "thread."), Frequency.AT_ONCE),
    Topic("call", ("call.", "proposal."), Frequency.AT_ONCE),
    Topic("service", ("service.",), Frequency.AT_ONCE),
    Topic("record", ("record.", "project."), Frequency.DAILY),
    Topic("milestone", ("milestone.",), Frequency.DAILY),
    Topic("expiry", ("expiring.", "problem.expired", "capability.expired"), Frequency.DAILY, _SIDES),
    Topic("account", ("account.",), Frequency.AT_ONCE),
    Topic("system", ("ranking.",), Frequency.IN_SERVICE, frozenset({Role.ADMINISTRATOR})),
    OTHER,
)


def topic_of(kind: str) -> Topic:
    """The topic that names the whole kind, else the one with its longest beginning, else `other`."""
    fitting = [
        (len(each), topic)
        for topic in TOPICS
        for each in topic.kinds
        if kind == each or (each.endswith(".") and kind.startswith(each))
    ]
    return max(fitting, key=lambda found: found[0], default=(0, OTHER))[1]


def offered_to(role: Role) -> tuple[Topic, ...]:
    """What people of this role choose for."""
    return tuple(topic for topic in TOPICS if role in topic.roles)
