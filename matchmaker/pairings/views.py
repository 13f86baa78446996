"""The pages of pairings: the staff's board, a pairing, the sides' suggestions, and the steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.cooperation.forms import show_faults
from matchmaker.cooperation.service import BadTerms
from matchmaker.forms import add_error, problems_of
from matchmaker.pairings import consent_forms, consent_wording, marking, service, thread_forms, wording
from matchmaker.pairings.board_forms import ChosenForm, SavedFilterForm
from matchmaker.pairings.filters import Look, QueueFilters, State
from matchmaker.pairings.forms import ConfirmForm, DecisionForm, InterestForm
from matchmaker.pairings.mine import MineFilters, Phase
from matchmaker.policy import Action
from matchmaker.site import Pages, local_target, vocabulary, work
from matchmaker.work import Work
from models import IllegalStep, Pairing

pages = Pages("pairings", __name__, url_prefix="/pairings")
pages.add_app_template_filter(marking.marked, "marked")
pages.add_app_template_filter(marking.tied, "tied")

IN_PANEL = service.ThreadFilters(size=5)
"""The last of the thread, beside the board; all of it stands on the pairing's own page."""
DECISIONS = {
    "shortlist": service.shortlist,
    "negotiate": service.negotiate,
    "reopen": service.reopen,
}


@pages.app_context_processor
def words_of_pairings() -> dict[str, Any]:
    """For the pieces that pages of other packages include too."""
    return {"pairing_words": wording}


@pages.errorhandler(service.PairingNotFound)
def _not_found(error: service.PairingNotFound) -> Any:
    return current_app.handle_http_exception(NotFound())


@pages.page("/", Action.PAIRING_QUEUE)
def board() -> AnyResponse:
    """A bare address opens with the reader's own filter, if one is marked so."""
    kept = None if request.args else service.default_filter(work())
    if kept is None:
        return board_page(QueueFilters.of(request.args))
    filters = _filters(kept.query)
    if (
        "Mobi" in request.user_agent.string
    ):  # on a phone the board is a list, unless its address says otherwise
        filters = replace(filters, look=Look.LIST)
    return redirect(url_for(".board", **(filters.query() or {"state": State.OPEN.value})))


def board_page(
    filters: QueueFilters,
    status: int = 200,
    chosen: ChosenForm | None = None,
    keeping: SavedFilterForm | None = None,
    problem: str = "",
) -> Response:
    """The board in the look that is asked for; one of its forms with what was typed, where that was not accepted."""
    by_look: dict[Look, Callable[[Work, QueueFilters], Any]] = {
        Look.LIST: service.board,
        Look.COLUMNS: service.columns,
    }
    return _answer(
        f"pairings/{'board' if filters.look is Look.LIST else 'columns'}.html",
        status,
        board=by_look[filters.look](work(), filters),
        form=DecisionForm(formdata=None),
        chosen=chosen or ChosenForm(formdata=None),
        keeping=keeping or SavedFilterForm(formdata=None),
        problem=problem,
    )


@pages.page("/mine", Action.PAIRING_READ)
def mine() -> str | AnyResponse:
    if work().person.is_staff:
        return redirect(url_for(".board"))
    found = service.mine(work(), MineFilters.of(request.args))
    return render_template("pairings/mine.html", mine=found, phases=Phase)


@pages.page("/<int:pairing_id>", Action.PAIRING_READ)
def detail(pairing_id: int) -> Response:
    """The page; for the board's side panel only what goes into it."""
    if _by_htmx():
        page = service.page_of(work(), pairing_id, IN_PANEL)
        form, interest = DecisionForm(), InterestForm()
        return _answer("pairings/panel.html", 200, page=page, form=form, interest=interest)
    return pairing_page(service.page_of(work(), pairing_id, service.ThreadFilters.of(request.args)))


def pairing_page(
    page: service.PairingPage,
    status: int = 200,
    form: DecisionForm | None = None,
    interest: InterestForm | None = None,
    forms: thread_forms.ThreadForms | None = None,
    consent: consent_forms.ConsentForms | None = None,
    problem: str = "",
) -> Response:
    """The whole page of a pairing; one of its forms with what was typed, where that was not accepted."""
    return _answer(
        "pairings/detail.html",
        status,
        page=page,
        form=form or DecisionForm(formdata=None),
        interest=interest or InterestForm(formdata=None),
        forms=forms or thread_forms.fresh(work(), page),
        consent=consent or consent_forms.fresh(work(), page.consent),
        problem=problem,
    )


@pages.page("/<int:pairing_id>/shortlist", Action.PAIRING_DECIDE, methods=("POST",))
def shortlist(pairing_id: int) -> AnyResponse:
    return _decide(pairing_id, "shortlist")


@pages.page("/<int:pairing_id>/introduce", Action.PAIRING_DECIDE, methods=("POST",))
def introduce(pairing_id: int) -> AnyResponse:
    return _decide(pairing_id, "introduce")


@pages.page("/<int:pairing_id>/negotiate", Action.PAIRING_DECIDE, methods=("POST",))
def negotiate(pairing_id: int) -> AnyResponse:
    return _decide(pairing_id, "negotiate")


@pages.page("/<int:pairing_id>/reopen", Action.PAIRING_DECIDE, methods=("POST",))
def reopen(pairing_id: int) -> AnyResponse:
    return _decide(pairing_id, "reopen")


@pages.page("/<int:pairing_id>/dismiss", Action.PAIRING_DECIDE, methods=("POST",))
def dismiss(pairing_id: int) -> AnyResponse:
    return _decide(pairing_id, "dismiss")


@pages.page("/<int:pairing_id>/confirm", Action.PAIRING_DECIDE, methods=("GET", "POST"))
def confirm(pairing_id: int) -> str | AnyResponse:
    try:
        asked = service.confirmation(work(), pairing_id)
        form = ConfirmForm() if request.method == "POST" else ConfirmForm.of(asked.pairing, work().today())
        form.offer(vocabulary(), asked.others)
        if request.method == "GET":
            return _confirm_page(asked, form)
        if change := request.form.get("change"):
            form.change_rows(change)
            return _confirm_page(asked, form)
        if not form.validate_on_submit():
            return _confirm_page(asked, form, status=422)
        record = service.confirm(
            work(),
            asked.pairing,
            form.terms(asked.pairing),
            form.version.data,
            form.note.data or "",
            form.spoken,
            form.solved_known.data,
        )
    except service.AlreadyConfirmed as error:
        return _answer("pairings/already_confirmed.html", 409, error=error, pairing=error.record.pairing)
    except BadTerms as error:
        show_faults(form, error.faults)
        return _confirm_page(asked, form, status=422)
    except service.StaleDecision as error:
        form.version.data, form.version.raw_data = error.pairing.version, None
        return _confirm_page(asked, form, wording.stale(error), 409)
    except service.NotPublic as error:
        return _confirm_page(asked, form, wording.not_public(error), 409)
    except service.SideRefused as error:
        form.ask_to_speak(error.sides)
        return _confirm_page(asked, form, status=422)
    except service.AlreadySolved:
        add_error(form.solved_known, gettext("这个难题已解决，仍要合作请勾选"))
        return _confirm_page(asked, form, status=422)
    flash(
        gettext("已确认合作，合作记录 %(number)s 已建立，双方都收到了通知。", number=record.number), "success"
    )
    return redirect(url_for("cooperation.detail", record_id=record.id), 303)


@pages.page("/<int:pairing_id>/interest", Action.INTEREST_EXPRESS, methods=("POST",))
def interest(pairing_id: int) -> AnyResponse:
    form = InterestForm()
    pairing = service.find(work(), pairing_id)
    if not form.validate_on_submit():
        return pairing_page(service.page_of(work(), pairing_id), 422, interest=form)
    try:
        both = service.express(work(), pairing, form.message.data or "", form.version.data)
    except service.StaleConsent as error:
        problem = consent_wording.stale(error)
        return pairing_page(service.page_of(work(), pairing_id), 409, interest=form, problem=problem)
    except service.NotOpen:
        flash(gettext("这项匹配已经结束或已确认合作，不用再表示意向了。"), "warning")
    except service.AlreadyInterested:
        flash(gettext("贵单位已经表示过意向，正在等对方回应。"), "info")
    else:
        flash(_after_interest(both), "success")
    return _back_to(form.back.data, pairing)


@pages.page("/<int:pairing_id>/withdraw-interest", Action.INTEREST_EXPRESS, methods=("POST",))
def withdraw_interest(pairing_id: int) -> AnyResponse:
    pairing = service.find(work(), pairing_id)
    try:
        service.withdraw(work(), pairing)
    except service.NotInterested:
        flash(gettext("贵单位现在没有表示过意向。"), "info")
    else:
        flash(gettext("已撤回合作意向，联系方式不再向对方开放。需要时可以再次表示。"), "success")
    return _back_to(request.form.get("back"), pairing)


def _decide(pairing_id: int, step: str) -> AnyResponse:
    """Take a step. On the board the row is drawn anew in its place; without scripts one lands there again."""
    form = DecisionForm()
    form.step = step
    pairing = service.find(work(), pairing_id)
    if not form.validate_on_submit():
        return _refused(pairing, form, problems_of(form)[0][2], 422)
    version, note = form.version.data, form.note.data or ""
    try:
        if step == "dismiss":
            service.dismiss(work(), pairing, version, form.reason.data or "", note)
        elif step == "introduce":
            service.introduce(work(), pairing, version, note, form.spoken)
        else:
            DECISIONS[step](work(), pairing, version, note)
    except service.StaleDecision as error:
        if not _was_me(error, step):
            return _refused(pairing, form, wording.stale(error), 409)
    except IllegalStep as error:
        return _refused(pairing, form, wording.illegal(error), 409)
    except service.NotPublic as error:
        return _refused(pairing, form, wording.not_public(error), 409)
    except service.SideRefused as error:
        form.ask_to_speak(error.sides)
        return _refused(pairing, form, wording.side_refused(error), 422)
    except service.UnknownReason:
        return _refused(pairing, form, gettext("请选择不合适的原因。"), 422)
    except service.NoteMissing:
        return _refused(pairing, form, gettext("选择“其他”时，请在说明里写明原因。"), 422)
    if _by_htmx():
        return _row(pairing, form.back.data, str(wording.DONE[step]))
    flash(wording.DONE[step], "success")
    if form.back.data is not None:
        return redirect(
            url_for(".board", **_filters(form.back.data).query(), _anchor=f"pairing-{pairing_id}"), 303
        )
    return redirect(_own_page(pairing_id), 303)


def _own_page(pairing_id: int) -> str:
    """The pairing's page, which still knows from which list, narrowed how, one came."""
    return url_for(".detail", pairing_id=pairing_id, list=request.form.get("list") or None)


def _was_me(error: service.StaleDecision, step: str) -> bool:
    """A button pressed twice: what was wanted has happened."""
    return error.event is not None and error.event.actor is work().actor and error.event.action == step


def _refused(pairing: Pairing, form: DecisionForm, problem: str, status: int) -> AnyResponse:
    """Say why, with what was typed still there and the pairing as it is now."""
    form.version.raw_data = None
    if _by_htmx():
        return _row(pairing, form.back.data, "", problem, form, status)
    return pairing_page(service.page_of(work(), pairing.id), status, form=form, problem=problem)


def _row(
    pairing: Pairing,
    back: str | None,
    done: str,
    problem: str = "",
    form: DecisionForm | None = None,
    status: int = 200,
) -> AnyResponse:
    """The board's row or card, and what else of the page changes with it."""
    filters = _filters(back or "")
    is_open = request.form.get("panel") == str(pairing.id)
    in_columns = filters.look is Look.COLUMNS
    return _answer(
        f"pairings/{'moved' if in_columns else 'decided'}.html",
        status,
        suggestion=None if in_columns else service.row(work(), pairing.id),
        card=service.card(work(), pairing.id) if in_columns else None,
        page=service.page_of(work(), pairing.id, IN_PANEL) if is_open else None,
        counts=service.counts(work(), filters),
        undoable=service.undoable(work()),
        filters=filters,
        form=form or DecisionForm(formdata=None),
        done=done,
        problem=problem,
    )


def _confirm_page(
    asked: service.Confirmation, form: ConfirmForm, problem: str = "", status: int = 200
) -> AnyResponse:
    added = request.form.get("change") == "add"
    return _answer(
        "pairings/confirm.html",
        status,
        asked=asked,
        pairing=asked.pairing,
        refusals=service.refusals(asked.pairing),
        form=form,
        problem=problem,
        added=added,
    )


def _after_interest(both: bool) -> str:
    if both:
        return str(gettext("双方都愿意谈，联系方式已互相开放，请尽快联系对方。"))
    return str(gettext("已转告对方和科技局。对方也表示意向后，双方的联系方式会互相开放。"))


def _back_to(back: str | None, pairing: Pairing) -> AnyResponse:
    """Where the person came from, if that is a page of ours; else the pairing's own page."""
    own = _own_page(pairing.id)
    target = local_target(back, otherwise=own)
    return redirect(own if target == own else f"{target}#pairing-{pairing.id}", 303)


def _filters(back: str) -> QueueFilters:
    """The board's filters when the row was drawn."""
    return QueueFilters.of(dict(parse_qsl(back.lstrip("?"))))


def _by_htmx() -> bool:
    return bool(request.headers.get("HX-Request"))


def _answer(template: str, status: int, **values: Any) -> Response:
    return make_response(render_template(template, **values), status)
