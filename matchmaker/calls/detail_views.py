"""The page of one call, with the forms of what its reader can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template

from matchmaker.calls import reading
from matchmaker.calls.blueprint import pages
from matchmaker.calls.errors import CallNotFound
from matchmaker.calls.forms import (
    AnswerForm,
    AwardForm,
    DecideForm,
    ExtendForm,
    ObjectionForm,
    ReasonForm,
    ReviewerForm,
    StepForm,
)
from matchmaker.calls.reading import CallPage
from matchmaker.policy import Action
from matchmaker.site import work

STEP_FORMS: Mapping[str, type[StepForm]] = {
    "publish": StepForm,
    "return": ReasonForm,
    "extend": ExtendForm,
    "unseal": StepForm,
    "decide": DecideForm,
    "announce": StepForm,
    "award": AwardForm,
    "end_without_award": ReasonForm,
    "reconsider": ReasonForm,
    "cancel": ReasonForm,
}
"""In the order in which a page shows them."""


@pages.page("/calls/<int:call_id>", Action.CALL_READ)
def detail(call_id: int) -> str:
    return page_of_call(call_id)


def page_of_call(
    call_id: int,
    step_forms: Mapping[str, StepForm] | None = None,
    reviewer_form: ReviewerForm | None = None,
    objection_form: ObjectionForm | None = None,
    answer_forms: Mapping[int, AnswerForm] | None = None,
) -> str:
    """The call; a form that failed stands open, the others are empty."""
    try:
        page = reading.page_of(work(), call_id)
    except CallNotFound:
        abort(404)
    forms: dict[str, StepForm] = dict(step_forms or {})
    for name in STEP_FORMS:
        if name in page.steps and name not in forms:
            forms[name] = step_form(page, name, fresh=True)
    answers = dict(answer_forms or {})
    for each in page.objections:
        answers.setdefault(each.id, AnswerForm(formdata=None, prefix=f"o{each.id}"))
    return render_template(
        "calls/detail.html",
        page=page,
        call=page.call,
        status=page.call.status_at(work().now()),
        steps=[name for name in STEP_FORMS if name in forms],
        step_forms=forms,
        failed=next(iter((step_forms or {}).values()), None),
        reviewer_form=reviewer_form or ReviewerForm(formdata=None),
        objection_form=objection_form or ObjectionForm(formdata=None),
        answer_forms=answers,
    )


def step_form(page: CallPage, name: str, fresh: bool = False) -> StepForm:
    """With its own prefix of ids: several stand on one page."""
    given: dict[str, Any] = {"formdata": None} if fresh else {}
    form = STEP_FORMS[name](data={"version": page.call.version}, **given)
    for field in form:
        field.id = f"{name}-{field.id}"
        field.label.field_id = field.id
    if isinstance(form, DecideForm):
        form.offer(page.opened)
    if isinstance(form, AwardForm):
        form.offer(page.capabilities)
    return form
