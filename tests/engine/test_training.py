from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from matchmaker.engine import centre, load_encoder
from matchmaker.engine.encoder import LENGTHS, ONNX_FILE
from matchmaker.engine.graded import GradedPair, Lessons, Texts
from matchmaker.engine.model_folder import MARKER
from matchmaker.engine.pupil import NotTrainable
from matchmaker.engine.training import Figures, Plan, TooFewPairs, learnt_from, split, train
from tests.engine.tiny_model import LAYERS, RECIPE, write_tiny_model

TOPICS = ["气孔检测", "废水回用", "茶叶加工", "电池预警", "涂料防腐", "焊接机器"]
OFFERS = ["视觉压铸a", "水回用件b", "叶加工机a", "池预警电b", "料防腐水a", "接机器人b"]
PLAN = Plan(layers=2, epochs=6, rate=1e-2, share=1.0, strangers=2)


def text(title: str, more: str = "") -> Texts:
    return Texts(title, f"{title}\n{more}" if more else title)


PAIRS = [
    GradedPair(text(topic, "加工废水。"), text(offer), 3.0 if offer.endswith("a") else 0.0)
    for topic in TOPICS
    for offer in OFFERS
]
"""What is marked a fits everything: random weights know nothing of it, and it holds for held-back problems too."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny_model(folder)
    return folder


@pytest.fixture(scope="module")
def trained(base: Path) -> tuple[Path, Figures]:
    out = base.parent / "trained"
    return out, train(base, PAIRS, out, PLAN)


def margin(folder: Path) -> float:
    """How much nearer fits are than the rest, on average."""
    encoder = load_encoder(str(folder))
    queries = encoder.encode_queries([pair.problem.title for pair in PAIRS])
    passages = encoder.encode_passages([pair.capability.title for pair in PAIRS])
    cosines = (queries * passages).sum(1)
    fitting = np.array([pair.grade > 0 for pair in PAIRS])
    return float(cosines[fitting].mean() - cosines[~fitting].mean())


@pytest.mark.parametrize(
    ("said_in", "longest"), [("", 64), ("sentence_bert_config.json", 20), ("tokenizer_config.json", 20)]
)
def test_a_text_is_cut_where_the_models_folder_says(
    base: Path, tmp_path: Path, said_in: str, longest: int
) -> None:
    folder = shutil.copytree(base, tmp_path / "tiny")
    for file, name in LENGTHS:
        if said_in == file:
            said = json.loads((folder / file).read_text()) | {name: longest}
            (folder / file).write_text(json.dumps(said))
    encoder = load_encoder(str(folder))
    fits = longest - len("cd: ") - 2  # the prompt and the marks of beginning and end are read too
    rows = encoder.encode_passages(["气" * fits, "气" * fits + "废水", "气" * (fits - 1) + "废"])
    assert rows[0] == pytest.approx(rows[1], abs=1e-6)
    assert rows[0] != pytest.approx(rows[2], abs=1e-6)


def test_what_was_graded_better_comes_nearer(base: Path, trained: tuple[Path, Figures]) -> None:
    assert margin(trained[0]) > margin(base) + 0.02


def test_problems_that_were_held_back_gain_from_what_the_others_taught(trained: tuple[Path, Figures]) -> None:
    _, figures = trained
    assert figures.held_back == 1
    assert figures.problems == len(TOPICS) - 1
    assert figures.better
    assert figures.gain == pytest.approx(figures.after["agreement"] - figures.before["agreement"])


def test_the_folder_has_the_files_of_the_one_it_came_from(base: Path, trained: tuple[Path, Figures]) -> None:
    def names(folder: Path) -> set[str]:
        return {str(file.relative_to(folder)) for file in folder.rglob("*")}

    assert names(trained[0]) == names(base)
    for file in ("tokenizer.json", "config_sentence_transformers.json", "modules.json"):
        assert (trained[0] / file).read_bytes() == (base / file).read_bytes()


def test_it_is_served_with_the_vectors_of_the_trained_weights(trained: tuple[Path, Figures]) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["气孔检测", "废水回用。茶叶加工，电池预警", "a"]
    served = load_encoder(str(trained[0])).encode_queries(texts)
    exact = SentenceTransformer(str(trained[0]), device="cpu").encode(texts, prompt_name="query")
    exact = centre.take_away(np.load(trained[0] / centre.FILE), exact)
    assert (served * exact).sum(1).min() > 0.95  # int8 of random weights; the bundled model's are nearer


def test_its_name_tells_base_and_weights(trained: tuple[Path, Figures]) -> None:
    folder, figures = trained
    assert load_encoder(str(folder)).version == figures.version
    assert figures.version.startswith(f"{RECIPE}+")
    stamp = json.loads((folder / MARKER).read_text())
    assert stamp["base"] == RECIPE
    assert Figures(**stamp["figures"]) == figures
    assert Plan(**stamp["plan"]) == PLAN


def test_only_the_upper_layers_change(base: Path, trained: tuple[Path, Figures]) -> None:
    from safetensors.numpy import load_file

    before, after = (load_file(folder / "model.safetensors") for folder in (base, trained[0]))
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert before.keys() == after.keys()
    assert changed
    upper = [f"layer.{LAYERS - 2}.", f"layer.{LAYERS - 1}."]
    assert all(any(layer in name for layer in upper) for name in changed)


def test_the_same_pairs_make_the_same_model(
    base: Path, trained: tuple[Path, Figures], tmp_path: Path
) -> None:
    figures = train(base, PAIRS, tmp_path / "again", PLAN)
    assert figures == trained[1]
    digests = {
        hashlib.sha256((folder / ONNX_FILE).read_bytes()).hexdigest()
        for folder in (tmp_path / "again", trained[0])
    }
    assert len(digests) == 1


def test_a_trained_model_is_trained_further_under_a_name_no_longer(
    trained: tuple[Path, Figures], tmp_path: Path
) -> None:
    figures = train(trained[0], PAIRS, tmp_path / "further", dataclasses.replace(PLAN, epochs=1))
    assert figures.version != trained[1].version
    assert len(figures.version) == len(trained[1].version)


def test_with_a_share_of_nothing_the_vectors_stay_as_they_are(base: Path, tmp_path: Path) -> None:
    figures = train(base, PAIRS, tmp_path / "same", dataclasses.replace(PLAN, epochs=1, share=0.0))
    assert figures.gain == 0
    assert not figures.better
    same, before = (load_encoder(str(folder)).encode_queries(TOPICS) for folder in (tmp_path / "same", base))
    assert same == pytest.approx(before, abs=1e-6)


def test_held_back_problems_are_not_learnt_from(base: Path, tmp_path: Path) -> None:
    """Turning their grades around changes the figures, and not a weight."""
    first = train(base, PAIRS, tmp_path / "first", dataclasses.replace(PLAN, epochs=1))
    lessons = Lessons.of(PAIRS, "", "")
    _, held_back = split(lessons, PLAN)
    turned = [
        dataclasses.replace(pair, grade=3 - pair.grade) if problem in held_back else pair
        for pair, problem in zip(PAIRS, lessons.problem, strict=True)
    ]
    second = train(base, turned, tmp_path / "second", dataclasses.replace(PLAN, epochs=1))
    assert second.version == first.version
    assert second.after["agreement"] == pytest.approx(1 - first.after["agreement"])


def test_who_trains_again_with_more_problems_holds_the_same_ones_back() -> None:
    def many(count: int) -> list[GradedPair]:
        return [
            GradedPair(text(f"难题{number}"), text(offer), grade)
            for number in range(count)
            for offer, grade in (("a", 3.0), ("b", 0.0))
        ]

    few, more = learnt_from(many(100)), learnt_from(many(130))
    assert len(few) == 80
    unseen = {text(f"难题{number}") for number in range(100)} - few
    held_back = {text(f"难题{number}") for number in range(130)} - more
    assert len(held_back & few) <= 4  # whose digests are near the border
    assert len(held_back & unseen) >= 16


def test_a_problem_without_an_order_is_not_among_those_learnt_from() -> None:
    alike = [GradedPair(text("涂料"), text(offer), 1.0) for offer in OFFERS]
    assert text("涂料") not in learnt_from(PAIRS + alike)
    assert len(learnt_from(PAIRS + alike)) == len(TOPICS) - 1


@pytest.mark.parametrize(
    ("gain", "error", "clearly"),
    [(0.02, 0.01, True), (0.01, 0.01, False), (0.01, None, False), (0.0, 0.0, False), (0.01, 0.0, True)],
)
def test_clearly_better_is_more_than_a_standard_error(
    trained: tuple[Path, Figures], gain: float, error: float | None, clearly: bool
) -> None:
    figures = dataclasses.replace(trained[1], gain=gain, gain_error=error)
    assert figures.clearly_better is clearly


class Interrupted(Exception):
    pass


@pytest.mark.parametrize("after", [1, 30])
def test_an_interrupted_training_leaves_no_folder(base: Path, tmp_path: Path, after: int) -> None:
    def stop(done: int, total: int) -> None:
        assert done <= total
        if done >= after:
            raise Interrupted

    with pytest.raises(Interrupted):
        train(base, PAIRS, tmp_path / "out", PLAN, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_writing_leaves_the_earlier_folder(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnx

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "earlier").touch()
    monkeypatch.setattr(onnx, "save", full)
    with pytest.raises(OSError, match="no space"):
        train(base, PAIRS, tmp_path / "out", dataclasses.replace(PLAN, epochs=1))
    assert [str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*")] == ["out", "out/earlier"]


def test_progress_ends_at_the_total(base: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    train(base, PAIRS, tmp_path / "out", dataclasses.replace(PLAN, epochs=1), lambda *each: told.append(each))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_of_two_opinions_the_heavier_one_is_followed(base: Path, tmp_path: Path) -> None:
    turned = [dataclasses.replace(pair, grade=3 - pair.grade) for pair in PAIRS]
    for name, heavy, light in (("fits", PAIRS, turned), ("turned", turned, PAIRS)):
        pairs = heavy + [dataclasses.replace(pair, weight=0.01) for pair in light]
        train(base, pairs, tmp_path / name, PLAN)
    assert margin(tmp_path / "fits") > margin(tmp_path / "turned") + 0.01


def test_where_nothing_can_be_written_nothing_is_trained(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    def never(done: int, total: int) -> None:
        raise AssertionError("was trained")

    with pytest.raises(OSError, match="file"):
        train(base, PAIRS, tmp_path / "file" / "out", PLAN, never)


@pytest.mark.parametrize("problems", [0, 1, 4])
def test_too_few_problems_are_refused(base: Path, tmp_path: Path, problems: int) -> None:
    few = [pair for pair in PAIRS if pair.problem.title in TOPICS[:problems]]
    alike = [GradedPair(text("涂料"), text(offer), 1.0) for offer in OFFERS]
    nothing = [dataclasses.replace(pair, weight=0.0) for pair in PAIRS]
    with pytest.raises(TooFewPairs) as raised:
        train(base, few + alike + nothing, tmp_path / "out", PLAN)
    assert raised.value.problems == problems
    assert not (tmp_path / "out").exists()


@pytest.fixture
def spoilt(base: Path, tmp_path: Path) -> Path:
    """The base without its ONNX file, to take a file away from."""
    shutil.copytree(base, tmp_path / "spoilt", ignore=lambda *_: {"onnx"})
    return tmp_path / "spoilt"


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("tokenizer.json", None, "no sentence-transformers folder"),
        ("modules.json", None, "no sentence-transformers folder"),
        ("model.safetensors", "", "cannot be loaded"),
        ("1_Pooling/config.json", '{"embedding_dimension": 32, "pooling_mode": "cls"}', "mean of its tokens"),
    ],
)
def test_a_folder_that_cannot_be_trained_says_why(
    spoilt: Path, file: str, content: str | None, reason: str
) -> None:
    (spoilt / file).unlink()
    if content is not None:
        (spoilt / file).write_text(content)
    with pytest.raises(NotTrainable, match=reason):
        train(spoilt, PAIRS, spoilt / "out", PLAN)


def test_more_layers_than_there_are_are_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(NotTrainable, match=f"{LAYERS} layers"):
        train(base, PAIRS, tmp_path / "out", dataclasses.replace(PLAN, layers=LAYERS + 1))


def test_agreement_is_the_share_of_pairs_in_their_order() -> None:
    pairs = [GradedPair(text("p"), text(f"c{grade}"), grade) for grade in (0.0, 1.0, 2.0)]
    lessons = Lessons.of(pairs, "", "")
    assert lessons.agreement(np.array([0.1, 0.2, 0.3]), [0]).tolist() == [1.0]
    assert lessons.agreement(np.array([0.3, 0.2, 0.1]), [0]).tolist() == [0.0]
    assert lessons.agreement(np.array([0.2, 0.2, 0.1]), [0]).tolist() == pytest.approx([0.5 / 3])
    assert lessons.agreement(np.array([0.1, 0.1, 0.1]), [0]).tolist() == [0.5]


def test_texts_that_are_alike_are_numbered_once() -> None:
    lessons = Lessons.of(PAIRS, "q: ", "p: ")
    assert len(lessons.texts) == 2 * len(TOPICS) + len(OFFERS)  # an offer's full text is its title
    assert lessons.places.shape == (len(PAIRS), 4)
    assert [lessons.texts[place] for place in lessons.places[0]] == [
        "q: 气孔检测",
        "q: 气孔检测\n加工废水。",
        "p: 视觉压铸a",
        "p: 视觉压铸a",
    ]
    assert math.isclose(lessons.weight.sum(), len(PAIRS))
