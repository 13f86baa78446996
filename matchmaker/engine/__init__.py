"""Matching: texts in, ranked and explained pairings out. Knows no HTTP, no forms, no users."""

from matchmaker.engine.documents import (
    Chip,
    Document,
    Explanation,
    Facts,
    Hit,
    Kind,
    NotIndexed,
    Passage,
    Ranked,
    SentencePair,
)
from matchmaker.engine.encoder import Encoder, ModelMissing, VersionMissing, load_encoder
from matchmaker.engine.encoding import EncodedDocument
from matchmaker.engine.engine import MatchingEngine
from matchmaker.engine.ranking import strength

__all__ = [
    "Chip",
    "Document",
    "EncodedDocument",
    "Encoder",
    "Explanation",
    "Facts",
    "Hit",
    "Kind",
    "MatchingEngine",
    "ModelMissing",
    "NotIndexed",
    "Passage",
    "Ranked",
    "SentencePair",
    "VersionMissing",
    "load_encoder",
    "strength",
]
