"""How people want to be told: by topic, a mail at once, one a day, or only in the service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from matchmaker.audit import service as audit
from matchmaker.database import take_serial_lock
from matchmaker.notices.topics import Topic, offered_to
from matchmaker.policy import Action, require
from matchmaker.work import Work
from models import Frequency, NoticeChoice, User


def frequencies(topic: Topic) -> tuple[Frequency, ...]:
    """What can be chosen for the topic; "not at all" only where nothing is lost by it."""
    return tuple(each for each in Frequency if topic.optional or each is not Frequency.OFF)


def of_people(work: Work, people: Iterable[int], topic: Topic) -> dict[int, Frequency]:
    """What each of these accounts chose for the topic, or what is usual."""
    wanted = set(people)
    chosen = work.session.execute(
        select(NoticeChoice.user_id, NoticeChoice.frequency).where(
            NoticeChoice.topic == topic.name, NoticeChoice.user_id.in_(wanted)
        )
    )
    return dict.fromkeys(wanted, topic.usual) | {row[0]: row[1] for row in chosen}


def of_actor(work: Work) -> list[tuple[Topic, Frequency]]:
    """The actor's topics in the order of the page, with what holds for each."""
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    chosen = {each.topic: each.frequency for each in _rows(work)}
    return [(topic, chosen.get(topic.name, topic.usual)) for topic in offered_to(work.person.role)]


def choose(work: Work, wanted: Mapping[str, Frequency]) -> None:
    """Keep the actor's choices, by topic; topics that are not named stay as they are."""
    require(work.actor, Action.ACCOUNT_MANAGE_OWN)
    take_serial_lock(work.session)  # the same form sent twice makes no second row
    rows = {each.topic: each for each in _rows(work)}
    changed = []
    for topic in offered_to(work.person.role):
        frequency = wanted.get(topic.name)
        before = rows[topic.name].frequency if topic.name in rows else topic.usual
        if frequency is None or frequency is before or frequency not in frequencies(topic):
            continue
        changed.append(topic.name)
        if topic.name in rows:
            rows[topic.name].frequency = frequency
        else:
            work.session.add(NoticeChoice(user_id=work.person.id, topic=topic.name, frequency=frequency))
    if changed:
        audit.record(work, "account.notices_chosen", work.person, topics=changed)


def who_chose(work: Work, topic: Topic) -> list[User]:
    """Active people who asked for an optional topic."""
    return list(
        work.session.scalars(
            select(User)
            .join(NoticeChoice, NoticeChoice.user_id == User.id)
            .where(NoticeChoice.topic == topic.name, NoticeChoice.frequency != Frequency.OFF, User.active)
            .order_by(User.id)
        )
    )


def _rows(work: Work) -> list[NoticeChoice]:
    return list(work.session.scalars(select(NoticeChoice).where(NoticeChoice.user_id == work.person.id)))
