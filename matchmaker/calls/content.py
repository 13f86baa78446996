"""What a proposal says: the plain form of its ciphertext, which only memory ever holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from matchmaker.calls.errors import Fault

TITLE_LENGTH = 60
PLAN_LENGTH = 8000
TEAM_LENGTH = 2000
MOST_MONTHS = 60
LEAST_PLAN = 30


@dataclass(frozen=True)
class FileNote:
    """A file of a proposal: `id` is that of the row with its encrypted bytes, `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """`price` in 万元, `months` to finish, `capability_id` the published capability that it rests on."""

    title: str = ""
    plan: str = ""
    team: str = ""
    price: Decimal | None = None
    months: int | None = None
    capability_id: int | None = None
    files: tuple[FileNote, ...] = ()
    salt: str = field(default="", compare=False, repr=False)
    """Random, so that nobody can try words against the digest."""

    @property
    def digest(self) -> str:
        """What the audit keeps of it; the files' own digests are in it. The same under whatever key it is sealed."""
        return hashlib.sha256(self.written()).hexdigest()

    def written(self) -> bytes:
        values = asdict(self) | {"price": None if self.price is None else f"{self.price:.2f}"}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def read(cls, written: bytes) -> Content:
        values = json.loads(written)
        price = values.pop("price")
        files = tuple(FileNote(**each) for each in values.pop("files"))
        return cls(**values, price=None if price is None else Decimal(price), files=files)


def faults(content: Content) -> list[tuple[str, Fault]]:
    """(field, fault) of what is still missing before it can be handed in."""
    return list(_faults(content))


def _faults(content: Content) -> Iterator[tuple[str, Fault]]:
    if not content.title:
        yield "title", Fault.TITLE
    if len(content.plan) < LEAST_PLAN:
        yield "plan", Fault.PLAN
    if not content.team:
        yield "team", Fault.TEAM
    if content.price is None:
        yield "price", Fault.PRICE
    if content.months is None:
        yield "months", Fault.MONTHS
