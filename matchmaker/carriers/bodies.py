"""R&D bodies 研发机构 of companies: which there are, entered by the bureau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Case, ColumnElement, Select, case, or_, select

from matchmaker.audit import service as audit
from matchmaker.belonging import ANYWHERE, Belonging
from matchmaker.carriers.errors import NameTaken, NotListed
from matchmaker.carriers.facts import LONGEST_QUERY, clean, write
from matchmaker.database import take_serial_lock
from matchmaker.listing import Listing, Rows, paginate, stream
from matchmaker.policy import Action, condition, require
from matchmaker.typed_numbers import number
from matchmaker.work import Work
from models import Organisation, RecognitionLevel, ResearchBody


@dataclass(frozen=True)
class BodyFacts:
    """What is said of an R&D body; `kind` is a code of the vocabulary."""

    kind: str
    level: RecognitionLevel
    name: str
    year: int | None = None


@dataclass(frozen=True)
class BodyFilter:
    """What of the list is wanted; nothing set: all."""

    q: str = ""
    kind: str = ""
    level: RecognitionLevel | None = None
    belonging: Belonging = ANYWHERE
    page: int = 1

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> BodyFilter:
        """From an address; what makes no sense is passed over."""
        level = query.get("level", "")
        return cls(
            q=clean(query.get("q")),
            kind=clean(query.get("kind")),
            level=RecognitionLevel(level) if level in list(RecognitionLevel) else None,
            belonging=Belonging.from_query(query),
            page=number(query.get("page")) or 1,
        )

    @property
    def narrowed(self) -> bool:
        return self != BodyFilter(page=self.page)


def bodies(work: Work, wanted: BodyFilter) -> Listing[ResearchBody]:
    """Those of organisations that the reader may know of; the highest level first, then the newest."""
    require(work.actor, Action.ORGANISATION_READ)
    return paginate(work.session, _matching(work, wanted), wanted.page, work.settings.page_size)


def all_bodies(work: Work, wanted: BodyFilter) -> Rows[ResearchBody]:
    """The whole list, for an export."""
    require(work.actor, Action.ORGANISATION_READ)
    return stream(work.session, _matching(work, wanted))


def _matching(work: Work, wanted: BodyFilter) -> Select[ResearchBody]:
    query = (
        select(ResearchBody)
        .where(_of_known(work), *wanted.belonging.of(ResearchBody.organisation_id))
        .order_by(_highest_first(), ResearchBody.year.is_(None), ResearchBody.year.desc(), ResearchBody.id)
    )
    if wanted.q:
        q = wanted.q[:LONGEST_QUERY]
        named = select(Organisation.id).where(Organisation.name.icontains(q, autoescape=True))
        query = query.where(
            or_(ResearchBody.name.icontains(q, autoescape=True), ResearchBody.organisation_id.in_(named))
        )
    if wanted.kind:
        query = query.where(ResearchBody.kind == wanted.kind)
    if wanted.level is not None:
        query = query.where(ResearchBody.level == wanted.level)
    return query


def bodies_of(work: Work, organisation: Organisation) -> list[ResearchBody]:
    """Of an organisation that the reader may know of; the highest level first."""
    return list(
        work.session.scalars(
            select(ResearchBody)
            .where(ResearchBody.organisation_id == organisation.id, _of_known(work))
            .order_by(_highest_first(), ResearchBody.id)
        )
    )


def find_body(work: Work, body_id: int) -> ResearchBody:
    """To be changed. Raises NotListed."""
    found = work.session.get(ResearchBody, body_id)
    if found is None:
        raise NotListed(f"research body {body_id}")
    require(work.actor, Action.RESEARCH_BODY_EDIT, found.organisation)
    return found


def add_body(work: Work, organisation: Organisation, facts: BodyFacts) -> ResearchBody:
    """Raises NameTaken where the organisation has one of that name."""
    require(work.actor, Action.RESEARCH_BODY_EDIT, organisation)
    _refuse_taken(work, organisation.id, facts.name)
    made = ResearchBody(organisation=organisation, **asdict(facts))
    work.session.add(made)
    work.session.flush()
    audit.record(work, "research_body.created", made, organisation=organisation.id, name=made.name)
    return made


def edit_body(work: Work, body: ResearchBody, facts: BodyFacts, seen: int) -> list[str]:
    """Raises NameTaken and ChangedMeanwhile."""
    require(work.actor, Action.RESEARCH_BODY_EDIT, body.organisation)
    _refuse_taken(work, body.organisation_id, facts.name, but=body.id)
    return write(work, body, facts, seen)


def remove_body(work: Work, body: ResearchBody) -> None:
    """It was entered by mistake, or its recognition was taken back."""
    require(work.actor, Action.RESEARCH_BODY_EDIT, body.organisation)
    audit.record(work, "research_body.removed", body, organisation=body.organisation_id, name=body.name)
    work.session.delete(body)
    work.session.flush()


def _refuse_taken(work: Work, organisation_id: int, name: str, but: int | None = None) -> None:
    take_serial_lock(work.session)
    owner = work.session.scalar(
        select(ResearchBody.id).where(
            ResearchBody.organisation_id == organisation_id, ResearchBody.name == name
        )
    )
    if owner is not None and owner != but:
        raise NameTaken(name)


def _of_known(work: Work) -> ColumnElement[bool]:
    known = select(Organisation.id).where(condition(work.actor, Action.ORGANISATION_READ, Organisation))
    return ResearchBody.organisation_id.in_(known)


def _highest_first() -> Case[int]:
    order = {level: place for place, level in enumerate(RecognitionLevel)}
    return case(order, value=ResearchBody.level)
