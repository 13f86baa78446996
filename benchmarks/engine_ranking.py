"""ndcg@10 of the engine on graded pairs.

python -m benchmarks.engine_ranking BENCH_FOLDER [MODEL]   (problems.jsonl, capabilities.jsonl, qrels.txt)
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from matchmaker.engine.evaluation import ndcg_by_problem, read_grades, read_run
from matchmaker.engine.runs import rank_files
from matchmaker.settings import Settings


def main(folder: Path, model: str) -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "run.txt"
        lines = rank_files(folder / "problems.jsonl", folder / "capabilities.jsonl", out, None, model)
        seconds = time.perf_counter() - began
        found = list(ndcg_by_problem(read_run(out), read_grades(folder / "qrels.txt")).values())
    error = statistics.stdev(found) / len(found) ** 0.5
    print(f"ndcg@10 {statistics.mean(found):.4f} (standard error {error:.3f}) over {len(found)} problems")
    print(f"{lines} lines in {seconds:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else Settings.from_environment().encoder)
