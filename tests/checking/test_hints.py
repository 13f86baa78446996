"""What whoever checks is told about a text and a registration, by plain rules."""

from __future__ import annotations

import pytest

from matchmaker.checking.completeness import lacking
from matchmaker.checking.readability import LONG_SENTENCE, SHORT_TEXT, Hint, findings
from matchmaker.checking.registration import Doubt, core_of, doubts
from models import Capability, MoneyKind, Organisation, OrganisationKind, Problem

GOOD = (
    "压铸后三十秒内用X射线判定直径0.5毫米以上的气孔并给出位置，适应五种壳体换型，换型时间不超过5分钟。"
    "目前人工在灯箱下翻看，一班八小时三千二百件，后半夜漏检明显上升，去年被主机厂退过两批，损失四十万元。"
)
TITLE = "铝合金压铸壳体气孔在线检测"


def hints(title: str = TITLE, text: str = GOOD, measured: tuple[str, ...] = ("检出率 ≥ 98 %",)) -> list[Hint]:
    return [each.hint for each in findings(title, {"statement": text}, measured)]


def test_a_text_that_reads_well_has_no_hint() -> None:
    assert hints() == []


@pytest.mark.parametrize(
    ("hint", "given"),
    [
        (Hint.SHORT, {"text": GOOD[: SHORT_TEXT - 1]}),
        (Hint.LONG_SENTENCES, {"text": GOOD.replace("。", "，") + "又" * (LONG_SENTENCE - len(GOOD) + 1)}),
        (
            Hint.STOCK_PHRASES,
            {"text": "技术先进，填补国内空白，市场前景广阔。" + "我们的产品用在很多地方。" * 8},
        ),
        (Hint.NO_FIGURE, {"measured": ("检出率要高", "2019年立项，到2024 年完成")}),
        (Hint.EMPTY_TITLE, {"title": "急需解决相关技术难题，寻求合作单位"}),
        (Hint.CONTACT_IN_TEXT, {"text": GOOD + "有意者请电13900000000。"}),
        (Hint.CONTACT_IN_TEXT, {"title": TITLE + " a.b@example.com"}),
    ],
)
def test_each_rule_finds_what_it_is_for_and_nothing_else(hint: Hint, given: dict[str, str]) -> None:
    assert hints(**given) == [hint]  # type: ignore[arg-type]


@pytest.mark.parametrize("figure", ["98%", "4.5 秒", "0.1-0.5mm", "3至5万元", "±0.02毫米", "≤ 2 dB"])
def test_figures_with_units_are_known_as_people_write_them(figure: str) -> None:
    assert hints(measured=(f"要求{figure}",)) == []


def test_a_stock_phrase_beside_figures_is_forgiven() -> None:
    assert hints(text=GOOD + "国内领先，市场前景广阔。") == []


def test_what_helps_the_reader_is_asked_for_most_important_first() -> None:
    problem = Problem(
        targets=[], targets_text="", money_kind=MoneyKind.NEGOTIABLE, basis="", contact_phone="1"
    )
    assert lacking(problem) == ("targets", "money_kind", "basis", "subfield")


def test_nobody_expects_a_maturity_or_patents_of_an_expert() -> None:
    result, expert = (lacking(Capability(kind=kind, targets=[])) for kind in ("result", "expert"))
    assert set(result) - set(expert) == {"trl", "patents"}


@pytest.mark.parametrize(
    ("kind", "name", "code", "county", "expected"),
    [
        ("enterprise", "安庆示例机械有限公司", "91340811MA2000001X", "340811", []),
        (
            "enterprise",
            "安庆示例大学",
            "12340811MA2000001X",
            "340811",
            ["code_of_other_kind", "name_of_other_kind"],
        ),
        ("university", "安庆示例学院", "91340800MA2000001X", None, ["code_of_other_kind"]),
        ("institute", "安庆示例研究院有限公司", "91340800MA2000001X", None, []),
        ("enterprise", "安庆示例机械有限公司", "91340822MA2000001X", "340811", ["code_of_other_place"]),
        ("enterprise", "合肥示例机械有限公司", "91340100MA2000001X", None, []),
    ],
)
def test_kind_name_code_and_place_are_held_against_each_other(
    kind: str, name: str, code: str, county: str | None, expected: list[str]
) -> None:
    organisation = Organisation(kind=OrganisationKind(kind), name=name, code=code, county=county)
    assert doubts(organisation, {"340811", "340822"}) == [Doubt(each) for each in expected]


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("安庆示例机械（集团）股份有限公司", "安庆示例机械"),
        ("安庆示例机械有限责任公司", "安庆示例机械"),
        ("示例公司", ""),
    ],
)
def test_names_are_compared_without_their_legal_form(name: str, core: str) -> None:
    assert core_of(name) == core
