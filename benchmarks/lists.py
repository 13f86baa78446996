"""What the bureau's lists take among 10,000 rows of each kind.

python -m benchmarks.lists [rows]

So many problems, capabilities and organisations in SQLite, with long texts, a quarter of them waiting to be checked.
Pages are asked of the whole application but for the network, each several times; beside the time on the wall stands
the processor's, which other programs do not lengthen, and the number of queries.
"""

from __future__ import annotations

import logging
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import structlog
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from benchmarks.installation import Installation, installation
from matchmaker import create_app
from models import (
    Capability,
    CapabilityStatus,
    Organisation,
    Problem,
    ProblemStatus,
    Role,
    User,
    Verification,
    now,
)
from tests import factories

ROWS = 10_000
TIMES = 9
WAITING = 4
"""One of so many waits to be checked."""
LONG = "某车间月产壳体六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定，现在只能抽检。" * 12
PAGES = (
    "/",
    "/checking",
    "/checking?field=3&days=1",
    "/checking/problem/{waiting}",
    "/problems",
    "/problems?page=200",
    "/problems?status=submitted",
    "/capabilities",
    "/organisations",
    "/organisations?page=300",
)


def main(rows: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with installation() as fresh:
        with fresh.database.session() as session:
            waiting = _fill(session, rows)
        client = _signed_in(fresh)
        print(f"{rows} problems, capabilities and organisations each, SQLite; median and slowest of {TIMES}")
        for page in PAGES:
            print(f"  {_measured(client, page.format(waiting=waiting))}")


def _fill(session: Session, rows: int) -> int:
    """Returns the id of a problem that waits."""
    people = {each.role: each for each in session.scalars(select(User))}
    author = people[Role.ENTERPRISE]
    problem, capability = factories.problem(session, author), factories.capability(session, author)
    session.flush()
    long = {"background": LONG, "statement": LONG, "confidential": ""}
    waiting = (ProblemStatus.SUBMITTED, ProblemStatus.PUBLISHED)
    session.execute(insert(Problem), list(_postings(problem, rows, waiting, long)))
    offered = (CapabilityStatus.SUBMITTED, CapabilityStatus.PUBLISHED)
    session.execute(
        insert(Capability), list(_postings(capability, rows, offered, {"summary": LONG, "advantage": LONG}))
    )
    session.execute(insert(Organisation), list(_organisations(author.organisation, rows)))
    return int(session.scalars(select(Problem.id).where(Problem.status == waiting[0]).limit(1)).one())


def _values(row: Any) -> dict[str, Any]:
    """A row to be copied, without its number."""
    names = {each.key for each in type(row).__table__.columns} - {"id", "external_id"}
    return {name: getattr(row, name) for name in names}


def _postings(
    row: Any, rows: int, statuses: tuple[Any, Any], texts: dict[str, str]
) -> Iterator[dict[str, Any]]:
    like = _values(row) | texts
    for number in range(rows):
        since, waits = now() - timedelta(minutes=number), number % WAITING == 0
        yield like | {
            "title": f"第{number}项铝合金压铸件气孔在线检测",
            "status": statuses[0] if waits else statuses[1],
            "field": str(number % 9 + 1),
            "submitted_at": since,
            "published_at": None if waits else since,
        }


def _organisations(row: Organisation, rows: int) -> Iterator[dict[str, Any]]:
    like = _values(row) | {"introduction": LONG}
    for number in range(rows):
        yield like | {
            "name": f"第{number}示例机械有限公司",
            "code": factories.credit_code(),
            "status": Verification.VERIFIED if number % WAITING else Verification.PENDING,
            "created_at": now() - timedelta(minutes=number),
        }


def _signed_in(fresh: Installation) -> FlaskClient:
    client = create_app(fresh.settings).test_client()
    with fresh.database.session(write=False) as session:
        staff = session.scalars(select(User).where(User.role == Role.STAFF)).one()
        return factories.sign_in(client, staff)


def _measured(client: FlaskClient, path: str) -> str:
    """After one request that warms up."""
    wall, own, queries = [], [], [0]

    def count(*_: Any) -> None:
        queries[0] += 1

    client.get(path)
    event.listen(Engine, "before_cursor_execute", count)
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(path)
        wall.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - used) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    event.remove(Engine, "before_cursor_execute", count)
    middle = statistics.median(wall)
    return (
        f"{path}: {middle:.0f} ms, {max(wall):.0f} ms; processor {statistics.median(own):.0f} ms;"
        f" {queries[0] // TIMES} queries"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
