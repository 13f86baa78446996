"""Pages on which a document is handed in, and the form of a problem or capability that is filled in from it.

Both write nothing: the form goes to where any new one goes, when the person presses its button.
"""

from __future__ import annotations

from typing import Any

from flask import render_template

from matchmaker.capabilities import service as capabilities
from matchmaker.capabilities import writing as capability_writing
from matchmaker.capabilities.forms import CapabilityForm
from matchmaker.policy import Action
from matchmaker.problems import service as problems
from matchmaker.problems import writing as problem_writing
from matchmaker.problems.forms import ProblemForm
from matchmaker.site import Pages, vocabulary, work
from matchmaker.survey_forms import service, wording
from matchmaker.survey_forms.documents import BadDocument
from matchmaker.survey_forms.forms import SourceForm
from matchmaker.survey_forms.service import Prefill
from models import ImportKind

pages = Pages("survey_forms", __name__)


@pages.page("/problems/from-document", Action.PROBLEM_CREATE, methods=("GET", "POST"), reads_only=True)
def problem() -> Any:
    prefill, answer = _read(ImportKind.PROBLEM)
    if prefill is None:
        return answer
    form = ProblemForm(formdata=None, data=problems.defaults(work()) | dict(prefill.values))
    form.prepare(vocabulary(), work().today())
    return problem_writing.form_page(_marked(form, prefill), None, prefill=prefill)


@pages.page("/capabilities/from-document", Action.CAPABILITY_CREATE, methods=("GET", "POST"), reads_only=True)
def capability() -> Any:
    prefill, answer = _read(ImportKind.CAPABILITY)
    if prefill is None:
        return answer
    form = CapabilityForm(formdata=None, data=capabilities.defaults(work()) | dict(prefill.values))
    form.prepare(vocabulary(), work().today())
    return capability_writing.form_page(_marked(form, prefill), None, prefill=prefill)


def _read(kind: ImportKind) -> tuple[Prefill | None, Any]:
    """What the document says, or the page that asks for one."""
    form = SourceForm()
    if not form.is_submitted():
        return None, _source_page(kind, form)
    if not form.validate():
        return None, (_source_page(kind, form), 422)
    content = form.content()
    try:
        if content is not None:
            return service.from_file(work(), kind, content), None
        return service.from_text(work(), kind, form.text.data or ""), None
    except BadDocument as bad:
        field = form.file if content is not None else form.text
        field.errors = [*field.errors, wording.fault(bad.code)]
        return None, (_source_page(kind, form), 422)


def _source_page(kind: ImportKind, form: SourceForm) -> str:
    return render_template("survey_forms/source.html", form=form, kind=kind)


def _marked(form: Any, prefill: Prefill) -> Any:
    """Each field that was filled in says so under its label."""
    for mark in prefill.marks:
        if mark.name in form:
            field = form[mark.name]
            field.description = " ".join(filter(None, (str(field.description), wording.said_of(mark))))
    return form
