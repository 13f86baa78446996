"""How long `flask import-texts` takes, and how much of it is the model's own work.

python -m benchmarks.import_texts BENCH_FOLDER   (problems.jsonl, capabilities.jsonl)
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.installation import installation


def main(folder: Path) -> None:
    with installation() as fresh:
        for option in ("capabilities", "problems"):
            began = time.perf_counter()
            print(f"{option}: {fresh.flask('import-texts', f'--{option}', str(folder / f'{option}.jsonl'))}")
            print(f"  {time.perf_counter() - began:.1f} s with the start of the command")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
