"""A cooperation record in a browser: three milestones, one of them late, an amended amount, evidence, acceptance."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from sqlalchemy import select

from matchmaker.accounts.passwords import hash_password
from matchmaker.cooperation import reminders
from matchmaker.work import Work
from models import Capability, OrganisationKind, Pairing, PairingStatus, Role
from tests import factories
from tests.attachments import samples
from tests.days import today
from tests.journeys.test_main_journey import take_step
from tests.pairings import pairs

pytestmark = pytest.mark.journey
LATE = "样机到厂"
MILESTONES = [
    # name, days from today, payment in 万元
    ("方案评审", -60, "20"),
    (LATE, -3, "30"),
    ("小批量试用", 45, "36.50"),
]


@pytest.fixture
def pairing(work: Work, bureau: str, university: str) -> Pairing:
    """Of a company's problem, talked about already."""
    firm = factories.organisation(work.session, OrganisationKind.ENTERPRISE, name="示例压铸有限公司")
    engineer = factories.user(
        work.session,
        Role.ENTERPRISE,
        firm,
        email="engineer@example.com",
        password_hash=hash_password(factories.PASSWORD),
    )
    ours = factories.problem(work.session, engineer, title="压铸壳体内部气孔在线判定")
    theirs = work.session.scalars(select(Capability).order_by(Capability.id)).first()
    assert theirs is not None
    made = pairs.by_hand(work, ours, theirs, status=PairingStatus.NEGOTIATING)
    work.session.commit()
    return made


def test_a_record_is_followed_past_a_late_milestone_to_acceptance(
    person: Callable[..., Page], work: Work, bureau: str, pairing: Pairing
) -> None:
    staff = person(bureau)
    confirm(staff, pairing)
    take_step(staff, "签约")
    take_step(staff, "开始执行")
    add_milestones(staff)
    complete(staff, MILESTONES[0][0], received="20", evidence="方案评审意见，双方签字")

    # One is late: it stands on the record, on the broker's first page, and in what both are told.
    expect(staff.get_by_role("main")).to_contain_text("有 1 项里程碑逾期：样机到厂")
    record = staff.url.partition("#")[0]
    assert reminders.remind(work) == 1
    work.session.commit()
    staff.goto("/")
    expect(staff.locator(".due", has_text=LATE)).to_contain_text("逾期 3 天")
    company = person("engineer@example.com", width=390)
    company.goto("/notices")
    expect(company.get_by_role("main")).to_contain_text(re.compile(f"{LATE}.*逾期|逾期.*{LATE}"))

    staff.locator(".due", has_text=LATE).get_by_role("link").click()
    complete(staff, LATE, received="30", evidence="到货验收单")
    expect(staff.get_by_role("main")).not_to_contain_text("逾期")
    note_progress(staff, "换型改为十五分钟，双方同意追加四万元")
    amend_amount(staff, "90.50", before="86.50")
    upload_evidence(staff)
    complete(staff, MILESTONES[2][0], evidence="试用报告编号 T-07")
    take_step(
        staff,
        "验收",
        result_patents="2",
        result_jobs="6",
        result_output_value="1200",
        note="专家组同意通过验收",
    )
    main = staff.get_by_role("main")
    expect(main).to_contain_text("已验收")
    expect(main.locator("section[aria-labelledby=results-title]")).to_contain_text("1,200 万元")

    company.goto(record)
    expect(company.get_by_role("main")).to_contain_text("专家组同意通过验收")
    expect(company.get_by_role("link", name="到货验收单.pdf")).to_be_visible()
    company.goto("/problems/mine")
    expect(company.get_by_role("main")).to_contain_text("已解决")


def confirm(page: Page, pairing: Pairing) -> None:
    page.goto(f"/pairings/{pairing.id}/confirm")
    signed, started = (today() - timedelta(days=each) for each in (120, 110))
    for name, value in {
        "amount": "86.50",
        "technology_amount": "80",
        "signed_on": signed.isoformat(),
        "starts_on": started.isoformat(),
        "ends_on": (today() + timedelta(days=90)).isoformat(),
    }.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#contract_category").select_option("development_commissioned")
    clear_milestones(page)
    page.get_by_role("main").get_by_role("button", name="确认合作").last.click()
    page.wait_for_url(re.compile(r"/cooperation/\d+"))


def clear_milestones(page: Page) -> None:
    """The proposed ones: here they are added one by one, later."""
    for field in page.locator("[name^='milestones-']").all():
        field.fill("")


def add_milestones(page: Page) -> None:
    for name, days, payment in MILESTONES:
        page.locator("#milestones > details.step > summary").click()
        form = page.locator("#milestones > details[open] form")
        form.locator("[name=name]").fill(name)
        form.locator("[name=due_on]").fill((today() + timedelta(days=days)).isoformat())
        form.locator("[name=payment]").fill(payment)
        form.get_by_role("button", name="增加").click()
        expect(milestone(page, name)).to_be_visible()


def milestone(page: Page, name: str) -> Locator:
    return page.locator("#milestones li", has_text=name)


def complete(page: Page, name: str, evidence: str, received: str = "") -> None:
    row = milestone(page, name)
    row.locator("summary", has_text=re.compile("^完成$")).click()
    row.locator("[name=done_on]").fill(today().isoformat())
    row.locator("[name=evidence]").fill(evidence)
    row.locator("[name=received]").fill(received)
    row.get_by_role("button", name="记为已完成").click()
    expect(milestone(page, name).locator(".evidence")).to_contain_text(evidence)


def note_progress(page: Page, text: str) -> None:
    page.locator(".progress-form textarea").fill(text)
    page.get_by_role("button", name="记下进展").click()
    expect(page.locator("#history")).to_contain_text(text)


def amend_amount(page: Page, after: str, before: str) -> None:
    """The old amount stays in the history."""
    page.get_by_role("link", name="修改", exact=True).first.click()
    page.locator("#amount").fill(after)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".facts").first).to_contain_text(f"{Decimal(after)} 万元")
    expect(page.locator("#history")).to_contain_text(f"{before} 万元")


def upload_evidence(page: Page) -> None:
    scan: FilePayload = {"name": "到货验收单.pdf", "mimeType": "application/pdf", "buffer": samples.PDF}
    page.locator("#attachment-files").set_input_files(scan)
    page.locator(".attachment-form button").click()
    expect(page.locator("#attachments")).to_contain_text("到货验收单.pdf")
