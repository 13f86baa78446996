"""The page of an organisation's robot."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from matchmaker.deliveries import wording
from matchmaker.organisations import service as organisations
from matchmaker.organisations.errors import OrganisationMissing
from matchmaker.policy import Action
from matchmaker.site import Pages, work
from matchmaker.webhooks import payloads, service
from matchmaker.webhooks.addresses import BadAddress
from matchmaker.webhooks.forms import RobotForm, VersionForm, address_advice, robot_form
from matchmaker.webhooks.service import StaleWebhook
from models import Organisation, PayloadFormat

pages = Pages("webhooks", __name__, url_prefix="/organisations/<int:organisation_id>/robot")
Page = Response | str | tuple[str, int]


@pages.page("", Action.ORGANISATION_CONNECT, methods=("GET", "POST"))
def robot(organisation_id: int) -> Page:
    organisation = _find(organisation_id)
    form = robot_form(service.overview(work(), organisation).webhook)
    if not form.validate_on_submit():
        return _page(organisation, form, 422 if form.is_submitted() else 200)
    try:
        secret = service.connect(
            work(),
            organisation,
            form.version.data,
            form.url.data,
            PayloadFormat(form.format.data),
            form.signing_secret.data or "",
        )
    except BadAddress as refused:
        form.url.errors = [address_advice(refused.fault)]
        return _page(organisation, form, 422)
    except StaleWebhook as stale:
        form.version.raw_data, form.version.data = None, stale.webhook.version if stale.webhook else 0
        form.form_errors = [
            gettext("有人刚刚改过推送设置，下面是现在的情况。要用您填写的内容，请再保存一次。")
        ]
        return _page(organisation, form, 409)
    if secret is not None and form.format.data == PayloadFormat.JSON:
        return _secret_page(organisation, secret)
    flash(gettext("推送设置已保存。可以发一条测试消息看看。"), "success")
    return _back(organisation)


@pages.page("/secret", Action.ORGANISATION_CONNECT, methods=("POST",))
def renew_secret(organisation_id: int) -> Page:
    organisation = _find(organisation_id)
    try:
        secret = service.renew_secret(work(), organisation, _version())
    except StaleWebhook:
        return _stale(organisation)
    return _secret_page(organisation, secret)


@pages.page("/test", Action.ORGANISATION_CONNECT, methods=("POST",))
def test(organisation_id: int) -> Page:
    organisation = _find(organisation_id)
    try:
        service.send_test(work(), organisation, _version())
    except StaleWebhook:
        return _stale(organisation)
    flash(gettext("测试消息已放入发送队列，几秒后刷新本页看结果。"), "success")
    return _back(organisation)


@pages.page("/remove", Action.ORGANISATION_CONNECT, methods=("POST",))
def remove(organisation_id: int) -> Page:
    organisation = _find(organisation_id)
    try:
        service.disconnect(work(), organisation, _version())
    except StaleWebhook:
        return _stale(organisation)
    flash(gettext("已停止推送，地址已删除。"), "success")
    return _back(organisation)


def _find(organisation_id: int) -> Organisation:
    try:
        return organisations.find(work(), organisation_id, Action.ORGANISATION_CONNECT)
    except OrganisationMissing:
        abort(404)


def _version() -> int:
    form = VersionForm()
    return form.version.data if form.validate_on_submit() else -1


def _page(organisation: Organisation, form: RobotForm, status: int) -> tuple[str, int]:
    seen = service.overview(work(), organisation)
    page = render_template(
        "webhooks/robot.html",
        organisation=organisation,
        form=form,
        robot=seen.webhook,
        host=urlsplit(seen.webhook.url).hostname if seen.webhook else "",
        latest=seen.latest,
        words=wording,
        payloads=payloads,
    )
    return page, status


def _secret_page(organisation: Organisation, secret: str) -> str:
    return render_template(
        "webhooks/secret.html", organisation=organisation, secret=secret, payloads=payloads
    )


def _stale(organisation: Organisation) -> Page:
    flash(gettext("有人刚刚改过推送设置，什么也没有做。请看过现在的情况再办理。"), "warning")
    return _back(organisation)


def _back(organisation: Organisation) -> Page:
    return redirect(url_for("webhooks.robot", organisation_id=organisation.id), 303)
