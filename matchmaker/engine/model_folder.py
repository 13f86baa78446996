"""A model's folder as it is served and trained further: written whole or not at all.

The files of a sentence-transformers model with weights in fp32, the same model as an int8 ONNX file, what its vectors
have in common (centre.py), and `matchmaker.json`, which names what made it. torch and its kin are imported when a folder is written only.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.engine import centre
from matchmaker.engine.encoder import ONNX_FILE

MARKER = "matchmaker.json"
MODELS = "models"
"""Folder of trained and of earlier models within the data folder."""
DECISIONS = "decisions"
"""What a stamp calls the part of the decision log that a model was trained on."""


@contextmanager
def whole_or_none(folder: Path) -> Iterator[Path]:
    """A new folder to fill. It takes the place of `folder` at the end, and is gone if anything goes wrong."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".model-") as temporary:
        new = Path(temporary) / "new"
        new.mkdir()
        yield new
        if folder.exists():
            os.rename(folder, Path(temporary) / "old")
        os.rename(new, folder)


def read_stamp(folder: Path) -> object:
    """What `matchmaker.json` says; None where there is no such file, or a broken one."""
    try:
        return json.loads((folder / MARKER).read_text())
    except (OSError, ValueError):
        return None


def write_model(model: Any, folder: Path, stamp: Mapping[str, Any], say: Callable[[str], None]) -> None:
    """Write a SentenceTransformer of the BERT kind that takes the mean of its tokens, and its stamp, into `folder`."""
    say("writing the sentence-transformers folder")
    bert = model[0].auto_model
    bert.pooler = None  # AutoModel adds one filled with random numbers
    with quiet():
        model.save(str(folder), create_model_card=False)
    say("exporting to ONNX and quantising to int8")
    (folder / ONNX_FILE).parent.mkdir()
    with quiet():
        _export_int8(bert, folder / ONNX_FILE)
    titles = list(centre.reference_titles())
    prompt = "query" if model.prompts.get("query") else None
    vectors = model.encode(titles, prompt_name=prompt, normalize_embeddings=True, show_progress_bar=False)
    np.save(folder / centre.FILE, centre.centre_of(vectors))
    (folder / MARKER).write_text(json.dumps(stamp, indent=1, ensure_ascii=False) + "\n")
    for file in (folder, *folder.rglob("*")):
        file.chmod(0o755 if file.is_dir() else 0o644)


@contextmanager
def quiet() -> Iterator[None]:
    """The libraries' bars and notices about a model that is made on purpose tell the reader nothing."""
    from transformers.utils import logging as transformers_logging

    root, level = logging.getLogger(), logging.getLogger().level
    verbosity = transformers_logging.get_verbosity()
    bars = transformers_logging.is_progress_bar_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root.setLevel(logging.ERROR)
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            root.setLevel(level)
            transformers_logging.set_verbosity(verbosity)
            if bars:
                transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _export_int8(bert: Any, target: Path) -> None:
    """Token ids and mask in, normalised sentence vectors out: pooling is part of the graph."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

    class Sentence(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    bert.set_attn_implementation("eager")  # the other kinds leave branches in the graph
    ids = torch.ones((2, 16), dtype=torch.long)
    full = target.with_name("model.onnx")
    with torch.no_grad():
        torch.onnx.export(
            Sentence().eval(),
            (ids, torch.ones_like(ids)),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_embedding"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "tokens"},
                "attention_mask": {0: "batch", 1: "tokens"},
                "sentence_embedding": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(full, target, weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    quantised = onnx.load(target)
    quantised.doc_string = ""
    for node in quantised.graph.node:  # where the exporter was installed is of no use and differs
        node.doc_string = ""
    onnx.save(quantised, target)
