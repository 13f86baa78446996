"""The pages of the lists."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.administration import terms, wording
from matchmaker.administration.errors import Changed, CodeTaken, LabelTaken, TermMissing
from matchmaker.administration.forms import NewTermForm, TermForm
from matchmaker.administration.pages import Page, pages, status
from matchmaker.policy import Action
from matchmaker.site import work
from matchmaker.typed_numbers import number
from models import Term, VocabularyKind


@pages.page("/lists", Action.ADMINISTRATION_READ)
def lists() -> Page:
    return render_template("administration/lists.html", sizes=terms.sizes(work()), words=wording)


@pages.page("/lists/<any({kinds}):kind>".format(kinds=",".join(VocabularyKind)), Action.ADMINISTRATION_READ)
def one_list(kind: str) -> Page:
    return _list_page(kind, NewTermForm(formdata=None))


@pages.page(
    "/lists/<any({kinds}):kind>".format(kinds=",".join(VocabularyKind)),
    Action.VOCABULARY_EDIT,
    methods=("POST",),
)
def add_term(kind: str) -> Page:
    form = NewTermForm()
    if form.validate_on_submit():
        try:
            made = terms.add(
                work(),
                VocabularyKind(kind),
                form.code.data or "",
                form.label_zh.data or "",
                form.label_en.data or "",
                request.args.get("parent", ""),
            )
        except CodeTaken as taken:
            form.code.errors = [wording.refusal(taken)]
        except LabelTaken as taken:
            form.label_zh.errors = [wording.refusal(taken)]
        except TermMissing:
            abort(404)
        else:
            flash(gettext("已增加“%(name)s”，代码 %(code)s。", name=made.label_zh, code=made.code), "success")
            return _to_list(made)
    return _list_page(kind, form), 422


@pages.page("/terms/<int:term_id>", Action.VOCABULARY_EDIT, methods=("GET", "POST"))
def term(term_id: int) -> Page:
    found = _find(term_id)
    form = TermForm(obj=found)
    if form.validate_on_submit():
        try:
            terms.rename(
                work(), found, form.label_zh.data or "", form.label_en.data or "", form.version.data or 0
            )
        except Changed:
            form.version.raw_data, form.version.data = None, found.version
            return render_template(
                "administration/term.html", term=found, form=form, words=wording, changed=True
            ), 409
        except LabelTaken as taken:
            form.label_zh.errors = [wording.refusal(taken)]
        else:
            flash(gettext("已保存。用到它的地方都显示新的名称。"), "success")
            return _to_list(found)
    return render_template("administration/term.html", term=found, form=form, words=wording), status(form)


@pages.page("/terms/<int:term_id>/active", Action.VOCABULARY_EDIT, methods=("POST",))
def set_active(term_id: int) -> Page:
    found, active = _find(term_id), request.form.get("active") == "yes"
    try:
        terms.set_active(work(), found, active, number(request.form.get("version")) or 0)
    except Changed:
        flash(gettext("刚才有人改过“%(name)s”，请看过再办。", name=found.label_zh), "warning")
    except LabelTaken as taken:
        flash(wording.refusal(taken), "warning")
    except TermMissing:
        abort(404)
    else:
        if active:
            flash(gettext("“%(name)s”已恢复，可以选用。", name=found.label_zh), "success")
        else:
            flash(
                gettext("“%(name)s”已停用：用到它的地方照常显示，新填写时不再出现。", name=found.label_zh),
                "success",
            )
    return _to_list(found)


@pages.page("/terms/<int:term_id>/move", Action.VOCABULARY_EDIT, methods=("POST",))
def move_term(term_id: int) -> Page:
    found = _find(term_id)
    terms.move(work(), found, request.form.get("to") == "up")
    return _to_list(found)


def _list_page(kind: str, form: NewTermForm) -> str:
    try:
        listing = terms.listing(work(), VocabularyKind(kind), request.args.get("parent", ""))
    except TermMissing:
        abort(404)
    return render_template("administration/list.html", listing=listing, form=form, words=wording)


def _find(term_id: int) -> Term:
    try:
        return terms.find(work(), term_id)
    except TermMissing:
        abort(404)


def _to_list(found: Term) -> Page:
    place = url_for(
        "administration.one_list", kind=found.kind.value, parent=found.parent_code, _anchor=f"term-{found.id}"
    )
    return redirect(place, 303)
