"""A BERT-like encoder of others behind the tagger's heads: our tokens, one word piece each.

A character becomes its own piece, by the case and width the vocabulary has, else the unknown piece; a line end becomes the
separator. A figure, one token here, becomes the piece of a round number of its length (`100` for 491.23; `2020` for a
year), and what digits and decimals it really has is added as a vector of its shape, learned from nothing. Spelled out in
its digits a figure would be many tokens, so that windows would hold less and heads, CRFs and runtime would need the
lengths; one piece a token leaves all of them as they are, and the map from tokens to pieces is part of the graph.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from .configuration import TaggerConfig
from .quiet import quiet
from .tokenizer import MASK, NUM, PAD, SHAPES, SPECIAL, UNK, CharTokenizer, Ints

_FOLDED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ，。、：；！？（）“”‘’《》—…·"  # what a vocabulary may have in another case or width only


@dataclass(frozen=True, slots=True, eq=False)
class PieceMap:
    """From our tokens to word pieces.

    pieces: (char_count,) piece of each character id; figures: (SHAPES + 1,) piece of a figure of each shape; marks: (3,)
    the pieces that pad, begin and end a text.
    """

    tokenizer: CharTokenizer
    pieces: Ints
    figures: Ints
    marks: Ints


def map_pieces(name: str) -> PieceMap:
    """The map for the vocabulary of an encoder, by folder or hub id.

    Raises:
        ValueError: there is none of that name, or its vocabulary has no single Chinese characters.
    """
    tokenizer = _loaded(AutoTokenizer, name)
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    known = {piece: number for piece, number in vocabulary.items() if len(piece) == 1 and piece not in "0123456789"}
    if not any("\u4e00" <= char <= "\u9fff" for char in known):
        raise ValueError(f"{name} has no pieces of single Chinese characters: expected a Chinese BERT-like encoder")
    for char in _FOLDED:
        for other in (char.lower(), unicodedata.normalize("NFKC", char)):
            if other in known:
                known.setdefault(char, known[other])
    known["\n"] = tokenizer.sep_token_id
    chars = sorted(known)
    special = dict.fromkeys(range(len(SPECIAL)), tokenizer.unk_token_id) | {PAD: tokenizer.pad_token_id, MASK: tokenizer.mask_token_id}
    digit = vocabulary.get("1", special[UNK])
    figures = [vocabulary.get(_typical(shape), digit) for shape in range(SHAPES + 1)]
    marks = [tokenizer.pad_token_id, tokenizer.cls_token_id, tokenizer.sep_token_id]
    pieces = [*special.values(), *(known[char] for char in chars)]
    return PieceMap(CharTokenizer(chars, ()), *(np.asarray(each, dtype=np.int64) for each in (pieces, figures, marks)))


def _typical(shape: int) -> str:
    """The round number that stands for a shape (see `shape_of`)."""
    if shape < 3:
        return ("0", "2020", "0")[shape]
    return "1" + "0" * ((shape - 3) // 4)


class WordPieceEncoder(nn.Module):
    """Features of our tokens to contextual vectors; `config.backbone` is the wrapped encoder's own configuration."""

    pieces: Tensor
    figures: Tensor
    marks: Tensor

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__()
        assert config.backbone is not None
        self.bert = AutoModel.from_config(AutoConfig.for_model(**config.backbone))
        self.bert.pooler = None  # reads the whole text's first piece, which no head here asks for
        self.width: int = self.bert.config.hidden_size
        self.shape = nn.Embedding(config.shape_count, self.bert.get_input_embeddings().embedding_dim, padding_idx=0)
        nn.init.zeros_(self.shape.weight)
        for name, size in (("pieces", config.char_count), ("figures", config.shape_count), ("marks", 3)):
            self.register_buffer(name, torch.zeros(size, dtype=torch.long))

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        """(batch, time, 4) features and (batch,) lengths to (batch, time, width) vectors."""
        chars, shapes = features[..., 0], features[..., 3]
        ids = torch.where(chars == NUM, self.figures[shapes], self.pieces[chars])
        ends = lengths[:, None].to(features.device)
        steps = torch.arange(features.shape[1] + 2, device=features.device)[None, :]
        ids = nn.functional.pad(ids, (1, 1))
        ids = torch.where(steps == 0, self.marks[1], torch.where(steps == ends + 1, self.marks[2], ids))
        inside = steps < ends + 2
        ids = torch.where(inside, ids, self.marks[0])
        vectors = self.bert.get_input_embeddings()(ids) + nn.functional.pad(self.shape(shapes), (0, 0, 1, 1))
        state: Tensor = self.bert(inputs_embeds=vectors, attention_mask=inside.long()).last_hidden_state
        return state[:, 1:-1]


def load_backbone(name: str) -> tuple[dict[str, Any], dict[str, Tensor], int]:
    """An encoder by folder or hub id: its configuration, its weights, and how many of our tokens it reads at most.

    Raises:
        ValueError: there is none of that name.
    """
    model = _loaded(AutoModel, name, dtype=torch.float32)
    config = model.config
    positions = getattr(config, "max_position_embeddings", None) or 512
    # RoBERTa counts positions from behind its padding's number.
    taken = 2 + (config.pad_token_id + 1 if "roberta" in config.model_type else 0)
    weights = {key: value for key, value in model.state_dict().items() if not key.startswith("pooler.")}
    description = {key: value for key, value in config.to_dict().items() if key != "_name_or_path"}
    return description, weights, positions - taken


def _loaded(kind: Any, name: str, **options: Any) -> Any:
    try:
        with quiet():
            return kind.from_pretrained(name, **options)
    except (OSError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(f"{name}: no encoder to start from, neither a folder with one nor the id of one on the hub: {reason}") from error
