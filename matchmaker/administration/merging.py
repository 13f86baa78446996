"""Two entries that are one organisation become one: everything moves to the main one, and nothing is lost.

The merged entry stays as a row: with its name, which nobody registers anew, and with what could not move. It cannot be
undone by a button: see docs/adr.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from matchmaker.administration import belongings
from matchmaker.administration.errors import CannotMerge, Changed
from matchmaker.administration.merge_plan import MergePlan, opened_to, plan
from matchmaker.audit import service as audit
from matchmaker.cooperation import service as records
from matchmaker.database import take_serial_lock
from matchmaker.notices import service as notices
from matchmaker.organisations.near_names import NearNames
from matchmaker.policy import Action, require
from matchmaker.postings import service as postings
from matchmaker.work import Work
from models import (
    Capability,
    FormerName,
    IndexedDocument,
    Organisation,
    OrganisationKind,
    User,
    Verification,
    advance,
)

CANDIDATES, LIKE = 20, 0.15


def candidates(work: Work, merged: Organisation, typed: str) -> Sequence[Organisation]:
    """Into which it could be merged: of its kind, called so; without words those whose names are like its own."""
    require(work.actor, Action.ORGANISATION_MERGE)
    wanted = (
        select(Organisation)
        .where(
            Organisation.id != merged.id,
            Organisation.kind == merged.kind,
            Organisation.kind != OrganisationKind.BUREAU,
            Organisation.status != Verification.MERGED,
        )
        .order_by(Organisation.name)
    )
    if typed:
        named = or_(
            Organisation.name.icontains(typed, autoescape=True),
            Organisation.code.icontains(typed, autoescape=True),
        )
        return work.session.scalars(wanted.where(named).limit(CANDIDATES)).all()
    by_name = {each.name: each for each in work.session.scalars(wanted)}
    return [by_name[each] for each in NearNames(by_name).like(merged.name, LIKE, CANDIDATES)]


def merge(work: Work, merged: Organisation, main: Organisation, reason: str, fingerprint: str) -> MergePlan:
    """Do what was read in the plan of this `fingerprint`; returns the plan as it was carried out.

    Raises Changed where the plan is another by now, and CannotMerge.
    """
    require(work.actor, Action.ORGANISATION_MERGE)
    take_serial_lock(work.session)
    for each in (merged, main):
        work.session.refresh(each)
    found = plan(work, merged, main)
    if found.obstacles:
        raise CannotMerge(found)
    if found.fingerprint != fingerprint:
        raise Changed(found)
    people = notices.members(work, merged) + notices.members(work, main)
    others = {each.id: each for one in (merged, main) for each in opened_to(work, one)}
    records.note_merged_party(work, merged, main)
    _move(work, merged, main)
    _keep_name(work, merged, main)
    advance(merged, "merge")
    merged.merged_into_id = main.id
    work.session.flush()
    audit.record(
        work,
        "organisation.merged",
        merged,
        main=main.id,
        name=merged.name,
        code=merged.code,
        reason=reason,
        moved=sorted(found.moves),
    )
    _index(work, merged, main)
    _tell(work, found, people, [each for each in others.values() if each.id not in (merged.id, main.id)])
    return found


def _move(work: Work, merged: Organisation, main: Organisation) -> None:
    work.session.flush()
    for each in belongings.belongings():
        each.move(work.session, merged, main)
    for alive in list(work.session.identity_map.values()):
        if alive not in (merged, main):
            work.session.expire(alive)
    work.session.expire(merged, ["members"])
    work.session.expire(main, ["members"])


def _keep_name(work: Work, merged: Organisation, main: Organisation) -> None:
    work.session.add(
        FormerName(
            organisation_id=main.id,
            name=merged.name,
            code=merged.code,
            since=min(merged.created_at, work.now()),
            until=work.now(),
            merged_from_id=merged.id,
            changed_by_id=work.person.id,
        )
    )


def _index(work: Work, merged: Organisation, main: Organisation) -> None:
    """What the engine knows of an institution's place is that of the main one now."""
    if merged.county == main.county:
        return
    known = select(IndexedDocument.object_id).where(IndexedDocument.kind == Capability.KIND)
    moved = work.session.scalars(
        select(Capability).where(Capability.organisation_id == main.id, Capability.id.in_(known))
    ).all()
    if moved:
        postings.index_many(work, moved)


def _tell(work: Work, done: MergePlan, people: list[User], others: Sequence[Organisation]) -> None:
    """Its people, and those that opened something to one of the two: more people can read it now."""
    names = {"name": done.merged.name, "main": done.main.name}
    notices.tell(work, people, "organisation.merged", f"/organisations/{done.main.id}", **names)
    concerned = [user for each in others for user in notices.members(work, each)]
    notices.tell(work, concerned, "organisation.partner_merged", f"/organisations/{done.main.id}", **names)
