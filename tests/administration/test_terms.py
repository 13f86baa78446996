"""Lists that administrators extend: no code is used twice, and what is retired stays readable where it is used."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matchmaker.administration import terms, uses, wording
from matchmaker.administration.errors import Changed, CodeTaken, LabelTaken
from matchmaker.policy import Forbidden
from matchmaker.vocabulary.service import Vocabulary
from matchmaker.work import Work
from models import AuditEvent, ProblemStatus, Term, User, VocabularyKind
from tests import factories

PROGRAMME = VocabularyKind.PROGRAMME


@pytest.fixture
def administrator(work: Work, people: dict[str, User]) -> Work:
    return work.as_actor(people["administrator"])


def term(work: Work, kind: VocabularyKind, code: str) -> Term:
    return work.session.scalars(select(Term).where(Term.kind == kind, Term.code == code)).one()


def codes(work: Work, kind: str) -> list[str]:
    return [code for code, _label in Vocabulary(work.session).choices(kind)]


def test_every_list_has_words_and_says_where_it_is_used() -> None:
    assert set(wording.LISTS) == set(uses.USES) == set(VocabularyKind)


def test_a_new_term_can_be_chosen_at_once(administrator: Work) -> None:
    made = terms.add(administrator, PROGRAMME, "quantum", "量子信息", "Quantum information")

    assert (made.code, codes(administrator, "programme")[-1]) == ("quantum", "quantum")


def test_a_second_level_gets_the_next_code_under_its_field(administrator: Work) -> None:
    before = len(terms.listing(administrator, VocabularyKind.SUBFIELD, "9").entries)
    made = terms.add(administrator, VocabularyKind.SUBFIELD, "", "智慧农业", "Smart farming", "9")

    assert made.code == f"9.{before + 1:02d}"
    assert ("9.06", "智慧农业") in Vocabulary(administrator.session).choices("subfield", parent="9")


def test_a_code_is_never_used_again_not_even_of_a_retired_term(administrator: Work) -> None:
    made = terms.add(administrator, PROGRAMME, "quantum", "量子信息", "Quantum information")
    terms.set_active(administrator, made, False, made.version)

    with pytest.raises(CodeTaken):
        terms.add(administrator, PROGRAMME, "quantum", "别的", "Something else")


def test_retiring_asks_with_the_number_of_uses(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    for _ in range(2):
        factories.project(work.session, programme="energy")
    work.session.commit()
    page = factories.sign_in(client, people["administrator"]).get("/administration/lists/programme").text
    assert "现在有 2 处用到它（凝炼项目 2）" in page
    assert "现在没有用到它的地方" in page


def test_two_terms_in_use_are_not_called_the_same(administrator: Work) -> None:
    terms.add(administrator, PROGRAMME, "a", "量子信息", "Quantum information")

    with pytest.raises(LabelTaken):
        terms.add(administrator, PROGRAMME, "b", "量子信息", "Quantum")


def test_a_retired_term_stays_readable_and_is_not_offered(
    administrator: Work, people: dict[str, User]
) -> None:
    found = term(administrator, VocabularyKind.INDUSTRY, "A01")
    problem = factories.problem(
        administrator.session, people["enterprise"], ProblemStatus.PUBLISHED, industry="A01"
    )
    terms.set_active(administrator, found, False, found.version)

    lists = Vocabulary(administrator.session)
    assert "A01" not in codes(administrator, "industry")
    assert lists.label("industry", problem.industry) == found.label_zh
    assert "A01" in dict(lists.choices("industry", keep="A01"))
    terms.set_active(administrator, found, True, found.version)
    assert "A01" in codes(administrator, "industry")


def test_a_renamed_term_keeps_its_code_and_the_audit_both_names(administrator: Work) -> None:
    found = term(administrator, VocabularyKind.COUNTY, "340811")
    before = found.label_zh
    terms.rename(administrator, found, "宜秀新区", "Yixiu New Area", found.version)

    event = administrator.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.details["code"], event.details["before"], event.details["after"]) == (
        "340811",
        before,
        "宜秀新区",
    )


def test_who_read_an_older_version_overwrites_nobody(administrator: Work) -> None:
    found = term(administrator, VocabularyKind.COUNTY, "340811")
    version = found.version
    terms.rename(administrator, found, "宜秀新区", "Yixiu New Area", version)

    with pytest.raises(Changed):
        terms.rename(administrator, found, "宜秀", "Yixiu", version)
    assert found.label_zh == "宜秀新区"


def test_a_term_changes_places_with_its_neighbour(administrator: Work) -> None:
    first, second, *rest = codes(administrator, "mode")
    terms.move(administrator, term(administrator, VocabularyKind.MODE, second), up=True)

    assert codes(administrator, "mode") == [second, first, *rest]


def test_a_term_moves_among_those_of_its_own_field(administrator: Work) -> None:
    terms.move(administrator, term(administrator, VocabularyKind.SUBFIELD, "9.01"), up=False)

    lists = Vocabulary(administrator.session)
    assert [code for code, _ in lists.choices("subfield", parent="9")][:2] == ["9.02", "9.01"]
    assert [code for code, _ in lists.choices("subfield", parent="8")][:2] == ["8.01", "8.02"]


def test_it_is_counted_where_a_term_is_used(administrator: Work, people: dict[str, User]) -> None:
    people["enterprise"].organisation.tags = ["high_tech", "tech_sme"]
    factories.problem(administrator.session, people["enterprise"], ProblemStatus.DRAFT, field="4")
    factories.capability(administrator.session, people["liaison"], field="4")
    administrator.session.flush()

    used = {each.term.code: each.used for each in terms.listing(administrator, VocabularyKind.FIELD).entries}
    tags = uses.counts(administrator.session, VocabularyKind.ORGANISATION_TAG)
    assert (used["4"], tags["high_tech"]) == ({"problem": 1, "capability": 1}, {"organisation": 1})


@pytest.mark.parametrize("role", ["enterprise", "liaison", "staff"])
def test_only_administrators_change_lists(work: Work, people: dict[str, User], role: str) -> None:
    with pytest.raises(Forbidden):
        terms.add(work.as_actor(people[role]), PROGRAMME, "x", "某专项", "Some programme")


def test_the_page_adds_renames_and_says_what_is_wrong(
    client: FlaskClient, work: Work, people: dict[str, User]
) -> None:
    browser = factories.sign_in(client, people["administrator"])
    typed = {"code": "quantum", "label_zh": "量子信息", "label_en": "Quantum information"}
    assert browser.post("/administration/lists/programme", data=typed).status_code == 303
    again = browser.post("/administration/lists/programme", data=typed | {"label_zh": "别的专项"})
    assert (again.status_code, "不能重复使用" in again.text, "别的专项" in again.text) == (422, True, True)

    found = term(work, PROGRAMME, "quantum")
    work.session.commit()
    changed = {"label_zh": "量子科技", "label_en": "Quantum technology", "version": str(found.version - 1)}
    conflict = browser.post(f"/administration/terms/{found.id}", data=changed)
    assert (conflict.status_code, "量子信息" in conflict.text, "量子科技" in conflict.text) == (
        409,
        True,
        True,
    )
    page = browser.get("/administration/lists/programme").text
    assert "量子信息" in page
    for kind in VocabularyKind:
        assert browser.get(f"/administration/lists/{kind.value}").status_code == 200


def test_staff_read_the_lists_and_get_no_buttons(client: FlaskClient, people: dict[str, User]) -> None:
    page = factories.sign_in(client, people["staff"]).get("/administration/lists/county")

    assert (page.status_code, "增加一条" in page.text, 'action="/administration/terms' in page.text) == (
        200,
        False,
        False,
    )
