"""The worker in a test: one look at the outbox, at a time of one's choosing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from matchmaker.database import Database
from matchmaker.engine import MatchingEngine
from matchmaker.settings import Settings
from matchmaker.worker.chores import Rota
from matchmaker.worker.delivering import Courier
from matchmaker.worker.office import Office
from models import Delivery, now


def office(settings: Settings, at: datetime | None = None, **later: float) -> Office:
    """With a database of its own; the clock stands `later` than now, or at `at`."""
    moment = at or now() + timedelta(**later)
    return Office(Database.of(settings), MatchingEngine(settings.encoder), settings, clock=lambda: moment)


def send_all(settings: Settings, **later: float) -> int:
    """Deliver what is due; returns the attempts."""
    place = office(settings, **later)
    try:
        return Courier(place).deliver_due()
    finally:
        place.database.engine.dispose()


def do_chores(settings: Settings, at: datetime) -> dict[str, int]:
    """As a worker that has just started at that moment."""
    place = office(settings, at)
    try:
        return Rota(place).do_due()
    finally:
        place.database.engine.dispose()


def mails(settings: Settings) -> str:
    """Everything that was mailed to the file so far."""
    file = settings.data_dir / "mail.log"
    return file.read_text("utf-8") if file.exists() else ""


def stored(settings: Settings) -> list[Delivery]:
    """Every delivery as the database has it, in order."""
    database = Database.of(settings)
    with database.session(write=False) as session:
        found = list(session.scalars(select(Delivery).order_by(Delivery.id)))
    database.engine.dispose()
    return found
