"""The decision log as examples: what staff's last word on each pairing says of its fit, and what they passed over."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from matchmaker.engine import NotIndexed, rankings, versions
from matchmaker.engine.learning import HIGHEST, LARGEST, Example
from matchmaker.work import Work
from models import EncoderOrigin, Pairing, PairingEvent, PairingStatus

KEPT: Mapping[str, tuple[int, int, float]] = {
    "shortlist": (2, HIGHEST, 0.5),
    "introduce": (2, HIGHEST, 1.0),
    "negotiate": (2, HIGHEST, 1.0),
    "confirm": (HIGHEST, HIGHEST, 1.0),
}
"""Least and highest grade that the step speaks for, and how much it counts: to be looked at closer is less than to be
brought together, and who cooperates fits best."""
MISFIT = (0, 1)
"""A dismissed suggestion is no fit; it may be related, or it would not have been suggested."""
SILENT = frozenset({"partnered", "duplicate", "region"})
"""Reasons that say nothing of the fit: what was decided before stands."""
DISMISSED: Mapping[str, float] = {"field": 1.0}
"""How much a dismissal counts by its reason: another field is a plain misfit;"""
DISMISSED_OTHERWISE = 0.5
"""maturity, budget and reasons of the bureau's own are partly about something else."""
PASSED_OVER = 0.1
"""How much a suggestion counts that stood above one that staff decided on and that they left alone; the further down,
the less likely it was read at all."""
REOPEN = "reopen"
DISMISS = "dismiss"


@dataclass(frozen=True)
class Decision:
    """What is known of one pairing, from which entry of the log (or none: it was passed over), and its features then."""

    pairing: int
    problem: int
    capability: int
    lowest: int
    highest: int
    weight: float
    parts: Mapping[str, float]
    engine_version: str
    entry: int
    """Of one that was passed over: the last decision on a suggestion below it."""
    passed_over: bool = False

    @property
    def example(self) -> Example:
        return Example(self.problem, self.parts, self.lowest, self.highest, self.weight)


@dataclass(frozen=True)
class Log:
    """`decided` and `passed_over` have features that are those computed now, by an encoder that was not trained on them."""

    decided: Sequence[Decision]
    passed_over: Sequence[Decision]
    left_out: Sequence[Decision]
    """Of both kinds: the encoder was trained on them, or their features are of before and cannot be computed again."""
    silent: int
    """Pairings dismissed for a reason that says nothing, with nothing else decided."""
    last_entry: int

    @property
    def outdated(self) -> int:
        """Decisions that are left out."""
        return sum(not each.passed_over for each in self.left_out)

    @property
    def kept(self) -> int:
        return kept(self.decided)


@dataclass(frozen=True)
class _Look:
    """Somebody decided on a suggestion, so had the list before them."""

    pairing: int
    entry: int
    at: datetime
    parts: Mapping[str, float]
    engine_version: str


def kept(decisions: Iterable[Decision]) -> int:
    """How many were found worth a closer look at least."""
    return sum(each.lowest >= KEPT["shortlist"][0] for each in decisions)


def read(work: Work, again: bool = True) -> Log:
    """Everything that staff's decisions teach now. Two queries, no texts.

    Features of before are computed again, in some milliseconds each; without `again` those decisions are left out.
    """
    encoder = work.engine.in_service.version(work.session).name
    logged, looks, silent, last = _logged(work)
    trained_on = _trained_on(work)
    usable: list[Decision] = []
    left_out: list[Decision] = []
    for each in logged:
        current = rankings.is_current(each.engine_version, encoder)
        made: Decision | None = each
        if trained_on(each.problem, current):
            made = None
        elif not current:
            made = _with_current_features(work, each) if again else None
        if made is None:
            left_out.append(each)
        else:
            usable.append(made)
    comparable = [*usable, *(each for each in left_out if rankings.is_current(each.engine_version, encoder))]
    over = _passed_over(work, _with_features(looks, comparable, encoder), comparable, encoder)
    left_out += [each for each in over if trained_on(each.problem, True)]
    return Log(usable, [each for each in over if not trained_on(each.problem, True)], left_out, silent, last)


def _logged(work: Work) -> tuple[list[Decision], dict[int, list[_Look]], int, int]:
    wanted = (
        select(PairingEvent, Pairing.problem_id, Pairing.capability_id)
        .join(Pairing, PairingEvent.pairing_id == Pairing.id)
        .where(PairingEvent.action.in_((*KEPT, DISMISS, REOPEN)))
        .order_by(PairingEvent.id)
    )
    standing: dict[int, Decision] = {}
    looks: dict[int, dict[int, _Look]] = defaultdict(dict)
    silenced: set[int] = set()
    last = 0
    for event, problem, capability in work.session.execute(wanted):
        last = event.id
        if event.action == REOPEN:  # as if nothing had been decided
            standing.pop(event.pairing_id, None)
            silenced.discard(event.pairing_id)
            looks[problem].pop(event.pairing_id, None)
            continue
        parts = features(event.parts)
        if parts is None:
            continue
        looks[problem][event.pairing_id] = _Look(
            event.pairing_id, event.id, event.created_at, parts, event.engine_version or ""
        )
        said = _said(event.action, event.reason)
        if said is None:
            silenced.add(event.pairing_id)
            continue
        standing[event.pairing_id] = Decision(
            event.pairing_id, problem, capability, *said, parts, event.engine_version or "", event.id
        )
    seen = {problem: list(found.values()) for problem, found in looks.items()}
    return list(standing.values()), seen, len(silenced - standing.keys()), last


def _said(action: str, reason: str | None) -> tuple[int, int, float] | None:
    """Least and highest grade, and weight; None: nothing."""
    if action in KEPT:
        return KEPT[action]
    if reason in SILENT:
        return None
    return (*MISFIT, DISMISSED.get(reason or "", DISMISSED_OTHERWISE))


def features(stored: Any) -> dict[str, float] | None:
    """Of a stored pairing or log entry; None where they are no numbers."""
    if not isinstance(stored, dict) or not stored:
        return None
    for value in stored.values():
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if not math.isfinite(value) or abs(value) > LARGEST:
            return None
    return {str(name): float(value) for name, value in stored.items()}


def _trained_on(work: Work) -> Callable[[int, bool], bool]:
    """Whether the encoder in service was trained on what was decided for a problem: there it looks better than it is.

    The second argument: whether it was decided on with features of this encoder. If nobody wrote down which problems
    it learnt from, what was decided before it served may be among them.
    """
    serving = versions.active(work.session)
    if serving is None or serving.origin is not EncoderOrigin.TRAINED:
        return lambda problem, current: False
    learnt = versions.trained_on(serving)
    if learnt is None:
        return lambda problem, current: not current
    return lambda problem, current: problem in learnt.problems


def _with_current_features(work: Work, decision: Decision) -> Decision | None:
    try:
        ranked = work.engine.score(work.session, decision.problem, decision.capability)
    except NotIndexed:
        return None
    return replace(decision, parts=ranked.parts)


def _with_features(
    looks: Mapping[int, Sequence[_Look]], decided: Sequence[Decision], encoder: str
) -> dict[int, list[_Look]]:
    """Those of which features are known that can be compared with those of now."""
    parts = {each.pairing: each.parts for each in decided}
    found: dict[int, list[_Look]] = {}
    for problem, of_problem in looks.items():
        for each in of_problem:
            if rankings.is_current(each.engine_version, encoder):
                found.setdefault(problem, []).append(each)
            elif each.pairing in parts:
                found.setdefault(problem, []).append(replace(each, parts=parts[each.pairing]))
    return found


def _passed_over(
    work: Work, looks: Mapping[int, Sequence[_Look]], decided: Sequence[Decision], encoder: str
) -> list[Decision]:
    """Suggestions that were there, above one that was decided on, and that nobody has touched."""
    if not looks:
        return []
    logit = work.engine.ranking(work.session).logit
    wanted = select(
        Pairing.id,
        Pairing.problem_id,
        Pairing.capability_id,
        Pairing.parts,
        Pairing.engine_version,
        Pairing.created_at,
    ).where(Pairing.status == PairingStatus.SUGGESTED, Pairing.acted_on.is_(False))
    waiting: dict[int, list[tuple[float, Any, dict[str, float]]]] = defaultdict(list)
    for row in work.session.execute(wanted.order_by(Pairing.id)):
        parts = features(row.parts)
        if row.problem_id in looks and parts and rankings.is_current(row.engine_version, encoder):
            waiting[row.problem_id].append((logit(parts), row, parts))
    above: dict[int, list[float]] = defaultdict(list)
    for each in decided:
        above[each.problem].append(logit(each.parts))
    found: list[Decision] = []
    for problem, candidates in waiting.items():
        found += _of_problem(looks[problem], candidates, above[problem], logit)
    return found


def _of_problem(
    looks: Sequence[_Look],
    waiting: Sequence[tuple[float, Any, dict[str, float]]],
    decided: Sequence[float],
    logit: Callable[[Mapping[str, float]], float],
) -> list[Decision]:
    everything = sorted([*decided, *(value for value, _, _ in waiting)], reverse=True)
    seen = [(each.entry, each.at, logit(each.parts)) for each in looks]
    found = []
    for value, row, parts in waiting:
        entries = [entry for entry, at, below in seen if at > row.created_at and below < value]
        if not entries:
            continue
        weight = PASSED_OVER / math.log2(everything.index(value) + 2)
        found.append(
            Decision(
                row.id,
                row.problem_id,
                row.capability_id,
                *MISFIT,
                weight,
                parts,
                row.engine_version,
                max(entries),
                passed_over=True,
            )
        )
    return found
