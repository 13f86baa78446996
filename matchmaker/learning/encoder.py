"""Learning a level deeper: the encoder in service, trained further with the installation's own decisions.

What there is to learn from is read in one short transaction; the training is outside any; and what came of it is
put into service, if it is, by the job that changes encoders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matchmaker.engine import versions
from matchmaker.engine.graded import GradedPair, Progress, Texts
from matchmaker.engine.model_folder import DECISIONS, MODELS, read_stamp
from matchmaker.engine.training import Figures, Plan, learnt_from, train
from matchmaker.engine.versions import TrainedOn
from matchmaker.imports import reindexing
from matchmaker.imports.reindexing import Job
from matchmaker.learning.decisions import Decision, read
from matchmaker.learning.service import lacking
from matchmaker.postings.documents import document_of
from matchmaker.work import Work
from models import Capability, Problem

FOLDER = "{version}-decisions"
AT_ONCE = 500
PLAN = Plan()
Posting = TypeVar("Posting", Problem, Capability)


class Reason(StrEnum):
    """Why a trained encoder is not put into service by itself."""

    NOT_CLEARLY_BETTER = "not_clearly_better"
    OVERTAKEN = "overtaken"
    """Another one serves by now, or is being prepared."""
    TAKEN_BACK = "taken_back"
    """A person went back from the last one that was trained: so a person says whether this one serves."""


@dataclass(frozen=True)
class Trial:
    """A folder that was trained, and its figures."""

    folder: Path
    figures: Figures
    base: str
    trained_on: TrainedOn
    registered: bool
    """Whether it serves, has served or was about to: its folder is not written over."""


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from, and the encoder that would learn."""

    version: str
    base: Path
    """Its folder."""
    decided: Sequence[Decision]
    passed_over: Sequence[Decision]
    silent: int
    """Pairings dismissed for a reason that says nothing."""
    without_text: int
    """Decisions whose problem or capability has no text any more."""
    last_entry: int
    before: TrainedOn | None
    """What the encoder in service has learnt from already."""
    texts: Mapping[tuple[str, int], Texts]
    """By kind and id."""
    trials: Sequence[Trial]

    @property
    def pairs(self) -> list[GradedPair]:
        """A decision speaks for a range of grades: its middle."""
        return [
            GradedPair(
                self.texts["problem", each.problem],
                self.texts["capability", each.capability],
                (each.lowest + each.highest) / 2,
                each.weight,
            )
            for each in (*self.decided, *self.passed_over)
        ]

    @property
    def lacking(self) -> tuple[int, int]:
        """How many decisions, and how many problems with both a kept and a dismissed suggestion, it takes more."""
        return lacking(self.decided)

    @property
    def is_new(self) -> bool:
        """Whether anything was decided that the encoder in service has not been trained with."""
        return self.before is None or self.last_entry > self.before.through

    @property
    def earlier(self) -> Trial | None:
        """What was trained from the same encoder, with the same decisions."""
        same = [
            each
            for each in self.trials
            if each.base == self.version and each.trained_on.through >= self.last_entry
        ]
        return same[-1] if same else None

    def folder(self, models: Path) -> Path:
        """Among the models, named after the encoder that learns; an earlier trial that never served makes room."""
        name = FOLDER.format(version=self.version.replace("/", "-"))
        room = {each.folder for each in self.trials if each.base == self.version and not each.registered}
        number, folder = 1, models / name
        while folder.exists() and folder not in room:
            number += 1
            folder = models / f"{name}-{number}"
        return folder


def study(work: Work) -> Lesson:
    """Read the decision log and the texts. Writes nothing. Raises ModelMissing."""
    session = work.session
    log = read(work, again=False)  # texts are learnt from here, not features
    everything = [*log.decided, *log.passed_over, *log.left_out]
    texts = {
        **_texts(work, Problem, {each.problem for each in everything}),
        **_texts(work, Capability, {each.capability for each in everything}),
    }
    found = [
        each
        for each in sorted(everything, key=lambda each: (each.entry, each.pairing))
        if ("problem", each.problem) in texts and ("capability", each.capability) in texts
    ]
    decided = [each for each in found if not each.passed_over]
    version = work.engine.in_service.version(session)
    serving = versions.active(session)
    return Lesson(
        version=version.name,
        base=work.engine.in_service.folder(version),
        decided=decided,
        passed_over=[each for each in found if each.passed_over],
        silent=log.silent,
        without_text=len(log.decided) + log.outdated - len(decided),
        last_entry=log.last_entry,
        before=versions.trained_on(serving) if serving else None,
        texts=texts,
        trials=list(_trials(work)),
    )


def train_with(lesson: Lesson, out: Path, progress: Progress | None = None) -> Figures:
    """The long part, outside any transaction; `out` appears whole or not at all.

    Raises NotTrainable, TooFewPairs, OSError.
    """
    pairs = lesson.pairs
    learnt = learnt_from(pairs, PLAN)
    problems = frozenset(
        each.problem
        for each in (*lesson.decided, *lesson.passed_over)
        if lesson.texts["problem", each.problem] in learnt
    )
    if lesson.before is not None:
        problems |= lesson.before.problems
    notes = {DECISIONS: TrainedOn(lesson.last_entry, problems).as_json()}
    return train(lesson.base, pairs, out, PLAN, progress, notes)


def why_not(work: Work, lesson: Lesson, figures: Figures) -> Reason | None:
    """What speaks against putting a trained encoder into service without asking anybody."""
    if not figures.clearly_better:
        return Reason.NOT_CLEARLY_BETTER
    coming = versions.preparing(work.session)
    if work.engine.in_service.version(work.session).name != lesson.version or (
        coming is not None and coming.version != figures.version
    ):
        return Reason.OVERTAKEN
    return Reason.TAKEN_BACK if versions.was_taken_back(work.session) else None


def adopt(job: Job, out: Path) -> reindexing.Outcome:
    """Put a trained encoder into service beside the running one. Raises ModelMissing."""
    return reindexing.run(job, reindexing.prepare(job, str(out.absolute())))


def _texts(work: Work, kind: type[Posting], ids: Iterable[int]) -> dict[tuple[str, int], Texts]:
    """Title and public passages, as they are encoded when a text is indexed: nothing confidential is in them."""
    wanted = sorted(ids)
    found: dict[tuple[str, int], Texts] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = select(kind).where(kind.id.in_(wanted[start : start + AT_ONCE]))
        for each in work.session.scalars(some.options(joinedload(kind.organisation))):
            document = document_of(each, searchable=False)
            if document.full_text.strip():
                found[each.KIND, each.id] = Texts.of(document)
    return found


def _trials(work: Work) -> Iterator[Trial]:
    """Among the models of the data folder, by name; whatever else is there is passed over."""
    models = work.settings.data_dir / MODELS
    for folder in sorted(models.iterdir()) if models.is_dir() else []:
        stamp = read_stamp(folder)
        if not isinstance(stamp, dict):
            continue
        trained_on = TrainedOn.from_json(stamp.get(DECISIONS))
        try:
            figures = Figures(**stamp["figures"])
        except (TypeError, KeyError):
            continue
        if trained_on is not None:
            known = versions.named(work.session, figures.version) is not None
            yield Trial(folder, figures, str(stamp.get("base")), trained_on, known)
