"""Training the tagger: a loop with checkpoints, resume, early stopping and averaged weights."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from ..annotations.span import Span
from .adversarial import worst_case
from .checkpoints import load_checkpoint, save_checkpoint
from .curves import PAUSE, write_curves
from .decoding import Decoder
from .examples import Example, Piece, by_length, pieces
from .modeling import FiscalTagger
from .plans import TrainingPlan
from .starting import model_of
from .tokenizer import UNK, CharTokenizer
from .windows import CONTEXT

# What may change between a run and its continuation.
FREE: Final = ("output", "test", "epochs", "patience", "device", "licence")
Scorer = Callable[[Sequence[Sequence[Span]], Sequence[Sequence[Span]]], Mapping[str, float]]


@dataclass(frozen=True)
class Progress:
    """What an epoch ended with, and the minutes that the run has taken so far."""

    epoch: int
    loss: float
    scores: Mapping[str, float]
    best: bool
    minutes: float


def collate(batch: Sequence[Piece], layers: Iterable[str]) -> dict[str, Any]:
    """Pad pieces to one length: features (batch, time, 4), lengths, context, and labels that begin behind the context."""
    longest = max(len(piece.features) for piece in batch)
    features = np.zeros((len(batch), longest, 4), dtype=np.int64)
    labels = {name: np.zeros((len(batch), longest), dtype=np.int64) for name in layers}
    for row, piece in enumerate(batch):
        features[row, : len(piece.features)] = piece.features
        for name, tags in piece.tags.items():
            labels[name][row, : len(tags)] = tags
    return {
        "features": torch.from_numpy(features),
        "lengths": torch.tensor([len(piece.features) for piece in batch]),
        "context": torch.tensor([piece.context for piece in batch]),
        "labels": {name: torch.from_numpy(tags) for name, tags in labels.items()},
    }


class Trainer:
    """One training run. `run` may be interrupted at any time; a new Trainer with the same plan goes on."""

    def __init__(self, plan: TrainingPlan, tokenizer: CharTokenizer, score: Scorer, report: Callable[[Progress], None]) -> None:
        self.plan, self.tokenizer, self.score, self.report = plan, tokenizer, score, report
        self.device = torch.device(plan.device)
        self.model = model_of(plan, tokenizer)
        self.model.to(self.device)  # type: ignore[arg-type]
        self.config = self.model.config
        self.average = {name: weight.detach().clone() for name, weight in self.model.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self._groups(), lr=plan.learning_rate, weight_decay=plan.weight_decay)
        self.epoch, self.best, self.since_best, self.steps, self.minutes = 0, -math.inf, 0, 0, 0.0
        self.history: list[dict[str, float]] = []
        self.output = Path(plan.output)
        self.output.mkdir(parents=True, exist_ok=True)

    def run(self, train: Callable[[int], Sequence[Example]], dev: Sequence[Example], gold: Sequence[Sequence[Span]]) -> FiscalTagger:
        """Train until the epochs or the patience are used up; returns the best model, on the CPU.

        Args:
            train: the number of an epoch to what is learned in it.
            gold: the spans of `dev`, in offsets of its documents.

        Raises:
            ValueError: the output holds a run of another plan.
        """
        self._resume()
        while self.epoch < self.plan.epochs and self.since_best < self.plan.patience:
            begun = time.monotonic()
            loss = self._epoch(train(self.epoch))
            self.epoch += 1
            scores = self.score(self._predict(dev), gold) if dev else {"ALL": -loss}
            better = scores["ALL"] > self.best
            self.best, self.since_best = (scores["ALL"], 0) if better else (self.best, self.since_best + 1)
            if better:
                torch.save(self.average, self.output / "best.tmp")
                (self.output / "best.tmp").replace(self.output / "best.pt")
            self.minutes += (time.monotonic() - begun) / 60
            self.history.append({"epoch": self.epoch, "loss": round(loss, 5), **({k: round(v, 5) for k, v in scores.items()} if dev else {})})
            self._save()
            self.report(Progress(self.epoch, loss, scores, better, self.minutes))
        write_curves(self.history, self.output)
        self.model.load_state_dict(torch.load(self.output / "best.pt", weights_only=True, map_location="cpu"))
        self.model.cpu().eval()  # type: ignore[no-untyped-call]
        return self.model

    def _groups(self) -> list[dict[str, Any]]:
        """All weights at the plan's learning rate; those that a BERT-like encoder brings along at their own."""
        brought = [weight for name, weight in self.model.named_parameters() if name.startswith("encoder.bert.")]
        own = [weight for name, weight in self.model.named_parameters() if not name.startswith("encoder.bert.")]
        groups = [{"params": own, "peak": self.plan.learning_rate}, {"params": brought, "peak": self.plan.bert_learning_rate}]
        return [group for group in groups if group["params"]]

    def _epoch(self, train: Sequence[Example]) -> float:
        rng = np.random.default_rng((self.plan.seed, self.epoch))
        torch.manual_seed(self.plan.seed * 1000 + self.epoch)
        # Another window size each epoch, so that no sentence always stands at the same place of its window.
        smallest = max(self.config.window * 5 // 8, min(2 * CONTEXT, self.config.window))
        limit = int(rng.integers(smallest, self.config.window + 1))
        batches = by_length(list(pieces(train, self.tokenizer, self.config.scheme, limit)), self.plan.batch_tokens, rng)
        self.model.train()
        total = 0.0
        for number, batch in enumerate(batches):
            inputs = collate(batch, self.model.tagsets)
            self._hide(inputs["features"], rng)
            for group in self.optimiser.param_groups:
                group["lr"] = group["peak"] * self._rate(self.epoch + number / len(batches))
            self.optimiser.zero_grad()
            loss = self._learn(_moved(inputs, self.device))
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
            self.optimiser.step()
            self._follow()
            total += loss * len(batch)
        return total / max(1, sum(map(len, batches)))

    def _learn(self, inputs: dict[str, Any]) -> float:
        """The gradients of one batch, with those of its worst case where the plan says so; returns the loss of the batch itself."""
        loss = self.model(**inputs).loss
        loss.backward()
        if self.plan.adversarial:
            with worst_case(self.model.encoder, self.plan.adversarial):
                self.model(**inputs).loss.backward()
        return float(loss.detach())

    def _hide(self, features: Tensor, rng: np.random.Generator) -> None:
        """Character dropout: a hidden character is unknown, in its bigrams too."""
        hidden = torch.from_numpy(rng.random(features.shape[:2]) < self.plan.unknown) & (features[..., 0] > UNK)
        features[..., :3][hidden] = UNK
        features[:, 1:, 1][hidden[:, :-1]] = UNK
        features[:, :-1, 2][hidden[:, 1:]] = UNK

    def _rate(self, epoch: float) -> float:
        """The share of the learning rate: linear warm-up, then linear decay to a twentieth."""
        done = epoch / self.plan.epochs
        if done < self.plan.warmup:
            return max(done / self.plan.warmup, 0.02)
        return max(0.05, (1 - done) / (1 - self.plan.warmup))

    def _follow(self) -> None:
        self.steps += 1
        decay = min(self.plan.averaging, (1 + self.steps) / (10 + self.steps)) if self.plan.averaging else 0.0
        for name, weight in self.model.state_dict().items():
            if weight.is_floating_point():
                self.average[name].lerp_(weight, 1 - decay)

    @torch.no_grad()
    def _predict(self, examples: Sequence[Example]) -> list[list[Span]]:
        model = FiscalTagger(self.config)
        model.to(self.device)  # type: ignore[arg-type]
        model.load_state_dict(self.average)
        return predict(model.eval(), examples, self.tokenizer)  # type: ignore[no-untyped-call]

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(), "minutes": self.minutes,
            "epoch": self.epoch, "best": self.best, "since_best": self.since_best, "steps": self.steps, "history": self.history,
        }  # fmt: skip
        save_checkpoint(state, self.plan, self.output)
        write_curves(self.history, self.output, PAUSE)

    def _resume(self) -> None:
        state = load_checkpoint(self.plan, self.output, FREE)
        if state is None:
            return
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average = {name: weight.to(self.device) for name, weight in state["average"].items()}
        self.epoch, self.best, self.since_best, self.steps = state["epoch"], state["best"], state["since_best"], state["steps"]
        self.history, self.minutes = state["history"], state["minutes"]


def _moved(inputs: Any, device: torch.device) -> Any:
    if isinstance(inputs, dict):
        return {name: _moved(value, device) for name, value in inputs.items()}
    return inputs.to(device)


def decoders(model: FiscalTagger) -> dict[str, Decoder]:
    """The CRFs of a model as numpy decoders, one for each layer."""
    result = {}
    for name, tags in model.tagsets.items():
        transitions, first, last = (scores.detach().cpu().numpy() for scores in model.crfs[name].scores())  # type: ignore[operator]
        result[name] = Decoder(tags, transitions, first, last)
    return result


@torch.no_grad()
def predict(model: FiscalTagger, examples: Sequence[Example], tokenizer: CharTokenizer) -> list[list[Span]]:
    """Tag examples with the torch model: spans with probabilities, in offsets of the documents' texts."""
    from .runtime import tag_windows  # the runtime holds the one implementation of windows to spans

    def emit(features: np.ndarray[Any, Any], lengths: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        scores = model.emissions(torch.from_numpy(features).to(model.device), torch.from_numpy(lengths).to(model.device))
        return {name: score.cpu().numpy() for name, score in scores.items()}

    heads = decoders(model)
    return [tag_windows(e.document, e.shadow, e.tokens, tokenizer, model.config.window, emit, heads, breaks=model.config.breaks) for e in examples]
