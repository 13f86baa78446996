"""The thread of a pairing: messages, notes, next steps and whose it is; and a broker's own list of next steps."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.attachments.service import Refused
from matchmaker.attachments.wording import refusal
from matchmaker.belonging import Belonging
from matchmaker.forms import add_error, with_ids
from matchmaker.pairings import service, thread_forms, thread_wording, wording
from matchmaker.pairings.views import pairing_page
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from models import Audience, EntryKind, IllegalStep

pages = Pages("threads", __name__, url_prefix="/pairings")


@pages.app_context_processor
def words_of_threads() -> dict[str, Any]:
    """For the page of a pairing, and the count in the navigation."""
    return {"thread_words": thread_wording, "steps_due": lambda: service.due_count(work())}


@pages.errorhandler(service.PairingNotFound)
@pages.errorhandler(service.StepNotFound)
@pages.errorhandler(service.UnknownBroker)
def _not_found(error: LookupError) -> Any:
    return current_app.handle_http_exception(NotFound())


@pages.page("/<int:pairing_id>/messages", Action.THREAD_WRITE, methods=("POST",))
def write(pairing_id: int) -> AnyResponse:
    page = service.page_of(work(), pairing_id)
    form = thread_forms.message_form(work(), page)
    audience = form.audience.data
    try:
        if not form.validate_on_submit():
            if audience in list(Audience) and audience not in page.thread.audiences:
                raise service.NotInTouch(page.pairing)
            return _again(pairing_id, "message", message=form)
        files = request.files.getlist("files")
        service.write(work(), page.pairing, form.text.data or "", Audience(audience), files)
    except service.NothingSaid:
        add_error(form.text, gettext("请写点什么，或者附上文件"))
        return _again(pairing_id, "message", message=form)
    except Refused as refused:
        add_error(form.text, refusal(refused, work().settings))
        return _again(pairing_id, "message", message=form)
    except service.NotInTouch:
        why = thread_wording.why_not_across(page.pairing)
        problem = gettext("%(why)s您写的内容还在，可以先发给科技局。", why=why)
        return _again(pairing_id, "message", 409, problem, message=form)
    flash(gettext("已发出，有关的人会收到通知。"), "success")
    return _to_thread(pairing_id)


@pages.page("/<int:pairing_id>/notes", Action.THREAD_NOTE, methods=("POST",))
def note(pairing_id: int) -> AnyResponse:
    pairing = service.find(work(), pairing_id)
    form = thread_forms.talk_form(work())
    if not form.validate_on_submit():
        return _again(pairing_id, "talk", talk=form)
    internal = form.audience.data == Audience.STAFF
    files = request.files.getlist("files")
    try:
        service.note(
            work(), pairing, EntryKind(form.kind.data), form.day.data, form.text.data or "", internal, files
        )
    except service.NothingSaid:
        add_error(form.text, gettext("请写点什么，或者附上文件"))
    except service.TalkInFuture:
        add_error(form.day, gettext("还没到这一天，以后的事请写成下一步"))
    except Refused as refused:
        add_error(form.text, refusal(refused, work().settings))
    else:
        flash(gettext("已记下。") if internal else gettext("已记下，双方会收到通知。"), "success")
        return _to_thread(pairing_id)
    return _again(pairing_id, "talk", talk=form)


@pages.page("/<int:pairing_id>/next-steps", Action.NEXT_STEP_EDIT, methods=("POST",))
def plan(pairing_id: int) -> AnyResponse:
    page = service.page_of(work(), pairing_id)
    form = thread_forms.plan_form(work(), page)
    if not form.validate_on_submit():
        return _again(pairing_id, "plan", plan=form)
    owner = service.broker_of(work(), int(form.owner.data))
    try:
        service.plan(work(), page.pairing, form.what.data, form.due_on.data, owner)
    except service.DueInPast:
        add_error(form.due_on, gettext("这一天已经过去，请选今天或以后"))
        return _again(pairing_id, "plan", plan=form)
    flash(gettext("已安排下一步。"), "success")
    return _to_thread(pairing_id)


@pages.page("/<int:pairing_id>/broker", Action.PAIRING_ASSIGN, methods=("POST",))
def assign(pairing_id: int) -> AnyResponse:
    """Taken on by who asks ("take"), or handed to the colleague that was chosen."""
    page = service.page_of(work(), pairing_id)
    form = thread_forms.broker_form(page)
    if request.form.get("take"):
        form.broker.raw_data = form.broker.data = str(work().person.id)
    if not form.validate_on_submit():
        return _again(pairing_id, "broker", broker=form)
    broker = service.broker_of(work(), int(form.broker.data))
    try:
        changed = service.hand_over(work(), page.pairing, broker, form.version.data, form.note.data or "")
    except service.StaleDecision as error:
        form.version.data, form.version.raw_data = error.pairing.version, None
        return _again(pairing_id, "broker", 409, wording.stale(error), broker=form)
    if changed:
        flash(gettext("现在由%(name)s经办，未办的下一步一并转过去。", name=broker.name), "success")
    else:
        flash(gettext("已经是%(name)s经办。", name=broker.name), "info")
    return _to_thread(pairing_id)


@pages.page(
    "/next-steps/<int:step_id>/<any(finish,drop,move,reopen):change>",
    Action.NEXT_STEP_EDIT,
    methods=("POST",),
)
def change(step_id: int, change: str) -> AnyResponse:
    """Done, not needed any more, moved, or open again: a mistaken press is undone from the thread."""
    step = service.find_step(work(), step_id)
    form = thread_forms.step_form(service.brokers(work())).only_for(change)
    kept: dict[str, Any] = {"step": form, "step_id": step_id}
    if not form.validate_on_submit():
        return _again(step.pairing_id, "step", **kept)
    version, said = form.version.data, form.note.data or ""
    try:
        if change == "move":
            owner = service.broker_of(work(), int(form.owner.data))
            service.move(work(), step, form.due_on.data, owner, version, said)
        else:
            service.change(work(), step, change, version, said)
    except service.DueInPast:
        add_error(form.due_on, gettext("这一天已经过去，请选今天或以后"))
        return _again(step.pairing_id, "step", **kept)
    except service.StaleStep as error:
        form.version.data, form.version.raw_data = error.step.version, None
        return _again(step.pairing_id, "step", 409, thread_wording.stale_step(error), **kept)
    except IllegalStep:
        return _again(step.pairing_id, "step", 409, gettext("这一步已经办完了。"), **kept)
    flash(thread_wording.DONE[change], "success")
    return redirect(url_for(".mine"), 303) if form.back.data == "mine" else _to_thread(step.pairing_id)


@pages.page("/next-steps", Action.NEXT_STEP_EDIT)
def mine() -> str:
    of = request.args.get("of", type=int)
    page = request.args.get("page", default=1, type=int)
    belonging = Belonging.from_query(request.args)
    mine = service.my_steps(work(), min(page, 1_000_000), of, belonging)
    return render_template("pairings/next_steps.html", mine=mine, belonging=belonging)


def _to_thread(pairing_id: int) -> AnyResponse:
    back = request.form.get("list") or None
    return redirect(url_for("pairings.detail", pairing_id=pairing_id, list=back, _anchor="thread"), 303)


def _again(pairing_id: int, failed: str, status: int = 422, problem: str = "", **forms: Any) -> AnyResponse:
    """The page as it is now, with the form that was not accepted and what was typed."""
    work().session.rollback()  # of several files one was refused: nothing of the entry stays
    page = service.page_of(work(), pairing_id)
    shown = thread_forms.fresh(work(), page)
    for name, value in forms.items():
        setattr(shown, name, value)
    if shown.step is not None:
        with_ids(shown.step, f"step-{shown.step_id}")
    shown.failed, shown.problem = failed, problem
    return pairing_page(page, status, forms=shown)
