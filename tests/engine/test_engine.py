"""The engine with the bundled model on a real database: what it finds, and how it scores."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.database import Database
from matchmaker.engine import Document, EncodedDocument, Facts, MatchingEngine, NotIndexed, Passage
from matchmaker.work import Work
from models import EmbeddingRow, IndexedDocument
from tests.engine.samples import SUBJECTS, document

PROBLEMS = [document("problem", 10 + subject, subject) for subject in range(len(SUBJECTS))]
CAPABILITIES = [
    document("capability", 1, 0, title="压铸件内部缺陷X射线智能检测"),
    document("capability", 2, 1, title="印染废水反渗透深度处理与回用"),
    document("capability", 3, 2, title="茶叶加工热风温度闭环控制系统"),
    document("capability", 4, 3, title="船舶柴油机SCR脱硝催化剂"),
    document("capability", 5, 4, title="电池隔膜陶瓷涂布厚度在线测量"),
    document("capability", 6, 5, title="高强度灰铸铁制动盘合金化"),
]


@pytest.fixture(scope="module")
def encoded(engine: MatchingEngine) -> list[Document | EncodedDocument]:
    return engine.encode_ahead([*PROBLEMS, *CAPABILITIES])


@pytest.fixture
def session(work: Work, engine: MatchingEngine, encoded: list[Document | EncodedDocument]) -> Session:
    engine.index(work.session, encoded)
    work.session.commit()
    return work.session


def test_each_problem_finds_what_solves_it_first(engine: MatchingEngine, session: Session) -> None:
    found = [engine.rank(session, ("problem", each.id))[0].id for each in PROBLEMS]
    assert found == [1, 2, 3, 4, 5, 6]


def test_each_capability_finds_what_it_solves_first(engine: MatchingEngine, session: Session) -> None:
    found = [engine.rank(session, ("capability", each.id))[0].id for each in CAPABILITIES]
    assert found == [each.id for each in PROBLEMS]


def test_ranking_is_best_first_and_has_everyone(engine: MatchingEngine, session: Session) -> None:
    ranked = engine.rank(session, ("problem", 10), depth=None)
    assert sorted(each.id for each in ranked) == [1, 2, 3, 4, 5, 6]
    assert [each.score for each in ranked] == sorted((each.score for each in ranked), reverse=True)


def test_a_pairing_has_the_same_score_wherever_it_is_asked(engine: MatchingEngine, session: Session) -> None:
    for problem in PROBLEMS:
        for each in engine.rank(session, ("problem", problem.id), depth=None):
            back = {other.id: other for other in engine.rank(session, ("capability", each.id), depth=None)}
            alone = engine.score(session, problem.id, each.id)
            assert alone.score == pytest.approx(each.score, abs=1e-5)
            assert back[problem.id].score == pytest.approx(each.score, abs=1e-5)
            assert alone.parts.keys() == each.parts.keys()


def test_a_text_that_is_not_indexed_ranks_as_if_it_were(engine: MatchingEngine, session: Session) -> None:
    stored = engine.rank(session, ("problem", 10), depth=3)
    typed = engine.rank(session, replace(PROBLEMS[0], id=99), depth=3)
    assert [each.id for each in typed] == [each.id for each in stored]
    assert typed[0].score == pytest.approx(stored[0].score, abs=0.005)


def test_facts_count_in_the_score(engine: MatchingEngine, session: Session) -> None:
    before = engine.score(session, 10, 1).score
    engine.index(session, [replace(PROBLEMS[0], facts=Facts(field="8", money_low=Decimal(60)))])
    engine.index(session, [replace(CAPABILITIES[0], facts=Facts(field="8", money_low=Decimal(50)))])
    after = engine.score(session, 10, 1)
    assert after.score > before
    assert {"field_agrees", "budget_agrees"} <= after.parts.keys()


def test_a_search_finds_by_meaning(engine: MatchingEngine, session: Session) -> None:
    hits = engine.search(session, "capability", "轮船发动机排放的氮氧化物怎么去除", 3)
    assert hits[0].id == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_search_finds_the_word_typed(engine: MatchingEngine, session: Session) -> None:
    assert engine.search(session, "capability", "SCR", 1)[0].id == 4


def test_a_search_of_problems_finds_no_capabilities(engine: MatchingEngine, session: Session) -> None:
    assert {hit.id for hit in engine.search(session, "problem", "废水", 50)} == {each.id for each in PROBLEMS}


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
def test_a_search_for_nothing_finds_nothing(engine: MatchingEngine, session: Session, typed: str) -> None:
    assert engine.search(session, "problem", typed, 5) == []


@pytest.mark.parametrize(
    "typed", ['"', "' OR 1", "* AND (", "NEAR(a b)", "%", "\\", "a:b", "😀", "-", "x" * 5000]
)
def test_whatever_is_typed_is_searched_as_text(engine: MatchingEngine, session: Session, typed: str) -> None:
    assert len(engine.search(session, "problem", typed, 2)) == 2
    engine.rank(session, Document("problem", 99, typed), depth=2)


def test_a_near_duplicate_is_very_similar(engine: MatchingEngine, session: Session) -> None:
    first, second = engine.similar(session, "problem", "铝合金压铸件的气孔在线检测技术", 2)
    assert first.id == 10
    assert first.score > 0.8 > second.score


def test_no_more_hits_than_asked(engine: MatchingEngine, session: Session) -> None:
    assert len(engine.search(session, "problem", "检测", 2)) == 2
    assert engine.search(session, "problem", "检测", 0) == []
    assert engine.rank(session, ("problem", 10), depth=0) == []


@pytest.mark.parametrize("within", [{2, 3}, [3, 2, 2], (2, 3, 999)])
def test_only_what_is_within_is_found_and_once(
    engine: MatchingEngine, session: Session, within: list[int]
) -> None:
    assert sorted(each.id for each in engine.rank(session, ("problem", 10), within=within)) == [2, 3]
    assert sorted(hit.id for hit in engine.search(session, "capability", "检测", 9, within=within)) == [2, 3]


def test_within_nothing_nothing_is_found(engine: MatchingEngine, session: Session) -> None:
    assert engine.rank(session, ("problem", 10), within=[]) == []
    assert engine.search(session, "problem", "检测", 5, within=()) == []


def test_unknown_documents_are_named(engine: MatchingEngine, session: Session) -> None:
    for asking in (
        lambda: engine.rank(session, ("problem", 99)),
        lambda: engine.score(session, 99, 1),
        lambda: engine.explain(session, 99, 1, ["title"], ["title"]),
        lambda: engine.set_searchable(session, "problem", 99, True),
    ):
        with pytest.raises(NotIndexed) as raised:
            asking()
        assert (raised.value.kind, raised.value.id) == ("problem", 99)


def test_a_hidden_document_still_ranks_and_scores_for_its_owner(
    engine: MatchingEngine, session: Session
) -> None:
    shown = engine.score(session, 10, 1).score
    engine.set_searchable(session, "problem", 10, False)
    session.commit()
    assert engine.rank(session, ("problem", 10))[0].id == 1
    # one text fewer counts in the frequencies of words
    assert engine.score(session, 10, 1).score == pytest.approx(shown, abs=0.05)


def test_vectors_of_a_removed_document_are_deleted(engine: MatchingEngine, session: Session) -> None:
    engine.remove(session, "capability", 1)
    session.commit()
    row = session.scalar(select(IndexedDocument).where(IndexedDocument.object_id == 1))
    assert row is not None
    assert (row.removed, row.title, row.words, row.facts) == (True, "", "", {})
    assert session.scalars(select(EmbeddingRow).where(EmbeddingRow.document_id == row.id)).all() == []
    with pytest.raises(NotIndexed):
        engine.score(session, 10, 1)


def test_removing_what_is_not_there_does_nothing(engine: MatchingEngine, session: Session) -> None:
    engine.remove(session, "capability", 99)
    engine.remove(session, "capability", 1)
    engine.remove(session, "capability", 1)
    session.commit()
    assert len(engine.rank(session, ("problem", 10))) == 5


def test_a_removed_document_can_be_indexed_again(engine: MatchingEngine, session: Session) -> None:
    engine.remove(session, "capability", 1)
    session.commit()
    engine.index(session, [CAPABILITIES[0]])
    session.commit()
    assert engine.rank(session, ("problem", 10))[0].id == 1
    assert engine.explain(session, 10, 1, ["title"], ["title", "summary"]).sentence_pairs


def test_an_explanation_quotes_only_sources_asked_for(engine: MatchingEngine, session: Session) -> None:
    secret = "成本构成为每件四元二角，只给签约单位。"
    passages = (*CAPABILITIES[0].passages, Passage("economics", secret + "压铸壳体内部气孔三十秒内判定。"))
    engine.index(session, [replace(CAPABILITIES[0], passages=passages)])
    told = engine.explain(session, 10, 1, ["title", "statement"], ["title", "summary"])
    assert told.sentence_pairs
    assert {pair.capability_source for pair in told.sentence_pairs} <= {"title", "summary"}
    assert not any(term in secret for term in told.terms)
    more = engine.explain(session, 10, 1, ["title", "statement"], ["economics"])
    assert {pair.capability_source for pair in more.sentence_pairs} == {"economics"}


def test_an_explanation_without_readable_sources_has_facts_only(
    engine: MatchingEngine, session: Session
) -> None:
    told = engine.explain(session, 10, 1, [], ["title"])
    assert (told.sentence_pairs, told.terms) == ((), ())
    assert [chip.name for chip in told.chips] == ["field", "mode", "budget", "maturity", "place"]


def test_an_explanation_names_terms_of_both(engine: MatchingEngine, session: Session) -> None:
    told = engine.explain(session, 14, 5, ["title", "statement"], ["title", "summary"])
    ours, theirs = PROBLEMS[4].full_text, CAPABILITIES[4].full_text
    assert told.terms
    assert all(term in ours and term in theirs for term in told.terms)


def test_documents_may_be_many_words_long(engine: MatchingEngine, session: Session) -> None:
    endless = document("capability", 7, title="x" * 60, passages=(Passage("summary", "ab-" * 1500),))
    engine.index(session, [endless])
    session.commit()
    assert 7 in [each.id for each in engine.rank(session, ("problem", 10))]


def test_the_version_names_ranking_and_model(engine: MatchingEngine, session: Session) -> None:
    assert engine.version(session).startswith("rank-2+e5-small-zh")


def test_a_read_only_session_ranks_and_searches(
    engine: MatchingEngine, session: Session, database: Database
) -> None:
    with database.session(write=False) as reader:
        assert engine.rank(reader, ("problem", 10))[0].id == 1
        assert engine.search(reader, "capability", "脱硝", 1)[0].id == 4
