"""Masked language modelling: what is hidden, what is read, what is learnt and where a later call goes on."""

from __future__ import annotations

import json
import lzma
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fiscalzh.models.tokenizer import MASK, NUM, CharTokenizer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.train

from fiscalzh.models.configuration import TaggerConfig  # noqa: E402
from fiscalzh.models.modeling import Encoder  # noqa: E402
from fiscalzh.models.pretraining import (  # noqa: E402
    IGNORE,
    MaskedModel,
    PretrainingPlan,
    batches,
    load_encoder,
    mask_characters,
    pretrain,
    read_lines,
    save_encoder,
)

_LINES = [f"甲县乙局办理事项{n}项，支出{n}.5万元，比上年增加{n}%。" for n in range(10, 99)]
_TOKENIZER = CharTokenizer.learn(_LINES, min_char=1, min_bigram=1)


def _config(**changes: Any) -> TaggerConfig:
    sizes: dict[str, Any] = {"char_size": 12, "bigram_size": 4, "shape_size": 4, "encoder": "cnn", "hidden_size": 24, "depth": 2, "dropout": 0.0}
    return TaggerConfig(char_count=_TOKENIZER.char_count, bigram_count=_TOKENIZER.bigram_count, **{**sizes, **changes})


def _plan(folder: Path, **changes: Any) -> PretrainingPlan:
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / "a.txt").write_text("\n".join(_LINES), encoding="utf-8")
    plan: dict[str, Any] = {"window": 32, "batch": 4, "epochs": 4, "dropout": 0.0, "learning_rate": 0.01, **changes}
    return PretrainingPlan(folder=str(folder / "texts"), output=str(folder / "out"), **plan)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_left_of_what_is_masked(seed: int) -> None:
    features = _TOKENIZER.encode("\n".join(_LINES)).features
    chars, shapes = features[:, 0], features[:, 3]
    masked, targets = mask_characters(_TOKENIZER, chars, shapes, 0.15, np.random.default_rng(seed))
    hidden = targets != IGNORE
    assert 0.08 < hidden.mean() < 0.2
    assert np.array_equal(targets[hidden], chars[hidden])
    assert np.all(masked[hidden, 0] == MASK)
    assert np.all(masked[hidden, 3] == 0)
    assert np.array_equal(masked[~hidden][:, [0, 3]], features[~hidden][:, [0, 3]])
    beside = hidden.copy()
    beside[1:] |= hidden[:-1]
    assert np.all(masked[1:, 1][beside[1:]] == 1)
    assert np.array_equal(masked[~beside, 1], features[~beside, 1])
    assert np.array_equal(masked[:-1, 2], masked[1:, 1])
    assert 0 < (hidden & (chars == NUM)).sum() < 0.15 * (chars == NUM).sum()


def test_batches_are_full_windows_of_the_stream() -> None:
    plan = PretrainingPlan("", "", window=16, batch=4)
    drawn = list(batches(_TOKENIZER, _LINES, plan, np.random.default_rng(1)))
    total = len(_TOKENIZER.encode("\n".join(_LINES)))
    assert len(drawn) == total // 64
    for features, lengths, targets in drawn:
        assert tuple(features.shape) == (4, 16, 4)
        assert lengths.tolist() == [16] * 4
        assert tuple(targets.shape) == (4, 16)
    again = list(batches(_TOKENIZER, _LINES, plan, np.random.default_rng(1)))
    assert torch.equal(drawn[0][0], again[0][0])
    assert not torch.equal(drawn[0][0], next(batches(_TOKENIZER, _LINES, plan, np.random.default_rng(2)))[0])


def test_the_output_embedding_is_the_input_embedding() -> None:
    torch.manual_seed(1)
    model = MaskedModel(_config())
    features, lengths, targets = next(batches(_TOKENIZER, _LINES, PretrainingPlan("", "", window=8, batch=1), np.random.default_rng(1)))
    loss = model(features, lengths, targets)
    assert float(loss.detach()) == pytest.approx(math.log(_TOKENIZER.char_count), rel=0.5)
    loss.backward()
    unseen = set(range(4, _TOKENIZER.char_count)) - set(features[..., 0].unique().tolist())
    assert unseen
    assert all(torch.any(model.encoder.embeddings.char.weight.grad[char] != 0) for char in unseen)


def test_lines_are_read_plain_or_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲\n\n  \n乙丙\n", encoding="utf-8")
    (tmp_path / "b.txt.xz").write_bytes(lzma.compress("丁\n".encode()))
    assert read_lines(tmp_path / "a.txt") == ["甲", "乙丙"]
    assert read_lines(tmp_path / "b.txt.xz") == ["丁"]


def test_pretraining_learns_and_leaves_an_encoder(tmp_path: Path) -> None:
    said: list[str] = []
    folded: list[str] = []
    config = _config()

    def fold(line: str) -> str:
        folded.append(line)
        return line

    plan = _plan(tmp_path, epochs=8)
    pretrain(config, _TOKENIZER, plan, fold, said.append)
    losses = [float(line.split()[-1]) for line in said]
    assert len(losses) == 8
    assert losses[-1] < 0.7 * losses[0]
    assert sorted(folded) == sorted(_LINES)
    saved = torch.load(tmp_path / "out" / "pretraining.pt", weights_only=True)["model"]
    encoder = Encoder(config)
    load_encoder(encoder, tmp_path / "out")
    for name, weight in encoder.state_dict().items():
        assert torch.allclose(weight, saved[f"encoder.{name}"], atol=2e-3)
    assert json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))["epochs"] == 8
    tokenizer = CharTokenizer.from_dict(json.loads((tmp_path / "out" / "tokenizer.json").read_text(encoding="utf-8")))
    assert tokenizer.chars == _TOKENIZER.chars


def test_a_later_call_goes_on(tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def stop(line: str) -> None:
        if line.startswith("epoch 2/"):
            raise Interrupted

    plan = _plan(tmp_path)
    with pytest.raises(Interrupted):
        pretrain(_config(), _TOKENIZER, plan, str, stop)
    rest: list[str] = []
    pretrain(_config(), _TOKENIZER, plan, str, rest.append)
    whole: list[str] = []
    pretrain(_config(), _TOKENIZER, PretrainingPlan(**{**plan.__dict__, "output": str(tmp_path / "whole")}), str, whole.append)
    assert rest == whole[2:]
    assert [line.split()[1] for line in rest] == ["3/4", "4/4"]
    pretrain(_config(), _TOKENIZER, plan, str, rest.append)
    assert len(rest) == 2


def test_no_minutes_are_no_epochs(tmp_path: Path) -> None:
    said: list[str] = []
    pretrain(_config(), _TOKENIZER, _plan(tmp_path, minutes=0.0), str, said.append)
    assert said == []


def test_shares_are_shares_of_lines(tmp_path: Path) -> None:
    seen: list[int] = []
    plan = _plan(tmp_path, texts={"a.txt": 0.5, "*.none": 1.0}, epochs=1, window=8, batch=1)

    from fiscalzh.models import pretraining

    original = pretraining.batches

    def counted(tokenizer: CharTokenizer, lines: list[str], *rest: Any) -> Any:
        seen.append(len(lines))
        return original(tokenizer, lines, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretraining, "batches", counted)
        pretrain(_config(), _TOKENIZER, plan, str, lambda _: None)
    assert seen == [len(_LINES) // 2]


@pytest.mark.parametrize("changes", [{"window": 512, "batch": 32}, {"texts": {"*.none": 1.0}}])
def test_too_little_text_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="text"):
        pretrain(_config(), _TOKENIZER, _plan(tmp_path, **changes), str, lambda _: None)


def test_an_encoder_is_stored_in_half_precision(tmp_path: Path) -> None:
    torch.manual_seed(3)
    encoder, other = Encoder(_config()), Encoder(_config())
    save_encoder(encoder, tmp_path)
    load_encoder(other, tmp_path)
    for name, weight in encoder.state_dict().items():
        assert other.state_dict()[name].dtype == torch.float32
        assert torch.allclose(other.state_dict()[name], weight, atol=2e-3)
