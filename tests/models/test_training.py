"""Training: a toy pattern is learnt, an interrupted run goes on as if nothing had been, patience ends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fiscalzh.annotations.labels import FISCAL
from fiscalzh.annotations.span import Span
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.models.examples import Example, Piece, make_example
from fiscalzh.models.tokenizer import PAD, CharTokenizer

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.train

from fiscalzh.models import training  # noqa: E402
from fiscalzh.models.checkpoints import CHECKPOINT  # noqa: E402
from fiscalzh.models.plans import TrainingPlan  # noqa: E402
from fiscalzh.models.training import Progress, Trainer, collate, predict  # noqa: E402
from pydantic import ValidationError  # noqa: E402

if TYPE_CHECKING:
    from .conftest import Toy

_SMALL = {"char_size": 8, "bigram_size": 4, "shape_size": 2, "hidden_size": 8, "depth": 1, "dropout": 0.2, "window": 256}
Data = tuple[CharTokenizer, list[Example], list[tuple[Span, ...]]]


@pytest.fixture(scope="module")
def data(make_report: Callable[..., tuple[Document, tuple[Span, ...]]]) -> Data:
    reports = [make_report(seed, 10) for seed in range(3)]
    tokenizer = CharTokenizer.learn([shadow_of(document).text for document, _ in reports])
    return tokenizer, [make_example(document, spans, tokenizer, FISCAL) for document, spans in reports], [spans for _, spans in reports]


@pytest.fixture
def plan(make_plan: Callable[..., TrainingPlan], tmp_path: Path) -> Callable[..., TrainingPlan]:
    def small(**changes: Any) -> TrainingPlan:
        return make_plan(tmp_path / str(changes.pop("name", "run")), **{"model": _SMALL, "epochs": 4, "learning_rate": 0.01, **changes})

    return small


def _falling(_: Sequence[Sequence[Span]], __: Sequence[Sequence[Span]]) -> Mapping[str, float]:
    return {"ALL": 0.5}


def test_a_toy_pattern_is_learnt(toy: Toy) -> None:
    assert toy.progress[-1].epoch <= 12
    assert max(p.scores["ALL"] for p in toy.progress) == 1.0
    assert toy.progress[-1].loss < toy.progress[0].loss / 10


def test_the_model_returned_is_the_best_one(toy: Toy) -> None:
    from fiscalzh.eval.spans import f1_by_label

    assert not toy.model.training
    found = predict(toy.model, toy.dev, toy.tokenizer)
    scores = f1_by_label(found, toy.gold)
    assert scores["ALL"] == max(p.scores["ALL"] for p in toy.progress) == toy.trainer.best
    assert all(s.score is not None and s.score > 0.5 for spans in found for s in spans)
    assert [p.best for p in toy.progress] == [
        p.scores["ALL"] > max([-1.0, *(q.scores["ALL"] for q in toy.progress[:i])]) for i, p in enumerate(toy.progress)
    ]


def test_a_run_leaves_its_curves_as_lines_and_as_a_picture(toy: Toy) -> None:
    curves = [json.loads(line) for line in (toy.folder / "curves.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [c["epoch"] for c in curves] == [p.epoch for p in toy.progress]
    assert curves[0]["loss"] == pytest.approx(toy.progress[0].loss, abs=1e-4)
    assert [c["PROJECT"] for c in curves] == pytest.approx([p.scores["PROJECT"] for p in toy.progress], abs=1e-4)
    assert (toy.folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert 0 < toy.progress[0].minutes < toy.progress[-1].minutes == toy.trainer.minutes


@pytest.mark.parametrize("line", ["before", "after"])
def test_a_kill_beside_the_curve_of_an_epoch_doubles_and_loses_none(
    line: str, data: Data, plan: Callable[..., TrainingPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer, examples, gold = data
    write = training.write_curves

    def killed(history: Sequence[Mapping[str, float]], folder: Path, pause: float = 0.0) -> None:
        if len(history) == 2:
            if line == "after":
                write(history, folder, pause)
            raise _Interrupted
        write(history, folder, pause)

    with monkeypatch.context() as patch:
        patch.setattr(training, "write_curves", killed)
        with pytest.raises(_Interrupted):
            Trainer(plan(), tokenizer, _falling, lambda _: None).run(lambda _: examples, examples[:1], gold[:1])
    trainer = Trainer(plan(), tokenizer, _falling, lambda _: None)
    trainer.run(lambda _: examples, examples[:1], gold[:1])
    lines = (trainer.output / "curves.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(each)["epoch"] for each in lines] == [1, 2, 3, 4]


def test_a_run_of_another_plan_is_not_gone_on_with(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    Trainer(plan(epochs=1), tokenizer, _falling, lambda _: None).run(lambda _: examples, examples[:1], gold[:1])
    with pytest.raises(ValueError, match=r"another plan \(learning_rate 0.01, now 0.02\): name another output"):
        Trainer(plan(epochs=1, learning_rate=0.02), tokenizer, _falling, lambda _: None).run(lambda _: examples, examples[:1], gold[:1])
    seen: list[int] = []
    longer = Trainer(plan(epochs=2), tokenizer, _falling, lambda progress: seen.append(progress.epoch))
    longer.run(lambda _: examples, examples[:1], gold[:1])
    assert seen == [2]


def _weights(trainer: Trainer) -> dict[str, Any]:
    return {**trainer.model.state_dict(), **{f"average {name}": weight for name, weight in trainer.average.items()}}


class _Interrupted(Exception):
    pass


def _by_epoch(examples: list[Example]) -> Callable[[int], list[Example]]:
    """Other examples in every epoch, so that a run that goes on with the wrong ones is seen."""
    return lambda epoch: [examples[epoch % len(examples)], examples[(epoch + 1) % len(examples)]]


def test_a_run_from_before_a_field_goes_on(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    Trainer(plan(epochs=1), tokenizer, _falling, lambda _: None).run(lambda _: examples[:1], examples[:1], gold[:1])
    path = Path(plan().output) / CHECKPOINT
    state = torch.load(path, weights_only=True)
    del state["plan"]["adversarial"]
    torch.save(state, path)
    assert Trainer(plan(epochs=1), tokenizer, _falling, lambda _: None).run(lambda _: examples[:1], examples[:1], gold[:1]) is not None
    with pytest.raises(ValueError, match=r"adversarial 0\.0, now 0\.5"):
        Trainer(plan(epochs=1, adversarial=0.5), tokenizer, _falling, lambda _: None).run(lambda _: examples[:1], examples[:1], gold[:1])


@pytest.mark.parametrize("at", [1, 3])
def test_an_interrupted_run_goes_on_to_the_same_weights(at: int, data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data

    def score(_: object, __: object) -> Mapping[str, float]:
        score.calls += 1  # type: ignore[attr-defined]
        return {"ALL": score.calls / 10}  # type: ignore[attr-defined]

    def stop(progress: Progress) -> None:
        if progress.epoch == at:
            raise _Interrupted

    score.calls = 0  # type: ignore[attr-defined]
    straight = Trainer(plan(name="straight"), tokenizer, score, lambda _: None)
    straight.run(_by_epoch(examples), examples[:1], gold[:1])
    score.calls = 0  # type: ignore[attr-defined]
    with pytest.raises(_Interrupted):
        Trainer(plan(name="broken"), tokenizer, score, stop).run(_by_epoch(examples), examples[:1], gold[:1])
    epochs: list[int] = []
    resumed = Trainer(plan(name="broken"), tokenizer, score, lambda progress: epochs.append(progress.epoch))
    resumed.run(_by_epoch(examples), examples[:1], gold[:1])
    assert epochs == list(range(at + 1, 5))
    first, second = _weights(straight), _weights(resumed)
    assert all(torch.equal(first[name], second[name]) for name in first)
    curves = [(Path(t.plan.output) / "curves.jsonl").read_text(encoding="utf-8") for t in (straight, resumed)]
    assert curves[0] == curves[1]


def test_every_epoch_asks_for_its_examples(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    asked: list[int] = []

    def train(epoch: int) -> list[Example]:
        asked.append(epoch)
        return examples[:1]

    Trainer(plan(epochs=3), tokenizer, _falling, lambda _: None).run(train, examples[:1], gold[:1])
    assert asked == [0, 1, 2]


def test_a_finished_run_is_not_begun_again(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    first = Trainer(plan(epochs=1), tokenizer, _falling, lambda _: None).run(lambda _: examples, examples[:1], gold[:1])
    seen: list[Progress] = []
    again = Trainer(plan(epochs=1), tokenizer, _falling, seen.append).run(lambda _: examples, examples[:1], gold[:1])
    assert seen == []
    assert all(torch.equal(first.state_dict()[name], weight) for name, weight in again.state_dict().items())


def test_the_seed_decides(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    models = [
        Trainer(plan(name=name, epochs=1, seed=seed), tokenizer, _falling, lambda _: None).run(lambda _: examples, examples[:1], gold[:1])
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    weights = [m.heads["claims"].weight for m in models]
    assert torch.equal(weights[0], weights[1])
    assert not torch.allclose(weights[0], weights[2])


def test_the_worst_case_is_learnt_from_too(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    losses = list[float]()

    def weights(size: float) -> torch.Tensor:
        trainer = Trainer(plan(name=f"of {size}", epochs=1, adversarial=size), tokenizer, _falling, lambda progress: losses.append(progress.loss))
        return trainer.run(lambda _: examples[:1], examples[:1], gold[:1]).heads["claims"].weight  # type: ignore[union-attr,return-value]

    without, with_ = weights(0.0), weights(1.0)
    assert not torch.allclose(without, with_)
    assert losses[0] == losses[1]  # of the first and only batch itself, before anything was learnt


def test_patience_ends_a_run_with_the_best_weights(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    kept: dict[str, Any] = {}
    bests: list[bool] = []

    def report(progress: Progress) -> None:
        bests.append(progress.best)
        if progress.best:
            kept.update({name: weight.clone() for name, weight in trainer.average.items()})

    trainer = Trainer(plan(epochs=30, patience=2), tokenizer, _falling, report)
    model = trainer.run(lambda _: examples, examples[:1], gold[:1])
    assert bests == [True, False, False]
    assert all(torch.equal(weight, kept[name]) for name, weight in model.state_dict().items())
    assert not torch.equal(trainer.average["heads.claims.weight"], kept["heads.claims.weight"])


def test_without_dev_reports_the_loss_decides(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, _ = data
    seen: list[Progress] = []
    Trainer(plan(epochs=2, patience=1), tokenizer, _falling, seen.append).run(lambda _: examples, [], [])
    assert [p.best for p in seen] == [True, True]


def test_any_window_that_text_fits_into_trains(data: Data, plan: Callable[..., TrainingPlan]) -> None:
    tokenizer, examples, gold = data
    Trainer(plan(model={**_SMALL, "window": 160}), tokenizer, _falling, lambda _: None).run(lambda _: examples, examples[:1], gold[:1])


def test_training_starts_from_a_pretrained_encoder(data: Data, plan: Callable[..., TrainingPlan], tmp_path: Path) -> None:
    from fiscalzh.models.pretraining import save_encoder

    tokenizer = data[0]
    source = Trainer(plan(name="source", seed=3), tokenizer, _falling, lambda _: None)
    save_encoder(source.model.encoder, tmp_path)
    other = Trainer(plan(seed=4), tokenizer, _falling, lambda _: None)
    started = Trainer(plan(seed=4, pretrained=str(tmp_path)), tokenizer, _falling, lambda _: None)
    for name, weight in source.model.encoder.state_dict().items():
        assert torch.allclose(started.model.encoder.state_dict()[name], weight, atol=1e-3)
        assert torch.equal(started.average[f"encoder.{name}"], started.model.encoder.state_dict()[name])
    assert not torch.allclose(other.model.encoder.embeddings.char.weight, source.model.encoder.embeddings.char.weight, atol=1e-3)
    assert torch.equal(started.model.heads["claims"].weight, other.model.heads["claims"].weight)


def test_a_folder_without_a_fitting_encoder_is_named(data: Data, plan: Callable[..., TrainingPlan], tmp_path: Path) -> None:
    from fiscalzh.models.pretraining import save_encoder

    with pytest.raises(ValueError, match=r"holds no pre-trained encoder"):
        Trainer(plan(pretrained=str(tmp_path)), data[0], _falling, lambda _: None)
    save_encoder(Trainer(plan(model={**_SMALL, "char_size": 12}), data[0], _falling, lambda _: None).model.encoder, tmp_path)
    with pytest.raises(ValueError, match=r"does not fit this model's sizes"):
        Trainer(plan(pretrained=str(tmp_path)), data[0], _falling, lambda _: None)


def test_collating_pads_with_nothing() -> None:
    pieces = [
        Piece(np.full((5, 4), 7), 2, {"mentions": np.asarray([1, 2, 3]), "claims": np.asarray([4, 0, 4])}),
        Piece(np.full((2, 4), 9), 0, {"mentions": np.asarray([4, 4]), "claims": np.asarray([0, 0])}),
    ]
    batch = collate(pieces, ["mentions", "claims"])
    assert batch["features"].shape == (2, 5, 4)
    assert torch.all(batch["features"][1, :2] == 9)
    assert torch.all(batch["features"][1, 2:] == PAD)
    assert batch["lengths"].tolist() == [5, 2]
    assert batch["context"].tolist() == [2, 0]
    assert batch["labels"]["mentions"].tolist() == [[1, 2, 3, 0, 0], [4, 4, 0, 0, 0]]
    assert batch["labels"]["claims"].tolist() == [[4, 0, 4, 0, 0], [0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("field", "value"),
    [("epoch", 3), ("epochs", 0), ("patience", 0), ("learning_rate", 0), ("warmup", 1), ("averaging", 1), ("unknown", -0.1), ("batch_tokens", 10)],
)
def test_a_plan_refuses_what_it_does_not_know(field: str, value: float) -> None:
    with pytest.raises(ValidationError, match=field):
        TrainingPlan.model_validate({"output": "x", field: value})


def test_the_learning_rate_warms_up_and_decays(data: Data, plan: Callable[..., TrainingPlan], monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer, examples, gold = data
    rates: list[float] = []
    monkeypatch.setattr(training.torch.nn.utils, "clip_grad_norm_", lambda *_: rates.append(trainer.optimiser.param_groups[0]["lr"]))
    trainer = Trainer(plan(epochs=10, warmup=0.3, batch_tokens=256), tokenizer, _falling, lambda _: None)
    trainer.run(lambda _: examples, examples[:1], gold[:1])
    peak = rates.index(max(rates))
    assert rates[peak] == pytest.approx(0.01, rel=0.05)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert 0.2 < peak / len(rates) < 0.4
    assert 0.0005 <= rates[-1] < 0.001
