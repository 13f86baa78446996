"""Why a pairing was suggested, from what its reader may read."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace

from sqlalchemy import Engine
from sqlalchemy.pool import Pool

from matchmaker.engine import Chip, Explanation, NotIndexed
from matchmaker.policy import Action, allow
from matchmaker.postings.documents import readable_sources
from matchmaker.work import Work
from models import BudgetReaders, Pairing, Problem

NOTHING = Explanation((), (), ())
REMEMBERED = 4000
"""Explanations kept of each database: some kilobytes each, some milliseconds to make."""


class _Memory:
    """The explanations last asked for, of one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Explanation] = OrderedDict()

    def get(self, key: Hashable) -> Explanation | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, explanation: Explanation) -> None:
        with self._lock:
            self._kept[key] = explanation
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)


_memories: weakref.WeakKeyDictionary[Pool, _Memory] = weakref.WeakKeyDictionary()


def explain(work: Work, pairing: Pairing, version: str | None = None) -> Explanation:
    """Why the two fit, quoting and comparing only what the reader may read; empty if the engine forgot a side.

    `version` is the engine's as this transaction sees it, which a list asks for once. The first time takes about 4 ms;
    after that it is remembered until either side changes.
    """
    found = _explanation(work, pairing, version or work.engine.version(work.session))
    if not found.chips or _reads_budget(work, pairing.problem):
        return found
    hidden = Chip("budget", "unknown", "budget_not_shown")
    return replace(found, chips=tuple(hidden if each.name == "budget" else each for each in found.chips))


def by_confidential(work: Work, pairing: Pairing) -> bool:
    """Whether confidential details carried the pairing and the reader may know that there are any.

    By the features that its score was made of; once somebody acted on it, those of that moment.
    """
    return (
        bool(pairing.problem.confidential)
        and allow(work.actor, Action.PROBLEM_KNOW_CONFIDENTIAL, pairing.problem)
        and work.engine.confidential_decides(work.session, pairing.parts)
    )


def _explanation(work: Work, pairing: Pairing, version: str) -> Explanation:
    problem, capability = pairing.problem, pairing.capability
    sources = readable_sources(work.actor, problem), readable_sources(work.actor, capability)
    memory = _memory(work)
    key = (
        version,
        (problem.id, problem.version, capability.id, capability.version, capability.organisation.county),
        sources,
    )
    found = memory.get(key) if memory else None
    if found is None:
        try:
            found = work.engine.explain(work.session, problem.id, capability.id, *sources)
        except NotIndexed:
            return NOTHING
        if memory:
            memory.put(key, found)
    return found


def _memory(work: Work) -> _Memory | None:
    """Of what is committed only: a version that is rolled back will be another text's version."""
    bind = work.session.get_bind()
    if not isinstance(bind, Engine) or not bind.get_execution_options().get("read_only"):
        return None
    return _memories.setdefault(bind.pool, _Memory())


def _reads_budget(work: Work, problem: Problem) -> bool:
    return problem.budget_readers is BudgetReaders.ALL or allow(
        work.actor, Action.PROBLEM_READ_BUDGET, problem
    )
