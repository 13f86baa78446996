"""The pages of projects: the reserve, a project, and what staff do with it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker import project_wording
from matchmaker.common_needs.service import NeedNotFound
from matchmaker.forms import with_ids
from matchmaker.policy import Action, allow
from matchmaker.projects import service
from matchmaker.projects.forms import ApproveForm, NoteForm, ProjectForm, ReasonForm, StepForm
from matchmaker.projects.service import (
    BadTerms,
    ChangedMeanwhile,
    Filters,
    Incomplete,
    ProjectNotFound,
    ReasonMissing,
)
from matchmaker.projects.wording import (
    FIELD_NAMES,
    LONG,
    STEP_DONE,
    STEP_HELP,
    STEP_NAMES,
    STEP_TOLD,
    missing_in_words,
    value_in_words,
)
from matchmaker.site import Pages, vocabulary, work
from matchmaker.typed_numbers import number
from matchmaker.wording import label
from models import IllegalStep, Project, ProjectLevel, ProjectStatus

pages = Pages("projects", __name__, url_prefix="/projects")

BLANK_ROWS = 2
STEP_FORMS: dict[str, type[Any]] = {"approve": ApproveForm} | dict.fromkeys(service.REASONED, ReasonForm)


@pages.app_context_processor
def projects_of_mine() -> dict[str, Any]:
    """For the navigation of whoever takes part in projects: most never do."""
    return {"has_projects": lambda: service.has_any(work())}


@pages.page("/", Action.PROJECT_READ)
def index() -> str:
    filters = Filters.from_query(request.args)
    return render_template(
        "projects/index.html",
        filters=filters,
        register=service.find_all(work(), filters),
        sorts=service.Sort,
        states=[(each.value, label(each)) for each in ProjectStatus],
        levels=[(each.value, label(each)) for each in ProjectLevel],
    )


@pages.page("/<int:project_id>", Action.PROJECT_READ)
def detail(project_id: int) -> str:
    return _project_page(_found(project_id))


@pages.page("/new", Action.PROJECT_EDIT, methods=("GET", "POST"))
def create() -> Any:
    """With `need` in the address, drafted from that common need. `add_rows` asks for more rows of partners,
    `look_up` for problems to add.
    """
    need_id = request.args.get("need", type=int)
    organisations = service.organisations_to_choose(work())
    try:
        form = ProjectForm.proposed(service.proposed(work(), need_id), organisations)
    except NeedNotFound:
        abort(404)
    _offer(form)
    if request.method == "GET" or _asks_for_more(form):
        return _form_page(form, organisations)
    if form.check(organisations, ProjectStatus.DISTILLING):
        try:
            project = service.create(work(), form.terms(organisations), need_id)
        except BadTerms as bad:
            form.show_faults(bad.faults)
        else:
            flash(gettext("凝炼项目 %(number)s 已建立。", number=project.number), "success")
            return _to(project)
    return _form_page(form, organisations), 422


@pages.page("/<int:project_id>/edit", Action.PROJECT_EDIT, methods=("GET", "POST"))
def edit(project_id: int) -> Any:
    project = _found(project_id, for_change=request.method == "POST")
    organisations = service.organisations_to_choose(work(), project)
    form = ProjectForm.of(project)
    _offer(form, project)
    if request.method == "GET" or _asks_for_more(form):
        return _form_page(form, organisations, project)
    if not form.check(organisations, project.status):
        return _form_page(form, organisations, project), 422
    version, last_event = (number(each.data) or 0 for each in (form.version, form.last_event))
    try:
        changes = service.amend(work(), project, form.terms(organisations), version, last_event)
    except BadTerms as bad:
        form.show_faults(bad.faults)
        return _form_page(form, organisations, project), 422
    except ChangedMeanwhile as conflict:
        return _form_page(form.renewed(project), organisations, project, conflict), 409
    flash(gettext("修改已保存，原来的内容留在项目历史中。") if changes else gettext("没有改动。"), "success")
    return _to(project)


@pages.page("/<int:project_id>/step", Action.PROJECT_EDIT, methods=("POST",))
def step(project_id: int) -> Any:
    project = _found(project_id, for_change=True)
    name = request.form.get("step", "")
    if name not in service.STEPS:
        abort(400)
    if name not in service.possible(project):
        raise IllegalStep(project, project.status, name)
    form = _step_form(name)
    if form.validate():
        number = form.approval_number.data or "" if name == "approve" else ""
        try:
            service.take(work(), project, name, form.note.data or "", number)
        except Incomplete as lack:
            form.form_errors.append(_asks_for(lack.missing))
        except ReasonMissing:
            form.note.errors = [gettext("请写明原因")]
        else:
            flash(str(STEP_DONE[name]), "success")
            return _to(project)
    return _project_page(project, step_forms={name: form}), 422


@pages.page("/<int:project_id>/notes", Action.PROJECT_EDIT, methods=("POST",))
def add_note(project_id: int) -> Any:
    project = _found(project_id, for_change=True)
    form = with_ids(NoteForm(), "progress")
    if not form.validate():
        return _project_page(project, note_form=form), 422
    service.add_note(work(), project, form.note.data)
    flash(gettext("进展已记下。"), "success")
    return _to(project, "history")


def _found(project_id: int, for_change: bool = False) -> Project:
    try:
        return service.find(work(), project_id, for_change)
    except ProjectNotFound:
        abort(404)


def _to(project: Project, anchor: str | None = None) -> Any:
    return redirect(url_for("projects.detail", project_id=project.id, _anchor=anchor), 303)


def _offer(form: ProjectForm, project: Project | None = None) -> None:
    form.offer(
        vocabulary(),
        service.problems_to_choose(work(), form.numbers),
        service.brokers_to_choose(work(), project),
        service.look_up(work(), form.more_sources.data or ""),
    )


def _asks_for_more(form: ProjectForm) -> bool:
    """Whether the form is to be shown again with more to fill in or choose from, and not saved."""
    if "look_up" in request.form:
        form.show_found()
    return "look_up" in request.form or "add_rows" in request.form


def _step_form(name: str) -> Any:
    return with_ids(STEP_FORMS.get(name, StepForm)(), name)


def _asks_for(missing: list[str]) -> str:
    return str(gettext("还要先填写：%(fields)s。", fields=missing_in_words(missing)))


def _project_page(project: Project, step_forms: dict[str, Any] | None = None, note_form: Any = None) -> str:
    """The project; a form that failed stands open, the others are empty."""
    may_edit = allow(work().actor, Action.PROJECT_EDIT, project)
    failed = [*(step_forms or {}).values(), note_form]
    forms = dict(step_forms or {})
    steps = service.possible(project) if may_edit else ()
    for name in steps:
        form = forms.setdefault(name, _step_form(name))
        if project.recommended_at is not None and name in STEP_TOLD:
            form.note.description = STEP_TOLD[name]
    return render_template(
        "projects/detail.html",
        project=project,
        may_edit=may_edit,
        steps=steps,
        step_forms=forms,
        step_names=STEP_NAMES,
        step_help=STEP_HELP,
        asked={name: _asks_for(lack) for name in steps if (lack := service.still_asked(project, name))},
        failed=next((form for form in failed if form is not None), None),
        note_form=note_form or with_ids(NoteForm(), "progress"),
        **_history_words([(event, service.changes_in(event)) for event in reversed(project.events)]),
    )


def _history_words(history: list[Any]) -> dict[str, Any]:
    """What the history of a project needs to be read."""
    return {
        "history": history,
        "long_fields": LONG,
        "field_names": FIELD_NAMES,
        "event_name": project_wording.event,
        "in_words": lambda field, value: value_in_words(vocabulary(), field, value),
        "status_words": {each.value: label(each) for each in ProjectStatus},
    }


def _form_page(
    form: ProjectForm,
    organisations: dict[str, Any],
    project: Project | None = None,
    conflict: ChangedMeanwhile | None = None,
) -> str:
    form.add_blank_rows(BLANK_ROWS)
    happened = [(event, service.changes_in(event)) for event in conflict.happened] if conflict else []
    return render_template(
        "projects/form.html",
        form=form,
        organisations=organisations,
        project=project,
        conflict=conflict,
        **_history_words(happened),
    )
