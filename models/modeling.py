"""The tagger: one character encoder, one BIOES head with its CRF for each layer of labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from .configuration import TaggerConfig
from .crf import Crf
from .tags import TagSet
from .wordpieces import WordPieceEncoder


class Embeddings(nn.Module):
    """(batch, time, 4) features to (batch, time, width) vectors: character, both bigrams, number shape."""

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__()
        self.char = nn.Embedding(config.char_count, config.char_size, padding_idx=0)
        self.bigram = nn.Embedding(config.bigram_count, config.bigram_size, padding_idx=0)
        self.shape = nn.Embedding(config.shape_count, config.shape_size)
        self.width = config.char_size + 2 * config.bigram_size + config.shape_size
        for table in (self.char, self.bigram, self.shape):
            nn.init.normal_(table.weight, std=0.2)  # torch's 1.0 makes the tied softmax of pre-training start far off

    def forward(self, features: Tensor) -> Tensor:
        char, left, right, shape = features.unbind(-1)
        return torch.cat([self.char(char), self.bigram(left), self.bigram(right), self.shape(shape)], dim=-1)


class BiLstm(nn.Module):
    """Stacked bidirectional LSTM; each text is read to its own length, so padding never leaks into it.

    The backward direction reads every text turned round within its length, padding still behind it. That is six times as fast
    to train on the CPU as packed sequences of different lengths, and gives the same.
    """

    def __init__(self, width: int, config: TaggerConfig) -> None:
        super().__init__()
        self.width = 2 * config.hidden_size
        widths = [width, *[self.width] * (config.depth - 1)]
        self.ahead = nn.ModuleList(nn.LSTM(size, config.hidden_size, batch_first=True) for size in widths)
        self.back = nn.ModuleList(nn.LSTM(size, config.hidden_size, batch_first=True) for size in widths)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        steps = torch.arange(vectors.shape[1], device=vectors.device)[None, :]
        ends = lengths[:, None].to(vectors.device)
        turned = torch.where(steps < ends, ends - 1 - steps, steps)[..., None]
        state = vectors
        for number, (ahead, back) in enumerate(zip(self.ahead, self.back, strict=True)):
            state = self.dropout(state) if number else state
            rightward = ahead(state)[0]
            leftward = back(_turn(state, turned))[0]
            state = torch.cat([rightward, _turn(leftward, turned)], dim=-1)
        return state


def _turn(vectors: Tensor, order: Tensor) -> Tensor:
    """Reorder (batch, time, width) along time by (batch, time, 1) indices."""
    return vectors.gather(1, order.expand(-1, -1, vectors.shape[2]))


class Cnn(nn.Module):
    """Residual dilated convolutions (dilation 1, 2, 4, … reset after 8), gated by GELU."""

    def __init__(self, width: int, config: TaggerConfig) -> None:
        super().__init__()
        self.enter = nn.Linear(width, config.hidden_size)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(config.hidden_size, config.hidden_size, 3, padding=2 ** (i % 4), dilation=2 ** (i % 4)) for i in range(config.depth)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(config.hidden_size) for _ in range(config.depth))
        self.dropout = nn.Dropout(config.dropout)
        self.width = config.hidden_size

    def forward(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        mask = (torch.arange(vectors.shape[1], device=vectors.device)[None, :] < lengths[:, None].to(vectors.device))[..., None]
        state: Tensor = self.enter(vectors)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            moved = convolution((norm(state) * mask).transpose(1, 2)).transpose(1, 2)
            state = state + self.dropout(nn.functional.gelu(moved))
        return state


class Block(nn.Module):
    """Pre-norm self-attention and feed-forward. `nn.TransformerEncoderLayer` would do, but its export has the example's length in it."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(2))
        self.project = nn.Linear(size, 3 * size)
        self.mix = nn.Linear(size, size)
        self.feed = nn.Sequential(nn.Linear(size, 4 * size), nn.GELU(), nn.Dropout(dropout), nn.Linear(4 * size, size))
        self.dropout = nn.Dropout(dropout)

    def forward(self, state: Tensor, keep: Tensor) -> Tensor:
        parts = self.project(self.norms[0](state)).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        share = self.dropout.p if self.training else 0.0
        query, key, value = parts.unbind(0)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=keep[:, None, None, :], dropout_p=share)
        state = state + self.dropout(self.mix(mixed.transpose(1, 2).flatten(2)))
        output: Tensor = state + self.dropout(self.feed(self.norms[1](state)))
        return output


class Transformer(nn.Module):
    """A small pre-norm transformer with learned positions."""

    def __init__(self, width: int, config: TaggerConfig) -> None:
        super().__init__()
        self.enter = nn.Linear(width, config.hidden_size)
        self.position = nn.Embedding(config.window, config.hidden_size)
        heads = max(1, config.hidden_size // 64)
        self.blocks = nn.ModuleList(Block(config.hidden_size, heads, config.dropout) for _ in range(config.depth))
        self.width = config.hidden_size

    def forward(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        steps = torch.arange(vectors.shape[1], device=vectors.device)
        keep = steps[None, :] < lengths[:, None].to(vectors.device)
        state: Tensor = self.enter(vectors) + self.position(steps)
        for block in self.blocks:
            state = block(state, keep)
        return state


ENCODERS: dict[str, type[BiLstm | Cnn | Transformer]] = {"bilstm": BiLstm, "cnn": Cnn, "transformer": Transformer}


@dataclass
class TaggerOutput:
    """loss: scalar or None; emissions: for each layer (batch, time, tags)."""

    loss: Tensor | None
    emissions: dict[str, Tensor]


class Encoder(nn.Module):
    """Features to contextual vectors: what pre-training learns and the tagger starts from."""

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__()
        if config.encoder not in ENCODERS:
            raise ValueError(f"no encoder {config.encoder!r}; there are {', '.join(ENCODERS)}")
        self.embeddings = Embeddings(config)
        self.dropout = nn.Dropout(config.dropout)
        self.body = ENCODERS[config.encoder](self.embeddings.width, config)
        self.width = self.body.width

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        state: Tensor = self.body(self.dropout(self.embeddings(features)), lengths)
        return state


class FiscalTagger(PreTrainedModel):
    """Two-layer tagger for fiscal reports (any scheme of `config.layers` works)."""

    config_class = TaggerConfig
    config: TaggerConfig

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__(config)
        self.encoder: Encoder | WordPieceEncoder = Encoder(config) if config.backbone is None else WordPieceEncoder(config)
        self.dropout = nn.Dropout(config.dropout)
        self.tagsets = {name: TagSet(labels) for name, labels in config.scheme.layers}
        self.heads = nn.ModuleDict({name: nn.Linear(self.encoder.width, len(tags)) for name, tags in self.tagsets.items()})
        self.crfs = nn.ModuleDict({name: Crf(tags, config.crf) for name, tags in self.tagsets.items()})
        self.post_init()  # type: ignore[no-untyped-call]

    def _init_weights(self, module: nn.Module) -> None:
        """Torch's own initialisation stands; `transformers` asks for this hook."""

    def emissions(self, features: Tensor, lengths: Tensor) -> dict[str, Tensor]:
        """Scores of every tag of every layer, (batch, time, tags) each."""
        state = self.dropout(self.encoder(features, lengths))
        return {name: head(state) for name, head in self.heads.items()}

    def forward(
        self, features: Tensor, lengths: Tensor, context: Tensor | None = None, labels: dict[str, Tensor] | None = None, **_: Any
    ) -> TaggerOutput:
        """Emissions, and the mean loss per window where labels are given.

        Args:
            features: (batch, time, 4) ids of a `CharTokenizer`.
            lengths: (batch,) tokens of each window, context included.
            context: (batch,) tokens at the head of a window that are read but not tagged; default none.
            labels: for each layer (batch, time) gold tags, the context's left out: position 0 is the first tagged token.
        """
        emissions = self.emissions(features, lengths)
        if labels is None:
            return TaggerOutput(None, emissions)
        skip = torch.zeros_like(lengths) if context is None else context
        own = lengths - skip
        steps = torch.arange(int(own.max()), device=features.device)
        at = (skip[:, None] + steps[None, :]).clamp(max=features.shape[1] - 1)
        loss = torch.zeros((), device=features.device)
        for name, scores in emissions.items():
            shifted = scores.gather(1, at[..., None].expand(-1, -1, scores.shape[2]))
            loss = loss + self.crfs[name](shifted, labels[name][:, : len(steps)], own)
        return TaggerOutput(loss / len(lengths), emissions)
