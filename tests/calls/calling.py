"""A call and what people do with it, as tests need it. Time stands where the test puts it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import IO, Any

from matchmaker.calls import service
from matchmaker.calls.service import CallTerms, Content
from matchmaker.work import Work
from models import Call, Capability, Problem, Proposal, User, now
from tests.pairings import pairs

START = now().replace(microsecond=0)
CLOSES = START + timedelta(days=10)
PLAN = "双视角成像加深度学习，先做三百件样件标定，再在产线旁挂一个月，按件给出气孔的大小和位置。"
SECRET = "独家算法代号青鸾"


@dataclass
class Upload:
    """A file as a browser sends it."""

    filename: str | None
    data: bytes

    @property
    def stream(self) -> IO[bytes]:
        return io.BytesIO(self.data)


@dataclass
class Calling:
    """One call of the enterprise, with everybody at the same clock."""

    work: Work
    people: dict[str, User]
    at: datetime = START
    call: Call = field(init=False)
    problem: Problem = field(init=False)
    capabilities: dict[str, Capability] = field(init=False)

    def __post_init__(self) -> None:
        self.problem = pairs.problem(self.work, self.people["enterprise"])
        self.capabilities = {
            name: pairs.capability(self.work, self.people[name]) for name in ("liaison", "other_liaison")
        }
        self.call = service.create(self.by("staff"), self.problem, terms())
        service.publish(self.by("staff"), self.call)

    def by(self, name: str | None) -> Work:
        actor = self.people[name] if name else None
        return replace(self.work, actor=actor, clock=lambda: self.at)

    def hand_in(self, name: str, **given: Any) -> Proposal:
        proposal = service.start(self.by(name), self.call, content(**given))
        service.hand_in(self.by(name), proposal)
        return proposal

    def unseal(self) -> None:
        self.at = max(self.at, CLOSES)
        service.unseal(self.by("staff"), self.call)

    def review(self, name: str, points: dict[int, int]) -> None:
        """`points` by proposal id, the same for each criterion; named, declared, scored and handed in."""
        login = str(self.people[name].email)
        service.name_reviewer(self.by("staff"), self.call, login)
        service.declare(self.by(name), self.call, False, "没有利益关系")
        for proposal in self.call.proposals:
            if proposal.id in points:
                marks = {each.id: service.Mark(points[proposal.id], "理由") for each in self.call.criteria}
                service.save_scores(self.by(name), proposal, marks)
        service.finish(self.by(name), self.call)

    def announce(self, winner: Proposal | None) -> None:
        service.decide(self.by("staff"), self.call, winner, "综合评分最高")
        service.announce(self.by("staff"), self.call)

    def end_of_notice(self) -> None:
        self.at = max(self.at, self.call.objections_until or self.at)

    def to_notice(self) -> Proposal:
        """One proposal of the liaison, judged by staff, announced; returns it."""
        winner = self.hand_in("liaison")
        self.unseal()
        self.review("staff", {winner.id: 80})
        self.announce(winner)
        return winner


def terms(**given: Any) -> CallTerms:
    values: dict[str, Any] = {
        "title": "压铸件气孔在线检测装置揭榜",
        "requirements": "三十秒内判定直径0.5毫米以上的气孔，检出率不低于98%，适应五种壳体。",
        "reward": Decimal("120.50"),
        "closes_at": CLOSES,
        "criteria": (("技术先进性", 60), ("可实施性", 40)),
    } | given
    return CallTerms(**values)


def content(**given: Any) -> Content:
    values: dict[str, Any] = {
        "title": "双视角X射线智能检测方案",
        "plan": f"{PLAN}{SECRET}",
        "team": "负责人和四名工程师",
        "price": Decimal("98.50"),
        "months": 10,
    } | given
    return Content(**values)
