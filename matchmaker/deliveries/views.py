"""The administrators' page of what leaves the service."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker import mail, site
from matchmaker.deliveries import service, wording
from matchmaker.deliveries.errors import DeliveryMissing
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from models import DeliveryStatus

pages = Pages("deliveries", __name__, url_prefix="/deliveries")


@pages.page("/", Action.DELIVERY_ADMINISTER)
def index() -> str:
    wanted = request.args.get("status", "")
    status = DeliveryStatus(wanted) if wanted in list(DeliveryStatus) else DeliveryStatus.FAILED
    number = request.args.get("page", default=1, type=int)
    return render_template(
        "deliveries/index.html",
        seen=service.overview(work()),
        listing=service.page(work(), status, min(number, 1_000_000)),
        status=status,
        statuses=list(DeliveryStatus),
        words=wording,
        reaches_people=mail.reaches_people(site.settings()),
    )


@pages.page("/<int:delivery_id>/retry", Action.DELIVERY_ADMINISTER, methods=("POST",))
def retry(delivery_id: int) -> Any:
    try:
        service.retry(work(), delivery_id)
    except DeliveryMissing:
        return _not_any_more()
    flash(gettext("马上再试一次。"), "success")
    return redirect(url_for("deliveries.index"), 303)


@pages.page("/<int:delivery_id>/cancel", Action.DELIVERY_ADMINISTER, methods=("POST",))
def cancel(delivery_id: int) -> Any:
    try:
        service.cancel(work(), delivery_id)
    except DeliveryMissing:
        return _not_any_more()
    flash(gettext("已取消，不会再发。"), "success")
    return redirect(url_for("deliveries.index"), 303)


def _not_any_more() -> Any:
    flash(gettext("它已经发出、取消或正在发送，不必再办理。"), "warning")
    return redirect(url_for("deliveries.index"), 303)
