"""The first account of a new installation: the bureau and its administrator, made by the operator's command."""

from __future__ import annotations

from sqlalchemy import select
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from matchmaker.accounts import service as accounts
from matchmaker.audit import service as audit
from matchmaker.work import Work
from models import Organisation, OrganisationKind, Role, User, advance


class BadCode(ValueError):
    """Not a unified social credit code; the bureau is made with one."""


class CodeTaken(ValueError):
    """Another organisation has the credit code. Carries it."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.name)
        self.organisation = organisation


class NotABureau(ValueError):
    """The organisation of that name is of another kind: it has no administrators. Carries it."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.name)
        self.organisation = organisation


def found(work: Work, bureau: str, code: str, name: str, email: str, password: str) -> User:
    """An administrator of the bureau of that name, which is made, verified, where there is none.

    Asks no policy: whoever runs commands on the server may. Raises BadCode, CodeTaken, NotABureau and LoginNameTaken.
    """
    organisation = work.session.scalar(select(Organisation).where(Organisation.name == bureau))
    if organisation is None:
        organisation = _bureau(work, bureau, code)
    elif organisation.kind is not OrganisationKind.BUREAU:
        raise NotABureau(organisation)
    user = accounts.create_user(work, organisation, Role.ADMINISTRATOR, name, email=email, password=password)
    audit.record(work, "account.created", user, by="command")
    return user


def _bureau(work: Work, name: str, code: str) -> Organisation:
    try:
        code = uscc.validate(code)
    except ValidationError as error:
        raise BadCode(code) from error
    other = work.session.scalar(select(Organisation).where(Organisation.code == code))
    if other is not None:
        raise CodeTaken(other)
    made = Organisation(kind=OrganisationKind.BUREAU, name=name, code=code, created_at=work.now())
    work.session.add(made)
    work.session.flush()
    advance(made, "verify")
    made.verified_at = work.now()
    audit.record(work, "organisation.verified", made, by="command")
    return made
