"""How well the engine ranks graded pairs, with 95 % intervals by problem.

python -m benchmarks.engine_ranking BENCH_FOLDER [MODEL]   (problems.jsonl, capabilities.jsonl, qrels.txt)
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from matchmaker.engine.comparison import estimate
from matchmaker.engine.evaluation import measure, read_grades, read_predicted, read_run
from matchmaker.engine.runs import rank_files
from matchmaker.settings import Settings


def main(folder: Path, model: str) -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        run, grades = Path(temporary) / "run.txt", Path(temporary) / "grades.tsv"
        lines = rank_files(
            folder / "problems.jsonl", folder / "capabilities.jsonl", run, None, model, grades=grades
        )
        seconds = time.perf_counter() - began
        measured = measure(read_run(run), read_grades(folder / "qrels.txt"), read_predicted(grades))
    for name, each in measured.items():
        found = estimate(each)
        print(
            f"{name.value:18} {found.value:.4f} ({found.low:.3f} to {found.high:.3f}), {found.problems} problems"
        )
    print(f"{lines} lines in {seconds:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else Settings.from_environment().encoder)
