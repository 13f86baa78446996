"""How a user stands to calls for solutions and to proposals; part of `relations`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from matchmaker.relations import Relation, Test, in_sql
from models import (
    UNSEALED_STATUSES,
    Answerers,
    Call,
    NamedOrganisation,
    Organisation,
    OrganisationKind,
    Problem,
    Proposal,
    Reviewer,
    User,
    Verification,
)

ACADEMIC = (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)


def may_answer(organisation: Organisation, call: Call) -> bool:
    """Whether it is one of those to whom the call is addressed, whatever the call's state."""
    return (
        organisation.is_verified
        and organisation.id != call.problem.organisation_id
        and organisation.kind is not OrganisationKind.BUREAU
        and (
            call.answerers is Answerers.ANYONE
            or (call.answerers is Answerers.ACADEMIC and organisation.kind in ACADEMIC)
            or (
                call.answerers is Answerers.NAMED
                and any(each.organisation_id == organisation.id for each in call.named)
            )
        )
    )


def _answerable(user: User) -> ColumnElement[bool]:
    mine = select(Organisation.id).where(
        Organisation.id == user.organisation_id,
        Organisation.status == Verification.VERIFIED,
        Organisation.kind != OrganisationKind.BUREAU,
    )
    named = select(NamedOrganisation.call_id).where(NamedOrganisation.organisation_id == user.organisation_id)
    return and_(
        Call.published_at.is_not(None),
        mine.exists(),
        Call.problem_id.in_(select(Problem.id).where(Problem.organisation_id != user.organisation_id)),
        or_(
            Call.answerers == Answerers.ANYONE,
            and_(Call.answerers == Answerers.ACADEMIC, mine.where(Organisation.kind.in_(ACADEMIC)).exists()),
            and_(Call.answerers == Answerers.NAMED, Call.id.in_(named)),
        ),
    )


def _public() -> ColumnElement[bool]:
    verified = select(Organisation.id).where(Organisation.status == Verification.VERIFIED)
    owners = select(Problem.id).where(Problem.organisation_id.in_(verified))
    return and_(Call.published_at.is_not(None), Call.problem_id.in_(owners))


def _reviewed_calls(user: User) -> ColumnElement[bool]:
    return Call.id.in_(
        select(Reviewer.call_id).where(Reviewer.user_id == user.id, Reviewer.conflicted.is_not(true()))
    )


def _reviewed_proposals(user: User) -> ColumnElement[bool]:
    return and_(
        Proposal.status.in_(UNSEALED_STATUSES),
        Proposal.organisation_id != user.organisation_id,
        Proposal.call_id.in_(
            select(Reviewer.call_id).where(Reviewer.user_id == user.id, Reviewer.conflicted.is_(False))
        ),
    )


def _opened_to_owner(user: User) -> ColumnElement[bool]:
    """Whose problem it is reads what was opened, under the same ties as everybody."""
    own = select(Call.id).join(Problem).where(Problem.organisation_id == user.organisation_id)
    return and_(_unsealed(user), Proposal.call_id.in_(own))


def _unsealed(user: User) -> ColumnElement[bool]:
    """Not for one who is to review and has not declared yet, or stepped back because of a tie to a proposer."""
    bound = select(Reviewer.call_id).where(Reviewer.user_id == user.id, Reviewer.conflicted.is_not(false()))
    return and_(Proposal.status.in_(UNSEALED_STATUSES), Proposal.call_id.not_in(bound))


TESTS: Mapping[tuple[Relation, type], Test] = {
    (Relation.OWN, Call): Test(
        lambda user, call: bool(call.problem.organisation_id == user.organisation_id),
        lambda user: Call.problem_id.in_(
            select(Problem.id).where(Problem.organisation_id == user.organisation_id)
        ),
    ),
    (Relation.PUBLIC, Call): Test(
        lambda _, call: call.published_at is not None and call.problem.organisation.is_verified,
        lambda _: _public(),
    ),
    (Relation.ANSWERER, Call): Test(
        lambda user, call: call.published_at is not None and may_answer(user.organisation, call),
        _answerable,
    ),
    (Relation.REVIEWER, Call): Test(in_sql(_reviewed_calls, Call), _reviewed_calls),
    (Relation.PROPOSER, Proposal): Test(
        lambda user, proposal: bool(proposal.organisation_id == user.organisation_id),
        lambda user: Proposal.organisation_id == user.organisation_id,
    ),
    (Relation.OWN, Proposal): Test(in_sql(_opened_to_owner, Proposal), _opened_to_owner),
    (Relation.REVIEWER, Proposal): Test(in_sql(_reviewed_proposals, Proposal), _reviewed_proposals),
    (Relation.UNSEALED, Proposal): Test(in_sql(_unsealed, Proposal), _unsealed),
}
