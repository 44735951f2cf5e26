"""From the trained torch model to the files the runtime loads."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path

import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from .fused import FusedBiLstm
from .modeling import BiLstm, FiscalTagger
from .quiet import quiet
from .runtime import GRAPH
from .settings import SETTINGS
from .tokenizer import CharTokenizer
from .training import decoders

OPSET = 17
TOLERANCE = 1e-3  # of a score, in log units


class ExportError(RuntimeError):
    """A trained model that the runtime cannot run."""


class _Emissions(nn.Module):
    """The part of the model that becomes a graph: features and lengths to one tensor of emissions for each layer."""

    def __init__(self, model: FiscalTagger) -> None:
        super().__init__()
        self.model = copy.deepcopy(model)
        body = getattr(model.encoder, "body", None)  # an encoder of others has none
        if isinstance(body, BiLstm):
            self.model.encoder.body = FusedBiLstm(body)

    def forward(self, features: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.model.emissions(features, lengths).values())


def export(model: FiscalTagger, tokenizer: CharTokenizer, folder: str | Path, name: str, quantize: bool = True,
           temperatures: dict[str, float] | None = None) -> Path:  # fmt: skip
    """Write a model folder: `config.json` and `model.safetensors` (half precision) for torch, `tagger.json` and `model.onnx`
    for the runtime.

    Args:
        name: what `pipeline.model` of an output will say.
        quantize: weights of the matrix products and the LSTM as 8-bit integers; embeddings stay as they are.
        temperatures: for each layer, what its scores are divided by to make probabilities honest.

    Raises:
        ExportError: the encoder makes no graph that computes what it does; all but `model.onnx` is written.
    """
    output = Path(folder)
    output.mkdir(parents=True, exist_ok=True)
    (output / GRAPH).unlink(missing_ok=True)
    model.eval()  # type: ignore[no-untyped-call]
    halves = {name: weight.half() if weight.is_floating_point() else weight for name, weight in model.state_dict().items()}
    with quiet():
        model.save_pretrained(output, state_dict=halves)
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
    data = {"name": name, "window": model.config.window, "breaks": model.config.breaks, "layers": layers, "tokenizer": tokenizer.to_dict()}
    (output / SETTINGS).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary, quiet():
        raw = Path(temporary) / "raw.onnx"
        _write_graph(model, raw)
        if quantize:
            quantize_dynamic(raw, output / GRAPH, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "LSTM", "Gemm", "Conv"])
        else:
            onnx.save(onnx.load(str(raw)), str(output / GRAPH))
    return output


def _write_graph(model: FiscalTagger, path: Path) -> None:
    features, names = torch.randint(0, 2, (2, 12, 4)), list(model.tagsets)  # ids that the smallest vocabulary has
    try:
        torch.onnx.export(
            _Emissions(model).eval(), (features, torch.tensor([12, 7])), str(path), dynamo=False, opset_version=OPSET,
            input_names=["features", "lengths"], output_names=names,
            dynamic_axes={"features": {0: "batch", 1: "time"}, "lengths": {0: "batch"}, **{n: {0: "batch", 1: "time"} for n in names}},
        )  # fmt: skip
        difference = _difference(model, path)
    except Exception as error:  # whatever an encoder of others meets on its way through two libraries
        raise ExportError(f"this encoder does not become a graph: {' '.join(str(error).split())[:300]}") from error
    if difference > TOLERANCE:
        raise ExportError(f"the graph of this encoder is off by {difference:.2g} in a score, {TOLERANCE} at most is right")


@torch.no_grad()
def _difference(model: FiscalTagger, path: Path) -> float:
    """How far the graph's scores lie from the model's at most, on a batch of another size than it was traced with."""
    features, lengths = torch.randint(0, 2, (3, 31, 4)), torch.tensor([31, 1, 17])
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(list(model.tagsets), {"features": features.numpy(), "lengths": lengths.numpy()})
    inside = torch.arange(31)[None, :] < lengths[:, None]
    expected = model.emissions(features, lengths).values()
    return max(float((torch.from_numpy(a)[inside] - b[inside]).abs().max()) for a, b in zip(found, expected, strict=True))
