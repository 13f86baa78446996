"""Where a person's name, addresses and numbers stand in the tables, found in the schema itself, and how they go.

A table that comes later is searched too. What is sealed is opened for this by the service alone; nobody reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Enum,
    String,
    Table,
    Text,
    cast,
    false,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from models import Base, User
from models.sealed import SealedText, Unreadable

ERASED_NAME = "已注销的账号"
"""Stands for the name of a person whose data were erased."""
GONE = "［已抹去］"
"""Stands in a text for an address or a number that was erased."""
KEPT = frozenset(
    {
        # The account and the audit are dealt with in their own way; the engine's rows are made anew from the texts.
        *(
            "user_account",
            "audit_event",
            "indexed_document",
            "embedding",
            "encoder_version",
            "learnt_ranking",
        ),
        *("term", "service_setting", "undertaking"),
    }
)
BETWEEN = r"[\s\-\u2010-\u2015\u2212\uff0d.\uff0e\u00b7()\uff08\uff09]{0,3}"
"""What people write between the digits of a number: spaces, dashes, points, brackets."""
EXCERPT = 30
"""Characters on each side of a name in an excerpt."""


@dataclass(frozen=True)
class Person:
    """What identifies somebody."""

    name: str
    email: str | None
    mobile: str | None

    @classmethod
    def of(cls, user: User) -> Person:
        return cls(user.name, user.email, user.mobile)

    @property
    def certain(self) -> list[str]:
        """What stands for nobody else, as the account has it."""
        return [each for each in (self.email, self.mobile) if each]

    def cleaned(self, text: str, names: bool) -> str:
        """Without addresses and numbers, however they are spelt; with `names`: without the name too."""
        if isinstance(text, Unreadable):
            return text
        for each in self.certain:
            spelt = re.compile(_spelt(each), re.IGNORECASE)
            if spelt.fullmatch(text.strip()):
                return ""
            text = spelt.sub(GONE, text)
        return text.replace(self.name, ERASED_NAME) if names else text


@dataclass(frozen=True)
class Place:
    """A text in which the name stands: in which table, and what is around it."""

    table: str
    column: str
    row: tuple[Any, ...]
    excerpt: str
    whole: bool
    """The text is the name and nothing else."""


def places(session: Session, person: Person) -> list[Place]:
    """Every readable text that holds the name; sealed ones are not looked into for this."""
    found: list[Place] = []
    for table, columns in _texts():
        readable = [each for each in columns if not isinstance(each.type, SealedText)]
        for row in _rows(session, table, readable, [person.name]):
            for column in readable:
                for text in _strings(row._mapping[column]):
                    if person.name in text:
                        found.append(
                            Place(table.name, column.name, _key(table, row), *_excerpt(text, person.name))
                        )
    return found


def clean(session: Session, person: Person, names: bool) -> list[tuple[str, tuple[Any, ...]]]:
    """Take addresses, numbers and, if `names`, names out of every text; returns (table, key) of what was changed."""
    changed = []
    session.flush()
    for table, columns in _texts():
        sought = [*person.certain, *([person.name] if names else [])]
        for row in _rows(session, table, columns, sought):
            values = {}
            for column in columns:
                before = row._mapping[column]
                after = _walked(before, lambda text: person.cleaned(text, names))
                if after != before:
                    values[column.name] = _fitting(after, column)
            if values:
                key = _key(table, row)
                session.execute(update(table).where(*_is(table, key)).values(values))
                changed.append((table.name, key))
    return changed


def _wide(text: str) -> str:
    """The same in the wide characters of a Chinese keyboard."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _spelt(certain: str) -> str:
    """A pattern of an address or number: in wide characters too, a number with anything between its digits."""
    each_way = [
        f"[{re.escape(one)}{re.escape(other)}]" for one, other in zip(certain, _wide(certain), strict=True)
    ]
    return (BETWEEN if certain.isdigit() else "").join(each_way)


def _texts() -> Iterator[tuple[Table, list[Column[Any]]]]:
    for table in Base.metadata.sorted_tables:
        columns = [each for each in table.columns if _holds_text(each.type) and not each.primary_key]
        if table.name not in KEPT and columns:
            yield table, columns


def _holds_text(kind: TypeEngine[Any]) -> bool:
    if isinstance(kind, Enum):
        return False
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return isinstance(plain, String | Text | JSON)


def _rows(session: Session, table: Table, columns: Sequence[Column[Any]], sought: Sequence[str]) -> list[Any]:
    """Rows in which one of these may stand: of sealed columns all that hold something, for nobody can search them."""
    if not columns or not sought:
        return []
    wanted = or_(false(), *(_may_hold(column, each) for column in columns for each in sought))
    return list(session.execute(select(*table.primary_key.columns, *columns).where(wanted)).all())


def _may_hold(column: Column[Any], sought: str) -> ColumnElement[bool]:
    if isinstance(column.type, SealedText):
        return type_coerce(column, Text) != ""
    in_json = isinstance(_plain(column), JSON)
    stored = cast(type_coerce(column, JSON), Text) if in_json else type_coerce(column, Text)
    written = {sought, _wide(sought)}
    if in_json:  # as JSON writes it, where a Chinese character is an escape
        written |= {json.dumps(each)[1:-1] for each in written}
    if sought.isdigit():
        # Anything may stand between the digits: more rows than hold it, which `cleaned` looks at.
        return or_(*(stored.ilike(_in_order(each), escape="/") for each in sorted(written)))
    return or_(*(stored.icontains(each, autoescape=True) for each in sorted(written)))


def _in_order(digits: str) -> str:
    """A pattern of LIKE: these digits, or the escapes of JSON that stand for them, one after the other."""
    return "%" + "%".join(re.findall(r"\\u[0-9a-f]{4}|.", digits)) + "%"


def _plain(column: Column[Any]) -> Any:
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def _walked(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_walked(each, change) for each in value]
    if isinstance(value, dict):
        return {name: _walked(each, change) for name, each in value.items()}
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _fitting(value: Any, column: Column[Any]) -> Any:
    longest = getattr(_plain(column), "length", None)
    return value[:longest] if isinstance(value, str) and longest else value


def _excerpt(text: str, name: str) -> tuple[str, bool]:
    at = text.index(name)
    cut = text[max(0, at - EXCERPT) : at + len(name) + EXCERPT]
    return " ".join(cut.split()), text.strip() == name


def _key(table: Table, row: Any) -> tuple[Any, ...]:
    return tuple(row._mapping[each] for each in table.primary_key.columns)


def _is(table: Table, key: tuple[Any, ...]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in zip(table.primary_key.columns, key, strict=True)]
