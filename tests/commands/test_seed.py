"""`flask seed`: a folder of sample files becomes a year of work, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from stdnum.cn import uscc

from matchmaker.accounts.passwords import verify
from matchmaker.audit import service as audit
from matchmaker.database import Database
from matchmaker.seeding import files
from matchmaker.seeding.files import Seed
from matchmaker.seeding.service import FOLDER, PASSWORD
from matchmaker.work import Work
from models import (
    AuditEvent,
    CooperationRecord,
    MilestoneStatus,
    Organisation,
    OrganisationKind,
    Pairing,
    PairingEvent,
    PairingStatus,
    Problem,
    ProblemStatus,
    RecordStatus,
    User,
    now,
)
from tests import factories
from tests.commands.conftest import Run

PROBLEMS = ("p1-001", "p5-004")
CAPABILITIES = ("c1-001", "c5-004")
Writer = Callable[..., Path]


@pytest.fixture(scope="session")
def samples() -> Seed:
    return files.read(FOLDER)


@pytest.fixture
def folder(samples: Seed, tmp_path: Path) -> Path:
    """Two of the sample problems with all that belongs to them: one in cooperation, one solved."""
    chosen = {"auto1", "tex3", "hfut", "dhu", "bureau"}
    parts: dict[str, list[dict[str, Any]]] = {
        "organisations": [each for key, each in samples.organisations.items() if key in chosen],
        "users": [each for each in samples.users.values() if each["organisation"] in chosen],
        "problems/some": [samples.problems[key] for key in PROBLEMS],
        "capabilities/some": [samples.capabilities[key] for key in CAPABILITIES],
        "pairings": [each for each in samples.pairings if _is_chosen(each)],
        "records": [each for each in samples.records if _is_chosen(each)],
    }
    made = tmp_path / "samples"
    for name, entries in parts.items():
        _write(made / f"{name}.yaml", entries)
    return made


def _is_chosen(entry: dict[str, Any]) -> bool:
    return (entry.get("problem"), entry.get("capability")) in set(zip(PROBLEMS, CAPABILITIES, strict=True))


def _write(path: Path, entries: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), "utf-8")


def test_samples_are_loaded_with_their_histories(run: Run, folder: Path, database: Database) -> None:
    result = run("seed", "--folder", folder)
    assert result.exit_code == 0, result.output
    assert "难题 2 条" in result.output
    with database.session(write=False) as session:
        problems = {each.title: each for each in session.scalars(select(Problem))}
        assert {each.status for each in problems.values()} == {
            ProblemStatus.IN_COOPERATION,
            ProblemStatus.SOLVED,
        }
        running, accepted = session.scalars(
            select(CooperationRecord).order_by(CooperationRecord.status.desc())
        )
        assert (running.status, accepted.status) == (RecordStatus.IN_PROGRESS, RecordStatus.ACCEPTED)
        assert [each.status for each in accepted.milestones] == [MilestoneStatus.DONE] * 3
        assert any(each.is_late(now().date()) for each in running.milestones)
        pairing = running.pairing
        assert pairing is not None
        assert pairing.status is PairingStatus.CONFIRMED
        actions = [each.action for each in pairing.events]
        assert actions == [
            "shortlist",
            "interest",
            "interest",
            "introduce",
            "take_on",
            "negotiate",
            "confirm",
        ]


def test_steps_are_dated_when_they_were_taken(run: Run, folder: Path, database: Database) -> None:
    run("seed", "--folder", folder)
    with database.session(write=False) as session:
        times = list(session.scalars(select(AuditEvent.at).order_by(AuditEvent.id)))
        assert times == sorted(times)
        assert times[-1] < now()
        steps = list(session.scalars(select(PairingEvent.created_at)))
        assert max(steps) < now() - timedelta(days=30)
        problem = session.scalars(select(Problem).where(Problem.status == ProblemStatus.SOLVED)).one()
        assert problem.created_at < problem.published_at < now() - timedelta(days=300)


def test_the_chain_of_audit_events_holds(run: Run, folder: Path, work: Work) -> None:
    run("seed", "--folder", folder)
    assert audit.first_broken_link(work) is None
    assert run("verify-audit").exit_code == 0


def test_everyone_signs_in_with_the_documented_password(run: Run, folder: Path, database: Database) -> None:
    run("seed", "--folder", folder)
    with database.session(write=False) as session:
        person = session.scalars(select(User).where(User.email == "company@example.com")).one()
        assert verify(person.password_hash, PASSWORD)
        assert set(session.scalars(select(Organisation.is_sample))) == {True}


def test_loading_again_changes_nothing(run: Run, folder: Path, database: Database) -> None:
    run("seed", "--folder", folder)
    again = run("seed", "--folder", folder)
    assert again.exit_code == 0
    assert "已经装过" in again.output
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Problem.id))) == 2


def test_real_data_are_never_mixed_with_samples(
    run: Run, folder: Path, work: Work, database: Database
) -> None:
    factories.organisation(work.session, OrganisationKind.BUREAU)
    work.session.commit()
    assert run("seed", "--folder", folder).exit_code == 1
    assert run("seed", "--folder", folder, "--if-empty").exit_code == 0
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Organisation.id))) == 1


def test_a_reference_that_leads_nowhere_is_named_and_nothing_loaded(
    run: Run, folder: Path, database: Database
) -> None:
    path = folder / "problems" / "some.yaml"
    path.write_text(path.read_text("utf-8").replace("organisation: auto1", "organisation: auto99"), "utf-8")
    result = run("seed", "--folder", folder)
    assert result.exit_code == 1
    assert "auto99" in result.output
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Organisation.id))) == 0


def test_a_failure_halfway_leaves_nothing(run: Run, folder: Path, database: Database) -> None:
    path = folder / "pairings.yaml"
    path.write_text(path.read_text("utf-8").replace("action: introduce", "action: shortlist"), "utf-8")
    result = run("seed", "--folder", folder)
    assert result.exit_code == 1
    assert "shortlist is not possible" in result.output
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Organisation.id))) == 0
        assert session.scalar(select(func.count(AuditEvent.id))) == 0


def test_broken_yaml_is_named(run: Run, folder: Path) -> None:
    (folder / "users.yaml").write_text("- key: [", "utf-8")
    result = run("seed", "--folder", folder)
    assert result.exit_code == 1
    assert "users.yaml" in result.output


def test_the_samples_are_as_many_as_promised(samples: Seed) -> None:
    kinds = [each["kind"] for each in samples.organisations.values()]
    assert len(kinds) >= 45
    assert kinds.count("university") + kinds.count("institute") >= 15
    assert kinds.count("enterprise") >= 28
    assert (len(samples.problems), len(samples.capabilities)) == (160, 300)
    assert (len(samples.pairings), len(samples.records)) == (74, 20)


def test_sample_credit_codes_have_their_check_digit(samples: Seed) -> None:
    assert [key for key, each in samples.organisations.items() if not uscc.is_valid(each["code"])] == []


def test_sample_texts_refer_to_known_terms(samples: Seed) -> None:
    lists = yaml.safe_load((FOLDER / "vocabulary.yaml").read_text("utf-8"))
    unknown = []
    for key, entry in (*samples.problems.items(), *samples.capabilities.items()):
        second_level = lists["subfield"][entry["field"]]
        if int(entry["subfield"].partition(".")[2]) > len(second_level):
            unknown.append((key, entry["subfield"]))
        unknown += [(key, mode) for mode in entry["modes"] if mode not in lists["mode"]]
    assert unknown == []


def test_pairings_are_suggested_for_the_samples(run: Run, folder: Path, database: Database) -> None:
    run("seed", "--folder", folder)
    with database.session(write=False) as session:
        assert session.scalar(select(func.count(Pairing.id))) == 2
