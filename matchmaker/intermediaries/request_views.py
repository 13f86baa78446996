"""The pages of requests: asking, and what either side and the bureau do with one."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext

from matchmaker.attachments.service import Refused
from matchmaker.attachments.wording import refusal as refused_file
from matchmaker.intermediaries import service
from matchmaker.intermediaries.blueprint import found, requests, to
from matchmaker.intermediaries.errors import AlreadyAsked, ContactChanged, NotOpen
from matchmaker.intermediaries.forms import AskForm, ContactForm, DeclineForm, NoteForm, ResultForm
from matchmaker.intermediaries.service import RequestFilter, ServiceFilter
from matchmaker.intermediaries.wording import ABOUT, REFUSALS, STEP_DONE, refusal
from matchmaker.policy import Action
from matchmaker.site import work
from matchmaker.typed_numbers import number
from models import CooperationRecord, IllegalStep, RequestStatus, ServiceRequest

FORMS: dict[str, type[Any]] = {
    "accept": NoteForm,
    "start": NoteForm,
    "complete": ResultForm,
    "decline": DeclineForm,
    "withdraw": NoteForm,
}


@requests.page("/", Action.SERVICE_REQUEST_READ)
def index() -> str:
    wanted = RequestFilter.from_query(request.args)
    return render_template(
        "intermediaries/requests.html",
        listing=service.requests(work(), wanted),
        wanted=wanted,
        counts=service.count_by_state(work()),
        states=list(RequestStatus),
        providers=service.providers(work()),
        about=ABOUT,
    )


@requests.page("/<int:request_id>", Action.SERVICE_REQUEST_READ)
def detail(request_id: int) -> str:
    return _page(request_id)


@requests.page("/about/<kind>/<int:subject_id>", Action.SERVICE_ASK)
def choose(kind: str, subject_id: int) -> str:
    """Which service; `pairing` names the talk that it came up in."""
    subject = found(service.find_subject, kind, subject_id)
    wanted = ServiceFilter.from_query({**request.args, "status": "published"})
    return render_template(
        "intermediaries/choose.html",
        kind=kind,
        subject=subject,
        wanted=wanted,
        listing=service.services(work(), wanted),
        pairing=number(request.args.get("pairing")),
        back=subject_url(kind, subject.id),
    )


@requests.page("/about/<kind>/<int:subject_id>/<int:service_id>", Action.SERVICE_ASK, methods=("GET", "POST"))
def ask(kind: str, subject_id: int, service_id: int) -> Any:
    subject = found(service.find_subject, kind, subject_id)
    offered = found(service.find_service, service_id)
    requesters = service.requesters(work(), subject)
    form = AskForm(data=_known(subject)).offer(requesters)
    form.of(for_others=work().person.is_staff)
    status = 200
    if form.validate_on_submit():
        try:
            made = service.ask(work(), subject, offered, form.asked(number(request.args.get("pairing"))))
        except AlreadyAsked as again:
            flash(refusal(again)[1], "warning")
            return to("service_requests.detail", request_id=again.request.id)
        except REFUSALS as error:
            _add(form, *refusal(error))
            status = 422
        else:
            flash(
                gettext("申请已发给“%(name)s”，对方答复后会通知您。", name=offered.organisation.name),
                "success",
            )
            return to("service_requests.detail", request_id=made.id)
    elif form.errors:
        status = 422
    page = render_template(
        "intermediaries/ask.html",
        form=form,
        kind=kind,
        subject=subject,
        service=offered,
        back=subject_url(kind, subject.id),
    )
    return page, status


@requests.page(
    "/<int:request_id>/<any(accept, start, complete, decline):step>",
    Action.SERVICE_REQUEST_HANDLE,
    methods=("POST",),
)
def handle(request_id: int, step: str) -> Any:
    return _take(request_id, step, Action.SERVICE_REQUEST_HANDLE)


@requests.page("/<int:request_id>/withdraw", Action.SERVICE_REQUEST_WITHDRAW, methods=("POST",))
def withdraw(request_id: int) -> Any:
    return _take(request_id, "withdraw", Action.SERVICE_REQUEST_WITHDRAW)


@requests.page("/<int:request_id>/contact", Action.SERVICE_REQUEST_EDIT_CONTACT, methods=("POST",))
def correct_contact(request_id: int) -> Any:
    subject = found(service.find_request, request_id, Action.SERVICE_REQUEST_EDIT_CONTACT)
    form = contact_form()
    if not form.validate():
        return _page(request_id, contact=form), 422
    try:
        service.correct_contact(work(), subject, form.contact(), form.seen, form.agreed)
    except ContactChanged as changed:
        flash(gettext("有人刚刚处理过它，您填写的内容还在下面，请看现在的状态。"), "warning")
        form.renewed(changed.request.version)
        return _page(request_id, contact=form), 409
    except NotOpen:
        flash(gettext("申请已经结束，联系方式不再修改。"), "warning")
        return _page(request_id), 409
    except REFUSALS as error:
        _add(form, *refusal(error))
        return _page(request_id, contact=form), 422
    flash(gettext("联系方式已更正。"), "success")
    return to("service_requests.detail", request_id=request_id)


def contact_form(**options: Any) -> ContactForm:
    form = ContactForm(**options).of(for_others=work().person.is_staff)
    return with_ids(form, "contact")  # type: ignore[no-any-return]


def subject_url(kind: str, subject_id: int) -> str:
    if kind == "problem":
        return url_for("problems.detail", problem_id=subject_id, _anchor="services")
    if kind == "capability":
        return url_for("capabilities.detail", capability_id=subject_id, _anchor="services")
    return url_for("cooperation.detail", record_id=subject_id, _anchor="services")


def _take(request_id: int, step: str, action: Action) -> Any:
    subject = found(service.find_request, request_id, action)
    form = with_ids(FORMS[step](), step)
    if not form.validate():
        return _page(request_id, {step: form}), 422
    try:
        _do(subject, step, form)
    except IllegalStep:
        flash(gettext("有人刚刚处理过它，您填写的内容还在下面，请看现在的状态。"), "warning")
        work().session.rollback()
        return _page(request_id, {step: form}), 409
    except Refused as refused:
        work().session.rollback()
        form.file.errors = [*form.file.errors, refused_file(refused, work().settings)]
        return _page(request_id, {step: form}), 422
    flash(str(STEP_DONE[step]), "success")
    return to("service_requests.detail", request_id=request_id)


def _do(subject: ServiceRequest, step: str, form: Any) -> None:
    if step == "accept":
        service.accept(work(), subject, form.note.data or "")
    elif step == "start":
        service.start(work(), subject, form.note.data or "")
    elif step == "complete":
        service.complete(work(), subject, form.result.data, form.file.data)
    elif step == "decline":
        service.decline(work(), subject, form.reason.data)
    else:
        service.withdraw(work(), subject, form.note.data or "")


def _page(request_id: int, failed: dict[str, Any] | None = None, contact: ContactForm | None = None) -> str:
    """The request; a form that failed stands open, also where its step is not possible any more."""
    page = found(service.request_page, request_id)
    if page.may_edit_contact and contact is None:
        as_it_is = {name: getattr(page.request, name) for name in (*ContactForm.PLAIN, "version")}
        contact = contact_form(formdata=None, data=as_it_is | {"agreed_day": work().today()})
    failed = failed or {}
    forms = {step: failed.get(step) or with_ids(FORMS[step](formdata=None), step) for step in page.steps}
    return render_template(
        "intermediaries/request.html",
        page=page,
        request_of=page.request,
        forms={**failed, **forms},
        contact=contact,
        failed=next(iter(failed.values()), None),
        back=subject_url(page.kind, page.request.about.id),
        about=ABOUT,
    )


def _known(subject: Any) -> dict[str, Any]:
    """The contact as the object or the person has it already."""
    person = work().person
    known: dict[str, Any] = {"shows_content": True, "agreed_day": work().today()}
    if isinstance(subject, CooperationRecord) or not subject.contact_name:
        if person.is_staff:
            return known
        return known | {
            "contact_name": person.name,
            "contact_phone": person.mobile or "",
            "contact_email": person.email or "",
        }
    return known | {name: getattr(subject, name) for name in AskForm.PLAIN}


def with_ids(form: Any, prefix: str) -> Any:
    """The same form with ids of its own: several of them stand on one page."""
    for field in form:
        field.id = f"{prefix}-{field.short_name}"
        field.label.field_id = field.id
    return form


def _add(form: Any, field: str, sentence: str) -> None:
    """A message that the service found: at its field, or above the form."""
    if field in form:
        form[field].errors = [*form[field].errors, sentence]
    else:
        form.form_errors.append(sentence)
