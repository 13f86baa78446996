"""The pages of the settings."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker.administration import service_settings, setting_wording
from matchmaker.administration.errors import Changed, FixedByEnvironment
from matchmaker.administration.forms import SettingForm
from matchmaker.administration.pages import Page, pages, status
from matchmaker.administration.service_settings import Entry
from matchmaker.policy import Action
from matchmaker.settings import BadSetting
from matchmaker.site import work
from matchmaker.typed_numbers import number


@pages.page("/settings", Action.ADMINISTRATION_READ)
def settings() -> Page:
    return render_template(
        "administration/settings.html", entries=service_settings.entries(work()), words=setting_wording
    )


@pages.page("/settings/<name>", Action.SETTING_CHANGE, methods=("GET", "POST"))
def setting(name: str) -> Page:
    entry, form = _find(name), SettingForm()
    if form.validate_on_submit():
        try:
            service_settings.change(work(), name, form.value.data or "", form.version.data or 0)
        except BadSetting:
            form.value.errors = [setting_wording.bad_value(name)]
        except Changed as changed:
            form.version.raw_data = None
            return _page(changed.subject, form, changed=True), 409
        else:
            flash(gettext("已保存，马上生效。"), "success")
            return redirect(url_for("administration.settings", _anchor=name), 303)
    if not form.is_submitted():
        form.value.data = entry.value
        return _page(entry, form)
    return _page(entry, form), status(form)


@pages.page("/settings/<name>/reset", Action.SETTING_CHANGE, methods=("POST",))
def reset_setting(name: str) -> Page:
    _find(name)
    try:
        service_settings.reset(work(), name, number(request.form.get("version")) or 0)
    except Changed:
        flash(gettext("刚才有人改过这个参数，请看过再办。"), "warning")
    else:
        flash(gettext("已恢复默认值，马上生效。"), "success")
    return redirect(url_for("administration.settings", _anchor=name), 303)


def _page(entry: Entry, form: SettingForm, changed: bool = False) -> str:
    form.version.data = entry.row.version if entry.row else 0
    return render_template(
        "administration/setting.html", entry=entry, form=form, words=setting_wording, changed=changed
    )


def _find(name: str) -> Entry:
    try:
        return service_settings.find(work(), name)
    except (KeyError, FixedByEnvironment):
        abort(404)
