"""What crosses the engine's boundary: documents in, rankings and explanations out. All frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["problem", "capability"]
OTHER: dict[str, Kind] = {"problem": "capability", "capability": "problem"}
TITLE_SOURCE = "title"


class NotIndexed(LookupError):
    """The engine has no rows of a problem or capability that it was asked about; carries kind and id."""

    def __init__(self, kind: str, object_id: int) -> None:
        super().__init__(f"{kind} {object_id} is not indexed")
        self.kind = kind
        self.id = object_id


@dataclass(frozen=True)
class Passage:
    """A field's text, and the field's name, by which a reader's right to it is decided."""

    source: str
    text: str


@dataclass(frozen=True)
class Facts:
    """What is known beside the words. Money in 万元: both None means negotiable or not given.

    The same class serves both sides: `modes` are wanted or offered, money is budget or price, `county` is
    the company's and `institution_county` the university's.
    """

    field: str | None = None
    subfield: str | None = None
    modes: frozenset[str] = frozenset()
    money_low: Decimal | None = None
    money_high: Decimal | None = None
    trl: int | None = None
    need: str | None = None
    county: str | None = None
    institution_county: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Only what is given; money as exact strings."""
        given = {name: value for name, value in vars(self).items() if value}
        if self.modes:
            given["modes"] = sorted(self.modes)
        for name in ("money_low", "money_high"):
            if (money := getattr(self, name)) is not None:
                given[name] = str(money)
        return given

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Facts:
        """The inverse of to_json; unknown names, from a later version, are passed over."""
        values = {name: value for name, value in given.items() if name in cls.__dataclass_fields__}
        values["modes"] = frozenset(values.get("modes", ()))
        for name in ("money_low", "money_high"):
            if name in values:
                values[name] = Decimal(values[name])
        return cls(**values)


@dataclass(frozen=True)
class Document:
    """A problem or capability as the engine should know it.

    `confidential` is matched on by a vector of its own and never stored, searched or quoted: it is in neither
    `passages` nor `full_text`, and not in what is printed of a document.
    """

    kind: Kind
    id: int
    title: str
    passages: tuple[Passage, ...] = ()
    facts: Facts = field(default_factory=Facts)
    searchable: bool = True
    confidential: str = field(default="", repr=False)

    @property
    def full_text(self) -> str:
        """Title and passages, a line each."""
        return "\n".join([self.title, *(each.text for each in self.passages if each.text.strip())])

    def hash(self) -> str:
        """Changes when anything that is encoded changes."""
        digest = hashlib.sha256()
        for part in (self.title, *(value for each in self.passages for value in (each.source, each.text))):
            digest.update(b"\0" + part.encode("utf-8", "surrogatepass"))
        if self.confidential.strip():
            digest.update(b"\0\0" + self.confidential.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


@dataclass(frozen=True)
class Ranked:
    """A pairing's score from 0 to 1, and its parts: similarities, and what each fact added in logits."""

    id: int
    score: float
    parts: dict[str, float]


@dataclass(frozen=True)
class Hit:
    id: int
    score: float


@dataclass(frozen=True)
class SentencePair:
    problem_text: str
    problem_source: str
    capability_text: str
    capability_source: str
    similarity: float


@dataclass(frozen=True)
class Chip:
    """One fact of both sides compared. `detail` is a code that the web layer words."""

    name: Literal["field", "mode", "budget", "maturity", "place"]
    verdict: Literal["agrees", "unknown", "conflicts"]
    detail: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    sentence_pairs: tuple[SentencePair, ...]
    terms: tuple[str, ...]
    chips: tuple[Chip, ...]
