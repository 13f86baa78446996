"""Where the pages of carriers, alliances and R&D bodies hang, and what others show of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext

from matchmaker.carriers import service
from matchmaker.carriers.errors import NotListed
from matchmaker.carriers.forms import Registered
from matchmaker.site import Pages, work

pages = Pages("carriers", __name__, url_prefix="/carriers")
alliances = Pages("alliances", __name__, url_prefix="/alliances")
bodies = Pages("research_bodies", __name__, url_prefix="/research-bodies")


@pages.app_context_processor
def belongings() -> dict[str, Any]:
    """For the lists that are filtered by carrier or alliance, and for the page of an organisation."""
    return {
        "carrier_choices": lambda: _once("carrier_choices", service.names_of_carriers),
        "alliance_choices": lambda: _once("alliance_choices", service.names_of_alliances),
        "carriers_of": lambda organisation: service.carriers_of(work(), organisation),
        "alliances_of": lambda organisation: service.alliances_of(work(), organisation),
        "bodies_of": lambda organisation: service.bodies_of(work(), organisation),
    }


def _once(name: str, read: Callable[[Any], Any]) -> Any:
    """Read once in a request."""
    if name not in g:
        setattr(g, name, read(work()))
    return g.get(name)


def found(read: Callable[..., Any], *given: Any) -> Any:
    """What a use case finds, or the page that says there is none."""
    try:
        return read(work(), *given)
    except NotListed:
        abort(404)


def to(endpoint: str, **values: Any) -> Any:
    return redirect(url_for(endpoint, **values), 303)


def conflict_page(template: str, form: Registered, present: Registered, version: int, **given: Any) -> Any:
    """The form with what was typed, and what somebody else saved meanwhile."""
    differing = form.differences(present)
    form.renewed(version)
    return make_response(render_template(template, form=form, differing=differing, **given), 409)


def saved(changed: list[str]) -> None:
    flash(gettext("修改已保存。") if changed else gettext("没有改动。"), "success")
