"""Filters act inside the search: as many come as were asked for, if there are so many within the filter."""

from __future__ import annotations

from dataclasses import replace

from matchmaker.database import Database
from matchmaker.engine import Passage
from tests.engine.samples import document, quick_engine


def test_the_depth_asked_for_comes_although_the_nearest_are_not_allowed(database: Database) -> None:
    engine = quick_engine()
    near = [document("capability", id, 0) for id in range(1, 901)]
    far = [document("capability", id, 1 + id % 5) for id in range(901, 1301)]
    within = {each.id for each in far}
    with database.session() as session:
        engine.index(session, [document("problem", 1), *near, *far])
        for kind in ("pending", "committed"):
            ranked = engine.rank(session, ("problem", 1), depth=60, within=within)
            hits = engine.search(session, "capability", "压铸件气孔在线检测", 60, within=within)
            assert (len(ranked), len(hits)) == (60, 60), kind
            assert {each.id for each in ranked} | {hit.id for hit in hits} <= within
            session.commit()


def test_the_depth_asked_for_comes_without_the_nearest(database: Database) -> None:
    engine = quick_engine()
    near = [document("capability", id, 0) for id in range(1, 601)]
    far = [document("capability", id, 1 + id % 5) for id in range(601, 701)]
    without = {each.id for each in near}
    with database.session() as session:
        engine.index(session, [document("problem", 1), *near, *far])
        for kind in ("pending", "committed"):
            ranked = engine.rank(session, ("problem", 1), depth=60, without=without)
            hits = engine.similar(session, "capability", near[0].full_text, 60, without=without)
            assert (len(ranked), len(hits)) == (60, 60), kind
            assert not without & ({each.id for each in ranked} | {hit.id for hit in hits}), kind
            session.commit()


def test_the_best_by_words_are_looked_for_within_the_filter(database: Database) -> None:
    """What alone shares a rare word is found although many that share it too, and say more of it, are outside."""
    engine = quick_engine()
    word = "钕铁硼"
    text = "各种材料的性能数据、工艺参数与设备清单，按年份与产地编号，供检索、比对与统计使用，长期更新。" * 4
    outside = [document("capability", id, title=f"{word}{word}") for id in range(1, 401)]
    near = [document("capability", id, 0) for id in range(401, 801)]
    one = document("capability", 900, title="数据集", passages=(Passage("summary", text + word),))
    with database.session() as session:
        engine.index(session, [*outside, *near, one])
    within = {each.id for each in near} | {one.id}
    with database.session(write=False) as session:
        found = engine.search(session, "capability", word, 401, within=within)
        assert one.id in [hit.id for hit in engine.search(session, "capability", word, 20, within=within)]
        assert {hit.id for hit in found} <= within


def test_hidden_documents_take_nobody_s_place_among_the_nearest(database: Database) -> None:
    engine = quick_engine()
    near = [document("capability", id, 0) for id in range(1, 601)]
    far = [document("capability", id, 1 + id % 5) for id in range(601, 901)]
    with database.session() as session:
        engine.index(session, [document("problem", 1), *near, *far])
    with database.session() as session:
        engine.rank(session, ("problem", 1))
        engine.index(session, [replace(each, searchable=False) for each in near])
    with database.session(write=False) as session:
        assert len(engine.rank(session, ("problem", 1), depth=60)) == 60


def test_all_are_ranked_where_more_than_the_candidates_are_asked_for(database: Database) -> None:
    engine = quick_engine()
    with database.session() as session:
        engine.index(
            session, [document("problem", 1), *(document("capability", id, id) for id in range(1, 401))]
        )
        assert len(engine.rank(session, ("problem", 1), depth=None)) == 400
        assert len(engine.rank(session, ("problem", 1), depth=300)) == 300
