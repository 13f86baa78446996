"""The page of statistics as staff open it, over many problems and pairings: milliseconds of the processor and of the clock.

    python -m benchmarks.statistics_page --problems 5000 --pairings 20000

Uses a database of its own in a temporary folder, with steps, signatures and institutions at random but always the same,
spread over two years; the page is that of last year and this one.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from matchmaker import create_app, schema
from matchmaker.database import Database
from matchmaker.settings import Settings
from matchmaker.vocabulary.service import load
from models import (
    Capability,
    CapabilityStatus,
    CooperationRecord,
    OrganisationKind,
    Pairing,
    PairingEvent,
    PartyRole,
    Problem,
    ProblemStatus,
    RecordEvent,
    RecordParty,
    RecordStatus,
)
from tests import factories

STEPS = ("shortlist", "introduce", "negotiate", "confirm")
STATUSES = ("suggested", "shortlisted", "introduced", "negotiating", "confirmed")
COUNTIES = ("340802", "340803", "340811", "340822", "340881", "340882")
DAYS = 700
TIMES = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=5_000)
    parser.add_argument("--capabilities", type=int, default=4_000)
    parser.add_argument("--pairings", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder), secret_key="benchmark"))
        database: Database = app.extensions["database"]
        schema.upgrade(database.engine)
        with database.session() as session:
            load(session)
            people = factories.people(session)
            _fill(session, asked.problems, asked.capabilities, asked.pairings)
            staff = people["staff"].id
        client = app.test_client()
        with client.session_transaction() as kept:
            kept |= {"_user_id": f"{staff}:0", "_fresh": True, "seen": int(time.time())}
        first = datetime.now(UTC).year - 1
        for name, query in (("this year", ""), ("two years", f"?from={first}-01-01&to={first + 1}-12-31")):
            walls, cpus = [], []
            for _ in range(TIMES):
                began, busy = time.perf_counter(), time.process_time()
                answer = client.get(f"/statistics/{query}")
                walls.append(1000 * (time.perf_counter() - began))
                cpus.append(1000 * (time.process_time() - busy))
                if answer.status_code != 200:
                    raise SystemExit(f"status {answer.status_code}")
            print(
                f"{name}: median {median(cpus):.0f} ms of the processor, {median(walls):.0f} ms by the clock"
            )


def _fill(session: Session, problems: int, capabilities: int, pairings: int) -> None:
    dice = random.Random(1)
    firms = [factories.organisation(session, county=dice.choice(COUNTIES)).id for _ in range(200)]
    schools = [factories.organisation(session, OrganisationKind.UNIVERSITY).id for _ in range(40)]
    session.add_all(
        Problem(organisation_id=dice.choice(firms), status=ProblemStatus.PUBLISHED, **_posting(dice))
        for _ in range(problems)
    )
    session.add_all(
        Capability(organisation_id=dice.choice(schools), status=CapabilityStatus.PUBLISHED, **_posting(dice))
        for _ in range(capabilities)
    )
    session.flush()
    made = [_pairing(dice, number, problems, capabilities) for number in range(1, pairings + 1)]
    unique = list({(each["problem_id"], each["capability_id"]): each for each in made}.values())
    session.execute(insert(Pairing), unique)
    session.execute(insert(PairingEvent), [event for each in unique for event in _events(dice, each)])
    confirmed = [each for each in unique if each["status"] == "confirmed"]
    session.add_all(_record(dice, number, each, firms, schools) for number, each in enumerate(confirmed))
    session.flush()


def _posting(dice: random.Random) -> dict[str, Any]:
    submitted = datetime.now(UTC) - timedelta(days=dice.uniform(0, DAYS))
    return {
        "title": "铝合金压铸壳体气孔在线检测",
        "field": str(dice.randint(1, 9)),
        "county": dice.choice(COUNTIES),
        "submitted_at": submitted,
        "published_at": submitted + timedelta(days=dice.uniform(1, 9)),
    }


def _pairing(dice: random.Random, number: int, problems: int, capabilities: int) -> dict[str, Any]:
    far = dice.choices(range(5), (60, 12, 12, 6, 10))[0]
    made = datetime.now(UTC) - timedelta(days=dice.uniform(0, DAYS))
    return {
        "id": number,
        "problem_id": dice.randint(1, problems),
        "capability_id": dice.randint(1, capabilities),
        "score": dice.uniform(0.02, 0.7),
        "engine_version": "benchmark",
        "status": STATUSES[far],
        "acted_on": far > 0,
        "created_at": made,
    }


def _events(dice: random.Random, pairing: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "pairing_id": pairing["id"],
            "action": step,
            "created_at": pairing["created_at"] + timedelta(days=5 * place + dice.uniform(0, 20)),
        }
        for place, step in enumerate(STEPS[: STATUSES.index(pairing["status"])])
    ]


def _record(
    dice: random.Random, number: int, pairing: dict[str, Any], firms: list[int], schools: list[int]
) -> CooperationRecord:
    signed = pairing["created_at"] + timedelta(days=60)
    parties = ((PartyRole.A, dice.choice(firms)), (PartyRole.B, dice.choice(schools)))
    return CooperationRecord(
        number=f"B-{number}",
        title="合作",
        pairing_id=pairing["id"],
        mode="commissioned",
        contract_category="development_commissioned",
        field=str(dice.randint(1, 9)),
        amount=Decimal(dice.randint(1, 300)),
        signed_on=signed.date(),
        status=RecordStatus.SIGNED,
        parties=[RecordParty(role=role, organisation_id=of) for role, of in parties],
        events=[RecordEvent(action="signed", created_at=signed)],
    )


if __name__ == "__main__":
    main()
