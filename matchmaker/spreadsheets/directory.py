"""The organisations that rows of a table name: as they are called now or were before, and who may be meant else."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from matchmaker.organisations.naming import plain_code, plain_name
from matchmaker.organisations.near_names import NearNames
from matchmaker.spreadsheets.cells import Row
from matchmaker.work import Work
from models import FormerName, Organisation, OrganisationKind, Verification

LIKE, MOST_NEAR, MOST_ASKED = 0.35, 3, 500
"""From which likeness on another name may be meant, how many are named, and for how many unknown names."""


@dataclass(frozen=True)
class Known:
    """What rows need of an organisation that is here."""

    id: int
    name: str
    code: str
    verified: bool
    is_bureau: bool
    county: str | None
    industry: str | None
    contact_name: str
    contact_phone: str
    contact_email: str


class Directory:
    """Every organisation by its name and code, and by those that it had before or that were merged into it."""

    def __init__(self, work: Work) -> None:
        columns = (
            Organisation.county, Organisation.industry,
            Organisation.contact_name, Organisation.contact_phone, Organisation.contact_email,
        )  # fmt: skip
        self._by_id: dict[int, Known] = {}
        into: dict[int, int] = {}
        wanted = select(
            Organisation.merged_into_id,
            Organisation.id,
            Organisation.name,
            Organisation.code,
            Organisation.status,
            Organisation.kind,
            *columns,
        )
        for main, id, name, code, status, kind, *rest in work.session.execute(wanted):
            verified, bureau = status is Verification.VERIFIED, kind is OrganisationKind.BUREAU
            self._by_id[id] = Known(id, name, code, verified, bureau, *rest)
            if main is not None:
                into[id] = main
        self._by_name: dict[str, Known] = {}
        for former in work.session.execute(
            select(FormerName.organisation_id, FormerName.name, FormerName.code).order_by(FormerName.id)
        ):
            self._enter(former.name, former.code, self._main(former.organisation_id, into))
        for known in sorted(self._by_id.values(), key=lambda each: each.id not in into):
            self._enter(known.name, known.code, self._main(known.id, into))
        self._near: NearNames | None = None
        self._asked: dict[str, list[str]] = {}

    def called(self, name: str) -> Known | None:
        """By name or code."""
        return self._by_name.get(name) or self._by_name.get(plain_code(name) or "")

    def named_in(self, row: Row, field: str, but_bureau: bool) -> Known | None:
        """Whom the field names; the row says where it is a former name, or who may be meant where nobody has it."""
        name = row.text(field)
        known = self.called(name)
        if known is None or (but_bureau and known.is_bureau):
            if near := self._near_to(name):
                row.wrong(field, "misspelt_organisation", given=name, near=near)
            else:
                row.wrong(field, "unknown_organisation", given=name)
            return None
        if name != known.name and plain_code(name) != known.code:
            row.repaired(field, "former_name", given=name, value=known.name)
        return known

    def _enter(self, name: str, code: str, known: Known) -> None:
        self._by_name[plain_name(name) or name] = self._by_name[code] = known

    def _main(self, id: int, into: dict[int, int]) -> Known:
        """Who goes on at the end of all mergers."""
        passed: set[int] = set()
        while id in into and id not in passed:
            passed.add(id)
            id = into[id]
        return self._by_id[id]

    def _near_to(self, name: str) -> list[str]:
        """Verified ones of a name like it; of a table that names many whom nobody knows, for the first only."""
        if self._near is None:
            known = self._by_id.values()
            self._near = NearNames(each.name for each in known if each.verified and not each.is_bureau)
        if name not in self._asked and len(self._asked) < MOST_ASKED:
            self._asked[name] = self._near.like(name, LIKE, MOST_NEAR)
        return self._asked.get(name, [])
