from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matchmaker.database import Database
from matchmaker.vocabulary.service import Vocabulary, load
from matchmaker.work import Work
from models import Term, VocabularyKind

CJK = re.compile("[\u4e00-\u9fff]")


def term(work: Work, kind: str, code: str) -> Term:
    return work.session.scalars(
        select(Term).where(Term.kind == VocabularyKind(kind), Term.code == code)
    ).one()


def terms(work: Work) -> list[Term]:
    return list(work.session.scalars(select(Term)))


def test_every_list_of_the_trade_is_loaded(work: Work) -> None:
    assert {each.kind for each in terms(work)} == set(VocabularyKind)


def test_loading_again_adds_nothing(work: Work) -> None:
    before = work.session.scalar(select(func.count()).select_from(Term))
    assert load(work.session) == 0
    assert work.session.scalar(select(func.count()).select_from(Term)) == before


def test_what_an_administrator_changed_stays(work: Work) -> None:
    changed = term(work, "mode", "commissioned")
    changed.label_zh, changed.active, changed.position = "委托研发", False, 99
    work.session.commit()
    load(work.session)
    work.session.commit()
    work.session.expire_all()
    again = term(work, "mode", "commissioned")
    assert (again.label_zh, again.active, again.position) == ("委托研发", False, 99)


def test_terms_of_a_newer_file_are_added(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "vocabulary.yaml"
    file.write_text(
        "mode:\n  brand_new: [新方式, brand new]\n  commissioned: [别的, other]\n"
        "field: {'10': [新领域, new field]}\nsubfield:\n  '10': [[一类, one], [二类, two]]\n",
        "utf-8",
    )
    assert load(work.session, file) == 4
    vocabulary = Vocabulary(work.session)
    assert vocabulary.label("mode", "brand_new") == "新方式"
    assert vocabulary.label("mode", "commissioned") != "别的"
    assert vocabulary.parent("subfield", "10.02") == "10"


def test_every_term_has_a_label_in_both_languages(work: Work) -> None:
    assert [each.code for each in terms(work) if not CJK.search(each.label_zh)] == []
    assert [each.code for each in terms(work) if CJK.search(each.label_en) or not each.label_en.strip()] == []


def test_no_two_terms_of_a_list_have_the_same_label(work: Work) -> None:
    for language in ("label_zh", "label_en"):
        said = Counter((each.kind, each.parent_code, getattr(each, language)) for each in terms(work))
        assert [label for label, times in said.items() if times > 1] == []


def test_second_levels_belong_to_a_field(work: Work) -> None:
    fields = {each.code for each in terms(work) if each.kind is VocabularyKind.FIELD}
    second = [each for each in terms(work) if each.kind is VocabularyKind.SUBFIELD]
    assert {each.parent_code for each in second} == fields
    assert all(each.code.startswith(f"{each.parent_code}.") for each in second)


def test_labels_are_in_the_readers_language(work: Work) -> None:
    assert Vocabulary(work.session).label("trl", "7") != Vocabulary(work.session, english=True).label(
        "trl", "7"
    )
    assert not CJK.search(Vocabulary(work.session, english=True).label("mode", "commissioned"))


@pytest.mark.parametrize(("code", "label"), [(None, ""), ("", ""), ("unheard_of", "unheard_of")])
def test_no_code_is_no_label_and_an_unknown_one_stands_for_itself(
    work: Work, code: str | None, label: str
) -> None:
    assert Vocabulary(work.session).label("mode", code) == label


def test_a_retired_term_keeps_its_label_and_is_not_offered(work: Work) -> None:
    term(work, "mode", "commissioned").active = False
    work.session.flush()
    vocabulary = Vocabulary(work.session)
    assert vocabulary.label("mode", "commissioned")
    assert "commissioned" not in dict(vocabulary.choices("mode"))
    assert "commissioned" in dict(vocabulary.choices("mode", keep="commissioned"))


def test_what_was_changed_is_seen_by_whoever_reads_next(database: Database, work: Work) -> None:
    def read() -> tuple[str, int]:
        with database.session(write=False) as session:
            vocabulary = Vocabulary(session)
            return vocabulary.label("mode", "commissioned"), len(vocabulary.choices("mode"))

    before = read()
    term(work, "mode", "commissioned").label_zh = "委托研发"
    assert read() == before
    work.session.add(
        Term(kind=VocabularyKind.MODE, code="brand_new", label_zh="新方式", label_en="brand new")
    )
    work.session.commit()
    assert read() == ("委托研发", before[1] + 1)
    term(work, "mode", "brand_new").active = False
    work.session.commit()
    assert read() == ("委托研发", before[1])


def test_choices_stand_in_the_order_of_the_list(work: Work) -> None:
    codes = [code for code, _ in Vocabulary(work.session).choices("trl")]
    assert codes == [str(number) for number in range(1, 10)]
    term(work, "trl", "9").position = -1
    work.session.flush()
    assert Vocabulary(work.session).choices("trl")[0][0] == "9"


def test_choices_of_a_parent_are_its_own(work: Work) -> None:
    vocabulary = Vocabulary(work.session)
    of_eight = vocabulary.choices("subfield", parent="8")
    assert of_eight
    assert all(vocabulary.parent("subfield", code) == "8" for code, _ in of_eight)


def test_groups_are_fields_with_their_second_levels(work: Work) -> None:
    vocabulary = Vocabulary(work.session)
    grouped = vocabulary.grouped("field", "subfield")
    assert [label for label, _ in grouped] == [label for _, label in vocabulary.choices("field")]
    assert sum(len(choices) for _, choices in grouped) == len(vocabulary.choices("subfield"))


def test_a_list_that_there_is_not_is_a_mistake_in_the_code(work: Work) -> None:
    with pytest.raises(ValueError, match="colour"):
        Vocabulary(work.session).choices("colour")


def test_codes_that_the_engine_knows_are_in_the_lists(work: Work) -> None:
    from matchmaker.engine.facts import RESEARCH_NEEDS

    needs = {each.code for each in terms(work) if each.kind is VocabularyKind.NEED}
    assert needs >= RESEARCH_NEEDS
