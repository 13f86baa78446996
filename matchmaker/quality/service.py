"""Recommendation quality 推荐质量: what the installation's own decisions say of the ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.learning.service import Standing, standing
from matchmaker.policy import Action, require
from matchmaker.quality import log
from matchmaker.quality.figures import Band, Month, Summary, bands, months, summarise
from matchmaker.work import Work


@dataclass(frozen=True)
class Quality:
    """`chosen` is the engine version that the figures are of; empty: of all versions."""

    chosen: str
    versions: Mapping[str, Summary]
    """Each version that something was decided under, the one decided under last before the others."""
    summary: Summary
    months: Sequence[Month]
    bands: Sequence[Band]
    decided: int
    """Under any version."""
    undecided: int
    learning: Standing
    """Which ranking serves, and what was learnt."""


def quality(work: Work, version: str = "") -> Quality:
    """All figures of one engine version; of a version that nothing was decided under: of all."""
    require(work.actor, Action.QUALITY_READ)
    every = log.decisions(work)
    by_version: dict[str, list[log.Decision]] = {}
    for each in every:
        by_version.setdefault(each.engine_version, []).append(each)
    latest = sorted(by_version, key=lambda name: max(each.at for each in by_version[name]), reverse=True)
    shown = by_version.get(version, every)
    return Quality(
        chosen=version if version in by_version else "",
        versions={name: summarise(by_version[name]) for name in latest},
        summary=summarise(shown),
        months=months(shown),
        bands=bands(shown),
        decided=len(every),
        undecided=log.undecided(work),
        learning=standing(work),
    )
