"""Organisations are known by former names too, and a name that nobody has brings those that may be meant."""

from __future__ import annotations

from datetime import timedelta

from matchmaker.spreadsheets import import_wording
from matchmaker.spreadsheets.import_rows import Kept
from matchmaker.work import Work
from models import FormerName, ImportKind, User, Verification, now
from tests import factories
from tests.spreadsheets.tables import PROBLEMS, problem, rows, take, workbook


def checked(work: Work, staff: User, *names: str) -> list[Kept]:
    """A row of each of these organisations."""
    titles = [f"壳体气孔在线检测第{number}项" for number in range(len(names))]
    table = [PROBLEMS, *(problem(name, title) for name, title in zip(names, titles, strict=True))]
    return [kept for _, kept in rows(work, take(work, staff, workbook(table)))]


def test_former_names_and_merged_ones_lead_to_who_goes_on(work: Work, people: dict[str, User]) -> None:
    firm, merged = people["enterprise"].organisation, people["other_enterprise"].organisation
    work.session.add(
        FormerName(
            organisation_id=firm.id,
            name="安庆市旧称机械厂",
            code="91340800MA2OLDXX01",
            since=now() - timedelta(days=9),
            until=now(),
        )
    )
    merged.status, merged.merged_into_id = Verification.MERGED, firm.id
    names = ("安庆市旧称机械厂", merged.name, "91340800MA2OLDXX01", firm.name)
    work.session.commit()
    found = checked(work, people["staff"], *names)
    assert [(kept.values["organisation_id"], kept.faults) for kept in found] == [(firm.id, [])] * 4
    said = [[each for each in kept.repairs if each[1] == "former_name"] for kept in found]
    assert [[details["value"] for _, _, details in each] for each in said] == [[firm.name]] * 3 + [[]]


def test_a_misspelt_name_brings_the_verified_one_that_is_like_it(work: Work, people: dict[str, User]) -> None:
    known = ("安庆沁氢装备有限公司", "安庆弥禾橡塑密封件有限公司", "桐城市岑固制动系统有限公司")
    for name in known:
        factories.organisation(work.session, name=name)
    factories.organisation(work.session, name="安庆沁氢能源有限公司", status=Verification.PENDING)
    work.session.commit()
    written = ("安庆市沁氢装备有限公司", "桐城市岑固制动系统有限公同", "合肥不相干材料有限公司")
    found = checked(work, people["staff"], *written)
    (name, code, details), other, unknown = (kept.faults[0] for kept in found)
    assert (name, code, details["near"]) == ("organisation", "misspelt_organisation", [known[0]])
    assert other[2]["near"] == [known[2]]
    assert unknown[1] == "unknown_organisation"
    assert import_wording.fault(ImportKind.PROBLEM, found[0].faults[0]) == (
        f"单位名称：没有“{written[0]}”这个单位。您是不是指“{known[0]}”？"
    )
