"""The recurrent encoder as one bidirectional LSTM a layer: what ONNX Runtime runs fastest.

`BiLstm` turns texts round by gathering, which trains fast; in a graph the gathering costs a quarter of the time, and ONNX's
LSTM reads backwards within given lengths by itself. Same weights, same result.
"""

from __future__ import annotations

from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .modeling import BiLstm


class FusedBiLstm(nn.Module):
    """A `BiLstm` over packed sequences; texts have to come longest first."""

    def __init__(self, body: BiLstm) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_joined(ahead, back) for ahead, back in zip(body.ahead, body.back, strict=True))

    def forward(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """(batch, time, features) and (batch,) lengths to (batch, time, 2 x hidden) states."""
        packed = pack_padded_sequence(vectors.transpose(0, 1), lengths)
        for layer in self.layers:
            packed = layer(packed)[0]
        states: Tensor = pad_packed_sequence(packed)[0]
        return states.transpose(0, 1)


def _joined(ahead: nn.Module, back: nn.Module) -> nn.LSTM:
    assert isinstance(ahead, nn.LSTM)
    joined = nn.LSTM(ahead.input_size, ahead.hidden_size, bidirectional=True)
    weights = chain(ahead.named_parameters(), ((f"{name}_reverse", weight) for name, weight in back.named_parameters()))
    with torch.no_grad():
        for name, weight in weights:
            getattr(joined, name).copy_(weight)
    return joined
