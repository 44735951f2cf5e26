"""The tagger's configuration, as a `transformers` configuration."""

from __future__ import annotations

from typing import Any

from transformers import PretrainedConfig

from ..annotations.labels import FISCAL, LabelScheme
from .tokenizer import SHAPES


class TaggerConfig(PretrainedConfig):
    """Sizes of the tagger and its label scheme.

    Args:
        layers: the label scheme, layer name to labels; one head with its own CRF for each layer.
        char_count, bigram_count, shape_count: vocabulary sizes.
        char_size, bigram_size, shape_size: widths of the embeddings, in units; they are concatenated.
        encoder: `bilstm`, `cnn` or `transformer`.
        hidden_size: width of the encoder (for `bilstm` of each direction).
        depth: layers of the encoder.
        crf: whether transitions are learned; without, tags are learned one by one and only decoding is constrained.
        dropout: share of units dropped between the layers.
        window: tokens a window holds at most, context included.
        breaks: characters that no span holds; what lies between them is decoded by itself.
        backbone: configuration of a BERT-like encoder (its `to_dict`) that stands in place of embeddings and `encoder`.
    """

    model_type = "fiscalzh-tagger"

    def __init__(
        self,
        layers: dict[str, list[str]] | None = None,
        char_count: int = 8,
        bigram_count: int = 8,
        shape_count: int = SHAPES + 1,
        char_size: int = 96,
        bigram_size: int = 48,
        shape_size: int = 16,
        encoder: str = "bilstm",
        hidden_size: int = 192,
        depth: int = 2,
        crf: bool = True,
        dropout: float = 0.3,
        window: int = 256,
        breaks: str = "",
        backbone: dict[str, Any] | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(**rest)
        self.layers = layers or {name: list(labels) for name, labels in FISCAL.layers}
        self.char_count, self.bigram_count, self.shape_count = char_count, bigram_count, shape_count
        self.char_size, self.bigram_size, self.shape_size = char_size, bigram_size, shape_size
        self.encoder, self.hidden_size, self.depth = encoder, hidden_size, depth
        self.crf, self.dropout, self.window, self.breaks, self.backbone = crf, dropout, window, breaks, backbone

    @property
    def scheme(self) -> LabelScheme:
        return LabelScheme.of(self.layers.items())
