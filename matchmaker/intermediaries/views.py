"""The pages of the catalogue of services."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext

from matchmaker.intermediaries import request_views, service
from matchmaker.intermediaries.blueprint import found, pages, requests, to
from matchmaker.intermediaries.errors import ChangedMeanwhile, NotEditable, NotVerified
from matchmaker.intermediaries.forms import ReturnForm, ServiceForm
from matchmaker.intermediaries.service import ServiceFilter
from matchmaker.intermediaries.wording import refusal
from matchmaker.policy import Action
from matchmaker.site import vocabulary, work
from models import Organisation, Service, ServiceStatus

__all__ = ["pages", "request_views", "requests"]


@pages.page("/", Action.SERVICE_READ)
def index() -> str:
    wanted = ServiceFilter.from_query(request.args)
    return render_template(
        "intermediaries/index.html",
        listing=service.services(work(), wanted),
        wanted=wanted,
        counts=service.counts(work()),
        statuses=list(ServiceStatus),
    )


@pages.page("/mine", Action.SERVICE_CREATE)
def mine() -> Any:
    if work().person.is_staff:
        return to("services.index")
    return render_template(
        "intermediaries/mine.html", services=service.mine(work()), organisation=work().person.organisation
    )


@pages.page("/<int:service_id>", Action.SERVICE_READ)
def detail(service_id: int) -> str:
    return _page(found(service.find_service, service_id))


@pages.page("/new", Action.SERVICE_CREATE, methods=("GET", "POST"))
def create() -> Any:
    """Staff choose for whom, and publish at once with the button `publish`."""
    bodies = service.intermediaries(work()) if work().person.is_staff else None
    form = ServiceForm().offer(vocabulary(), bodies)
    if form.validate_on_submit():
        made = service.create_service(work(), _for_whom(form, bodies), form.facts())
        return _after_saving(made)
    return render_template("intermediaries/form.html", form=form, service=None), 422 if form.errors else 200


@pages.page("/<int:service_id>/edit", Action.SERVICE_EDIT, methods=("GET", "POST"))
def edit(service_id: int) -> Any:
    subject = found(service.find_service, service_id, Action.SERVICE_EDIT)
    typed = request.form if request.method == "POST" else None
    form = ServiceForm.of(subject, typed).offer(vocabulary())
    differing = None
    if typed is not None and form.validate():
        try:
            service.edit_service(work(), subject, form.facts(), form.seen)
        except ChangedMeanwhile:
            differing = _differences(form, subject)
            form.renewed(subject.version)
        except NotEditable:
            flash(gettext("正在审核或已经下架，现在不能修改。"), "warning")
            return to("services.detail", service_id=subject.id)
        else:
            return _after_saving(subject)
    status = 409 if differing is not None else 422 if form.errors else 200
    page = render_template("intermediaries/form.html", form=form, service=subject, differing=differing)
    return page, status


@pages.page("/<int:service_id>/submit", Action.SERVICE_EDIT, methods=("POST",))
def submit(service_id: int) -> Any:
    subject = found(service.find_service, service_id, Action.SERVICE_EDIT)
    return _hand_in(subject)


@pages.page("/<int:service_id>/publish", Action.SERVICE_CHECK, methods=("POST",))
def publish(service_id: int) -> Any:
    subject = found(service.find_service, service_id, Action.SERVICE_CHECK)
    return _publish(subject)


@pages.page("/<int:service_id>/return", Action.SERVICE_CHECK, methods=("POST",))
def send_back(service_id: int) -> Any:
    subject = found(service.find_service, service_id, Action.SERVICE_CHECK)
    form = ReturnForm()
    if not form.validate():
        return _page(subject, form), 422
    service.send_back(work(), subject, form.reason.data)
    flash(gettext("已退回，对方会看到原因。"), "success")
    return to("services.detail", service_id=subject.id)


@pages.page("/<int:service_id>/archive", Action.SERVICE_EDIT, methods=("POST",))
def archive(service_id: int) -> Any:
    subject = found(service.find_service, service_id, Action.SERVICE_EDIT)
    service.archive(work(), subject)
    flash(gettext("服务已下架，已经申请的照常办理。"), "success")
    return to("services.detail", service_id=subject.id)


@pages.page("/<int:service_id>/restore", Action.SERVICE_EDIT, methods=("POST",))
def restore(service_id: int) -> Any:
    subject = found(service.find_service, service_id, Action.SERVICE_EDIT)
    service.restore(work(), subject)
    flash(gettext("服务已恢复为草稿。"), "success")
    return to("services.detail", service_id=subject.id)


def _page(subject: Service, return_form: ReturnForm | None = None) -> str:
    return render_template(
        "intermediaries/detail.html",
        service=subject,
        steps=service.steps_of_service(work(), subject),
        return_form=return_form or ReturnForm(formdata=None),
    )


def _for_whom(form: ServiceForm, bodies: list[Organisation] | None) -> Organisation:
    if bodies is None:
        return work().person.organisation
    return next(each for each in bodies if str(each.id) == form.organisation.data)


def _after_saving(subject: Service) -> Any:
    """What the button asks for: to keep it, to hand it in, or of staff to publish it."""
    if "publish" in request.form and work().person.is_staff and "publish" in _steps(subject):
        return _publish(subject)
    if "submit" in request.form and "submit" in _steps(subject):
        return _hand_in(subject)
    waits = subject.status is ServiceStatus.SUBMITTED
    flash(gettext("修改已保存，科技局审核以后重新公开。") if waits else gettext("服务已保存。"), "success")
    return to("services.detail", service_id=subject.id)


def _steps(subject: Service) -> frozenset[str]:
    return service.steps_of_service(work(), subject)


def _hand_in(subject: Service) -> Any:
    try:
        service.submit(work(), subject)
    except NotVerified as error:
        flash(refusal(error)[1], "warning")
    else:
        flash(gettext("已提交，科技局审核以后公开。"), "success")
    return to("services.detail", service_id=subject.id)


def _publish(subject: Service) -> Any:
    try:
        service.publish(work(), subject)
    except NotVerified as error:
        flash(refusal(error)[1], "warning")
    else:
        flash(gettext("服务已发布。"), "success")
    return to("services.detail", service_id=subject.id)


def _differences(form: ServiceForm, subject: Service) -> list[tuple[str, str]]:
    present = ServiceForm.of(subject).offer(vocabulary())
    return [
        (str(field.label.text), str(present[field.short_name].data or gettext("（空）")))
        for field in form
        if field.short_name not in ("version", "csrf_token")
        and (field.data or None) != (present[field.short_name].data or None)
    ]
