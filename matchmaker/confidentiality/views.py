"""The pages about who has a posting in hand, and who read what is confidential in it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.confidentiality import service, wording
from matchmaker.policy import Action
from matchmaker.postings.errors import Posting, PostingNotFound
from matchmaker.site import Pages, work
from models import Capability, Problem

pages = Pages("confidentiality", __name__)


@pages.page("/problems/<int:problem_id>/take-on", Action.PROBLEM_TAKE_ON, methods=("POST",))
def take_on_problem(problem_id: int) -> Any:
    return _take_on(_find(Problem.KIND, problem_id), url_for("problems.detail", problem_id=problem_id))


@pages.page("/capabilities/<int:capability_id>/take-on", Action.CAPABILITY_TAKE_ON, methods=("POST",))
def take_on_capability(capability_id: int) -> Any:
    return _take_on(
        _find(Capability.KIND, capability_id), url_for("capabilities.detail", capability_id=capability_id)
    )


@pages.page("/problems/<int:problem_id>/readers", Action.PROBLEM_READ_READERS)
def readers_of_problem(problem_id: int) -> str:
    return _readers(_find(Problem.KIND, problem_id), url_for("problems.detail", problem_id=problem_id))


@pages.page("/capabilities/<int:capability_id>/readers", Action.CAPABILITY_READ_READERS)
def readers_of_capability(capability_id: int) -> str:
    return _readers(
        _find(Capability.KIND, capability_id), url_for("capabilities.detail", capability_id=capability_id)
    )


def _find(kind: str, posting_id: int) -> Posting:
    try:
        return service.find(work(), kind, posting_id)
    except PostingNotFound:
        abort(404)


def _take_on(posting: Posting, back: str) -> Any:
    if service.take_on(work(), posting):
        flash(gettext("现在由您经办，可以查看保密内容。每次查看都有记录，发布单位能看到。"), "success")
    else:
        flash(gettext("这一项已经由您经办。"), "success")
    return redirect(f"{back}#confidential", 303)


def _readers(posting: Posting, back: str) -> str:
    page = request.args.get("page", 1, type=int)
    return render_template(
        "confidentiality/readers.html",
        page=service.readings(work(), posting, page),
        back=back,
        what=wording.what,
    )
