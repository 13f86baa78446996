"""The words for the board: what was done to several pairings, what was left, how it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from matchmaker import formats
from matchmaker.pairings.errors import CountChanged, TooManyChosen
from matchmaker.pairings.filters import MINE, NOBODY
from matchmaker.pairings.undoing import Left, Outcome, Undoable
from matchmaker.pairings.wording import history_step, who
from matchmaker.wording import label
from models import BulkKind, User

NAMED = 5
"""Of what was left, so many are named; of the others the number is told."""
AGES = (3, 7, 14, 30, 90)
SCORES = (90, 80, 70, 60, 50, 40, 30)
WHOSE: Mapping[str, Any] = {MINE: _("我经办的"), NOBODY: _("还没有人经办")}


def broker_choices(brokers: list[User]) -> list[tuple[str, Any]]:
    return [*WHOSE.items(), *[(str(each.id), each.name) for each in brokers]]


def age_choices() -> list[tuple[int, str]]:
    return [(days, str(gettext("%(n)s 天以上", n=days))) for days in AGES]


def score_choices() -> list[tuple[int, str]]:
    return [(each, str(gettext("%(score)s 以上", score=f"{each / 100:.1f}"))) for each in SCORES]


def days_in_state(days: int) -> str:
    if not days:
        return str(gettext("今天"))
    return str(ngettext("%(num)s 天", "%(num)s 天", days))


def dismissed(outcome: Outcome) -> str:
    return str(ngettext("已把 %(num)s 项标为不合适。", "已把 %(num)s 项标为不合适。", outcome.done))


def assigned(outcome: Outcome, broker: User) -> str:
    count = outcome.done
    return str(
        ngettext("已把 %(num)s 项交给%(name)s。", "已把 %(num)s 项交给%(name)s。", count, name=broker.name)
    )


def undone(outcome: Outcome) -> str:
    return str(
        ngettext("已撤销，%(num)s 项回到原来的样子。", "已撤销，%(num)s 项回到原来的样子。", outcome.done)
    )


def left(outcome: Outcome) -> str:
    """What was left and why; empty: nothing."""
    if not outcome.left:
        return ""
    named = str(gettext("；")).join(_left(each) for each in outcome.left[:NAMED])
    others = len(outcome.left) - NAMED
    if others > 0:
        named = str(ngettext("%(named)s；另有 %(num)s 项", "%(named)s；另有 %(num)s 项", others, named=named))
    count = len(outcome.left)
    return str(ngettext("%(num)s 项没有动：%(named)s。", "%(num)s 项没有动：%(named)s。", count, named=named))


def _left(each: Left) -> str:
    title, state = each.pairing.problem.title, label(each.pairing.status)
    if each.event is None:
        return str(gettext("“%(title)s”现在是“%(state)s”", title=title, state=state))
    return str(
        gettext(
            "“%(title)s”由%(who)s在 %(when)s %(step)s",
            title=title,
            who=who(each.event),
            when=formats.moment(each.event.created_at),
            step=history_step(each.event),
        )
    )


def undoable(found: Undoable) -> str:
    """What was done, and when; of one pairing with its name."""
    when, count = formats.moment(found.change.created_at), found.count
    if count == 1 and found.change.kind is not BulkKind.ASSIGN:
        title = found.change.items[0].pairing.problem.title
        if found.change.kind is BulkKind.SHORTLIST:
            return str(gettext("%(when)s 您把“%(title)s”的一项匹配列为入围。", when=when, title=title))
        return str(gettext("%(when)s 您把“%(title)s”的一项匹配标为不合适。", when=when, title=title))
    if found.change.kind is BulkKind.DISMISS:
        return str(
            ngettext(
                "%(when)s 您把 %(num)s 项标为不合适。",
                "%(when)s 您把 %(num)s 项标为不合适。",
                count,
                when=when,
            )
        )
    return str(
        ngettext(
            "%(when)s 您给 %(num)s 项换了经办人。", "%(when)s 您给 %(num)s 项换了经办人。", count, when=when
        )
    )


def count_changed(error: CountChanged) -> str:
    return str(
        gettext(
            "您看到的是 %(seen)s 项，现在符合条件的是 %(found)s 项，所以什么也没有改。请再看一次。",
            seen=error.seen,
            found=error.found,
        )
    )


def too_many(error: TooManyChosen) -> str:
    return str(gettext("一次最多处理 %(most)s 项。请把条件收窄，分几次办。", most=error.most))
