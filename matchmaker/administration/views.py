"""The page that leads to what is administered."""

from __future__ import annotations

from flask import render_template

from matchmaker.administration import account_views, merge_views, setting_views, term_views
from matchmaker.administration.pages import Page, pages
from matchmaker.policy import Action

__all__ = ["account_views", "merge_views", "pages", "setting_views", "term_views"]


@pages.page("/", Action.ADMINISTRATION_READ)
def index() -> Page:
    return render_template("administration/index.html")
