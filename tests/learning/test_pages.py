"""The learnt ranking on the page of recommendation quality: seen by the bureau, changed by administrators."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from matchmaker.engine import rankings
from matchmaker.engine.held_back import compare
from matchmaker.engine.learning import fit
from matchmaker.engine.ranking import DEFAULT_MODEL
from matchmaker.learning import service
from matchmaker.work import Work
from models import LearntRanking, RankingState, User
from tests import factories
from tests.learning import examples

PAGE = "/quality/"


@pytest.fixture
def learnt(work: Work, people: dict[str, User]) -> LearntRanking:
    """A model in service that was learnt from consistent decisions; committed."""
    told = examples.decided(12, 8, examples.by_words)
    name = f"{DEFAULT_MODEL.name}.1"
    figures: dict[str, Any] = {"decisions": 96, "kept": 40, "problems": 12, "passed_over": 0, "outdated": 0}
    figures["comparison"] = compare(told, DEFAULT_MODEL, DEFAULT_MODEL).as_json()
    row = rankings.keep(
        work.session,
        fit(told, DEFAULT_MODEL, name),
        work.engine.in_service.version(work.session).name,
        figures,
        learnt_through=1,
        state=RankingState.CANDIDATE,
    )
    rankings.adopt(work.session, row)
    work.session.commit()
    work.session.expunge(row)  # to read it again would begin a transaction, and hold the write lock
    return row


def serving(work: Work) -> str:
    name = work.engine.ranking(work.session).name
    work.session.rollback()  # for the same reason
    return name


def test_before_anything_was_learnt_it_says_when_it_will(
    client: FlaskClient, people: dict[str, User]
) -> None:
    page = factories.sign_in(client, people["staff"]).get(PAGE).text
    assert "现在用的是自带的排序" in page
    assert f"{service.LEAST_DECISIONS} 项以上决定" in page
    assert "停用" not in page


def test_what_serves_is_shown_with_its_figures(
    client: FlaskClient, people: dict[str, User], learnt: LearntRanking
) -> None:
    page = factories.sign_in(client, people["staff"]).get(PAGE).text
    assert learnt.name in page
    assert "从 96 项决定学到" in page
    assert f"{100 * learnt.figures['comparison']['new']['agreement']:.1f}%" in page
    assert "roll-back" not in page, "staff see it and do not change it"


def test_an_administrator_takes_it_out_of_service(
    client: FlaskClient, work: Work, people: dict[str, User], learnt: LearntRanking
) -> None:
    administrator = factories.sign_in(client, people["administrator"])
    assert f'action="/learning/{learnt.id}/roll-back"' in administrator.get(PAGE).text
    answer = administrator.post(f"/learning/{learnt.id}/roll-back", follow_redirects=True)
    assert "恢复自带的排序" in answer.text
    assert serving(work) == DEFAULT_MODEL.name
    again = administrator.post(f"/learning/{learnt.id}/roll-back", follow_redirects=True)
    assert "没有退回" in again.text


def test_an_administrator_lets_one_that_waits_serve(
    client: FlaskClient, work: Work, people: dict[str, User], learnt: LearntRanking
) -> None:
    row, _ = service.take_back(work)
    row.state = RankingState.CANDIDATE
    work.session.commit()
    administrator = factories.sign_in(client, people["administrator"])
    assert f'action="/learning/{learnt.id}/adopt"' in administrator.get(PAGE).text
    assert "已启用" in administrator.post(f"/learning/{learnt.id}/adopt", follow_redirects=True).text
    assert serving(work) == learnt.name
    assert "不能启用" in administrator.post(f"/learning/{learnt.id}/adopt", follow_redirects=True).text


@pytest.mark.parametrize("role", ["enterprise", "liaison", "staff", None])
@pytest.mark.parametrize("step", ["adopt", "roll-back"])
def test_nobody_else_may(
    client: FlaskClient,
    work: Work,
    people: dict[str, User],
    learnt: LearntRanking,
    role: str | None,
    step: str,
) -> None:
    if role:
        factories.sign_in(client, people[role])
    assert client.post(f"/learning/{learnt.id}/{step}").status_code in (302, 303, 401, 403)
    assert serving(work) == learnt.name


def test_a_model_of_an_encoder_that_is_gone_is_said_not_to_serve(
    client: FlaskClient, work: Work, people: dict[str, User], learnt: LearntRanking
) -> None:
    work.session.get_one(LearntRanking, learnt.id).encoder = "another"
    work.session.commit()
    assert "换了模型后不再适用" in factories.sign_in(client, people["administrator"]).get(PAGE).text


def test_the_page_in_english_has_no_chinese_of_ours(
    client: FlaskClient, people: dict[str, User], learnt: LearntRanking
) -> None:
    client.post("/language", data={"language": "en"})
    page = factories.sign_in(client, people["administrator"]).get(PAGE).text
    assert learnt.name in page
    main = re.sub(r"(?s)^.*<main|</main>.*$", "", page)
    assert re.findall(r"[一-鿿]+", main) == []
