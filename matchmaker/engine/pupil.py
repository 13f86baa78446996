"""A sentence-transformers model of the BERT kind whose upper layers can learn on a CPU, while the rest stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matchmaker.engine.graded import Places, Progress
from matchmaker.engine.model_folder import quiet, read_stamp

if TYPE_CHECKING:
    from torch import Tensor

TOKENS_AT_ONCE = 2048
SHORT_DIGEST = 10


class NotTrainable(Exception):
    """The base is no model that can be adapted here; the message says why."""


class Pupil:
    """The model, whole; `parameters` are those that learn. Texts are numbered by the order in which they were read."""

    def __init__(self, folder: Path, layers: int, longest: int) -> None:
        """`longest`: tokens of a text that are read. Raises NotTrainable."""
        from tokenizers import Tokenizer

        self.model = _load(folder)
        bert = (
            self.model[0].auto_model.float().eval()
        )  # nothing is dropped: what lies below is the same each time
        count = len(bert.encoder.layer)
        if not 0 < layers <= count:
            raise NotTrainable(f"{folder}: has {count} layers, not {layers}")
        self._embeddings = bert.embeddings
        self._lower, self._upper = bert.encoder.layer[: count - layers], bert.encoder.layer[count - layers :]
        self.parameters: list[Tensor] = list(self._upper.parameters())
        self._base = self.weights()
        self._below: list[Tensor] = []
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(min(longest, self.model.max_seq_length or longest))
        self._tokenizer.no_padding()
        prompts = self.model.prompts or {}
        self.query = str(prompts.get("query") or "")
        self.passage = str(prompts.get("passage") or prompts.get("document") or "")
        stamp = read_stamp(folder)
        self.version = str(stamp["recipe"]) if isinstance(stamp, dict) and "recipe" in stamp else folder.name

    def read(self, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Send the texts through the layers that stay as they are, once for all steps; `progress` counts texts.

        What comes out is kept in half precision: 768 bytes a token where vectors have 384 numbers.
        """
        import torch

        tokens = [each.ids for each in self._tokenizer.encode_batch_fast(list(texts))]
        below: dict[int, Tensor] = {}
        for batch in _batches([len(each) for each in tokens]):
            ids = [torch.tensor(tokens[place]) for place in batch]
            mask = _mask([len(each) for each in ids])
            with torch.no_grad(), _fast():
                padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
                hidden = _through(self._lower, self._embeddings(input_ids=padded), mask)
            for row, place in enumerate(batch):
                below[place] = hidden[row, : len(tokens[place])].half()
            if progress:
                progress(len(below), len(texts))
        self._below = [below[place] for place in range(len(texts))]

    def vectors(self, texts: Places) -> Tensor:
        """(n, dimension), of length 1, of the texts with these numbers; gradients can be taken of it."""
        import torch

        lengths = [len(self._below[text]) for text in texts]
        places: list[int] = []
        rows = []
        for batch in _batches(lengths):
            below = [self._below[texts[place]].float() for place in batch]
            mask = _mask([lengths[place] for place in batch])
            with _fast():
                hidden = _through(self._upper, torch.nn.utils.rnn.pad_sequence(below, batch_first=True), mask)
            mean = (hidden.float() * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
            rows.append(torch.nn.functional.normalize(mean, dim=-1))
            places.extend(batch)
        return torch.cat(rows)[torch.tensor(places).argsort()]

    def weights(self) -> list[Tensor]:
        """A copy of what can learn."""
        return [each.detach().clone() for each in self.parameters]

    def mean_weights(self, share: float) -> list[Tensor]:
        """`share` of the weights as they are and the rest of those that it came with."""
        return [share * new + (1 - share) * old for new, old in zip(self.weights(), self._base, strict=True)]

    def put(self, weights: Sequence[Tensor]) -> None:
        import torch

        with torch.no_grad():
            for parameter, value in zip(self.parameters, weights, strict=True):
                parameter.copy_(value)

    def digest(self) -> str:
        """A short name of the weights and of what they came from."""
        digest = hashlib.sha256(self.version.encode())
        for each in self.parameters:
            digest.update(each.detach().numpy().tobytes())
        return digest.hexdigest()[:SHORT_DIGEST]


def _load(folder: Path) -> Any:
    """A SentenceTransformer of the kind that is understood here."""
    from sentence_transformers import SentenceTransformer

    if not (folder / "modules.json").is_file() or not (folder / "tokenizer.json").is_file():
        raise NotTrainable(f"{folder}: is no sentence-transformers folder with a tokenizer.json")
    try:
        with quiet():
            model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except Exception as error:  # the library raises many kinds, from OSError to its own
        raise NotTrainable(f"{folder}: cannot be loaded ({error})") from error
    kinds = [type(each).__name__ for each in model]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        raise NotTrainable(f"{folder}: is made of {', '.join(kinds)}")
    if model[1].get_config_dict().get("pooling_mode") != "mean":
        raise NotTrainable(f"{folder}: does not take the mean of its tokens")
    if not hasattr(getattr(model[0].auto_model, "encoder", None), "layer"):
        raise NotTrainable(f"{folder}: {type(model[0].auto_model).__name__} has no layers as BERT has them")
    return model


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts of like length, so that little is padded."""
    found: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not found or (len(found[-1]) + 1) * lengths[place] > TOKENS_AT_ONCE:
            found.append([])
        found[-1].append(place)
    return found


def _fast() -> Any:
    """bf16 where the processor has it: about twice as fast there, and many times slower elsewhere."""
    import torch

    return torch.autocast(
        "cpu", torch.bfloat16, enabled=bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    )


def _mask(lengths: Sequence[int]) -> Tensor:
    """(n, longest): 1 where there is a token."""
    import torch

    return (torch.arange(max(lengths)) < torch.tensor(lengths).unsqueeze(1)).float()


def _through(layers: Any, hidden: Tensor, mask: Tensor) -> Tensor:
    import torch

    blocked = (1 - mask)[:, None, None, :] * torch.finfo(torch.float32).min / 2
    for layer in layers:
        found = layer(hidden, blocked)
        hidden = found[0] if isinstance(found, tuple) else found
    return hidden
