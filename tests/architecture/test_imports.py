"""Who may import whom, as CONTRIBUTING.md says it: contracts in .importlinter, and rooms between packages here."""

from __future__ import annotations

import grimp
import pytest
from importlinter.cli import lint_imports

from matchmaker.settings import ROOT

USE_CASES = {
    "addresses",
    "cells",
    "checking",
    "charts",
    "choices",
    "choosing",
    "content",
    "digests",
    "directory",
    "documents",
    "drafts",
    "errors",
    "expiring",
    "export_jobs",
    "guessing",
    "import_fields",
    "importing",
    "invitations",
    "letters",
    "milestones",
    "naming",
    "near_names",
    "outbox",
    "passwords",
    "posting",
    "queue",
    "reading",
    "register",
    "reindexing",
    "reminders",
    "resets",
    "running",
    "service",
    "steps",
    "storage",
    "storing",
    "strong",
    "terms",
    "topics",
    "values",
    "verifying",
}
"""Modules of a package that any other may import: its use cases, what they take and what they raise."""
FOR_PAGES = {"detail_wording", "fields", "forms", "pages", "sessions", "wording", "writing"}
"""Modules of a package that the pages of another may import as well."""
PAGES = {"blueprint", "forms", "pages", "reading", "search", "views", "wording", "writing"}
"""Modules that make pages, beside those whose names end in _views, _forms, _wording
or _sheets."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("matchmaker", "models")


def test_contracts_are_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_packages_meet_in_their_use_cases_only(graph: grimp.ImportGraph) -> None:
    packages = {name for name in graph.find_children("matchmaker") if graph.find_children(name)}
    packages.discard("matchmaker.engine")
    strangers = [
        f"{importer} -> {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if _package(importer) != _package(imported)
        and {_package(importer), _package(imported)} <= packages
        and _room(imported) not in USE_CASES
        and not (_makes_pages(importer) and _room(imported) in FOR_PAGES)
    ]
    assert strangers == []


def test_only_the_frame_and_pages_ask_flask_for_the_request(graph: grimp.ImportGraph) -> None:
    frame = {"matchmaker", "matchmaker.faults", "matchmaker.unreadable"}
    importers = graph.find_modules_that_directly_import("matchmaker.site")
    assert [each for each in importers - frame if not _makes_pages(each)] == []


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _makes_pages(module: str) -> bool:
    return _room(module) in PAGES or module.endswith(("_views", "_forms", "_wording", "_sheets"))


def _room(module: str) -> str:
    return module.rpartition(".")[2]
