"""Time and memory to gather made-up problems that ask for the same thing, see synthetic.py.

python -m benchmarks.common_needs [SIZE]     (5,000)

Once as texts usually are, many small neighbourhoods, and once at the worst: all of them one neighbourhood. Seconds are
those of the processor, memory is what the process took at its peak beyond what it had before. Each in its own process.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.synthetic import Floats, World, Written, fill
from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.engine.centre import take_away
from matchmaker.engine.gathering import gather

SIZE = 5000
VERSION = "bench"
SAMPLE = 500


class Apart(World):
    """The same texts, without what all of their vectors have in common, as the engine stores them."""

    def __init__(self) -> None:
        super().__init__()
        sample = [each.title for each in super().documents(SAMPLE, 3)]
        self._common: Floats = np.mean(sample, axis=0).astype(np.float32)

    def documents(self, count: int, seed: int) -> Iterator[Written]:
        for each in super().documents(count, seed):
            title, text = take_away(self._common, np.stack([each.title, each.text]))
            yield replace(each, title=title, text=text)


def main(size: int) -> None:
    for name in ("usual", "worst"):
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(name, size))
        process.start()
        process.join()


def measure(name: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        fill(database, Apart() if name == "usual" else World(), 0, size, VERSION)
        engine = MatchingEngine(VERSION)
        with database.session(write=False) as session:
            gather(engine, session, "problem", range(1, 50))  # imports, and the words of all
            memory, began, clock = _peak(), time.process_time(), time.perf_counter()
            groups = gather(engine, session, "problem", range(1, size + 1))
            seconds, passed = time.process_time() - began, time.perf_counter() - clock
        together = sum(len(each.members) for each in groups)
        print(
            f"{name}: {size} problems, {len(groups)} groups of {together}: {seconds:.1f} s of processor,"
            f" {passed:.1f} s passed, {_peak() - memory} MB more",
            flush=True,
        )
        database.engine.dispose()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
