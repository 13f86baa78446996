"""Consent to a talk: proposed and recorded by staff, declined by a side, and the undertaking accepted."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from matchmaker.forms import add_error
from matchmaker.pairings import consent_forms, consent_wording, service, wording
from matchmaker.pairings.views import pairing_page
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from matchmaker.undertakings.service import StaleUndertaking
from models import DeclineReason, IllegalStep, Side

pages = Pages("consents", __name__, url_prefix="/pairings")


@pages.app_context_processor
def words_of_consent() -> dict[str, Any]:
    return {"consent_words": consent_wording}


@pages.errorhandler(service.PairingNotFound)
def _not_found(error: LookupError) -> Any:
    return current_app.handle_http_exception(NotFound())


@pages.page("/<int:pairing_id>/propose", Action.CONSENT_RECORD, methods=("POST",))
def propose(pairing_id: int) -> AnyResponse:
    pairing = service.find(work(), pairing_id)
    try:
        service.propose(work(), pairing)
    except service.NotOpen:
        return _again(pairing_id, "propose", gettext("这项匹配已经结束或已确认合作，不用再提议了。"))
    except service.NotPublic as error:
        return _again(pairing_id, "propose", wording.not_public(error))
    except service.NothingToAsk:
        flash(gettext("双方都已经问过了。"), "info")
    else:
        flash(gettext("已提议对接，双方会收到通知，请他们答复。"), "success")
    return _to_consent(pairing_id)


@pages.page("/<int:pairing_id>/decline", Action.INTEREST_EXPRESS, methods=("POST",))
def decline(pairing_id: int) -> AnyResponse:
    page = service.page_of(work(), pairing_id)
    form = consent_forms.decline_form(page.consent)
    if not form.validate_on_submit():
        return _again(pairing_id, "decline", status=422, decline=form)
    try:
        reason = DeclineReason(form.reason.data)
        service.decline(work(), page.pairing, reason, form.note.data or "", form.version.data)
    except service.StaleConsent as error:
        return _again(pairing_id, "decline", consent_wording.stale(error), decline=form)
    except IllegalStep:
        return _again(
            pairing_id,
            "decline",
            gettext("贵单位已经同意对接或已经答复。要停止对接，请撤回同意。"),
            decline=form,
        )
    flash(gettext("已答复暂不对接，对方会收到婉转的说明。以后想谈，随时可以再同意。"), "success")
    return _to_consent(pairing_id)


@pages.page(
    "/<int:pairing_id>/consent/<any(problem,capability):side>", Action.CONSENT_RECORD, methods=("POST",)
)
def record(pairing_id: int, side: str) -> AnyResponse:
    """What a side told the bureau by telephone or in another way."""
    page, of = service.page_of(work(), pairing_id), Side(side)
    form = consent_forms.record_form(work(), page.consent, of)
    kept: dict[str, Any] = {"record": {of: form}}
    try:
        # Asked before the form is checked: what can be chosen has changed with the answer.
        service.refuse_stale(work(), page.pairing, of, form.version.data)
        if not form.validate_on_submit():
            return _again(pairing_id, side, status=422, **kept)
        both = service.record(work(), page.pairing, of, form.answer(), form.version.data)
    except service.TalkInFuture:
        add_error(form.day, gettext("还没到这一天，请填写对方实际答复的日期"))
        return _again(pairing_id, side, status=422, **kept)
    except service.StaleConsent as error:
        return _again(pairing_id, side, consent_wording.stale(error), **kept)
    except service.NotOpen:
        return _again(pairing_id, side, gettext("这项匹配已经结束或已确认合作，不用再记录同意了。"), **kept)
    if both:
        flash(gettext("已记录，双方都同意对接，联系方式已互相开放。"), "success")
    else:
        flash(gettext("已记录，有关的人会收到通知。"), "success")
    return _to_consent(pairing_id)


@pages.page("/<int:pairing_id>/undertaking", Action.UNDERTAKING_ACCEPT, methods=("POST",))
def accept(pairing_id: int) -> AnyResponse:
    pairing = service.find(work(), pairing_id)
    version = request.form.get("version", default=0, type=int)
    try:
        service.accept(work(), pairing, version)
    except service.NotOpen:
        return _again(pairing_id, "undertaking", gettext("这项匹配已标为不合适，不用再接受保密承诺书了。"))
    except StaleUndertaking as error:
        problem = gettext(
            "保密承诺书刚刚更新为第 %(version)s 版，请看过新的内容再接受。",
            version=error.undertaking.version,
        )
        return _again(pairing_id, "undertaking", problem)
    except service.AlreadyAccepted:
        flash(gettext("贵单位已经接受过这一版保密承诺书。"), "info")
    else:
        flash(gettext("已代表贵单位接受保密承诺书，对方和科技局会收到通知。"), "success")
    return _to_consent(pairing_id)


def _to_consent(pairing_id: int) -> AnyResponse:
    back = request.form.get("list") or None
    return redirect(url_for("pairings.detail", pairing_id=pairing_id, list=back, _anchor="consent"), 303)


def _again(pairing_id: int, failed: str, problem: str = "", status: int = 409, **forms: Any) -> AnyResponse:
    """The page as it is now, with the form that was not accepted, what was typed, and the present version."""
    work().session.rollback()
    page = service.page_of(work(), pairing_id)
    shown = consent_forms.fresh(work(), page.consent)
    if decline := forms.get("decline"):
        shown.decline = consent_forms.renewed(decline, shown.decline)
    for side, form in forms.get("record", {}).items():
        shown.record[side] = consent_forms.renewed(form, shown.record[side])
    shown.failed, shown.problem = failed, problem
    return pairing_page(page, status, consent=shown)
