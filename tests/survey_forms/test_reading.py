"""Filled-in survey forms read: which fields are found, how sure they are, and what is left for the person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from matchmaker.policy import Forbidden
from matchmaker.survey_forms import service
from matchmaker.survey_forms.service import Prefill, Trust
from matchmaker.work import Work
from models import ImportKind, User
from tests.survey_forms import samples

PROBLEM, CAPABILITY = ImportKind.PROBLEM, ImportKind.CAPABILITY


@pytest.fixture
def firm(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["enterprise"])


def trust(prefill: Prefill, name: str) -> Trust | None:
    mark = prefill.mark(name)
    return None if mark is None else mark.trust


def test_a_table_form_in_word_fills_in_the_fields(firm: Work) -> None:
    found = service.from_file(firm, PROBLEM, samples.docx())

    assert found.values == {
        "title": "铝合金压铸壳体气孔在线检测",
        "field": "8",
        "need": "testing",
        "background": samples.BACKGROUND,
        "statement": samples.STATEMENT,
        "targets": [
            {"name": "检出率", "comparison": "≥", "value": "98", "unit": "%"},
            {"name": "单件节拍", "comparison": "≤", "value": "4.5", "unit": "秒"},
        ],
        "modes": ["commissioned", "testing"],
        "money_kind": "range",
        "money_low": Decimal("50.00"),
        "money_high": Decimal("80.00"),
        "wanted_by": date(2031, 6, 30),
        "county": "340811",
        "contact_name": "张工",
        "contact_phone": "0556-1234567",
    }


def test_the_second_label_of_a_row_is_not_part_of_the_first_ones_value(firm: Work) -> None:
    found = service.from_file(firm, PROBLEM, samples.docx(samples.FOUR_COLUMNS))

    assert found.values == {
        "title": "行星架深孔钻削偏斜控制",
        "contact_name": "张三",
        "contact_phone": "0556-1234567",
        "statement": samples.STATEMENT,
        "money_kind": "range",
        "money_low": Decimal("50.00"),
        "money_high": Decimal("80.00"),
        "wanted_by": date(2031, 6, 30),
        "industry": "C34",
        "field": "8",
    }
    assert found.organisation == "安庆市另一家机械有限公司"
    assert {
        "统一社会信用代码：91340800MA2000001X",
        "填报人：李四",
        "职务：技术部长",
        "传真：0556-7654321",
        "填表日期：2030.11.20",
        "主管处室：规划处",
    } <= set(found.rest)


@pytest.mark.parametrize(
    ("text", "title", "statement"),
    [
        ("技术难题：行星架深孔钻削偏斜控制", "行星架深孔钻削偏斜控制", None),
        ("技术难题名称：深孔钻削\n技术难题：钻到底偏斜0.6毫米", "深孔钻削", "钻到底偏斜0.6毫米"),
        (f"技术难题：{samples.STATEMENT}", None, samples.STATEMENT),
    ],
)
def test_behind_the_word_problem_stands_a_title_or_the_whole_of_it(
    firm: Work, text: str, title: str | None, statement: str | None
) -> None:
    found = service.from_text(firm, PROBLEM, text)

    assert (found.values.get("title"), found.values.get("statement")) == (title, statement)


def test_what_was_put_in_other_words_is_marked_to_be_checked(firm: Work) -> None:
    found = service.from_file(firm, PROBLEM, samples.docx())

    assert trust(found, "title") is Trust.READ
    assert [trust(found, name) for name in ("money_kind", "wanted_by", "county")] == [Trust.CHECK] * 3
    assert found.mark("wanted_by").text == "2031年6月"  # type: ignore[union-attr]


def test_what_belongs_to_no_field_is_left_to_be_copied(firm: Work) -> None:
    found = service.from_file(firm, PROBLEM, samples.docx())

    assert found.organisation == "安庆市另一家机械有限公司"
    assert {"企业技术需求征集表", "主营产品：汽车零部件压铸件"} <= set(found.rest)


def test_a_field_that_the_form_lacks_is_guessed_and_says_so(firm: Work) -> None:
    found = service.from_text(firm, PROBLEM, "难题名称：水稻良种选育与高效种植")

    assert found.values["field"] == "9"
    assert trust(found, "field") is Trust.GUESS


def test_pasted_lines_are_read_by_their_labels(firm: Work) -> None:
    found = service.from_text(
        firm,
        PROBLEM,
        "一、技术难题名称：铝合金压铸壳体气孔在线检测\n"
        "二、技术难题描述（500字以内）\n"
        "第一段写现状。\n"
        "第二段写难点。\n"
        "三、经费预算：面议\n"
        "四、其他情况\n"
        "本厂可以提供样件。\n"
        "联系人：张工  电话：0556-1234567  邮箱：zhang@example.com\n",
    )

    assert found.values["statement"] == "第一段写现状。\n第二段写难点。"
    assert found.values["money_kind"] == "negotiable"
    assert found.values["contact_name"] == "张工"
    assert found.values["contact_phone"] == "0556-1234567"
    assert found.values["contact_email"] == "zhang@example.com"
    assert found.rest == ["四、其他情况", "本厂可以提供样件。"]


def test_a_pdf_whose_labels_are_broken_by_a_narrow_column_is_read(firm: Work) -> None:
    lines = [
        "难题名",
        "称 铝合⾦压铸壳体气孔在线检测",
        "技术难题描述",
        "需要在压铸后三十秒内判定直径零点五毫米以上的",
        "气孔。",
        "联系人 张工 电话 0556-1234567",
    ]

    found = service.from_file(firm, PROBLEM, samples.pdf(lines))

    assert found.values["title"] == "铝合金压铸壳体气孔在线检测"
    assert found.values["statement"] == "需要在压铸后三十秒内判定直径零点五毫米以上的气孔。"
    assert found.values["contact_phone"] == "0556-1234567"


def test_a_results_sheet_fills_in_a_capability(work: Work, people: dict[str, User]) -> None:
    rows = (
        ("成果名称", "压铸件内部缺陷X射线智能检测", "成果类型", "发明专利"),
        ("成果简介", samples.STATEMENT, "", ""),
        ("成熟度", "7级", "所处阶段", "□实验室 √中试 □产业化"),
        ("知识产权情况", "发明专利 ZL202310123456.7 授权", "", ""),
        ("转让价格（元）", "700000", "完成人", "李教授课题组"),
    )

    found = service.from_file(work.as_actor(people["liaison"]), CAPABILITY, samples.docx(rows))

    values = dict(found.values)
    assert (values["trl"], values["stage"], values["kind"]) == (7, "pilot", "patent")
    assert (values["money_kind"], values["money_low"]) == ("exact", Decimal("70.00"))
    assert values["patents"][0]["number"] == "ZL202310123456.7"
    assert values["team"] == "李教授课题组"


def test_an_amount_that_cannot_be_read_is_left_to_the_person(firm: Work) -> None:
    found = service.from_text(firm, PROBLEM, "难题名称：铝合金压铸\n所属领域：新材料\n投入预算：看情况")

    assert "money_kind" not in found.values
    assert found.rest == ["投入预算：看情况"]


def test_who_may_not_post_may_not_have_a_document_read(work: Work, people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        service.from_text(work.as_actor(people["liaison"]), PROBLEM, "难题名称：甲乙丙丁")
