"""The board beyond single steps: more cards of a column, several pairings at once, undoing, saved filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.forms import add_error, problems_of
from matchmaker.pairings import board_wording, service
from matchmaker.pairings.board_forms import ChosenForm, SavedFilterForm
from matchmaker.pairings.filters import QueueFilters, State
from matchmaker.pairings.views import board_page
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from matchmaker.typed_numbers import number

pages = Pages("board", __name__, url_prefix="/pairings")


@pages.app_context_processor
def words_of_the_board() -> dict[str, Any]:
    """For both looks of the board."""
    return {"board_words": board_wording}


@pages.errorhandler(service.FilterNotFound)
@pages.errorhandler(service.ChangeNotFound)
@pages.errorhandler(service.UnknownBroker)
def _not_found(error: LookupError) -> Any:
    return current_app.handle_http_exception(NotFound())


@pages.page("/column", Action.PAIRING_QUEUE)
def column() -> str:
    """More cards of one column, to be put below those that are there."""
    filters = QueueFilters.of(request.args)
    if filters.state in (State.OPEN, State.ALL):
        raise NotFound
    found = service.more(work(), filters, number(request.args.get("skip")) or 0)
    return render_template("pairings/more_cards.html", column=found, filters=filters)


@pages.page("/bulk/dismiss", Action.PAIRING_DECIDE, methods=("POST",))
def dismiss() -> AnyResponse:
    form = ChosenForm()
    if not form.validate_on_submit():
        return _refused(form, problems_of(form)[0][2])
    try:
        outcome = service.dismiss_chosen(
            work(), form.choice(_seen(form)), form.reason.data or "", form.note.data or ""
        )
    except service.UnknownReason:
        return _refused(form, gettext("请选择不合适的原因。"))
    except service.NoteMissing:
        return _refused(form, gettext("选择“其他”时，请在说明里写明原因。"))
    except service.CountChanged as error:
        return _refused(form, board_wording.count_changed(error), 409)
    except service.TooManyChosen as error:
        return _refused(form, board_wording.too_many(error))
    return _told(form.back.data, outcome, board_wording.dismissed(outcome))


@pages.page("/bulk/assign", Action.PAIRING_ASSIGN, methods=("POST",))
def assign() -> AnyResponse:
    form = ChosenForm()
    if not form.validate_on_submit() or not form.broker.data:
        return _refused(form, gettext("请选择交给谁。"))
    broker = service.broker_of(work(), form.broker.data)
    try:
        outcome = service.assign_chosen(work(), form.choice(_seen(form)), broker)
    except service.CountChanged as error:
        return _refused(form, board_wording.count_changed(error), 409)
    except service.TooManyChosen as error:
        return _refused(form, board_wording.too_many(error))
    return _told(form.back.data, outcome, board_wording.assigned(outcome, broker))


@pages.page("/bulk/<int:change_id>/undo", Action.PAIRING_DECIDE, methods=("POST",))
def undo(change_id: int) -> AnyResponse:
    back = request.form.get("back")
    try:
        outcome = service.undo(work(), change_id)
    except service.TooLateToUndo:
        flash(gettext("已经撤销过，或者过了可以撤销的时间。单项仍可以用“恢复推荐”改回来。"), "warning")
        return _after_undoing(back)
    _tell(outcome, board_wording.undone(outcome))
    return _after_undoing(back, outcome)


@pages.page("/filters", Action.PAIRING_QUEUE, methods=("POST",))
def save_filter() -> AnyResponse:
    form = SavedFilterForm()
    filters = _filters(form.back.data)
    if not form.validate_on_submit():
        return board_page(filters, 422, keeping=form)
    try:
        kept = service.save_filter(work(), form.name.data or "", filters, bool(form.is_default.data))
    except service.TooManyFilters as error:
        add_error(form.name, gettext("最多保存 %(most)s 个常用筛选，请先删去不用的", most=error.most))
        return board_page(filters, 422, keeping=form)
    flash(gettext("已保存为常用筛选“%(name)s”。", name=kept.name), "success")
    return _to_board(form.back.data)


@pages.page("/filters/<int:filter_id>/<any(default,plain):how>", Action.PAIRING_QUEUE, methods=("POST",))
def open_with(filter_id: int, how: str) -> AnyResponse:
    """The board opens with it from now on ("default"), or with everything ("plain")."""
    kept = service.open_with(work(), filter_id, how == "default")
    if kept.is_default:
        flash(gettext("以后打开看板时先用“%(name)s”。", name=kept.name), "success")
    else:
        flash(gettext("以后打开看板时显示全部。"), "success")
    return _to_board(request.form.get("back"))


@pages.page("/filters/<int:filter_id>/remove", Action.PAIRING_QUEUE, methods=("POST",))
def remove_filter(filter_id: int) -> AnyResponse:
    flash(gettext("已删去常用筛选“%(name)s”。", name=service.remove_filter(work(), filter_id)), "success")
    return _to_board(request.form.get("back"))


def _filters(back: str | None) -> QueueFilters:
    return QueueFilters.of(dict(parse_qsl((back or "").lstrip("?"))))


def _seen(form: ChosenForm) -> QueueFilters:
    """What was looked at: the board's filters, in the column or tab that was chosen as a whole."""
    return QueueFilters.of(
        dict(parse_qsl((form.back.data or "").lstrip("?"))) | {"state": form.state.data or ""}
    )


def _after_undoing(back: str | None, outcome: service.Outcome | None = None) -> AnyResponse:
    """To the page of the pairing from which it was asked; else to the board, to the one pairing that was concerned."""
    asked_from = number(request.form.get("pairing"))
    if asked_from:
        return redirect(url_for("pairings.detail", pairing_id=asked_from), 303)
    items = outcome.change.items if outcome is not None and outcome.change is not None else []
    return _to_board(back, f"pairing-{items[0].pairing_id}" if len(items) == 1 else None)


def _told(back: str | None, outcome: service.Outcome, done: str) -> AnyResponse:
    _tell(outcome, done)
    return _to_board(back)


def _tell(outcome: service.Outcome, done: str) -> None:
    if outcome.done:
        flash(done, "success")
    if left := board_wording.left(outcome):
        flash(left, "warning")
    elif not outcome.done:
        flash(gettext("没有选中可以改的匹配。"), "info")


def _refused(form: ChosenForm, problem: str, status: int = 422) -> Response:
    """Nothing was done; the selection and the note are still there."""
    return board_page(_filters(form.back.data), status, chosen=form, problem=problem)


def _to_board(back: str | None, anchor: str | None = None) -> AnyResponse:
    query = _filters(back).query() or {"state": State.OPEN.value}
    return redirect(url_for("pairings.board", **query, _anchor=anchor), 303)
