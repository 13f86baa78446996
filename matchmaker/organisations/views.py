"""The pages of organisations."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from matchmaker import site
from matchmaker.accounts import sessions
from matchmaker.accounts.errors import LoginNameTaken
from matchmaker.accounts.pages import Page, attempts, status, taken_advice
from matchmaker.organisations import invitation_views, service
from matchmaker.organisations.errors import OrganisationChanged, OrganisationTaken
from matchmaker.organisations.forms import EditForm, RegisterForm, RejectForm
from matchmaker.organisations.pages import detail_page, find, pages, to_detail
from matchmaker.organisations.service import OrganisationFilter
from matchmaker.policy import Action
from matchmaker.site import is_english, vocabulary, work
from models import OrganisationKind, Verification

__all__ = ["invitation_views", "pages"]


@pages.page("/register", Action.ORGANISATION_REGISTER, methods=("GET", "POST"))
@attempts
def register() -> Page:
    actor = work().actor
    if actor is not None:
        flash(gettext("您已登录，单位已经注册。要注册另一个单位，请先退出登录。"))
        return redirect(url_for("organisations.detail", organisation_id=actor.organisation_id), 303)
    form = RegisterForm(vocabulary(), site.settings().password_min_length)
    if form.validate_on_submit():
        try:
            user = service.register(work(), *form.registration("en" if is_english() else "zh_CN"))
        except OrganisationTaken as taken:
            field = form.code if taken.field == "code" else form.organisation_name
            field.errors = [_taken_advice(taken)]
        except LoginNameTaken as taken:
            form[taken.field].errors = [taken_advice(taken)]
        else:
            sessions.begin(user)
            flash(
                gettext(
                    "注册成功，您已登录。科技局会在 %(days)s 个工作日内审核，这期间您可以先准备草稿，通过后再提交。",
                    days=site.settings().verify_days,
                ),
                "success",
            )
            return redirect(url_for("organisations.detail", organisation_id=user.organisation_id), 303)
    return render_template("organisations/register.html", form=form), status(form)


def _taken_advice(taken: OrganisationTaken) -> str:
    if taken.field == "code":
        return str(
            gettext(
                "这个代码的单位已经注册。请让本单位已有账号的同事在“我的单位”里邀请您；不清楚是谁时，请联系科技局。"
            )
        )
    return str(
        gettext(
            "这个名称的单位已经注册。请让本单位已有账号的同事在“我的单位”里邀请您；如有疑问，请联系科技局。"
        )
    )


@pages.page("/organisations", Action.ORGANISATION_READ)
def index() -> Page:
    wanted = OrganisationFilter.from_query(request.args)
    listing = service.organisations(work(), wanted, request.args.get("page", 1, type=int))
    return render_template(
        "organisations/index.html",
        listing=listing,
        wanted=wanted,
        kinds=list(OrganisationKind),
        statuses=list(Verification),
    )


@pages.page("/organisations/<int:organisation_id>", Action.ORGANISATION_READ)
def detail(organisation_id: int) -> Page:
    merged = service.merged_into(work(), organisation_id)
    if merged is not None:
        flash(gettext("“%(name)s”已并入这个单位。", name=merged[0].name))
        return redirect(url_for("organisations.detail", organisation_id=merged[1].id))
    return detail_page(organisation_id)


@pages.page("/organisations/<int:organisation_id>/edit", Action.ORGANISATION_EDIT, methods=("GET", "POST"))
def edit(organisation_id: int) -> Page:
    organisation = find(organisation_id, Action.ORGANISATION_EDIT)
    form = EditForm(organisation, vocabulary(), service.may_rename(work(), organisation))
    if form.validate_on_submit():
        try:
            service.edit(work(), organisation, form.facts(), form.version.data)
        except OrganisationChanged:
            form.version.raw_data, form.version.data = None, organisation.version
            return render_template(
                "organisations/edit.html", form=form, organisation=organisation, changed=True
            ), 409
        except OrganisationTaken as taken:
            form[taken.field].errors = [gettext("另一个单位已经用了它，请核对；如有疑问，请联系科技局")]
        else:
            flash(gettext("单位资料已保存。"), "success")
            return to_detail(organisation_id)
    return render_template("organisations/edit.html", form=form, organisation=organisation), status(form)


@pages.page("/organisations/<int:organisation_id>/verify", Action.ORGANISATION_VERIFY, methods=("POST",))
def verify(organisation_id: int) -> Page:
    organisation = find(organisation_id, Action.ORGANISATION_VERIFY)
    service.verify(work(), organisation)
    flash(gettext("“%(name)s”已通过审核，已通知对方。", name=organisation.name), "success")
    return to_detail(organisation_id)


@pages.page("/organisations/<int:organisation_id>/reject", Action.ORGANISATION_VERIFY, methods=("POST",))
def reject(organisation_id: int) -> Page:
    organisation = find(organisation_id, Action.ORGANISATION_VERIFY)
    form = RejectForm()
    if not form.validate_on_submit():
        return detail_page(organisation_id, reject_form=form), 422
    was_verified = organisation.is_verified
    service.reject(work(), organisation, form.reason.data)
    if was_verified:
        said = gettext("已撤销“%(name)s”的审核并告知原因，它的难题和成果不再公开。", name=organisation.name)
    else:
        said = gettext("已告知“%(name)s”未通过审核及原因，对方修改后会再次提交。", name=organisation.name)
    flash(said, "success")
    return to_detail(organisation_id)


@pages.page("/organisations/<int:organisation_id>/resubmit", Action.ORGANISATION_EDIT, methods=("POST",))
def resubmit(organisation_id: int) -> Page:
    service.resubmit(work(), find(organisation_id, Action.ORGANISATION_EDIT))
    flash(
        gettext("已重新提交，科技局会在 %(days)s 个工作日内审核。", days=site.settings().verify_days),
        "success",
    )
    return to_detail(organisation_id)
