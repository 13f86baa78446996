"""The form of a capability: what is wrong is said at its field and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matchmaker.postings.forms import MOST_ROWS
from matchmaker.work import Work
from models import Capability, CapabilityStatus, MoneyKind, Revision, User, Verification
from tests import factories
from tests.capabilities.typed import complete
from tests.days import today


@pytest.fixture
def liaison(client: FlaskClient, people: dict[str, User]) -> FlaskClient:
    return factories.sign_in(client, people["liaison"])


def stored(work: Work) -> Capability:
    work.session.rollback()
    work.session.expire_all()
    return work.session.scalars(select(Capability).order_by(Capability.id.desc())).first()  # type: ignore[return-value]


def how_many(work: Work) -> int:
    work.session.rollback()
    return work.session.scalar(select(func.count(Capability.id))) or 0


def scarcely(**typed: Any) -> dict[str, Any]:
    """A form in which next to nothing is filled, as a browser sends it."""
    empty = {name: "" for name in complete() if name not in ("modes", "money_kind", "targets-0-comparison")}
    return empty | {"money_kind": "negotiable", "targets-0-comparison": "≥"} | typed


def submit(client: FlaskClient, **changed: Any) -> Any:
    return client.post("/capabilities/new", data=complete(do="submit", **changed))


class Fields(HTMLParser):
    """Names and values of a page's form fields, as a browser would send them again."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._area: str | None = None
        self._select: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = [given.get("value") or ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data


def values_of(page: Any) -> dict[str, list[str]]:
    return {name: [each.strip() for each in values] for name, values in Fields(page.text).values.items()}


def error_at(page: Any, field: str) -> str:
    """The message that stands at a field."""
    parts = page.text.split(f'id="{field}-error">')
    return parts[1].split("</div>")[0] if len(parts) > 1 else ""


def test_what_was_typed_is_stored(liaison: FlaskClient, work: Work) -> None:
    assert submit(liaison).status_code == 303
    made = stored(work)
    assert (made.status, made.kind, made.trl, made.stage) == (
        CapabilityStatus.SUBMITTED,
        "result",
        7,
        "pilot",
    )
    assert (made.money_kind, made.money_low, made.money_high) == (
        MoneyKind.RANGE,
        Decimal(40),
        Decimal("80.5"),
    )
    assert made.targets == [{"name": "检出率", "comparison": "≥", "value": "99.7", "unit": "%"}]
    assert made.patents == [
        {"kind": "invention", "number": "ZL202310123456.7", "state": "授权", "holder": "示例大学"}
    ]
    assert sorted(made.modes) == ["commissioned", "transfer"]
    assert made.county is None


def test_after_a_submission_the_person_is_told_what_comes_next(liaison: FlaskClient) -> None:
    answer = submit(liaison)
    assert "已提交，等待科技局审核" in liaison.get(answer.location).text


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"title": ""}, "title", "请填写这一项"),
        ({"title": "检测"}, "title", "至少 4 个字，现在 2 个字"),
        ({"title": "检" * 61}, "title", "最多 60 个字，现在 61 个字"),
        ({"kind": ""}, "kind", "请选择类型"),
        ({"kind": "demand"}, "kind", "Not a valid choice"),
        ({"summary": "太短"}, "summary", "至少 30 个字，现在 2 个字"),
        ({"summary": "长" * 2001}, "summary", "最多 2000 个字，现在 2001 个字"),
        ({"advantage": "长" * 2001}, "advantage", "最多 2000 个字"),
        ({"awards": "长" * 1001}, "awards", "最多 1000 个字"),
        ({"team": "长" * 201}, "team", "最多 200 个字"),
        ({"school": "长" * 121}, "school", "最多 120 个字"),
        ({"field": "", "subfield": ""}, "field", "请选择技术领域"),
        ({"subfield": "1.01"}, "subfield", "不属于"),
        ({"trl": ""}, "trl", "请选择技术成熟度"),
        ({"trl": "10"}, "trl", "Not a valid choice"),
        ({"modes": []}, "modes", "请至少选择一种合作方式"),
        ({"money_low": "很多"}, "money_low", "请填写数字"),
        ({"money_low": "90", "money_high": "80"}, "money_high", "上限不能低于下限"),
        ({"money_kind": "exact", "money_low": ""}, "money_low", "请填写金额"),
        ({"valid_until": ""}, "valid_until", "请填写有效期"),
        ({"valid_until": "明年"}, "valid_until", "请按 2026-11-24 这样填写日期"),
        ({"valid_until": today().isoformat()}, "valid_until", "请填写今天以后的日期"),
        ({"contact_name": ""}, "contact_name", "请填写联系人"),
        ({"contact_phone": ""}, "contact_phone", "电话和邮箱请至少填写一项"),
        ({"contact_phone": "打我手机"}, "contact_phone", "请填写电话号码"),
        ({"contact_email": "somebody"}, "contact_email", "请填写完整的邮箱地址"),
        ({"patents-0-kind": ""}, "patents-0-kind", "请选择类型"),
        ({"patents-0-kind": "trade_secret"}, "patents-0-kind", "请从列表中选择"),
        ({"patents-0-number": ""}, "patents-0-number", "请填写专利号或登记号"),
        ({"patents-0-number": "9" * 61}, "patents-0-number", "最多 60 个字"),
        ({"targets-0-value": ""}, "targets-0-value", "请填写数值"),
        ({"targets-0-comparison": "<<"}, "targets-0-comparison", "请从列表中选择"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_fault_is_explained_at_its_field(
    liaison: FlaskClient, work: Work, changed: dict[str, Any], field: str, message: str
) -> None:
    answer = submit(liaison, **changed)
    assert answer.status_code == 422
    if message != "Not a valid choice":  # the library's own words come in the reader's language
        assert message in error_at(answer, field)
    assert error_at(answer, field)
    assert how_many(work) == 0


def test_a_form_that_fails_keeps_all_that_was_typed(liaison: FlaskClient) -> None:
    typed = complete(summary="太短", cases="<b>用过两家</b>", **{"patents-1-number": "ZL2"})
    kept = values_of(liaison.post("/capabilities/new", data=typed | {"do": "submit"}))
    expected = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    assert {name: kept.get(name) for name in expected} == expected


def test_a_draft_may_lack_anything(liaison: FlaskClient, work: Work) -> None:
    answer = liaison.post("/capabilities/new", data=scarcely(title="想法", do="save"))
    assert answer.status_code == 303
    assert (stored(work).title, stored(work).status) == ("想法", CapabilityStatus.DRAFT)


def test_a_team_need_not_say_how_mature_it_is(liaison: FlaskClient, work: Work) -> None:
    assert submit(liaison, kind="team", trl="").status_code == 303
    assert stored(work).trl is None


def test_without_comparison_and_economics_it_is_submitted_with_a_warning(
    liaison: FlaskClient, work: Work
) -> None:
    answer = submit(liaison, advantage="", economics="")
    assert stored(work).status is CapabilityStatus.SUBMITTED
    page = liaison.get(answer.location).text
    assert "还没有写“与现有技术对比”、“经济性”。企业评审常跳过" in page


def test_with_comparison_and_economics_there_is_no_warning(liaison: FlaskClient) -> None:
    assert "企业评审常跳过" not in liaison.get(submit(liaison).location).text


def test_members_of_an_organisation_that_is_not_verified_save_a_draft_instead(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    people["liaison"].organisation.status = Verification.PENDING
    work.session.commit()
    answer = submit(liaison)
    assert stored(work).status is CapabilityStatus.DRAFT
    assert "还没有通过审核" in liaison.get(answer.location).text


def test_a_row_is_added_without_a_script(liaison: FlaskClient, work: Work) -> None:
    answer = liaison.post("/capabilities/new", data=complete(rows="patents:add"))
    assert answer.status_code == 200
    assert values_of(answer)["patents-0-number"] == ["ZL202310123456.7"]
    assert "patents-1-number" in values_of(answer)
    assert how_many(work) == 0


def test_an_added_row_offers_the_kinds_of_patents(liaison: FlaskClient) -> None:
    answer = liaison.post("/capabilities/new", data=complete(rows="patents:add"))
    assert 'value="invention"' in answer.text.split('name="patents-1-kind"')[1].split("</select>")[0]


def test_a_row_is_removed_without_a_script(liaison: FlaskClient) -> None:
    typed = complete(
        rows="patents:remove:0", **{"patents-1-kind": "software", "patents-1-number": "软著登字1号"}
    )
    kept = values_of(liaison.post("/capabilities/new", data=typed))
    assert [kept[name] for name in kept if name.endswith("-number")] == [["软著登字1号"]]


def test_there_are_no_more_rows_than_the_limit(liaison: FlaskClient) -> None:
    many = {f"patents-{n}-number": f"ZL{n}" for n in range(MOST_ROWS)}
    kept = values_of(liaison.post("/capabilities/new", data=complete(rows="patents:add", **many)))
    assert f"patents-{MOST_ROWS}-number" not in kept


def test_empty_rows_are_not_stored(liaison: FlaskClient, work: Work) -> None:
    submit(liaison, **{"patents-1-kind": "invention", "patents-1-number": ""})
    assert len(stored(work).patents) == 1


def test_the_form_shows_what_is_stored(liaison: FlaskClient, work: Work) -> None:
    liaison.post("/capabilities/new", data=complete(do="save"))
    shown = values_of(liaison.get(f"/capabilities/{stored(work).id}/edit"))
    expected = {name: value if isinstance(value, list) else [value] for name, value in complete().items()}
    assert {name: shown.get(name, [""]) for name in expected} == expected


def test_saving_a_published_capability_publishes_the_new_text_and_keeps_the_old(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"])
    work.session.commit()
    answer = liaison.post(
        f"/capabilities/{capability.id}/edit", data=complete(do="save", version=capability.version)
    )
    assert answer.status_code == 303
    assert (stored(work).title, stored(work).status) == (complete()["title"], CapabilityStatus.PUBLISHED)
    assert work.session.scalar(select(func.count(Revision.id))) == 1


def test_a_published_capability_is_checked_in_full_on_saving(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"])
    work.session.commit()
    typed = complete(do="save", version=capability.version, summary="太短")
    answer = liaison.post(f"/capabilities/{capability.id}/edit", data=typed)
    assert answer.status_code == 422
    assert stored(work).summary == capability.summary


def test_who_saves_over_a_newer_version_is_asked_and_loses_nothing(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"], CapabilityStatus.DRAFT)
    opened = capability.version
    capability.cases = "同事刚补充的案例"
    work.session.commit()
    answer = liaison.post(f"/capabilities/{capability.id}/edit", data=complete(do="save", version=opened))
    assert answer.status_code == 409
    assert "有人在" in answer.text
    assert values_of(answer)["title"] == [complete()["title"]]
    assert stored(work).cases == "同事刚补充的案例"


def test_after_being_asked_saving_once_more_saves(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"], CapabilityStatus.DRAFT)
    opened = capability.version
    capability.cases = "同事刚补充的案例"
    work.session.commit()
    asked = liaison.post(f"/capabilities/{capability.id}/edit", data=complete(do="save", version=opened))
    again = complete(do="save", version=values_of(asked)["version"][0])
    assert liaison.post(f"/capabilities/{capability.id}/edit", data=again).status_code == 303


def test_a_new_draft_is_saved_while_typing(liaison: FlaskClient, work: Work) -> None:
    answer = liaison.post("/capabilities/autosave", data=scarcely(title="压铸件"))
    assert answer.status_code == 200
    assert stored(work).title == "压铸件"
    assert answer.get_json()["autosave_url"] == f"/capabilities/{stored(work).id}/autosave"


def test_saving_while_typing_goes_on_from_version_to_version(liaison: FlaskClient, work: Work) -> None:
    first = liaison.post("/capabilities/autosave", data=scarcely(title="压铸件")).get_json()
    typed = scarcely(title="压铸件检测", version=first["version"])
    assert liaison.post(first["autosave_url"], data=typed).status_code == 200
    assert (stored(work).title, how_many(work)) == ("压铸件检测", 1)


def test_what_cannot_be_saved_while_typing_is_named_and_the_rest_is_saved(
    liaison: FlaskClient, work: Work
) -> None:
    typed = scarcely(title="压铸件检测", money_kind="exact", money_low="很多", trl="7")
    answer = liaison.post("/capabilities/autosave", data=typed)
    assert answer.get_json()["skipped"] == ["金额或下限（万元）"]
    assert (stored(work).title, stored(work).trl) == ("压铸件检测", 7)


def test_a_draft_that_somebody_else_changed_is_not_overwritten_while_typing(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(
        work.session, people["liaison"], CapabilityStatus.DRAFT, title="同事的名称"
    )
    work.session.commit()
    answer = liaison.post(
        f"/capabilities/{capability.id}/autosave",
        data={"title": "我的名称", "version": capability.version + 1},
    )
    assert answer.status_code == 409
    assert stored(work).title == "同事的名称"


def test_a_draft_submitted_from_its_page_shows_what_is_missing_in_the_form(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"], CapabilityStatus.DRAFT, summary="")
    work.session.commit()
    answer = liaison.post(f"/capabilities/{capability.id}/submit")
    assert answer.status_code == 422
    assert error_at(answer, "summary") == "请填写这一项"


def test_while_it_is_checked_the_form_sends_to_its_page(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    capability = factories.capability(work.session, people["liaison"], CapabilityStatus.SUBMITTED)
    work.session.commit()
    assert liaison.get(f"/capabilities/{capability.id}/edit").location == f"/capabilities/{capability.id}"


def test_while_typing_problems_that_look_promising_are_shown(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    from matchmaker.postings import service as postings

    problem = factories.problem(work.session, people["enterprise"])
    postings.index(work, problem)
    work.session.commit()
    assert problem.title in liaison.post("/capabilities/similar", data=complete()).text
    assert how_many(work) == 0


def test_while_typing_a_draft_is_not_like_itself(
    liaison: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    from matchmaker.postings import service as postings

    capability = factories.capability(work.session, people["liaison"], title="压铸件内部缺陷X射线检测")
    postings.index(work, capability)
    work.session.commit()
    own = liaison.post(f"/capabilities/similar?capability_id={capability.id}", data=complete()).text
    other = liaison.post("/capabilities/similar", data=complete()).text
    assert (capability.title in own, capability.title in other) == (False, True)


def test_validity_has_an_upper_limit(liaison: FlaskClient) -> None:
    late = (today() + timedelta(days=365 * 4)).isoformat()
    assert "最长 36 个月" in error_at(submit(liaison, valid_until=late), "valid_until")
