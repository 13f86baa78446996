"""Labels and values in whatever rows a document has: nothing that is said in it is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.survey_forms import pairs
from matchmaker.survey_forms.labels import Labels
from models import ImportKind

LABELS = Labels(ImportKind.PROBLEM)
WORDS = st.text("甲乙丙丁戊己庚辛", min_size=3, max_size=8)
"""Words that are part of no label."""
NAMES = st.sampled_from(["难题名称", "联系人", "一、技术难题描述（500字以内）", "投入预算", "所属领域："])
ROWS = st.lists(
    st.lists(WORDS | NAMES, min_size=1, max_size=4)
    | st.tuples(NAMES, WORDS).map("：".join).map(lambda line: [line]),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.booleans())
def test_every_word_is_in_a_value_or_left_to_be_copied(rows: list[list[str]], wrapped: bool) -> None:
    rows = [[row[0]] for row in rows] if wrapped else rows

    found = pairs.find(LABELS, rows, wrapped)

    kept = "".join([*(pair.text for pair in found.pairs), *found.rest])
    words = [piece for row in rows for cell in row for piece in cell.replace("：", " ").split()]
    assert [word for word in words if LABELS.exactly(word) is None and word not in kept] == []


def test_a_label_over_others_is_a_heading_and_has_no_value() -> None:
    found = pairs.find(LABELS, [["联系方式", "联系人", "张工", "电话", "0556-1"]])

    assert [(pair.name, pair.text) for pair in found.pairs] == [
        ("contact_name", "张工"),
        ("contact_phone", "0556-1"),
    ]


def test_boxes_beside_each_other_are_one_value_and_no_labels() -> None:
    found = pairs.find(LABELS, [["拟合作方式", "☑委托开发", "□合作开发", "☑检测与中试"]])

    assert [pair.text for pair in found.pairs] == ["☑委托开发\n□合作开发\n☑检测与中试"]


def test_a_label_over_a_row_and_unknown_ones_in_it_do_not_get_into_values() -> None:
    found = pairs.find(LABELS, [["单位信息", "联系人", "张工", "车间主任", "李工"]])

    assert [(pair.name, pair.text) for pair in found.pairs] == [("contact_name", "张工")]
    assert found.rest == ["单位信息", "车间主任：李工"]


def test_an_empty_cell_is_the_value_of_the_label_before_it() -> None:
    found = pairs.find(LABELS, [["难题名称", "气孔检测", "车间主任", ""], ["联系人", "", "车间主任", "李工"]])

    assert [(pair.name, pair.text) for pair in found.pairs] == [("title", "气孔检测")]
    assert found.rest == ["车间主任", "车间主任：李工"]


def test_a_table_with_a_heading_row_gives_its_first_row() -> None:
    rows = [["序号", "难题名称", "预算"], ["1", "气孔检测", "50万"], ["2", "换热器", "60万"]]

    found = pairs.find(LABELS, rows)

    assert [pair.text for pair in found.pairs if pair.name == "title"] == ["气孔检测"]
    assert found.rest == ["2：换热器：60万"]
