"""A broker's day on the board with the keyboard alone: select, dismiss, undo, move, take on, keep a filter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from matchmaker.pairings import service
from matchmaker.work import Work
from models import (
    Capability,
    ConsentWay,
    DeclineReason,
    OrganisationKind,
    Pairing,
    Role,
    Side,
    User,
)
from tests import factories
from tests.pairings import pairs

pytestmark = pytest.mark.journey


@pytest.fixture
def pairings(work: Work, bureau: str, university: str) -> list[Pairing]:
    """Six suggestions of one problem or another, the best first."""
    firm = factories.organisation(work.session, OrganisationKind.ENTERPRISE, name="示例机械有限公司")
    engineer = factories.user(work.session, Role.ENTERPRISE, firm)
    capabilities = work.session.scalars(select(Capability).order_by(Capability.id)).all()
    made = []
    for number, title in enumerate(["气孔判定", "废水脱氮"], 1):
        ours = factories.problem(work.session, engineer, title=f"{title}难题{number}")
        for theirs in capabilities:
            made.append(pairs.by_hand(work, ours, theirs, score=0.95 - len(made) / 20))
    work.session.commit()
    return made


def test_a_broker_works_a_day_on_the_board_by_keyboard(
    person: Callable[..., Page], work: Work, bureau: str, pairings: list[Pairing]
) -> None:
    page = person(bureau)
    page.goto("/pairings")
    press(page, "v")
    page.wait_for_url(re.compile("look=columns"))
    counts(page, suggested=6)

    press(page, "?")
    expect(page.locator("#help-dialog")).to_be_visible()
    press(page, "Escape")

    # Two that do not fit, for one reason; and back again, after a reload.
    press(page, "j", "j", "x", "j", "x", "d")
    expect(page.locator("#dismiss-subject")).to_contain_text("2 项")
    press(page, "1")
    expect(page.locator("#alerts")).to_contain_text("已把 2 项标为不合适")
    counts(page, suggested=4, dismissed=2)
    page.reload()
    press(page, "z")
    expect(page.locator("#alerts")).to_contain_text("2 项回到原来的样子")
    counts(page, suggested=6, dismissed=0)

    # One that fits, all the way; the next card is under the keys.
    press(page, "j", "s")
    counts(page, suggested=5, shortlisted=1)
    expect(current(page)).to_have_id(f"pairing-{pairings[1].id}")
    press(page, "l")
    expect(current(page)).to_have_id(f"pairing-{pairings[0].id}")
    press(page, "Shift+ArrowRight")
    counts(page, shortlisted=0, introduced=1)
    press(page, "Shift+ArrowLeft")
    expect(page.locator("#alerts")).to_contain_text("不能移到“入围”")
    press(page, "n")
    counts(page, introduced=0, negotiating=1)
    press(page, "c")
    page.wait_for_url(re.compile("/confirm$"))
    press_until(page, "main form button.btn-primary")
    press(page, "Enter")
    page.wait_for_url(re.compile("/cooperation/"))

    # Taken on, and found again by a filter of one's own.
    page.goto("/pairings/?look=columns")
    press(page, "j", "t")
    expect(page.locator("#alerts")).to_contain_text("已把 1 项交给经办人甲")
    press_until(page, "#filter-broker")
    press(page, "ArrowDown", "Enter")
    page.wait_for_url(re.compile("broker=me"))
    counts(page, suggested=1)
    press_until(page, "#saved-more summary")
    press(page, "Enter")
    press_until(page, "#name")
    page.keyboard.type("我的")
    press(page, "Enter")
    expect(page.locator("#alerts")).to_contain_text("已保存为常用筛选“我的”")
    page.goto("/pairings/?look=columns")
    press(page, "1")
    page.wait_for_url(re.compile("broker=me"))

    # A colleague was quicker: nothing is overwritten, and the board says who did what.
    mine = work.session.get(Pairing, pairings[1].id, populate_existing=True)
    assert mine is not None
    colleague = factories.user(work.session, Role.STAFF, staff(work, bureau).organisation, name="经办人乙")
    service.shortlist(work.as_actor(colleague), mine, mine.version)
    work.session.commit()
    press(page, "j", "i")
    expect(page.locator("#alerts")).to_contain_text("经办人乙")
    counts(page, suggested=0, shortlisted=1)


def test_enter_takes_the_step_that_one_is_at(
    person: Callable[..., Page], work: Work, bureau: str, pairings: list[Pairing]
) -> None:
    mine = work.as_actor(staff(work, bureau))
    unfit, refused = pairings[0], pairings[1]
    step = service.plan(mine, unfit, "问样件", mine.today(), mine.person)
    said = service.Said(ConsentWay.PHONE, mine.today(), "李老师")
    declined = service.Answer("decline", reason=DeclineReason.NOT_NOW, said=said)
    service.record(mine, refused, Side.CAPABILITY, declined)
    work.session.commit()
    page = person(bureau)

    # The day of a next step moves it.
    page.goto("/pairings/next-steps")
    page.locator(".thread-plan summary").click()
    later = (mine.today() + timedelta(days=3)).isoformat()
    page.locator(f"#step-{step.id}-due_on").fill(later)
    press(page, "Enter")
    expect(page.locator("#alerts")).to_contain_text("已改好")
    page.locator(".thread-plan summary").click()
    expect(page.locator(f"#step-{step.id}-due_on")).to_have_value(later)

    # A reason dismisses; it is taken back on the board, where after that nothing is left to take back.
    page.goto(f"/pairings/{unfit.id}")
    page.locator("summary", has_text="不合适").click()
    page.locator("input[name=reason]").first.check()
    press(page, "Enter")
    expect(page.locator("#alerts")).to_contain_text("已标为不合适")
    page.goto("/pairings/?look=columns")
    press(page, "l", "z")
    expect(page.locator("#alerts")).to_contain_text("回到原来的样子")
    press(page, "z")
    expect(page.locator("#alerts")).to_contain_text("没有可以撤销的")

    # Who refused is not introduced by a key: it leads to the tick, and Enter there introduces.
    press(page, *(["j"] * (1 + len(pairings))), *(["k"] * (len(pairings) - 2)))
    expect(current(page)).to_have_id(f"pairing-{refused.id}")
    press(page, "i")
    page.wait_for_url(re.compile("#introduce$"))
    press_until(page, "#spoken_capability")
    press(page, "Enter")
    expect(page.locator("#spoken_capability-error")).to_be_visible()
    press_until(page, "#spoken_capability")
    press(page, "Space", "Enter")
    expect(page.locator("#alerts")).to_contain_text("已记为对接")


def staff(work: Work, login: str) -> User:
    return work.session.scalars(select(User).where(User.email == login)).one()


def press(page: Page, *keys: str) -> None:
    """The board hears keys as soon as its script runs, which brings the button for help."""
    if page.locator("#board-help").count():
        expect(page.locator("#board-help")).to_be_visible()
    for key in keys:
        page.keyboard.press(key)


def press_until(page: Page, selector: str) -> None:
    """Tab to it, as somebody without a mouse would."""
    wanted = page.locator(selector).first
    for _ in range(150):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def current(page: Page) -> Locator:
    return page.locator(".kanban-card[aria-current]")


def counts(page: Page, **expected: int) -> None:
    for state, count in expected.items():
        expect(page.locator(f"#count-{state}")).to_have_text(str(count))
        expect(page.locator(f'.kanban-cards[data-state="{state}"] > .kanban-card')).to_have_count(count)
