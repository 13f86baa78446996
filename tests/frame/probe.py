"""Pages that do what no page of the service should, to see that the frame bears it."""

from __future__ import annotations

from flask import abort, flash, request
from sqlalchemy import text
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.engine import ModelMissing
from matchmaker.policy import Action, Forbidden
from matchmaker.site import Pages, keep_on_failure, limiter, work
from models import Notice, Problem, User, advance

SECRET = "保密配方：氯化钠"


def write_something() -> None:
    session = work().session
    owner = session.query(User).order_by(User.id).first()
    assert owner is not None
    session.add(Notice(user_id=owner.id, kind="probe", details={}))
    session.flush()


def probe() -> Pages:
    """A fresh blueprint, since each may be registered with one application only."""
    pages = Pages("probe", __name__)

    @pages.page("/probe/write", Action.SITE_USE, methods=("GET", "POST"))
    def write() -> str:
        write_something()
        return "written"

    @pages.page("/probe/look", Action.SITE_USE, methods=("POST",), reads_only=True)
    def look() -> str:
        write_something()
        return "written"

    @pages.page("/probe/answer/<int:status>", Action.SITE_USE, methods=("POST",))
    def answer(status: int) -> tuple[str, int]:
        write_something()
        if request.args.get("keep"):
            keep_on_failure()
        return "answered", status

    @pages.page("/probe/fail", Action.SITE_USE, methods=("GET", "POST"))
    def fail() -> str:
        if request.method == "POST":
            write_something()
        raise RuntimeError(SECRET)

    @pages.page("/probe/abort/<int:status>", Action.SITE_USE, methods=("GET", "POST"))
    def aborted(status: int) -> str:
        if request.method == "POST":
            write_something()
        abort(status)

    @pages.page("/probe/forbidden", Action.SITE_USE)
    def forbidden() -> str:
        raise Forbidden(Action.AUDIT_READ)

    @pages.page("/probe/staff", Action.AUDIT_READ)
    def staff() -> str:
        return "inside"

    @pages.page("/probe/step", Action.SITE_USE, methods=("POST",))
    def step() -> str:
        write_something()
        advance(work().session.query(Problem).first(), "solve")
        return "taken"

    @pages.page("/probe/stale", Action.SITE_USE, methods=("POST",))
    def stale() -> str:
        raise StaleDataError("somebody was quicker")

    @pages.page("/probe/late", Action.SITE_USE, methods=("POST",))
    def late() -> str:
        """Somebody else's change comes between reading and the commit."""
        problem = work().session.query(Problem).first()
        assert problem is not None
        problem.title = "改"
        flash("改好了")
        with work().session.no_autoflush:
            work().session.execute(text("UPDATE problem SET version = version + 1"))
        return "changed"

    @pages.page("/probe/late/twice", Action.SITE_USE, methods=("POST",))
    def twice() -> str:
        """Something that only the database refuses, and only at the commit."""
        work().session.add(Notice(user_id=999_999, kind="probe", details={}))
        return "written"

    @pages.page("/probe/model", Action.SITE_USE)
    def model() -> str:
        raise ModelMissing("/nowhere", "no such folder")

    @pages.page("/probe/limited", Action.SITE_USE, methods=("POST",))
    @limiter.limit("1 per minute")
    def limited() -> str:
        return "once"

    return pages
