"""Seconds until the first page, and memory, of the server on an installation that is there already.

python -m benchmarks.start_up      (uses the installation of the settings, as `make run` does, on another port)
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8971
ADDRESS = f"http://127.0.0.1:{PORT}/"
PATIENCE = 900.0
"""Seconds: the first start may have to load the sample data."""


def main() -> None:
    with _served():
        pass  # the first start sets everything up
    began = time.perf_counter()
    with _served() as server:
        print(f"first page {time.perf_counter() - began:.1f} s after `make run`")
        time.sleep(10)  # the model is loaded in the background meanwhile
        for name, megabytes in _memory(server.pid):
            print(f"{name}: {megabytes} MB resident")
        began = time.perf_counter()
        _first_page(ADDRESS + "problems?q=%E7%94%B5%E6%B1%A0")
        print(f"a search once warm: {(time.perf_counter() - began) * 1000:.0f} ms")


@contextmanager
def _served() -> Iterator[subprocess.Popen[bytes]]:
    """`make run` in a process group of its own, from its first page on."""
    server = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=dict(os.environ, MATCHMAKER_PORT=str(PORT)),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _first_page(ADDRESS)
        yield server
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


def _first_page(address: str) -> None:
    until = time.perf_counter() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
                return
        except OSError:
            if time.perf_counter() > until:
                raise
            time.sleep(0.1)


def _memory(group: int) -> list[tuple[str, int]]:
    """Master and workers of the server in this process group, in the order in which they were started."""
    found = []
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda each: int(each.name)):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text()
            status = (folder / "status").read_text()
        except OSError:
            continue
        if int(fields[2]) == group and "gunicorn" in command and "python" in command.partition("\0")[0]:
            resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
            name = "master" if not found else f"worker {len(found)}"
            found.append((name, int(resident.split()[1]) // 1024))
    return found


if __name__ == "__main__":
    main()
