"""The plots of the quality page, in a browser that holds the page to its content policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from matchmaker.work import Work
from models import User
from tests import factories
from tests.quality.decided import Log

pytestmark = pytest.mark.journey


def test_each_plot_is_drawn_and_its_table_unfolds(
    person: Callable[..., Page], work: Work, bureau: str
) -> None:
    staff = work.session.scalars(select(User).where(User.email == bureau)).one()
    log = Log(work, factories.people(work.session) | {"staff": staff})
    log.add("shortlist", score=0.9)
    log.add("dismiss", score=0.6, rank=2)
    work.session.commit()
    page = person(bureau, width=390)
    page.goto("/quality/")
    expect(page.locator("[data-chart] canvas")).to_have_count(3)
    assert all(page.evaluate("[...document.querySelectorAll('canvas')].map((each) => each.width > 200)"))
    table = page.locator("section[aria-labelledby=months-title] table")
    expect(table).to_be_hidden()
    page.locator("section[aria-labelledby=months-title] summary").click()
    expect(table).to_contain_text("2026-11")
    page.locator("[data-chart]").first.hover()  # the plot's own tooltip must not write styles either
    assert page.evaluate("document.documentElement.scrollWidth") == 390
