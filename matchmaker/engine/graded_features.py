"""The features of graded pairs out of files, as the engine computes them, on a database of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matchmaker.database import Database
from matchmaker.engine.engine import MatchingEngine
from matchmaker.engine.evaluation import Grades, read_grades
from matchmaker.engine.graded import UnknownName
from matchmaker.engine.learning import HIGHEST, Example
from matchmaker.engine.runs import fill, read_documents


@dataclass(frozen=True)
class GradedFeatures:
    """Examples in the order of the grades, and the version of the encoder that made their vectors."""

    examples: list[Example]
    encoder: str


def read_examples(
    problems: Path,
    capabilities: Path,
    qrels: Path,
    encoder_setting: str,
    progress: Callable[[int, int], None] | None = None,
) -> GradedFeatures:
    """From two JSONL files (id, title, text) and TREC qrels. `progress` is told problems done and problems in all.

    A grade above 3 counts as 3. Raises BadLine, UnknownName, ModelMissing, OSError.
    """
    wanted = list(read_documents(problems, "problem"))
    offered = list(read_documents(capabilities, "capability"))
    grades = read_grades(qrels)
    problem_ids = {name: document.id for name, document in wanted}
    capability_ids = {name: document.id for name, document in offered}
    _refuse_unknown(grades, (problems, problem_ids), (capabilities, capability_ids))
    engine = MatchingEngine(encoder_setting)
    examples = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/features.sqlite3")
        try:
            fill(database, engine, [document for _, document in wanted + offered])
            with database.session(write=False) as session:
                for done, (problem, given) in enumerate(grades.items(), 1):
                    judged = [capability_ids[name] for name in given]
                    ranked = engine.rank(session, ("problem", problem_ids[problem]), None, within=judged)
                    parts = {each.id: each.parts for each in ranked}
                    for name, grade in given.items():
                        grade = min(grade, HIGHEST)
                        examples.append(Example(problem, parts[capability_ids[name]], grade, grade))
                    if progress:
                        progress(done, len(grades))
                encoder = engine.in_service.version(session).name
        finally:
            database.engine.dispose()
    return GradedFeatures(examples, encoder)


def _refuse_unknown(
    grades: Grades, problems: tuple[Path, dict[str, int]], capabilities: tuple[Path, dict[str, int]]
) -> None:
    for problem, given in grades.items():
        if problem not in problems[1]:
            raise UnknownName(problems[0], problem)
        for name in given:
            if name not in capabilities[1]:
                raise UnknownName(capabilities[0], name)
