"""A change of the encoder to be tried, and what of it is in the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.engine.vectors import unpack
from matchmaker.imports import reindexing
from matchmaker.imports.reindexing import Job
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.settings import Settings
from models import Capability, EmbeddingRow, EncoderVersion, IndexedDocument, Problem, User
from tests import factories
from tests.engine.samples import SUBJECTS, CharacterEncoder, changeable_engine

OLD, NEW = "characters-1", "hub/characters-2"
CAPABILITIES = 9


def paired_job(database: Database, settings: Settings, people: dict[str, User]) -> Job:
    """On a database with a problem and CAPABILITIES capabilities, indexed and paired with OLD."""
    everything = replace(settings, model=OLD, suggestion_floor=0)
    job = Job(database, changeable_engine(), everything, patience=0)
    with job.work() as work:
        owner, liaison = (work.session.get_one(User, people[each].id) for each in ("enterprise", "liaison"))
        posted: list[Problem | Capability] = [factories.problem(work.session, owner)]
        for number in range(CAPABILITIES):
            title, summary = SUBJECTS[number % len(SUBJECTS)]
            given = {"title": f"{title}之{number}", "summary": summary}
            posted.append(factories.capability(work.session, liaison, **given))
        postings.index_many(work, posted)
        for each in posted:
            pairings.suggest(work, each)
    return job


def edit(job: Job, number: int, title: str) -> None:
    """As somebody does in another process."""
    elsewhere = replace(job, engine=changeable_engine())
    with elsewhere.work() as work:
        capability = work.session.scalars(select(Capability).order_by(Capability.id)).all()[number]
        capability.title = title
        postings.index(work, capability)
        pairings.suggest(work, capability)


def stored(job: Job) -> dict[str, dict[tuple[str, int], Any]]:
    """The title vectors by version, kind and id."""
    with job.work(write=False) as work:
        found: dict[str, dict[tuple[str, int], Any]] = {}
        for version, kind, id, vector in work.session.execute(
            select(
                EncoderVersion.version,
                IndexedDocument.kind,
                IndexedDocument.object_id,
                EmbeddingRow.vector,
            )
            .join_from(EmbeddingRow, IndexedDocument)
            .join(EncoderVersion)
            .where(EmbeddingRow.part == "title")
        ):
            assert (kind, id) not in found.setdefault(version, {})
            found[version][kind, id] = unpack(vector)
        return found


def of_present_titles(job: Job, name: str) -> dict[tuple[str, int], Any]:
    with job.work(write=False) as work:
        every = [*work.session.scalars(select(Problem)), *work.session.scalars(select(Capability))]
        vectors = CharacterEncoder(name).encode_queries([each.title for each in every])
        return {
            (each.KIND, each.id): pytest.approx(vector, abs=1e-3)
            for each, vector in zip(every, vectors, strict=True)
        }


def ranking(job: Job) -> dict[int, float]:
    """What another process answers."""
    engine = changeable_engine()
    with job.work(write=False) as work:
        problem = work.session.scalars(select(Problem.id)).one()
        return {
            each.id: round(each.score, 4) for each in engine.rank(work.session, ("problem", problem), None)
        }


def change(job: Job, to: str = NEW) -> reindexing.Outcome:
    version = reindexing.wanted(job, to)
    assert version is not None
    return reindexing.run(job, version)
