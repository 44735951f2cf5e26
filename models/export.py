"""From the trained torch model to the files the runtime loads."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from .modeling import FiscalTagger
from .tokenizer import CharTokenizer
from .training import decoders

OPSET = 17


class _Emissions(nn.Module):
    """The part of the model that becomes a graph: features and lengths to one tensor of emissions for each layer."""

    def __init__(self, model: FiscalTagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.model.emissions(features, lengths).values())


def export(model: FiscalTagger, tokenizer: CharTokenizer, folder: str | Path, name: str, quantize: bool = True,
           temperatures: dict[str, float] | None = None) -> Path:  # fmt: skip
    """Write `model.onnx` and `tagger.json`.

    Args:
        name: what `pipeline.model` of an output will say.
        quantize: weights of the matrix products and the LSTM as 8-bit integers; embeddings stay as they are.
        temperatures: for each layer, what its scores are divided by to make probabilities honest.
    """
    output = Path(folder)
    output.mkdir(parents=True, exist_ok=True)
    model.eval()  # type: ignore[no-untyped-call]
    features = torch.randint(0, 2, (2, 12, 4))  # ids that the smallest vocabulary has
    with tempfile.TemporaryDirectory() as temporary:
        raw = Path(temporary) / "raw.onnx"
        torch.onnx.export(
            _Emissions(model).eval(), (features, torch.tensor([12, 7])), str(raw), dynamo=False, opset_version=OPSET,
            input_names=["features", "lengths"], output_names=list(model.tagsets),
            dynamic_axes={"features": {0: "batch", 1: "time"}, "lengths": {0: "batch"}, **{n: {0: "batch", 1: "time"} for n in model.tagsets}},
        )  # fmt: skip
        if quantize:
            quantize_dynamic(raw, output / "model.onnx", weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "LSTM", "Gemm", "Conv"])
        else:
            onnx.save(onnx.load(str(raw)), str(output / "model.onnx"))
    layers = [
        {
            "name": layer,
            "labels": list(decoder.tags.labels),
            "temperature": (temperatures or {}).get(layer, 1.0),
            "transitions": decoder.transitions.round(4).tolist(),
            "first": decoder.first.round(4).tolist(),
            "last": decoder.last.round(4).tolist(),
        }
        for layer, decoder in decoders(model).items()
    ]
    data = {"name": name, "window": model.config.window, "layers": layers, "tokenizer": tokenizer.to_dict()}
    (output / "tagger.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return output
