"""Problems of several companies: three that ask for one thing, two for another, and one that nobody else has."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from matchmaker.common_needs import finding
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import CommonNeed, OrganisationKind, Problem, Role, User
from tests import factories

AIR = (
    (
        "喷漆线低浓度VOCs废气治理",
        "喷漆废气风量大、浓度低，想用沸石转轮浓缩后催化燃烧，漆雾不能堵住转轮，出口非甲烷总烃稳定达标。",
    ),
    (
        "涂装大风量有机废气浓缩燃烧",
        "涂装车间有机废气浓度低、风量大，采用沸石转轮浓缩加蓄热燃烧，解决漆雾黏性大转轮易堵，非甲烷总烃排放达标。",
    ),
    (
        "喷涂间VOCs间歇排放治理",
        "喷涂废气间歇排放，浓度低风量大，沸石转轮浓缩加催化燃烧是否适合，漆雾堵塞怎么办，非甲烷总烃要达标。",
    ),
)
MACHINES = (
    (
        "老旧压铸机联网采集与停机分析",
        "老压铸机没有网口，要加装采集终端，不动控制系统，自动判别停机原因，统计设备综合效率。",
    ),
    (
        "老旧机床数据采集与停机分析",
        "老机床没有通信接口，加装采集装置判断停机原因，不改控制系统，统一平台统计设备综合效率。",
    ),
)
ALONE = (
    "瓜蒌连作地根结线虫防治",
    "瓜蒌连作三年以后根结线虫严重，块根腐烂，希望用轮作和生物菌剂改良土壤，减少死苗。",
)


def company(session: Session) -> User:
    """A member of a company of its own."""
    return factories.user(
        session, Role.ENTERPRISE, factories.organisation(session, OrganisationKind.ENTERPRISE)
    )


def publish(work: Work, said: tuple[str, str], author: User | None = None, **given: Any) -> Problem:
    title, statement = said
    made = factories.problem(
        work.session,
        author or company(work.session),
        title=title,
        background="",
        statement=statement,
        targets=[],
        **given,
    )
    postings.index(work, made)
    return made


def run(work: Work) -> finding.Outcome:
    """A nightly look, as the worker makes it."""
    outcome = finding.keep(work, finding.look(work))
    work.session.commit()
    return outcome


def standing(work: Work) -> dict[int, set[int]]:
    """The members of each need that stands."""
    found = work.session.query(CommonNeed).filter(CommonNeed.gone_at.is_(None))
    return {need.id: {each.problem_id for each in need.members} for need in found}
