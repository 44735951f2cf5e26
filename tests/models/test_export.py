"""The exported model says what the torch model says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.models.tokenizer import CharTokenizer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")
pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]  # the tracer's, by the dozen

from fiscalzh.models.configuration import TaggerConfig  # noqa: E402
from fiscalzh.models.export import export  # noqa: E402
from fiscalzh.models.modeling import FiscalTagger  # noqa: E402
from fiscalzh.models.runtime import Tagger  # noqa: E402
from fiscalzh.models.training import decoders, predict  # noqa: E402

if TYPE_CHECKING:
    from .conftest import Toy

_TOKENIZER = CharTokenizer("abcdefghijklmnop", ["ab", "bc"])
_SIZES: dict[str, Any] = {
    "char_count": _TOKENIZER.char_count, "bigram_count": _TOKENIZER.bigram_count, "char_size": 16, "bigram_size": 8, "shape_size": 4,
    "hidden_size": 64, "depth": 2, "dropout": 0.0, "window": 64,
}  # fmt: skip
_LENGTHS = [33, 5, 1, 20]


def _model(encoder: str) -> FiscalTagger:
    torch.manual_seed(5)
    return FiscalTagger(TaggerConfig(encoder=encoder, **_SIZES)).eval()


def _features(batch: int, time: int) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(3)
    return np.stack([rng.integers(0, n, size=(batch, time)) for n in (_TOKENIZER.char_count, 4, 4, 27)], axis=-1)


def _run(folder: Path, model: FiscalTagger, features: np.ndarray[Any, Any], lengths: list[int]) -> dict[str, np.ndarray[Any, Any]]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = ort.InferenceSession(str(folder / "model.onnx"), options)
    names = list(model.tagsets)
    return dict(zip(names, session.run(names, {"features": features, "lengths": np.asarray(lengths)}), strict=True))


def _difference(folder: Path, model: FiscalTagger) -> float:
    """The largest difference of any emission within its length."""
    features = _features(len(_LENGTHS), max(_LENGTHS))
    found = _run(folder, model, features, _LENGTHS)
    with torch.no_grad():
        expected = model.emissions(torch.from_numpy(features), torch.tensor(_LENGTHS))
    return max(
        float(np.abs(found[name][row, :length] - scores.numpy()[row, :length]).max())
        for name, scores in expected.items()
        for row, length in enumerate(_LENGTHS)
    )


_ENCODERS = ["bilstm", "cnn", "transformer"]


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_emissions_are_those_of_torch(encoder: str, tmp_path: Path) -> None:
    model = _model(encoder)
    assert _difference(export(model, _TOKENIZER, tmp_path, "x", quantize=False), model) < 1e-4


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_emissions_of_eight_bit_weights_are_near(encoder: str, tmp_path: Path) -> None:
    model = _model(encoder)
    difference = _difference(export(model, _TOKENIZER, tmp_path, "x"), model)
    assert 0 < difference < 0.05


def test_eight_bit_weights_are_smaller(toy: Toy, exported: Path, tmp_path: Path) -> None:
    folder = export(toy.model, toy.tokenizer, tmp_path, "x")
    assert (folder / "model.onnx").stat().st_size < 0.8 * (exported / "model.onnx").stat().st_size


@pytest.mark.parametrize("encoder", _ENCODERS)
@pytest.mark.parametrize("quantize", [False, True])
def test_padding_changes_no_row(encoder: str, quantize: bool, tmp_path: Path) -> None:
    model = _model(encoder)
    folder = export(model, _TOKENIZER, tmp_path, "x", quantize=quantize)
    features = _features(3, 30)
    together = _run(folder, model, features, [9, 30, 1])
    for row, length in enumerate([9, 30, 1]):
        alone = _run(folder, model, features[row : row + 1, :length], [length])
        for name, scores in alone.items():
            # Eight-bit activations share one scale a run, so that what else is in it moves them a little.
            assert np.abs(together[name][row, :length] - scores[0]).max() < (0.05 if quantize else 1e-5)


def test_the_description_holds_what_the_runtime_needs(toy: Toy, tmp_path: Path) -> None:
    folder = export(toy.model, toy.tokenizer, tmp_path / "new" / "folder", "名字", quantize=False, temperatures={"claims": 1.7})
    data = json.loads((folder / "tagger.json").read_text(encoding="utf-8"))
    assert (data["name"], data["window"]) == ("名字", toy.model.config.window)
    assert {layer["name"]: layer["temperature"] for layer in data["layers"]} == {"mentions": 1.0, "claims": 1.7}
    tagger = Tagger(folder, threads=1)
    assert tagger.temperatures == {"mentions": 1.0, "claims": 1.7}
    for name, decoder in decoders(toy.model).items():
        assert tagger.decoders[name].tags == decoder.tags
        for key in ("transitions", "first", "last"):
            assert np.allclose(getattr(tagger.decoders[name], key), getattr(decoder, key), atol=1e-4)


def test_the_runtime_tags_as_the_torch_model(toy: Toy, exported: Path) -> None:
    tagger = Tagger(exported, threads=1)
    for example, expected in zip(toy.dev, predict(toy.model, toy.dev, toy.tokenizer), strict=True):
        found = tagger.tag(example.document)
        assert [(s.start, s.end, s.label) for s in found] == [(s.start, s.end, s.label) for s in expected]
        assert [s.score for s in found] == pytest.approx([s.score for s in expected], abs=2e-3)


def test_eight_bit_weights_tag_the_toy_reports_too(toy: Toy, tmp_path: Path, make_report: Callable[..., tuple[Document, tuple[Span, ...]]]) -> None:
    from fiscalzh.eval.spans import f1_by_label

    tagger = Tagger(export(toy.model, toy.tokenizer, tmp_path, "x"), threads=1)
    document, gold = make_report(500)
    assert f1_by_label([tagger.tag(document)], [gold])["ALL"] > 0.97


def test_emissions_of_a_trained_model_are_those_of_torch(toy: Toy, exported: Path) -> None:
    assert _difference(exported, toy.model) < 1e-4
