"""The sample files, read and checked: every reference leads somewhere before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Entry = dict[str, Any]
PAIRING_STEPS = frozenset({"shortlist", "introduce", "negotiate", "dismiss", "reopen"})
CONSENT_STEPS = frozenset(
    {"interest", "withdraw_interest", "decline_interest", "propose", "record", "undertake"}
)
THREAD_STEPS = frozenset({"message", "talk", "take_on", "hand_over", "plan", "move", "finish", "drop"})
STEPS_OF_PAIRINGS = PAIRING_STEPS | CONSENT_STEPS | THREAD_STEPS
RECORD_STEPS = frozenset({"sign", "register", "start", "milestone", "waive", "note", "accept", "terminate"})
PROJECT_STEPS = frozenset(
    {"reserve", "recommend", "approve", "accept", "step_back", "cancel", "reopen", "note"}
)


class BadSeed(ValueError):
    """A sample file is not what it should be; the message names file and entry."""


@dataclass(frozen=True)
class Seed:
    """The entries of a folder, by their keys where they have one."""

    organisations: dict[str, Entry]
    users: dict[str, Entry]
    problems: dict[str, Entry]
    capabilities: dict[str, Entry]
    pairings: list[Entry] = field(default_factory=list)
    records: list[Entry] = field(default_factory=list)
    calls: list[Entry] = field(default_factory=list)
    carriers: list[Entry] = field(default_factory=list)
    services: list[Entry] = field(default_factory=list)
    projects: list[Entry] = field(default_factory=list)


def read(folder: Path) -> Seed:
    """organisations.yaml, users.yaml, problems/, capabilities/ and, where they are, those of the others.

    Raises BadSeed, OSError.
    """
    seed = Seed(
        organisations=_by_key([folder / "organisations.yaml"]),
        users=_by_key([folder / "users.yaml"]),
        problems=_by_key(sorted((folder / "problems").glob("*.yaml"))),
        capabilities=_by_key(sorted((folder / "capabilities").glob("*.yaml"))),
        pairings=_entries(folder / "pairings.yaml", optional=True),
        records=_entries(folder / "records.yaml", optional=True),
        calls=_entries(folder / "calls.yaml", optional=True),
        carriers=_entries(folder / "carriers.yaml", optional=True),
        services=_entries(folder / "services.yaml", optional=True),
        projects=_entries(folder / "projects.yaml", optional=True),
    )
    for fault in _faults(seed):
        raise BadSeed(f"{folder}: {fault}")
    return seed


def _by_key(paths: Iterable[Path]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for path in paths:
        for entry in _entries(path):
            key = entry.get("key")
            if not isinstance(key, str) or key in found:
                raise BadSeed(
                    f"{path}: {entry.get('title') or entry.get('name')}: no key, or one twice: {key}"
                )
            found[key] = entry
    return found


def _entries(path: Path, optional: bool = False) -> list[Entry]:
    if optional and not path.exists():
        return []
    try:
        entries = yaml.safe_load(path.read_text("utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadSeed(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadSeed(f"{path}: not a list of entries")
    return entries


def _faults(seed: Seed) -> Iterable[str]:
    """What refers to something that is not there."""
    for key, entry in (*seed.users.items(), *seed.problems.items(), *seed.capabilities.items()):
        if entry.get("organisation") not in seed.organisations:
            yield f"{key}: unknown organisation {entry.get('organisation')}"
    known = {(entry["problem"], entry["capability"]) for entry in seed.pairings}
    for entry in seed.pairings:
        if entry["problem"] not in seed.problems or entry["capability"] not in seed.capabilities:
            yield f"pairing {entry['problem']} {entry['capability']}: unknown problem or capability"
        yield from _step_faults(seed, f"pairing {entry['problem']}", entry["steps"], STEPS_OF_PAIRINGS)
    for entry in seed.records:
        if "problem" in entry and (entry["problem"], entry.get("capability")) not in known:
            yield f"record {entry['title']}: not a pairing of pairings.yaml"
        yield from _step_faults(seed, f"record {entry['title']}", entry["steps"], RECORD_STEPS)
    for entry in seed.calls:
        if entry["problem"] not in seed.problems:
            yield f"call {entry['title']}: unknown problem"
        for each in entry["proposals"]:
            if each["by"] not in seed.users:
                yield f"call {entry['title']}: unknown person {each['by']}"

    yield from _faults_of_services(seed)
    yield from _faults_of_projects(seed)


def _faults_of_services(seed: Seed) -> Iterable[str]:
    for entry in seed.carriers:
        named = {
            *entry.get("members", {}),
            *(entry[each] for each in ("lead", "operator", "organisation") if each in entry),
        }
        for key in sorted(named - seed.organisations.keys()):
            yield f"carriers.yaml: unknown organisation {key}"
    for entry in seed.services:
        asked = entry.get("requests", [])
        people = {entry["by"], *(each["by"] for each in asked)}
        for key in sorted(people - seed.users.keys()):
            yield f"service {entry['service']}: unknown person {key}"
        for each in asked:
            if each["about"] not in seed.problems and each["about"] not in seed.capabilities:
                yield f"service {entry['service']}: unknown problem or capability {each['about']}"


def _faults_of_projects(seed: Seed) -> Iterable[str]:
    for entry in seed.projects:
        where = f"project {entry.get('title', entry.get('from_need'))}"
        problems = {*entry.get("sources", []), *([entry["from_need"]] if "from_need" in entry else [])}
        organisations = {*entry.get("partners", []), *([entry["lead"]] if "lead" in entry else [])}
        for key in sorted((problems - seed.problems.keys()) | (organisations - seed.organisations.keys())):
            yield f"{where}: unknown problem or organisation {key}"
        yield from _step_faults(seed, where, entry["steps"], PROJECT_STEPS)


def _step_faults(seed: Seed, where: str, steps: list[Entry], known: frozenset[str]) -> Iterable[str]:
    for step in steps:
        if step.get("action") not in known or step.get("by") not in seed.users:
            yield f"{where}: unknown step or person: {step.get('action')} {step.get('by')}"
        if not isinstance(step.get("days"), int) or step["days"] < 1:
            yield f"{where}: days: {step.get('days')}"
