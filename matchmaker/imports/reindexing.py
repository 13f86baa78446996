"""After another model was chosen: everything that the old one encoded is encoded again and matched anew."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.engine import Document, EncodedDocument
from matchmaker.pairings import service as pairings
from matchmaker.postings import service as postings
from matchmaker.postings.documents import document_of
from matchmaker.work import Work
from models import Capability, Problem

CHUNK = 50
Key = tuple[str, int]


def stale(work: Work) -> list[Key]:
    """Kind and id of what another model encoded."""
    return work.engine.stale(work.session)


def encode(work: Work, keys: Sequence[Key]) -> list[Document | EncodedDocument]:
    """The long part, in a session that writes nothing. Raises ModelMissing."""
    found = [_posting(work, *key) for key in keys]
    documents = [document_of(each, postings.is_served(each)) for each in found if each is not None]
    return work.engine.encode_ahead(documents)


def store(work: Work, keys: Sequence[Key], encoded: Sequence[Document | EncodedDocument]) -> None:
    """Write what was encoded, and look for counterparts again. What was removed meanwhile is forgotten."""
    work.engine.index(work.session, encoded)
    for kind, object_id in keys:
        posting = _posting(work, kind, object_id)
        if posting is None:
            work.engine.remove(work.session, kind, object_id)  # type: ignore[arg-type]
        elif postings.is_served(posting):
            pairings.suggest(work, posting)


def _posting(work: Work, kind: str, object_id: int) -> Problem | Capability | None:
    if kind == "problem":
        return work.session.get(Problem, object_id)
    return work.session.get(Capability, object_id)
