"""Masked language modelling: what is learnt, and where a later call goes on."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fiscalzh.models.tokenizer import CharTokenizer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.train

from fiscalzh.models import pretraining  # noqa: E402
from fiscalzh.models.configuration import TaggerConfig  # noqa: E402
from fiscalzh.models.modeling import Encoder  # noqa: E402
from fiscalzh.models.plans import PretrainingPlan  # noqa: E402
from fiscalzh.models.pretraining import Batches, MaskedModel, Pretrainer, load_encoder, save_encoder  # noqa: E402
from fiscalzh.models.rawtext import Pool  # noqa: E402

_LINES = [f"甲县乙局办理事项{n}项，支出{n}.5万元，比上年增加{n}%。" for n in range(10, 99)]
_TOKENIZER = CharTokenizer.learn(_LINES, min_char=1, min_bigram=1)
_POOLS = [Pool(_LINES, 1.0)]
_SIZES = {"char_size": 12, "bigram_size": 4, "shape_size": 4, "encoder": "cnn", "hidden_size": 24, "depth": 2}


def _config() -> TaggerConfig:
    return TaggerConfig(char_count=_TOKENIZER.char_count, bigram_count=_TOKENIZER.bigram_count, dropout=0.0, **_SIZES)  # type: ignore[arg-type]


def _plan(folder: Path, **changes: Any) -> PretrainingPlan:
    plan: dict[str, Any] = {"folder": "texts", "output": str(folder), "model": _SIZES, "window": 32, "batch": 4, "epochs": 4, "dropout": 0.2}
    return PretrainingPlan.model_validate({**plan, "learning_rate": 0.01, **changes})


def _run(plan: PretrainingPlan, pools: list[Pool] = _POOLS) -> tuple[Pretrainer, list[str]]:
    said: list[str] = []
    trainer = Pretrainer(plan, _TOKENIZER, pools, said.append)
    trainer.run()
    return trainer, said


def test_batches_are_full_windows_of_the_stream(tmp_path: Path) -> None:
    plan = _plan(tmp_path, window=16)
    batches = Batches(_TOKENIZER, _LINES, plan, 1)
    drawn = list(batches.since(0))
    assert len(drawn) == len(batches) == len(_TOKENIZER.encode("\n".join(_LINES))) // 64
    for features, lengths, targets in drawn:
        assert tuple(features.shape) == (4, 16, 4)
        assert lengths.tolist() == [16] * 4
        assert tuple(targets.shape) == (4, 16)
    later = list(Batches(_TOKENIZER, _LINES, plan, 1).since(5))
    assert all(torch.equal(a, b) for one, other in zip(drawn[5:], later, strict=True) for a, b in zip(one, other, strict=True))
    assert not torch.equal(drawn[0][0], next(Batches(_TOKENIZER, _LINES, plan, 2).since(0))[0])


def test_the_output_embedding_is_the_input_embedding(tmp_path: Path) -> None:
    torch.manual_seed(1)
    model = MaskedModel(_config())
    features, lengths, targets = next(Batches(_TOKENIZER, _LINES, _plan(tmp_path, window=8, batch=1), 1).since(0))
    loss = model(features, lengths, targets)
    assert float(loss.detach()) == pytest.approx(math.log(_TOKENIZER.char_count + 27), rel=0.5)
    loss.backward()
    unseen = set(range(4, _TOKENIZER.char_count)) - set(features[..., 0].unique().tolist())
    assert unseen
    assert all(torch.any(model.encoder.embeddings.char.weight.grad[char] != 0) for char in unseen)


def test_pretraining_learns_and_leaves_an_encoder(tmp_path: Path) -> None:
    trainer, said = _run(_plan(tmp_path, epochs=8, dropout=0.0))
    assert len(said) == 8
    assert said[-1].startswith("epoch 8/8: loss ")
    curves = [json.loads(line) for line in (tmp_path / "curves.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["epoch"] for line in curves] == list(range(1, 9))
    assert curves[-1]["loss"] < 0.7 * curves[0]["loss"]
    assert (tmp_path / "curves.png").exists()
    encoder = Encoder(_config())
    load_encoder(encoder, tmp_path)
    for name, weight in encoder.state_dict().items():
        assert torch.allclose(weight, trainer.model.encoder.state_dict()[name], atol=2e-3)
    assert CharTokenizer.from_dict(json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))).chars == _TOKENIZER.chars


class _Killed(Exception):
    pass


@pytest.mark.parametrize(("at", "kept"), [(3, 0), (7, 6), (23, 18), (24, 24), (25, 24)])
def test_a_killed_run_goes_on_from_its_checkpoint_to_the_same_weights(at: int, kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints every six batches, by a clock that counts steps; an epoch has 24."""
    steps = 0
    monkeypatch.setattr(pretraining.time, "monotonic", lambda: float(steps))
    step = Pretrainer._step

    def counted(self: Pretrainer, *rest: Any) -> float:
        nonlocal steps
        if steps == at and kill:
            raise _Killed
        steps += 1
        return step(self, *rest)

    monkeypatch.setattr(Pretrainer, "_step", counted)
    plan = _plan(tmp_path / "broken", epochs=2, minutes=1e9, checkpoint_minutes=0.1, window=16, batch=6)
    kill = True
    with pytest.raises(_Killed):
        _run(plan)
    steps, kill = 0, False
    resumed, _ = _run(plan)
    assert steps == 48 - kept
    steps = 0
    straight, _ = _run(plan.model_copy(update={"output": str(tmp_path / "straight")}))
    weights = straight.model.state_dict()
    assert all(torch.equal(weight, weights[name]) for name, weight in resumed.model.state_dict().items())
    curves = [(folder / "curves.jsonl").read_text(encoding="utf-8") for folder in (resumed.output, straight.output)]
    assert curves[0] == curves[1]
    assert len(curves[0].splitlines()) == 2


def test_a_kill_while_a_checkpoint_is_written_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fiscalzh.models import checkpoints

    plan = _plan(tmp_path, epochs=1)
    _run(plan)
    before = (tmp_path / "checkpoint.pt").read_bytes()

    def half(_: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise _Killed

    monkeypatch.setattr(checkpoints.torch, "save", half)
    with pytest.raises(_Killed):
        _run(plan.model_copy(update={"epochs": 2}))
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_minutes_end_a_call_within_an_epoch_and_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(10_000))
    monkeypatch.setattr(pretraining.time, "monotonic", lambda: float(next(now)))
    plan = _plan(tmp_path, epochs=2, window=16, batch=6, minutes=10 / 60, checkpoint_minutes=100)
    trainer, said = _run(plan)
    assert (trainer.epoch, trainer.batch) == (0, 9)
    assert said[0].startswith("epoch 1/2, batch 9 of 24: loss ")
    assert "the same command goes on" in said[1]
    later = Pretrainer(plan.model_copy(update={"minutes": 1e9}), _TOKENIZER, _POOLS, said.append)
    later.run()
    assert (later.epoch, len(later.history)) == (2, 2)


def test_no_minutes_are_no_epochs(tmp_path: Path) -> None:
    trainer, _ = _run(_plan(tmp_path, minutes=0.0))
    assert (trainer.epoch, trainer.batch) == (0, 0)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_a_finished_run_is_not_begun_again(tmp_path: Path) -> None:
    _run(_plan(tmp_path, epochs=1))
    assert _run(_plan(tmp_path, epochs=1))[1] == []


def test_a_run_of_another_plan_is_not_gone_on_with(tmp_path: Path) -> None:
    _run(_plan(tmp_path, epochs=1))
    with pytest.raises(ValueError, match=r"another plan \(masked 0.15, now 0.3\)"):
        _run(_plan(tmp_path, epochs=1, masked=0.3))


@pytest.mark.parametrize("pools", [[Pool(_LINES[:2], 1.0)], [Pool(_LINES, 0.01)], []])
def test_too_little_text_is_refused(pools: list[Pool], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="texts holds too little text: one batch is 128 tokens"):
        _run(_plan(tmp_path), pools)


def test_a_run_of_fewer_layers_starts_from_the_first(tmp_path: Path) -> None:
    deep, _ = _run(_plan(tmp_path / "deep", epochs=1))
    plan = _plan(tmp_path / "flat", epochs=1, model={**_SIZES, "depth": 1})
    flat = Pretrainer(plan, _TOKENIZER, _POOLS, lambda _: None)
    flat.begin_from(tmp_path / "deep")
    weights, given = flat.model.state_dict(), deep.model.state_dict()
    assert len(weights) < len(given)
    assert all(torch.allclose(weight, given[name], atol=2e-3) for name, weight in weights.items())
    with pytest.raises(ValueError, match="does not fit this model's sizes"):
        Pretrainer(_plan(tmp_path, model={**_SIZES, "depth": 3}), _TOKENIZER, _POOLS, lambda _: None).begin_from(tmp_path / "deep")


def test_an_encoder_is_stored_in_half_precision(tmp_path: Path) -> None:
    torch.manual_seed(3)
    encoder, other = Encoder(_config()), Encoder(_config())
    save_encoder(encoder, tmp_path)
    load_encoder(other, tmp_path)
    for name, weight in encoder.state_dict().items():
        assert other.state_dict()[name].dtype == torch.float32
        assert torch.allclose(other.state_dict()[name], weight, atol=2e-3)
    assert np.sum([w.numel() for w in encoder.state_dict().values()]) * 2 <= (tmp_path / "encoder.safetensors").stat().st_size
