"""What a person types into the form of a capability."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.days import today


def complete(**changed: Any) -> dict[str, Any]:
    """Everything that a submission needs; None takes a field away."""
    typed: dict[str, Any] = {
        "title": "压铸件内部缺陷X射线智能检测",
        "kind": "result",
        "summary": "面向铝合金压铸壳体，采用双视角X射线成像与深度学习识别气孔、缩松，单件二十秒，可定位缺陷。",
        "field": "8",
        "subfield": "8.04",
        "innovation": "双视角成像还原缺陷深度。",
        "advantage": "与人工抽检相比漏检率由百分之五降到千分之三。",
        "economics": "单工位二十一万元，一年半收回。",
        "targets-0-name": "检出率",
        "targets-0-comparison": "≥",
        "targets-0-value": "99.7",
        "targets-0-unit": "%",
        "application": "汽车与通信压铸件。",
        "trl": "7",
        "stage": "pilot",
        "patents-0-kind": "invention",
        "patents-0-number": "ZL202310123456.7",
        "patents-0-state": "授权",
        "patents-0-holder": "示例大学",
        "cases": "",
        "awards": "",
        "modes": ["commissioned", "transfer"],
        "money_kind": "range",
        "money_low": "40",
        "money_high": "80.5",
        "valid_until": (today() + timedelta(days=300)).isoformat(),
        "team": "无损检测课题组，教授2人",
        "school": "机械学院",
        "county": "",
        "contact_name": "成果转化办公室",
        "contact_phone": "0551-1234567",
        "contact_email": "",
    } | changed
    return {name: value for name, value in typed.items() if value is not None}
