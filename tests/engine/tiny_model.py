"""A sentence-transformers folder of random weights, small enough to be trained and exported within seconds."""

from __future__ import annotations

from pathlib import Path

CHARACTERS = "气孔检测压铸件废水回用茶叶加工电池预警涂料防腐焊接机器视觉abcdefgh。，:\n "
LAYERS = 4
HIDDEN = 32
RECIPE = "tiny-1"


def write_tiny_model(folder: Path) -> None:
    """As `make model` leaves the bundled one: weights, tokeniser, ONNX file and stamp."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from matchmaker.engine.model_folder import quiet, whole_or_none, write_model

    pieces = ["<s>", "<pad>", "</s>", "<unk>", *sorted(set(CHARACTERS))]
    vocabulary = {piece: place for place, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair=None, special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    # Two threads gain nothing in so small a model, and wait for each other while others run.
    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=2 * HIDDEN,
        max_position_embeddings=64,
        type_vocab_size=1,
        pad_token_id=1,
        initializer_range=0.1,
    )
    with whole_or_none(folder) as new, quiet():
        plain = new.with_name("plain")
        BertModel(config, add_pooling_layer=False).save_pretrained(plain)
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            bos_token="<s>",
            eos_token="</s>",
            unk_token="<unk>",
            pad_token="<pad>",
            model_max_length=64,
            model_input_names=["input_ids", "attention_mask"],
        ).save_pretrained(plain)
        model = SentenceTransformer(
            modules=[
                Transformer(str(plain), max_seq_length=64),
                Pooling(HIDDEN, pooling_mode="mean"),
                Normalize(),
            ],
            prompts={"query": "ab: ", "passage": "cd: ", "document": "cd: "},
            device="cpu",
        )
        write_model(model, new, {"recipe": RECIPE}, lambda _: None)
