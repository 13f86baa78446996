"""The printed record tells facts: no controls, and days that still say when it was next year."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

from models import CooperationRecord
from tests.attachments import samples
from tests.days import today


def printed(page: str) -> str:
    """The page without the elements that are on screen only and hold no others of their kind."""
    return re.sub(r'<(span|a|li|section)\b[^>]*class="[^"]*no-print[^"]*".*?</\1>', "", page, flags=re.DOTALL)


@pytest.fixture
def page(desk: FlaskClient, record: CooperationRecord) -> str:
    return desk.get(f"/cooperation/{record.id}").text


def test_asking_for_a_service_is_not_printed(page: str) -> None:
    assert "申请科技服务" in page
    assert "申请科技服务" not in printed(page)


def test_an_attachments_day_is_printed_as_a_date(desk: FlaskClient, record: CooperationRecord) -> None:
    address = f"/attachments/record/{record.id}"
    desk.post(address, data={"files": (io.BytesIO(samples.PDF), "验收单.pdf")})

    page = desk.get(f"/cooperation/{record.id}").text
    shown = printed(page.partition('id="attachments"')[2].partition("</section>")[0])

    assert "验收单.pdf" in shown
    assert today().isoformat() in shown
    assert "今天" not in shown
