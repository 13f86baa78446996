"""What a person types into the form of a problem."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.days import today

SECRET = "图号Y8-2107，客户单价四十六元"


def complete(**changed: Any) -> dict[str, Any]:
    """Everything that a submission needs; None takes a field away."""
    typed: dict[str, Any] = {
        "title": "铝合金压铸壳体气孔在线检测",
        "need": "equipment",
        "urgency": "urgent",
        "background": "压铸车间月产壳体六万件，气孔在机加工以后才发现，报废损失大，客户要求出厂前逐件判定。",
        "statement": "需要在压铸后三十秒内用X射线或超声判定直径0.5毫米以上的气孔，并给出位置，适应五种壳体换型。",
        "targets-0-name": "检出率",
        "targets-0-comparison": "≥",
        "targets-0-value": "98",
        "targets-0-unit": "%",
        "targets_text": "",
        "basis": "已有样件四百件。",
        "field": "8",
        "subfield": "8.04",
        "industry": "C36",
        "county": "340811",
        "modes": ["commissioned", "joint_rd"],
        "money_kind": "range",
        "money_low": "60",
        "money_high": "90.5",
        "budget_readers": "all",
        "wanted_by": (today() + timedelta(days=200)).isoformat(),
        "wanted_months": "",
        "valid_until": (today() + timedelta(days=300)).isoformat(),
        "acceptable_partners": "",
        "confidential": SECRET,
        "contact_name": "设备科",
        "contact_phone": "0556-1234567",
        "contact_email": "",
    } | changed
    return {name: value for name, value in typed.items() if value is not None}
