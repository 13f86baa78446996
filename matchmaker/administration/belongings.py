"""What is an organisation's, table by table: every column that names one, found in the schema itself.

A package that gives organisations something new need not tell the merging of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, and_, exists, func, select, update
from sqlalchemy.orm import Session

from models import Base, FormerName, Organisation, Webhook

STAYS = frozenset({FormerName.__table__.c.merged_from_id, Webhook.__table__.c.organisation_id})
"""Columns that go on naming the merged organisation: history, and a robot that would tell a group of more than before."""


@dataclass(frozen=True)
class Belonging:
    """A column that names an organisation, and the rows of one organisation in it."""

    column: Column[Any]

    @property
    def table(self) -> Table:
        return self.column.table

    def count(self, session: Session, merged: Organisation) -> int:
        return (
            session.scalar(select(func.count()).select_from(self.table).where(self.column == merged.id)) or 0
        )

    def clashing(self, session: Session, merged: Organisation, main: Organisation) -> list[Any]:
        """Rows that cannot move, because the main organisation has one like it where there can be only one."""
        clash = self._clash(main)
        if clash is None:
            return []
        return list(session.execute(select(self.table).where(self.column == merged.id, clash)).all())

    def move(self, session: Session, merged: Organisation, main: Organisation) -> None:
        """All but those that clash."""
        clash = self._clash(main)
        wanted = [self.column == merged.id, *([~clash] if clash is not None else [])]
        session.execute(
            update(self.table)
            .where(*wanted)
            .values({self.column.name: main.id})
            .execution_options(synchronize_session=False)
        )

    def _clash(self, main: Organisation) -> ColumnElement[bool] | None:
        """That a row of the main organisation is the same in what makes a row the only one."""
        found = []
        for columns in self._unique():
            other = self.table.alias()
            same = [other.c[each.name] == each for each in columns if each is not self.column]
            found.append(exists().where(other.c[self.column.name] == main.id, and_(*same)))
        if not found:
            return None
        clash: ColumnElement[bool] = found[0]
        for each in found[1:]:
            clash = clash | each
        return clash

    def _unique(self) -> Iterator[list[Any]]:
        for constraint in self.table.constraints:
            if isinstance(constraint, UniqueConstraint) and self.column in set(constraint.columns):
                yield list(constraint.columns)
        for index in self.table.indexes:
            if index.unique and self.column in set(index.columns):
                yield list(index.columns)


def belongings() -> list[Belonging]:
    """Every column that moves when two organisations are found to be one."""
    named = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column is Organisation.__table__.c.id for key in column.foreign_keys)
    ]
    return [Belonging(each) for each in named if each not in STAYS]


def counts(session: Session, merged: Organisation) -> Mapping[str, int]:
    """How many rows of each table would move; only tables that have some."""
    found: dict[str, int] = {}
    for each in belongings():
        number = each.count(session, merged)
        if number:
            found[each.table.name] = found.get(each.table.name, 0) + number
    return found
