"""What the audit keeps as codes is shown in words: names by what they mean for the action, tables and terms by name."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from matchmaker.administration import belongings
from matchmaker.audit import field_wording
from matchmaker.audit.detail_wording import APART, DETAILS, details_in_words
from matchmaker.audit.wording import ACTIONS, object_name
from matchmaker.briefings.document import HEADINGS
from matchmaker.capabilities import wording as capabilities
from matchmaker.carriers.alliances import AllianceFacts
from matchmaker.carriers.bodies import BodyFacts
from matchmaker.carriers.registry import CarrierFacts
from matchmaker.cooperation import wording as cooperation
from matchmaker.intermediaries.catalogue import ServiceFacts
from matchmaker.notices.wording import TOPICS
from matchmaker.organisations.service import Facts as OrganisationFacts
from matchmaker.problems import wording as problems
from matchmaker.projects import wording as projects
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import AuditEvent

RECORDING = {"audit.record", "events.note", "steps.note", "_record"}
"""Calls whose named arguments end up in the audit, but for those of a timeline beside it."""
OF_A_TIMELINE = {"moved", "text", "note"}
SERVICES = Path(__file__).parents[2] / "matchmaker"


@pytest.mark.parametrize(
    ("action", "kind", "details", "said"),
    [
        (
            "organisation.merged",
            "organisation",
            {"main": 54, "moved": ["invitation", "problem", "record_party"]},
            [("并入", "单位 54"), ("移过去的内容", "邀请、难题、合作记录")],
        ),
        (
            "problem.same_as",
            "problem",
            {"main": 12, "moved": [3]},
            [("以它为准", "难题 12"), ("一并改以它为准", "3")],
        ),
        (
            "term.added",
            "term",
            {"kind": "programme", "code": "r2test"},
            [("代码", "r2test"), ("列表", "科技专项")],
        ),
        ("term.moved", "term", {"to": 2}, [("新的位置", "2")]),
        ("carrier.stage_set", "carrier", {"stage": "incubating"}, [("阶段", "在孵")]),
        ("service_request.requested", "service_request", {"about": "problem 164"}, [("关于", "难题 164")]),
        (
            "import.finished",
            "spreadsheet_import",
            {"kind": "record", "added": 5},
            [("新增", "5"), ("导入的是", "合作记录")],
        ),
        ("job.cancelled", "job", {"kind": "export.list"}, [("任务", "导出清单")]),
        ("problem.edited", "problem", {"fields": ["title", "modes"]}, [("改动的内容", "名称、合作方式")]),
        ("account.notices_chosen", "user_account", {"topics": ["talks"]}, [("通知类别", "对接进展")]),
        ("briefing.edited", "briefing", {"section": "gaps"}, [("部分", "六、需求缺口")]),
        (
            "list.exported",
            "",
            {"filters": "county=340811 field=9 q=气孔 检测 days=30"},
            [("筛选条件", "县（市、区）：宜秀区；技术领域：现代农业；搜索词：气孔 检测；days：30")],
        ),
        ("organisation.verified", "organisation", {"code": "91340800"}, [("统一社会信用代码", "91340800")]),
    ],
)
def test_a_detail_is_named_and_shown_as_its_action_means_it(
    app: Flask, work: Work, action: str, kind: str, details: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    with app.test_request_context():
        event = AuditEvent(action=action, object_kind=kind, object_id=1, details=details)
        assert details_in_words(event, Vocabulary(work.session)) == said


def test_every_field_topic_and_part_that_can_change_has_its_words(app: Flask) -> None:
    facts = (AllianceFacts, BodyFacts, CarrierFacts, ServiceFacts, OrganisationFacts)
    fields = {each.name for kind in facts for each in dataclasses.fields(kind)}
    fields |= {*problems.FIELDS, *capabilities.FIELDS, *cooperation.FIELD_NAMES, *projects.FIELD_NAMES}
    fields |= {"name", "email", "mobile", "language"}  # of an account
    assert fields - set(field_wording.FIELDS) == set()
    with app.test_request_context():
        known = {name: str(words) for name, words in field_wording.TOPICS.items()}
        assert known == {name: str(words) for name, (words, _comprises) in TOPICS.items()}
        parts = {name: str(words) for name, words in field_wording.SECTIONS.items()}
        assert parts == {kind.value: str(words) for kind, words in HEADINGS.items()}


def test_every_table_that_is_shown_by_name_has_one(app: Flask) -> None:
    shown = {"job", "spreadsheet_import"} | {each.table.name for each in belongings.belongings()}
    with app.test_request_context():
        assert {each for each in shown if object_name(each) == each} == set()


def test_every_action_and_detail_that_a_service_records_has_words() -> None:
    known = set(DETAILS) | {name for names in APART.values() for name in names}
    actions, names = set(), set()
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORDING:
                names |= {each.arg for each in node.keywords if each.arg}
                actions |= {each.value for each in node.args[1:2] if isinstance(each, ast.Constant)}
    assert len(names) > 40
    assert names - known - OF_A_TIMELINE == set()
    assert {each for each in actions if "." in each} - set(ACTIONS) == set()
