"""Documents for the engine, and an encoder that needs no model where meaning is not what is tested."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from matchmaker.engine import Document, Facts, MatchingEngine, Passage

SUBJECTS = (
    (
        "铝合金压铸件气孔在线检测",
        "压铸壳体内部气孔要在三十秒内判定并定位。报废损失大，客户要求逐件出厂检验。",
    ),
    ("染整废水膜法回用", "印染废水盐分高，反渗透膜污堵快。要求回用率达到百分之六十以上。"),
    ("茶叶理条机热风温度控制", "手工炒制茶叶品质不一致。要求理条温度波动不超过三摄氏度。"),
    ("船用柴油机尾气脱硝装置", "船舶柴油机氮氧化物排放超标。要求脱硝效率不低于百分之八十。"),
    ("锂电池隔膜涂布厚度均匀性", "陶瓷涂层厚薄不均导致热收缩。要求横向厚度偏差小于一微米。"),
    ("汽车制动盘高强度铸铁材料", "制动盘高温开裂。要求抗拉强度不低于三百兆帕，摩擦系数稳定。"),
)


class CharacterEncoder:
    """Vectors of hashed characters: the same for the same text, near for texts that share characters.

    Another version hashes otherwise.
    """

    dimension = 64

    def __init__(self, version: str = "characters-1") -> None:
        self.version = version
        self._seed = 0 if version == "characters-1" else zlib.crc32(version.encode())
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 64), np.float32)

    encode_passages = encode_queries

    def _vector(self, text: str) -> np.ndarray:
        vector = np.full(self.dimension, 0.5, np.float32)
        for letter in text:
            vector[zlib.crc32(letter.encode("utf-8", "surrogatepass"), self._seed) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


def quick_engine(encoder: CharacterEncoder | None = None) -> MatchingEngine:
    return MatchingEngine("characters", encoder=encoder or CharacterEncoder())


def changeable_engine(version: str = "characters-1") -> MatchingEngine:
    """The setting names that version; any other whose name is registered can be loaded too."""
    return MatchingEngine(version, loader=CharacterEncoder)


def document(kind: Any, id: int, subject: int = 0, **given: Any) -> Document:
    """A problem or capability about one of SUBJECTS."""
    title, text = SUBJECTS[subject % len(SUBJECTS)]
    source = "statement" if kind == "problem" else "summary"
    values: dict[str, Any] = {"title": title, "passages": (Passage(source, text),), "facts": Facts()} | given
    return Document(kind, id, **values)
