"""The page of recommendation quality."""

from __future__ import annotations

from flask import render_template, request

from matchmaker.policy import Action
from matchmaker.quality import charts, service
from matchmaker.quality.figures import FEW, PLACES
from matchmaker.site import Pages, work

pages = Pages("quality", __name__, url_prefix="/quality")


@pages.page("/", Action.QUALITY_READ)
def index() -> str:
    found = service.quality(work(), request.args.get("version", ""))
    return render_template("quality/index.html", quality=found, charts=charts, places=PLACES, few=FEW)
