"""Two processes write, hide, remove, take back and die in any order: every answer of both is what the rows say."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import copied
from tests.engine.brute_force import KINDS
from tests.engine.samples import SUBJECTS
from tests.engine.serving_process import IDS, all_questions, serve

EXAMPLES = 8
STEPS = 30
context = multiprocessing.get_context("forkserver")

kinds = st.sampled_from(KINDS)
ids = st.sampled_from(IDS)
subjects = st.integers(0, len(SUBJECTS) - 1)
depths = st.one_of(st.none(), st.integers(1, 3))
withins = st.one_of(st.none(), st.sets(ids))


class Served:
    """One of the two processes, started again where it died."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, name: str, *arguments: Any) -> Any:
        self._pipe.send((name, arguments))
        return self._pipe.recv()

    def die(self, url: str) -> None:
        """In the middle of whatever it does; another takes its place."""
        self._process.kill()
        self._process.join()
        self.open(url)

    def open(self, url: str) -> None:
        """Serve a database; another process does if this one is dead."""
        if not self._process.is_alive():
            self.stop()
            self._start()
        self.do("open", url)

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[Served, Served]]:
    context.set_forkserver_preload(["tests.engine.serving_process"])
    both = (Served(), Served())
    yield both
    for each in both:
        each.stop()


class Machine(RuleBasedStateMachine):
    """At most one of the two has changes that are not committed: `writing`."""

    def __init__(self, template: Any, processes: tuple[Served, Served]) -> None:
        super().__init__()
        self._processes = processes
        self._stack = ExitStack()
        folder = self._stack.enter_context(TemporaryDirectory())
        self._url = self._stack.enter_context(copied(template, Path(folder)))
        self._writing: int | None = None
        for each in processes:
            each.open(self._url)

    @initialize(process=st.integers(0, 1))
    def fill(self, process: int) -> None:
        for kind in KINDS:
            for id in IDS[:3]:
                self._processes[process].do("index", kind, id, id, id, True)
        self._processes[process].do("commit")

    def _write(self, process: int, name: str, *arguments: Any) -> None:
        """By the one that has begun to write, if one has."""
        self._writing = process if self._writing is None else self._writing
        self._processes[self._writing].do(name, *arguments)

    @rule(
        process=st.integers(0, 1), kind=kinds, id=ids, title=subjects, text=subjects, searchable=st.booleans()
    )
    def index(self, process: int, kind: str, id: int, title: int, text: int, searchable: bool) -> None:
        self._write(process, "index", kind, id, title, text, searchable)

    @rule(process=st.integers(0, 1), kind=kinds, id=ids, searchable=st.booleans())
    def show(self, process: int, kind: str, id: int, searchable: bool) -> None:
        self._write(process, "show", kind, id, searchable)

    @rule(process=st.integers(0, 1), kind=kinds, id=ids)
    def remove(self, process: int, kind: str, id: int) -> None:
        self._write(process, "remove", kind, id)

    @rule(process=st.integers(0, 1), kind=kinds, id=ids, title=subjects)
    def embed_anew(self, process: int, kind: str, id: int, title: int) -> None:
        self._write(process, "remove", kind, id)
        self._write(process, "index", kind, id, title, title, True)

    @precondition(lambda self: self._writing is not None)
    @rule(how=st.sampled_from(("commit", "commit", "rollback")))
    def end(self, how: str) -> None:
        self._write(0, how)
        self._writing = None

    @precondition(lambda self: self._writing is not None)
    @rule(what=st.sampled_from(("begin", "back")))
    def savepoint(self, what: str) -> None:
        self._write(0, what)

    @precondition(lambda self: self._writing is not None)
    @rule(kind=kinds, id=ids, title=subjects, how=st.sampled_from(("index", "hide", "remove")))
    def try_and_take_back(self, kind: str, id: int, title: int, how: str) -> None:
        assert self._writing is not None
        self._write(0, "begin")
        if how == "index":
            self._write(0, "index", kind, id, title, title, True)
        elif how == "hide":
            self._write(0, "show", kind, id, False)
        else:
            self._write(0, "remove", kind, id)
        self._compare(self._writing, None, None, True)
        self._write(0, "back")

    @rule(process=st.integers(0, 1))
    def die(self, process: int) -> None:
        self._processes[process].die(self._url)
        if self._writing == process:
            self._writing = None

    @rule(process=st.integers(0, 1))
    def forget(self, process: int) -> None:
        self._processes[process].do("forget")

    @rule(process=st.integers(0, 1), depth=depths, within=withins)
    def read(self, process: int, depth: int | None, within: set[int] | None) -> None:
        self._compare(process, depth, within, False)

    @precondition(lambda self: self._writing is not None)
    @rule(depth=depths, within=withins)
    def read_what_is_not_committed(self, depth: int | None, within: set[int] | None) -> None:
        assert self._writing is not None
        self._compare(self._writing, depth, within, True)

    def _compare(self, process: int, depth: int | None, within: set[int] | None, writing: bool) -> None:
        questions = all_questions(depth, within)
        answers = self._processes[process].do("answer", questions, writing)
        for question, (answer, expected) in zip(questions, answers, strict=True):
            if expected is None:
                assert answer is None, question
                continue
            assert answer is not None, question
            best = sorted(expected.values(), reverse=True)[:depth]
            assert [score for _, score in answer] == pytest.approx(best, abs=1e-5), question
            assert dict(answer) == pytest.approx({id: expected.get(id) for id, _ in answer}, abs=1e-5), (
                question
            )
            assert len(dict(answer)) == len(answer), question

    def teardown(self) -> None:
        if self._writing is not None:
            self.end("commit")
        for process in range(2):
            self._compare(process, None, None, False)
            self._processes[process].do("rollback")
        self._stack.close()


@pytest.fixture
def machine(_template: Any, processes: tuple[Served, Served]) -> Callable[[], Machine]:
    return lambda: Machine(_template, processes)


def test_every_answer_of_two_processes_is_what_the_rows_say(machine: Callable[[], Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            phases=[
                Phase.generate
            ],  # the steps of a failure are printed and come again; shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
