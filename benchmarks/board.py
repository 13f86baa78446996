"""The staff's board among 5,000 open pairings: the server's time, and in Chromium the time until the keys work.

python -m benchmarks.board [pairings]

Pages are asked of the whole application but for the network, each several times; beside them stands the sign-in
page, which asks for no pairing. In Chromium it is the time from asking for the board until the first card is on
the page, and until a key has moved the focus to it.
"""

from __future__ import annotations

import logging
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from benchmarks.installation import Installation, installation
from matchmaker import create_app
from matchmaker.accounts.passwords import hash_password
from matchmaker.pairings import service
from matchmaker.work import Work
from models import OPEN_STATUSES, Pairing, PairingStatus, Role, User, now
from tests import factories
from tests.journeys.browser import chromium

OPEN = 5000
POSTINGS = 250
TIMES = 15
BULK = 200
PASSWORD = "benchmark-2026"
SHARES = {
    # Of a hundred open ones; most wait to be looked at.
    PairingStatus.SUGGESTED: 70,
    PairingStatus.SHORTLISTED: 15,
    PairingStatus.INTRODUCED: 10,
    PairingStatus.NEGOTIATING: 5,
}
PAGES = {
    "sign-in page (no pairing)": "/sign-in",
    "queue, first page": "/pairings/",
    "columns": "/pairings/?look=columns",
    "columns, narrowed (field, age, organisation)": "/pairings/?look=columns&field=8&age=3&organisation=1",
    "more cards of a column": "/pairings/column?state=suggested&skip=30",
}


def main(count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with installation() as fresh:
        login = _fill(fresh, count)
        app = create_app(fresh.settings)
        found = {name: _server(_signed_in(fresh, app), path) for name, path in PAGES.items()}
        least = statistics.median(found["sign-in page (no pairing)"])
        print(
            f"{count} open pairings, SQLite; server time, median and slowest of {TIMES}, ratio to the sign-in page"
        )
        for name, seconds in found.items():
            middle = statistics.median(seconds)
            print(f"  {name}: {_ms(middle)}, {_ms(max(seconds))}, {middle / least:.1f} x")
        _bulk(fresh)
        for path in ("/pairings/?look=columns", "/pairings/"):
            painted, ready = _in_chromium(app, login, path)
            print(
                f"  Chromium, {path}: first card after {_ms(painted)}, keys work after {_ms(ready)}"
                f" (median of {TIMES}), {ready / least:.1f} x the server's sign-in page"
            )


def _fill(fresh: Installation, count: int) -> str:
    """Postings on both sides and so many open pairings among them; returns the broker's login name."""
    with fresh.database.session() as session:
        people = {each.role: each for each in session.scalars(select(User))}
        broker = people[Role.STAFF]
        broker.password_hash = hash_password(PASSWORD)
        problems = [
            factories.problem(session, people[Role.ENTERPRISE], field=str(n % 8 + 1)).id
            for n in range(POSTINGS)
        ]
        offers = [factories.capability(session, people[Role.ENTERPRISE]).id for _ in range(POSTINGS)]
        session.execute(insert(Pairing), list(_pairings(problems, offers, count)))
        return str(broker.email)


def _pairings(problems: list[int], offers: list[int], count: int) -> Iterator[dict[str, object]]:
    states = [status for status, share in SHARES.items() for _ in range(share)]
    moment = now()
    for number in range(count):
        changed = moment - timedelta(hours=number % 2000)
        yield {
            "problem_id": problems[number % POSTINGS],
            "capability_id": offers[(number // POSTINGS + number) % POSTINGS],
            "score": round(0.98 - 0.7 * (number * 37 % count) / count, 4),
            "parts": {"title": 0.8},
            "engine_version": "benchmark",
            "status": states[number % 100],
            "created_at": changed,
            "scored_at": changed,
            "changed_at": changed,
            "acted_on": states[number % 100] is not PairingStatus.SUGGESTED,
            "dismissal_note": "",
            "version": 1,
        }


def _signed_in(fresh: Installation, app: Flask) -> FlaskClient:
    client = app.test_client()
    with fresh.database.session(write=False) as session:
        return factories.sign_in(client, _broker(session))


def _broker(session: Session) -> User:
    return session.scalars(select(User).where(User.role == Role.STAFF)).one()


def _server(client: FlaskClient, path: str) -> list[float]:
    """Seconds of each request after one that warms up; the sign-in page is asked for by nobody in particular."""
    if path == "/sign-in":
        client = client.application.test_client()
    seconds = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        answer = client.get(path)
        seconds.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    return seconds[1:]


def _bulk(fresh: Installation) -> None:
    """Several dismissed at once, and undone."""
    with fresh.database.session() as session:
        work = Work(
            session, _broker(session), create_app(fresh.settings).extensions["engine"], fresh.settings
        )
        wanted = select(Pairing).where(Pairing.status.in_(OPEN_STATUSES)).order_by(Pairing.id).limit(BULK)
        chosen = service.Chosen({each.id: each.version for each in session.scalars(wanted)})
        began = time.perf_counter()
        change = service.dismiss_chosen(work, chosen, "field").change
        dismissed = time.perf_counter()
        if change is None:
            raise SystemExit("nothing was dismissed")
        service.undo(work, change.id)
        undone = time.perf_counter()
    print(f"  {BULK} dismissed at once: {_ms(dismissed - began)}; undone: {_ms(undone - dismissed)}")


@contextmanager
def _serving(app: Flask) -> Iterator[str]:
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()


def _in_chromium(app: Flask, login: str, path: str) -> tuple[float, float]:
    """Median seconds until the first card or row is there, and until `j` has moved the focus to it."""
    painted, ready = [], []
    with _serving(app) as base, chromium() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{base}/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("main form button:not([name=language])")
        page.wait_for_load_state()
        for _ in range(TIMES + 1):
            began = time.perf_counter()
            page.goto(base + path, wait_until="commit")
            page.wait_for_selector("[data-pairing]")
            painted.append(time.perf_counter() - began)
            while not page.evaluate("document.activeElement?.matches('[data-pairing]') ?? false"):
                page.keyboard.press("j")
            ready.append(time.perf_counter() - began)
    return statistics.median(painted[1:]), statistics.median(ready[1:])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else OPEN)
