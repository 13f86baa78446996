"""The first page, by role."""

from __future__ import annotations

from flask import render_template

from matchmaker.policy import Action
from matchmaker.site import Pages

pages = Pages("home", __name__)


@pages.page("/", Action.HOME_READ)
def index() -> str:
    return render_template("home/index.html")
