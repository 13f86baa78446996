"""Texts in, unit vectors out. Serving uses onnxruntime; any sentence-transformers model is a setting away."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine import centre

Vectors = NDArray[np.float32]

BUNDLED = "bundled:"
ONNX_FILE = Path("onnx") / "model_int8.onnx"
THREADS = min(2, os.cpu_count() or 1)
"""Texts that are encoded at once, each on a core of its own."""
LONGEST = 512
"""Tokens of a text that are read; fewer where the model's folder says so."""
LENGTHS = (("sentence_bert_config.json", "max_seq_length"), ("tokenizer_config.json", "model_max_length"))
"""Where a folder says so: earlier versions of sentence-transformers write the first, later ones the second."""
SHORT_VERSION = 12
CENTRED = b"centred"
"""Goes into the names of models that have no recipe: with and without, their vectors are not those of one model."""


class ModelMissing(Exception):
    """There is no usable model where the setting points; the message says what to do."""

    ADVICE = "Run `make model` to build the bundled one, or set MATCHMAKER_MODEL to a sentence-transformers folder."

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"embedding model {setting!r}: {reason}. {self.ADVICE}")
        self.setting = setting


class VersionMissing(ModelMissing):
    """The encoder that made the vectors in service is nowhere to be found; carries its version."""

    ADVICE = "Put its folder back, or run `flask reindex` to encode everything with the model of the setting."

    def __init__(self, version: str, setting: str) -> None:
        super().__init__(setting, f"does not hold version {version}, which made the vectors in service")
        self.version = version


class Encoder(Protocol):
    """What the engine needs of a model. Both methods return (n, dimension) float32 rows of length 1."""

    @property
    def version(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors: ...


def load_encoder(setting: str) -> Encoder:
    """The encoder for a setting: `bundled:<folder>`, a folder, or a hub name. Raises ModelMissing."""
    plain = _load_plain(setting)
    return CentredEncoder(plain, _centre_for(plain, Path(setting.removeprefix(BUNDLED)) / centre.FILE))


def _load_plain(setting: str) -> Encoder:
    folder = Path(setting.removeprefix(BUNDLED))
    if (folder / ONNX_FILE).is_file():
        return OnnxEncoder(folder)
    if setting.startswith(BUNDLED):
        raise ModelMissing(setting, f"no {ONNX_FILE} in it")
    if not folder.exists() and (folder.is_absolute() or setting.startswith(".")):
        raise ModelMissing(setting, "no such folder")
    return SentenceTransformersEncoder(setting)


def _centre_for(plain: Encoder, file: Path) -> Vectors:
    """As it was measured when the folder was written, else measured now: some seconds."""
    if file.is_file():
        try:
            stored: Vectors = np.load(file, allow_pickle=False).astype(np.float32)
        except (OSError, ValueError) as error:
            raise ModelMissing(str(file.parent), f"{file.name} cannot be read ({error})") from error
        if stored.shape == (plain.dimension,):
            return stored
    return centre.centre_of(plain.encode_queries(centre.reference_titles()))


class CentredEncoder:
    """An encoder whose vectors lack what the vectors of all texts have in common."""

    def __init__(self, plain: Encoder, common: Vectors) -> None:
        self.version = plain.version
        self.dimension = plain.dimension
        self._plain = plain
        self._common = common

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return centre.take_away(self._common, self._plain.encode_queries(texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return centre.take_away(self._common, self._plain.encode_passages(texts))


class OnnxEncoder:
    """An int8 file that pools and normalises by itself, and the tokeniser beside it. Neither torch nor transformers.

    Each text goes through the model alone: int8 scales are those of all numbers in a batch, so that in a batch
    a text's vector depended on its neighbours (a cosine of 0.997 to itself, scores off by 0.02 and up to 0.1).
    On a core each, texts alone take as long as batches on two.

    Thread safe: sessions may run at once, and tokenising keeps no state. Load it after forking: what the
    libraries keep of threads stays behind.
    """

    def __init__(self, folder: Path) -> None:
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        try:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.enable_cpu_mem_arena = False  # else what the longest text took is kept for good
            self._session = onnxruntime.InferenceSession(
                str(folder / ONNX_FILE), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # onnxruntime and tokenizers raise their own kinds
            raise ModelMissing(str(folder), f"cannot be loaded ({error})") from error
        self._tokenizer.enable_truncation(_longest_of(folder))
        self._tokenizer.no_padding()
        self.version = _version_of(folder)
        self.dimension = int(self._session.get_outputs()[0].shape[-1] or 384)
        self._prompts = _prompts_of(folder)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._prompts.get("query", ""), texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._prompts.get("passage", ""), texts)

    def _encode(self, prompt: str, texts: Sequence[str]) -> Vectors:
        rows = np.empty((len(texts), self.dimension), np.float32)
        ids = [each.ids for each in self._tokenizer.encode_batch_fast([prompt + text for text in texts])]
        if len(ids) == 1:
            rows[0] = self._run(ids[0])
            return rows
        order = sorted(
            range(len(ids)), key=lambda place: -len(ids[place])
        )  # long ones first: none is waited for
        pool = ThreadPoolExecutor(THREADS)
        try:
            for place, row in zip(order, pool.map(self._run, (ids[place] for place in order)), strict=True):
                rows[place] = row
        finally:
            pool.shutdown(cancel_futures=True)
        return rows

    def _run(self, ids: list[int]) -> Vectors:
        tokens = np.array([ids], np.int64)
        row: Vectors = self._session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})[
            0
        ][0]
        return row


def _version_of(folder: Path) -> str:
    """The recipe's name where there is one, else the folder's name and a digest of the ONNX file."""
    try:
        return str(json.loads((folder / "matchmaker.json").read_text())["recipe"])
    except (OSError, ValueError, KeyError):
        with open(folder / ONNX_FILE, "rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.sha256(CENTRED))
        return f"{folder.name}-{digest.hexdigest()[:SHORT_VERSION]}"


def _longest_of(folder: Path) -> int:
    """How many tokens the model was made for, by either file that may say so; LONGEST where neither does."""
    said = [LONGEST]
    for file, name in LENGTHS:
        try:
            longest = int(json.loads((folder / file).read_text())[name])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        said += [longest] if longest > 0 else []
    return min(said)


def _prompts_of(folder: Path) -> dict[str, str]:
    try:
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    except (OSError, ValueError, KeyError):
        return {}
    return {str(name): str(text) for name, text in prompts.items()}


class SentenceTransformersEncoder:
    """Any folder or hub name that sentence-transformers can load; needs torch. HF_HUB_OFFLINE is respected."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(name, device="cpu")
        except Exception as error:  # the library raises many kinds, from OSError to its own
            raise ModelMissing(name, f"cannot be loaded ({error})") from error
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.version = f"{Path(name).name}-{_weights_digest(self._model)}"
        prompts = self._model.prompts or {}
        self._query = "query" if prompts.get("query") else None
        self._passage = next((key for key in ("passage", "document") if prompts.get(key)), None)
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._passage, texts)

    def _encode(self, prompt: str | None, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:  # the model's tokeniser must not be used by two threads at once
            rows = self._model.encode(
                list(texts), prompt_name=prompt, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(rows, np.float32)


def _weights_digest(model: Any) -> str:
    """A short name of the weights, so that a folder trained further is taken for another model."""
    digest = hashlib.sha256(CENTRED)
    for name, tensor in model.state_dict().items():
        if "pooler" in name:  # random where the model has none, and unused
            continue
        digest.update(name.encode())
        digest.update(str(float(tensor.double().sum())).encode())
    return digest.hexdigest()[:SHORT_VERSION]


class LazyEncoder:
    """Loads on first use, once per process: a parent that forks workers must not have loaded it."""

    def __init__(self, setting: str, loader: Callable[[str], Encoder] = load_encoder) -> None:
        self._setting = setting
        self._loader = loader
        self._lock = threading.Lock()
        self._loaded: Encoder | None = None
        self._process = os.getpid()

    def load(self) -> Encoder:
        """The encoder of this process. Raises ModelMissing."""
        loaded = self._loaded
        if loaded is None or self._process != os.getpid():
            with self._lock:
                loaded = self._loaded
                if loaded is None or self._process != os.getpid():
                    loaded = self._loaded = self._loader(self._setting)
                    self._process = os.getpid()
        return loaded

    @property
    def folder(self) -> Path:
        """Where the model lies; of one from a hub, a path that is no folder."""
        return Path(self._setting.removeprefix(BUNDLED))

    def release(self) -> None:
        """Free the memory that it takes; the next use loads it again."""
        with self._lock:
            self._loaded = None

    @property
    def version(self) -> str:
        """Known without loading the model where the folder says it, so that pages need no model."""
        if self._loaded is None and (self.folder / ONNX_FILE).is_file():
            return _version_of(self.folder)
        return self.load().version
