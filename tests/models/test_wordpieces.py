"""A BERT-like encoder behind the heads: tokens to pieces, and that padding, saving and the graph change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fiscalzh.corpus.read import from_text
from fiscalzh.models.tokenizer import MASK, NUM, PAD, SHAPES, UNK, shape_of

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.train

from fiscalzh.models.export import ExportError, export  # noqa: E402
from fiscalzh.models.modeling import FiscalTagger  # noqa: E402
from fiscalzh.models.plans import TrainingPlan  # noqa: E402
from fiscalzh.models.runtime import Tagger  # noqa: E402
from fiscalzh.models.starting import model_of, tokenizer_of  # noqa: E402
from fiscalzh.models.wordpieces import PieceMap, WordPieceEncoder, map_pieces  # noqa: E402


@pytest.fixture(scope="module")
def pieces(tiny_bert: Path) -> PieceMap:
    return map_pieces(str(tiny_bert))


@pytest.fixture(scope="module")
def vocabulary(tiny_bert: Path) -> dict[str, int]:
    return {piece: number for number, piece in enumerate((tiny_bert / "vocab.txt").read_text(encoding="utf-8").split("\n"))}


@pytest.fixture(scope="module")
def model(tiny_bert: Path, pieces: PieceMap) -> FiscalTagger:
    return model_of(TrainingPlan(output="x", pretrained=str(tiny_bert)), pieces.tokenizer).eval()


def _ids(pieces: PieceMap, text: str) -> list[int]:
    features = pieces.tokenizer.encode(text).features
    return np.where(features[:, 0] == NUM, pieces.figures[features[:, 3]], pieces.pieces[features[:, 0]]).tolist()


def test_a_character_is_its_piece_in_the_case_and_width_there_is(pieces: PieceMap, vocabulary: dict[str, int]) -> None:
    expected = ["公", "务", "，", "(", ")", "(", "a", "a", "[SEP]", "[UNK]", "[UNK]"]
    assert _ids(pieces, "公务，（)(aA\n龘!") == [vocabulary[piece] for piece in expected]


@pytest.mark.parametrize(
    ("figure", "piece"), [("2021", "2020"), ("491.23", "100"), ("7", "1"), ("18,928.19", "1"), ("0.00", "1"), ("12", "1"), ("999", "100")]
)
def test_a_figure_is_the_round_number_of_its_length_that_the_vocabulary_has(
    figure: str, piece: str, pieces: PieceMap, vocabulary: dict[str, int]
) -> None:
    assert _ids(pieces, f"支{figure}元") == [vocabulary["支"], vocabulary[piece], vocabulary["元"]]


def test_special_tokens(pieces: PieceMap, vocabulary: dict[str, int]) -> None:
    assert [int(pieces.pieces[token]) for token in (PAD, UNK, MASK)] == [vocabulary[piece] for piece in ("[PAD]", "[UNK]", "[MASK]")]
    assert pieces.marks.tolist() == [vocabulary[piece] for piece in ("[PAD]", "[CLS]", "[SEP]")]
    assert len(pieces.figures) == SHAPES + 1


def test_the_encoder_sees_what_bert_would(tiny_bert: Path, pieces: PieceMap, vocabulary: dict[str, int], model: FiscalTagger) -> None:
    text = "公务接待费支出100元。"
    bert = transformers.AutoModel.from_pretrained(tiny_bert).eval()
    ids = [vocabulary[piece] for piece in ["[CLS]", *"公务接待费支出", "100", *"元。", "[SEP]"]]
    features = pieces.tokenizer.encode(text).features
    with torch.no_grad():
        expected = bert(torch.tensor([ids])).last_hidden_state[0, 1:-1]
        found = model.encoder(torch.from_numpy(features)[None], torch.tensor([len(features)]))[0]
    assert torch.allclose(found, expected, atol=1e-5)


def test_the_shape_of_a_figure_is_learned(pieces: PieceMap, model: FiscalTagger) -> None:
    assert isinstance(model.encoder, WordPieceEncoder)
    assert torch.count_nonzero(model.encoder.shape.weight) == 0
    features = torch.from_numpy(pieces.tokenizer.encode("支出100元").features)[None]
    model.encoder(features, torch.tensor([features.shape[1]]))[..., 0].sum().backward()
    touched = torch.nonzero(model.encoder.shape.weight.grad.abs().sum(1)).flatten().tolist()
    assert touched == [shape_of("100")]
    model.zero_grad()


def test_padding_changes_no_row(pieces: PieceMap, model: FiscalTagger) -> None:
    texts = ["公务接待费支出", "支出", "办公费决算为100万元，完成预算的9%。"]
    encoded = [torch.from_numpy(pieces.tokenizer.encode(text).features) for text in texts]
    together = torch.nn.utils.rnn.pad_sequence(encoded, batch_first=True)
    with torch.no_grad():
        scores = model.emissions(together, torch.tensor([len(e) for e in encoded]))["mentions"]
        for row, features in enumerate(encoded):
            alone = model.emissions(features[None], torch.tensor([len(features)]))["mentions"][0]
            assert torch.allclose(scores[row, : len(features)], alone, atol=1e-5)


def test_windows_are_bounded_by_the_positions(tiny_bert: Path, pieces: PieceMap, model: FiscalTagger) -> None:
    assert model.config.window == 178
    shorter = model_of(TrainingPlan.model_validate({"output": "x", "pretrained": str(tiny_bert), "model": {"window": 150}}), pieces.tokenizer)
    assert shorter.config.window == 150
    features = torch.full((1, 178, 4), 4)
    assert model.emissions(features, torch.tensor([178]))["mentions"].shape[1] == 178


@pytest.mark.parametrize("quantize", [False, True])
def test_the_exported_model_carries_the_map(quantize: bool, pieces: PieceMap, model: FiscalTagger, tmp_path: Path) -> None:
    export(model, pieces.tokenizer, tmp_path, "tiny", quantize=quantize)
    tagger = Tagger(tmp_path, threads=1)
    texts = [tagger.tokenizer.encode(text).features for text in ("办公费支出100元。甲", "公务接待，2021年")]
    lengths = np.asarray([len(text) for text in texts])
    features = np.stack([np.pad(text, ((0, lengths.max() - len(text)), (0, 0))) for text in texts])
    with torch.no_grad():
        expected = model.emissions(torch.from_numpy(features), torch.from_numpy(lengths))
    for name, scores in tagger._emit(features, lengths).items():
        for row, length in enumerate(lengths):
            assert np.abs(scores[row, :length] - expected[name][row, :length].numpy()).max() < (0.1 if quantize else 1e-4)
    assert all(0 <= span.start < span.end <= 300 for span in tagger.tag(from_text("办公费支出100万元，完成预算的9%。\n" * 15)))


def test_saved_and_loaded_it_is_the_same_without_its_source(pieces: PieceMap, model: FiscalTagger, tmp_path: Path) -> None:
    export(model, pieces.tokenizer, tmp_path, "tiny")
    again = FiscalTagger.from_pretrained(tmp_path)
    weights = again.state_dict()
    assert all(torch.allclose(weight, weights[name], atol=2e-3) for name, weight in model.state_dict().items())
    assert "bert-" not in (tmp_path / "config.json").read_text(encoding="utf-8"), "the config names a folder of the machine it was made on"
    features = torch.from_numpy(pieces.tokenizer.encode("办公费支出100元").features)[None]
    with torch.no_grad():
        first, second = (m.eval().emissions(features, torch.tensor([features.shape[1]]))["mentions"] for m in (model, again))
    assert torch.allclose(first, second, atol=0.02)


def test_an_encoder_that_makes_no_graph_still_leaves_its_weights(
    pieces: PieceMap, model: FiscalTagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward = WordPieceEncoder.forward

    def strange(self: WordPieceEncoder, features: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        return forward(self, features, lengths) * (2.0 if torch.jit.is_tracing() else 1.0)

    monkeypatch.setattr(WordPieceEncoder, "forward", strange)
    with pytest.raises(ExportError, match="the graph of this encoder is off by"):
        export(model, pieces.tokenizer, tmp_path, "tiny")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.json", "model.safetensors", "tagger.json"]
    with pytest.raises(FileNotFoundError, match="no exported tagger"):
        Tagger(tmp_path)


def test_an_encoder_without_chinese_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##c"]), encoding="utf-8")
    transformers.BertTokenizer(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    (tmp_path / "config.json").write_text((tiny_bert / "config.json").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ValueError, match="no pieces of single Chinese characters"):
        tokenizer_of(TrainingPlan(output="x", pretrained=str(tmp_path)), ())
