"""The pages of one account: what it has in hand, what is held about the person, and how that ends."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from matchmaker.accounts.errors import AccountMissing, LastAdministrator, OwnAccount
from matchmaker.accounts.service import ROLES
from matchmaker.administration import erasure, handing_over, personal_data, wording
from matchmaker.administration.errors import AlreadyErased, StillInHand
from matchmaker.administration.forms import ErasureForm, HandOverForm
from matchmaker.administration.pages import Page, pages, status
from matchmaker.policy import Action
from matchmaker.site import work
from models import User


@pages.page("/accounts/<int:user_id>", Action.ACCOUNT_HAND_OVER)
def account(user_id: int) -> Page:
    return _account_page(_find(user_id))


@pages.page("/accounts/<int:user_id>/hand-over", Action.ACCOUNT_HAND_OVER, methods=("POST",))
def hand_over(user_id: int) -> Page:
    user, form = _find(user_id), HandOverForm()
    people = handing_over.colleagues(work(), user)
    form.offer(people)
    if not form.validate_on_submit():
        return _account_page(user, form), 422
    to = next(each for each in people if str(each.id) == form.to.data)
    counted = handing_over.hand_over(work(), user, to, form.note.data or "")
    flash(
        gettext("%(count)s 项已移交给%(name)s，并已通知。", count=counted.total, name=to.name)
        if counted.total
        else gettext("没有要移交的。"),
        "success",
    )
    return redirect(url_for("administration.account", user_id=user.id), 303)


@pages.page("/accounts/<int:user_id>/data", Action.ACCOUNT_ERASE, methods=("POST",))
def export_data(user_id: int) -> Page:
    user = _find(user_id)
    if user.erased_at is not None:
        abort(404)
    return _zip(user)


@pages.page("/own-data", Action.ACCOUNT_MANAGE_OWN, methods=("GET", "POST"))
def own_data() -> Page:
    if request.method == "POST":
        return _zip(work().person)
    return render_template("administration/own_data.html")


@pages.page("/accounts/<int:user_id>/erase", Action.ACCOUNT_ERASE, methods=("GET", "POST"))
def erase(user_id: int) -> Page:
    user, form = _find(user_id), ErasureForm()
    try:
        found = erasure.plan(work(), user)
        if form.validate_on_submit():
            erasure.erase(work(), user, form.reason.data or "", bool(form.names.data))
            flash(gettext("个人信息已抹去，账号已注销。以前办理的事情显示为“已注销的账号”。"), "success")
            return redirect(url_for("administration.account", user_id=user.id), 303)
    except (OwnAccount, LastAdministrator, AlreadyErased) as error:
        flash(wording.closing_advice(error), "error")
        return redirect(url_for("administration.account", user_id=user.id), 303)
    except StillInHand:
        flash(gettext("这个账号还有经办的事情，请先移交。"), "warning")
        return redirect(url_for("administration.account", user_id=user.id), 303)
    if not form.is_submitted():
        form.names.data = not found.namesakes
    return render_template("administration/erase.html", plan=found, form=form, words=wording), status(form)


def _account_page(user: User, form: HandOverForm | None = None) -> str:
    found = handing_over.in_hand(work(), user)
    shown = form or HandOverForm(formdata=None)
    if form is None:
        shown.offer(handing_over.colleagues(work(), user))
    return render_template(
        "administration/account.html",
        user=user,
        in_hand=found,
        form=shown,
        words=wording,
        roles=ROLES[user.organisation.kind],
        present=work().now(),
    )


def _zip(user: User) -> Any:
    found = personal_data.export(work(), user)
    page = render_template("administration/personal_data.html", user=user, found=found, words=wording)
    data = personal_data.packed(found, page)
    return send_file(
        io.BytesIO(data),
        "application/zip",
        as_attachment=True,
        download_name=f"personal-data-{user.id}-{work().today():%Y%m%d}.zip",
    )


def _find(user_id: int) -> User:
    try:
        return handing_over.find(work(), user_id)
    except AccountMissing:
        abort(404)
