"""What an encoder learns from the decision log, what it must not see, and when nobody is asked whether it serves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from matchmaker.engine import versions
from matchmaker.engine.graded import Texts
from matchmaker.engine.model_folder import MARKER, MODELS
from matchmaker.engine.training import Figures, learnt_from
from matchmaker.engine.versions import TrainedOn
from matchmaker.learning import encoder
from matchmaker.learning.encoder import Reason, Trial
from matchmaker.postings.documents import document_of
from matchmaker.work import Work
from models import EmbeddingRow, EncoderOrigin, User
from tests.engine.tiny_model import RECIPE, write_tiny_model
from tests.learning import marked
from tests.learning.history import History

FIGURES = Figures("tiny-1+1", 72, 10, 2, 1, {"agreement": 0.5}, {"agreement": 0.7}, 0.2, 0.1)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny_model(folder)
    return folder


@pytest.fixture
def work(work: Work, base: Path) -> Iterator[Work]:
    with marked.work_with(work, base) as changed:
        yield changed


@pytest.fixture
def history(work: Work, people: dict[str, User]) -> History:
    return marked.decide(work, people)


def test_each_decision_is_a_graded_pair_of_the_texts_as_they_are_indexed(
    work: Work, history: History, base: Path
) -> None:
    lesson = encoder.study(work)
    assert (lesson.version, lesson.base) == (RECIPE, base)
    assert len(lesson.pairs) == marked.PROBLEMS * len(marked.OFFERS)
    first = lesson.pairs[0]
    assert first.problem == Texts.of(document_of(history.problem(1), True))
    assert first.capability == Texts.of(document_of(history.capability(1), True))
    assert "检出率 ≥ 98 %" in first.problem.full
    assert {(each.capability.title[-1], each.grade, each.weight) for each in lesson.pairs} == {
        ("a", 2.5, 1.0),
        ("b", 0.5, 1.0),
    }


def test_confidential_text_is_in_no_pair(work: Work, history: History) -> None:
    assert history.problem(1).confidential == "绝密配方甲乙丙丁"
    pairs = encoder.study(work).pairs
    assert pairs
    for each in pairs:
        assert "绝密" not in f"{each.problem.title}{each.problem.full}{each.capability}"


def test_grades_are_the_middle_of_what_a_step_speaks_for(work: Work, history: History) -> None:
    over = history.add(problem=1, parts={"title": 0.95, "words": 0.1})
    for step in ("shortlist", "confirm", "dismiss:budget"):
        history.add(step, problem=1)
    lesson = encoder.study(work)
    assert [(each.grade, each.weight) for each in lesson.pairs[-4:-1]] == [(2.5, 0.5), (3, 1), (0.5, 0.5)]
    assert [each.pairing for each in lesson.passed_over] == [over.id]
    assert lesson.pairs[-1].grade == 0.5
    assert lesson.pairs[-1].weight == pytest.approx(0.1)  # at the top: nothing stood above it


def test_what_has_no_text_any_more_is_left_out_and_counted(work: Work, history: History) -> None:
    gone = history.capability(1)
    for name in ("title", "summary", "innovation", "advantage", "economics", "application", "cases"):
        setattr(gone, name, "")
    gone.targets = []
    work.session.flush()
    lesson = encoder.study(work)
    assert lesson.without_text == marked.PROBLEMS
    assert len(lesson.pairs) == marked.PROBLEMS * (len(marked.OFFERS) - 1)


def test_decisions_under_another_encoder_count_as_well(work: Work, history: History) -> None:
    history.add("introduce", problem=1, version="rank-0+old-encoder")
    assert len(encoder.study(work).pairs) == marked.PROBLEMS * len(marked.OFFERS) + 1


def test_what_is_lacking_is_what_the_ranking_lacks(work: Work, people: dict[str, User]) -> None:
    marked.decide(work, people, problems=4)
    assert encoder.study(work).lacking == (50 - 24, 10 - 4)


def test_an_encoder_that_was_trained_learns_further_from_everything(work: Work, history: History) -> None:
    _serves_trained(work, through=10_000, problems=[each.id for each in history.problems.values()])
    lesson = encoder.study(work)
    assert len(lesson.pairs) == marked.PROBLEMS * len(marked.OFFERS)
    assert not lesson.is_new
    history.add("introduce", problem=1)
    _serves_trained(work, through=lesson.last_entry, problems=[])
    assert encoder.study(work).is_new


def test_the_folder_tells_which_problems_were_learnt(
    work: Work, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "PLAN", replace(marked.QUICK, epochs=1))
    lesson = encoder.study(work)
    before = TrainedOn(1, frozenset({999}))
    figures = encoder.train_with(replace(lesson, before=before), tmp_path / "models" / "new")
    (trial,) = encoder.study(work).trials
    learnt = {each.title for each in learnt_from(lesson.pairs, encoder.PLAN)}
    ids = {each.id for each in history.problems.values() if each.title in learnt}
    assert trial.figures == figures
    assert len(ids) == figures.problems == marked.PROBLEMS - 2
    assert trial.trained_on == TrainedOn(lesson.last_entry, frozenset(ids | {999}))
    assert (trial.base, trial.registered) == (RECIPE, False)


def test_nothing_speaks_against_what_is_clearly_better(work: Work, history: History) -> None:
    assert encoder.why_not(work, encoder.study(work), FIGURES) is None


@pytest.mark.parametrize(("gain", "error"), [(0.1, 0.1), (0.1, 0.2), (0.1, None), (0.0, 0.0), (-0.1, 0.05)])
def test_a_gain_within_the_noise_is_not_enough(
    work: Work, history: History, gain: float, error: float | None
) -> None:
    figures = replace(FIGURES, gain=gain, gain_error=error)
    assert encoder.why_not(work, encoder.study(work), figures) is Reason.NOT_CLEARLY_BETTER


def test_what_came_or_is_coming_into_service_meanwhile_is_not_replaced(work: Work, history: History) -> None:
    lesson = encoder.study(work)
    coming = versions.register(work.session, "other-1", "", EncoderOrigin.SETTING)
    assert encoder.why_not(work, lesson, FIGURES) is Reason.OVERTAKEN
    assert encoder.why_not(work, lesson, replace(FIGURES, version="other-1")) is None
    _vectors_are_there(work, coming.id)
    versions.switch(work.session, coming)
    assert encoder.why_not(work, lesson, FIGURES) is Reason.OVERTAKEN


def test_after_somebody_went_back_from_a_trained_one_a_person_decides(work: Work, history: History) -> None:
    first = versions.active(work.session)
    assert first is not None
    _serves_trained(work, through=1, problems=[])
    versions.register(work.session, first.version, "", first.origin)
    _vectors_are_there(work, first.id)
    versions.switch(work.session, first)
    assert encoder.why_not(work, encoder.study(work), FIGURES) is Reason.TAKEN_BACK


def test_a_trial_that_never_served_makes_room_and_one_that_did_does_not(
    work: Work, history: History, tmp_path: Path
) -> None:
    lesson = encoder.study(work)
    name = f"{RECIPE}-decisions"
    assert lesson.folder(tmp_path) == tmp_path / name
    (tmp_path / name).mkdir()
    assert lesson.folder(tmp_path) == tmp_path / f"{name}-2"
    trial = Trial(tmp_path / name, FIGURES, RECIPE, TrainedOn(1, frozenset()), registered=False)
    assert replace(lesson, trials=[trial]).folder(tmp_path) == tmp_path / name
    for other in (replace(trial, registered=True), replace(trial, base="another")):
        assert replace(lesson, trials=[other]).folder(tmp_path) == tmp_path / f"{name}-2"
    assert replace(lesson, version="hub/name").folder(tmp_path) == tmp_path / "hub-name-decisions"


def test_folders_of_other_kinds_are_no_trials(work: Work, history: History, tmp_path: Path) -> None:
    for number, stamp in enumerate(
        ("", "[]", '{"figures": {}}', '{"figures": {"gain": 1}, "decisions": {"through": 1, "problems": []}}')
    ):
        folder = tmp_path / "models" / str(number)
        folder.mkdir(parents=True)
        (folder / "matchmaker.json").write_text(stamp)
    assert encoder.study(work).trials == []


def _serves_trained(work: Work, through: int, problems: list[int]) -> None:
    """A version that was trained on these problems is in service, and its folder is there."""
    name = f"{RECIPE}+{through}"
    folder = work.settings.data_dir / MODELS / name
    shutil.copytree(work.settings.encoder, folder)
    (folder / MARKER).write_text(json.dumps({"recipe": name}))
    learnt = TrainedOn(through, frozenset(problems)).as_json()
    trained = versions.register(work.session, name, "", EncoderOrigin.TRAINED, {"decisions": learnt})
    _vectors_are_there(work, trained.id)
    versions.switch(work.session, trained)


def _vectors_are_there(work: Work, version_id: int) -> None:
    """Those of the version in service, under another name."""
    serving = versions.active(work.session)
    assert serving is not None
    for each in work.session.scalars(select(EmbeddingRow).where(EmbeddingRow.version_id == serving.id)).all():
        same = {
            name: getattr(each, name)
            for name in ("document_id", "part", "source", "ordinal", "text", "vector")
        }
        work.session.add(EmbeddingRow(version_id=version_id, **same))
    work.session.flush()
