"""How much the encoder gains from grades, on problems that it has not seen: cross-validated by problem.

python -m benchmarks.adapt_encoder BENCH_FOLDER SCRATCH_FOLDER [FOLDS]   (problems.jsonl, capabilities.jsonl, qrels.txt)

In each fold the model learns from the other folds' grades, and the whole engine ranks with it. Folds that are in the
scratch folder already are not trained again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from matchmaker.engine.comparison import difference, estimate
from matchmaker.engine.evaluation import Run, measure, read_grades, read_run
from matchmaker.engine.graded import read_graded_pairs
from matchmaker.engine.runs import rank_files
from matchmaker.engine.training import train
from matchmaker.settings import Settings


def main(bench: Path, scratch: Path, folds: int) -> None:
    capabilities, qrels = bench / "capabilities.jsonl", bench / "qrels.txt"
    problems = [line for line in (bench / "problems.jsonl").read_text("utf-8").splitlines() if line.strip()]
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command does
    base = Settings.from_environment().encoder
    before: Run = {}
    after: Run = {}
    scratch.mkdir(parents=True, exist_ok=True)
    for fold in range(folds):
        held, rest = scratch / f"held-{fold}.jsonl", scratch / f"rest-{fold}.jsonl"
        held.write_text("\n".join(problems[fold::folds]) + "\n", "utf-8")
        mine = {json.loads(line)["id"] for line in problems[fold::folds]}
        rest.write_text(
            "\n".join(each for each in problems if json.loads(each)["id"] not in mine) + "\n", "utf-8"
        )
        lines = [line for line in qrels.read_text("utf-8").splitlines() if line.split()[0] not in mine]
        (scratch / f"rest-{fold}.qrels").write_text("\n".join(lines) + "\n", "utf-8")
        model = scratch / f"model-{fold}"
        if not model.exists():
            began = time.perf_counter()
            pairs = read_graded_pairs(rest, capabilities, scratch / f"rest-{fold}.qrels")
            figures = train(Path(base), pairs, model)
            print(f"fold {fold}: {time.perf_counter() - began:.0f} s, {figures}", flush=True)
        for name, encoder, run in (("before", base, before), ("after", str(model), after)):
            out = scratch / f"{name}-{fold}.run"
            if not out.exists():
                rank_files(held, capabilities, out, None, encoder)
            run.update(read_run(out))
    grades = read_grades(qrels)
    ours, theirs = measure(after, grades), measure(before, grades)
    for name in ours:
        found, old, change = (
            estimate(ours[name]),
            estimate(theirs[name]),
            difference(ours[name], theirs[name]),
        )
        print(
            f"{name.value:18} {old.value:.4f} -> {found.value:.4f}"
            f"  {change.value:+.4f} ({change.low:+.3f} to {change.high:+.3f}), {found.problems} problems"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 5)
