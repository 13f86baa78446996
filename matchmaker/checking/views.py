"""The pages of the checking queue: the list, one item after the other, and what is decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.checking import service, wording
from matchmaker.checking.service import Altered, CannotUndo, Filters, NotInQueue, Overtaken, Place
from matchmaker.organisations.forms import RejectForm
from matchmaker.policy import Action
from matchmaker.postings.forms import ReturnForm
from matchmaker.postings.service import PostingNotFound
from matchmaker.postings.wording import in_words
from matchmaker.site import Pages, vocabulary, work
from matchmaker.work import LOCAL_ZONE
from models import CheckKind

pages = Pages("checking", __name__)
ITEM = "/checking/<any(problem, capability, organisation):checked>/<int:number>"
WAITING_DAYS = (1, 3, 7, 14, 30)
Form = ReturnForm | RejectForm


@pages.app_context_processor
def for_every_page() -> dict[str, Any]:
    return {"to_check": lambda: service.count(work()), "ready_reasons": ready_reasons}


def ready_reasons(kind: str) -> list[tuple[str, str]]:
    """(code, sentence) of the reasons that staff pick from, in the order of their keys."""
    return vocabulary().choices(wording.REASONS[CheckKind(kind)])


@pages.page("/checking", Action.CHECKING_WORK)
def index() -> str:
    found = service.queue(work(), _filters())
    return render_template(
        "checking/index.html",
        found=found,
        filters=found.filters,
        kinds=list(CheckKind),
        waiting_days=WAITING_DAYS,
        checking_words=wording,
        address=address,
        days_since=_days_since,
    )


@pages.page(ITEM, Action.CHECKING_WORK)
def item(checked: str, number: int) -> Any:
    """One to decide; `against` asks for it beside another of its kind."""
    try:
        return _item_page(CheckKind(checked), number, _form_of(CheckKind(checked)))
    except NotInQueue:
        abort(404)
    except Overtaken as overtaken:
        flash(wording.happened(overtaken.subject, overtaken.event), "warning")
        return _to(_following(overtaken))


@pages.page(f"{ITEM}/accept", Action.CHECKING_WORK, methods=("POST",))
def accept(checked: str, number: int) -> Any:
    kind = CheckKind(checked)
    try:
        decided = service.accept(work(), kind, number, _seen(), _filters())
    except NotInQueue:
        abort(404)
    except (Overtaken, Altered) as error:
        return _conflict_page(error, _form_of(kind)), 409
    except service.OrganisationNotVerified as error:
        flash(gettext("发布单位还没有通过审核，请先审核单位。"), "warning")
        return _to_item(CheckKind.ORGANISATION, cast(Any, error.subject).organisation_id)
    flash(wording.accepted(kind, decided.subject), "success")
    return _to(decided.following)


@pages.page(f"{ITEM}/return", Action.CHECKING_WORK, methods=("POST",))
def send_back(checked: str, number: int) -> Any:
    kind, form = CheckKind(checked), _form_of(CheckKind(checked))
    try:
        if ready := request.form.get("ready"):
            return _item_page(kind, number, _with_ready(kind, form, ready))
        if not form.validate_on_submit():
            return _item_page(kind, number, form), 422
        decided = service.send_back(work(), kind, number, _seen(), form.reason.data or "", _filters())
    except NotInQueue:
        abort(404)
    except (Overtaken, Altered) as error:
        return _conflict_page(error, form), 409
    flash(wording.sent_back(kind, decided.subject), "success")
    return _to(decided.following)


@pages.page(f"{ITEM}/look", Action.CHECKING_WORK, methods=("POST",))
def look(checked: str, number: int) -> str:
    """What the open page asks every few seconds; it tells the others that it is open."""
    try:
        seen = service.look_at(work(), CheckKind(checked), number)
    except NotInQueue:
        abort(404)
    return render_template("checking/company.html", seen=seen, checking_words=wording)


@pages.page("/checking/undo", Action.CHECKING_WORK, methods=("POST",))
def undo() -> Any:
    try:
        decision = service.undo(work(), request.form.get("event", 0, type=int))
    except CannotUndo:
        flash(gettext("现在不能撤回了：时间已过，或者已经有人接着办理。请在它的页面上处理。"), "warning")
        return _to(None)
    flash(wording.undone(decision), "success")
    return _to_item(decision.kind, decision.subject.id)


def _item_page(kind: CheckKind, number: int, form: Form, alert: str = "") -> str:
    page = service.item(work(), kind, number, _filters())
    return render_template(
        "checking/item.html",
        page=page,
        subject=page.subject,
        comparison=_comparison(kind, number),
        filters=_filters(),
        return_form=form,
        alert=alert,
        checking_words=wording,
        address=address,
        days_since=_days_since,
        word=lambda name, value: in_words(vocabulary(), name, value),
    )


def _comparison(kind: CheckKind, number: int) -> service.Comparison | None:
    against = request.args.get("against", type=int)
    if against is None:
        return None
    try:
        return service.comparison(work(), kind, number, against)
    except (NotInQueue, PostingNotFound):
        abort(404)


def _conflict_page(error: Overtaken | Altered, form: Form) -> str:
    """What happened meanwhile; where it waits still, the newest text with what was typed, otherwise the next one."""
    if isinstance(error, Altered):
        changed = gettext("您打开以后它又改过、重新提交了。下面是最新的内容，请再看一遍；您填写的还在。")
        return _item_page(error.kind, error.subject.id, form, changed)
    said = wording.happened(error.subject, error.event)
    if typed := form.reason.data:
        said = gettext("%(said)s您的决定没有记录。您填写的原因是：%(reason)s", said=said, reason=typed)
    following = _following(error)
    if following is None:
        return render_template("checking/nothing_left.html", said=said, filters=_filters(), address=address)
    return _item_page(following.kind, following.id, _empty_form(following.kind), said)


def _following(error: Overtaken) -> Place | None:
    return service.next_after(work(), _filters(), error.kind, error.subject)


def _filters() -> Filters:
    return Filters.from_query(request.args)


def _seen() -> int:
    return request.form.get("version", 0, type=int)


def _form_of(kind: CheckKind) -> Form:
    return RejectForm() if kind is CheckKind.ORGANISATION else ReturnForm()


def _empty_form(kind: CheckKind) -> Form:
    return RejectForm(formdata=None) if kind is CheckKind.ORGANISATION else ReturnForm(formdata=None)


def _with_ready(kind: CheckKind, form: Form, code: str) -> Form:
    """Without scripts the buttons of the ready reasons send the form, and it comes back with the sentence in it."""
    sentence = dict(ready_reasons(kind)).get(code, "")
    form.reason.data = "\n".join(each for each in (form.reason.data, sentence) if each)
    return form


def _to(following: Place | None) -> Any:
    if following is None:
        return redirect(address("checking.index", _filters()), 303)
    return _to_item(following.kind, following.id)


def _to_item(kind: CheckKind, number: int) -> Any:
    return redirect(address("checking.item", _filters(), checked=kind.value, number=number), 303)


def address(endpoint: str, filters: Filters, **values: Any) -> str:
    """Of a page of the queue, keeping the filters that one works through."""
    return url_for(endpoint, **values, **cast(dict[str, Any], filters.query))


def _days_since(moment: datetime) -> int:
    """Whole days in the bureau's time zone."""
    return (work().today() - moment.astimezone(LOCAL_ZONE).date()).days
