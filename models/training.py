"""Training the tagger: a loop with checkpoints, resume, early stopping and averaged weights."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from ..annotations.span import Span
from .configuration import TaggerConfig
from .decoding import Decoder
from .examples import Example, Piece, by_length, pieces
from .modeling import FiscalTagger
from .pretraining import load_encoder
from .tokenizer import UNK, CharTokenizer
from .windows import CONTEXT

Scorer = Callable[[Sequence[Sequence[Span]], Sequence[Sequence[Span]]], Mapping[str, float]]


class TrainingPlan(BaseModel):
    """Everything a training run is determined by. Read from YAML; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")

    output: str = Field(description="folder of the trained model, checkpoints and curves")
    train: list[str] = Field(default=["@train"], description="marked texts, formats of `annotations convert`, folders, @train, @dev, @test")
    dev: list[str] = Field(default=["@dev"], description="likewise; scored after each epoch")
    pretrained: str | None = Field(default=None, description="folder of a pre-trained encoder, @shipped for the one in the package")
    model: dict[str, Any] = Field(default_factory=dict, description="fields of TaggerConfig")
    epochs: int = Field(default=30, ge=1)
    patience: int = Field(default=8, ge=1, description="epochs without a better dev score before stopping")
    batch_tokens: int = Field(default=6144, ge=256)
    learning_rate: float = Field(default=2e-3, gt=0)
    weight_decay: float = 0.01
    warmup: float = Field(default=0.05, ge=0, lt=1, description="share of the steps")
    averaging: float = Field(default=0.995, ge=0, lt=1, description="decay of the moving average of the weights, 0 for none")
    unknown: float = Field(default=0.03, ge=0, lt=1, description="share of characters hidden in training")
    generated: int = Field(default=40, ge=0, description="generated reports added to each epoch, others every time")
    linker_generated: int = Field(default=60, ge=0, description="generated reports the linker learns from beside the written ones")
    swap: float = Field(default=0.3, ge=0, le=1, description="share of project names swapped for others in training")
    seed: int = 13


@dataclass(frozen=True)
class Progress:
    """What an epoch ended with."""

    epoch: int
    loss: float
    scores: Mapping[str, float]
    best: bool


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


def pretrained_folder(name: str) -> Path:
    """The folder of a pre-trained encoder: `@shipped` is the one that comes with the package."""
    return Path(__file__).parent / "pretrained" if name == "@shipped" else Path(name)


class Trainer:
    """One training run. `run` may be interrupted at any time; a new Trainer with the same plan goes on."""

    def __init__(self, plan: TrainingPlan, tokenizer: CharTokenizer, score: Scorer, report: Callable[[Progress], None]) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.tokenizer, self.score, self.report = plan, tokenizer, score, report
        self.config = TaggerConfig(char_count=tokenizer.char_count, bigram_count=tokenizer.bigram_count, **plan.model)
        self.model = FiscalTagger(self.config)
        if plan.pretrained:
            load_encoder(self.model.encoder, pretrained_folder(plan.pretrained))
        self.average = {name: weight.detach().clone() for name, weight in self.model.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay)
        self.epoch, self.best, self.since_best, self.steps = 0, -math.inf, 0, 0
        self.output = Path(plan.output)
        self.output.mkdir(parents=True, exist_ok=True)

    def run(self, train: Callable[[int], Sequence[Example]], dev: Sequence[Example], gold: Sequence[Sequence[Span]]) -> FiscalTagger:
        """Train until the epochs or the patience are used up; returns the best model, also saved in the plan's output.

        Args:
            train: the number of an epoch to what is learned in it.
            gold: the spans of `dev`, in offsets of its documents.
        """
        self._resume()
        while self.epoch < self.plan.epochs and self.since_best < self.plan.patience:
            loss = self._epoch(train(self.epoch))
            self.epoch += 1
            scores = self.score(self._predict(dev), gold) if dev else {"ALL": -loss}
            better = scores["ALL"] > self.best
            self.best, self.since_best = (scores["ALL"], 0) if better else (self.best, self.since_best + 1)
            if better:
                torch.save(self.average, self.output / "best.pt")
            self._save(loss, scores)
            self.report(Progress(self.epoch, loss, scores, better))
        self.model.load_state_dict(torch.load(self.output / "best.pt", weights_only=True))
        self.model.eval()  # type: ignore[no-untyped-call]
        self.model.save_pretrained(self.output)
        (self.output / "tokenizer.json").write_text(json.dumps(self.tokenizer.to_dict(), ensure_ascii=False), encoding="utf-8")
        return self.model

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
                group["lr"] = self._rate(self.epoch + number / len(batches))
            loss = self.model(**inputs).loss
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
            self.optimiser.step()
            self._follow()
            total += float(loss.detach()) * len(batch)
        return total / max(1, sum(map(len, batches)))

    def _hide(self, features: Tensor, rng: np.random.Generator) -> None:
        """Character dropout: a hidden character is unknown, in its bigrams too."""
        hidden = torch.from_numpy(rng.random(features.shape[:2]) < self.plan.unknown) & (features[..., 0] > UNK)
        features[..., :3][hidden] = UNK
        features[:, 1:, 1][hidden[:, :-1]] = UNK
        features[:, :-1, 2][hidden[:, 1:]] = UNK

    def _rate(self, epoch: float) -> float:
        """Linear warm-up, then linear decay to a twentieth."""
        done = epoch / self.plan.epochs
        if done < self.plan.warmup:
            return self.plan.learning_rate * max(done / self.plan.warmup, 0.02)
        return self.plan.learning_rate * max(0.05, (1 - done) / (1 - self.plan.warmup))

    def _follow(self) -> None:
        self.steps += 1
        decay = min(self.plan.averaging, (1 + self.steps) / (10 + self.steps)) if self.plan.averaging else 0.0
        for name, weight in self.model.state_dict().items():
            if weight.is_floating_point():
                self.average[name].lerp_(weight, 1 - decay)

    @torch.no_grad()
    def _predict(self, examples: Sequence[Example]) -> list[list[Span]]:
        model = FiscalTagger(self.config)
        model.load_state_dict(self.average)
        return predict(model.eval(), examples, self.tokenizer)  # type: ignore[no-untyped-call]

    def _save(self, loss: float, scores: Mapping[str, float]) -> None:
        state = {
            "model": self.model.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch, "best": self.best, "since_best": self.since_best, "steps": self.steps,
        }  # fmt: skip
        torch.save(state, self.output / "checkpoint.tmp")
        (self.output / "checkpoint.tmp").replace(self.output / "checkpoint.pt")
        with (self.output / "curves.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"epoch": self.epoch, "loss": round(loss, 5), **{k: round(v, 5) for k, v in scores.items()}}) + "\n")

    def _resume(self) -> None:
        path = self.output / "checkpoint.pt"
        if not path.exists():
            (self.output / "curves.jsonl").unlink(missing_ok=True)
            return
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average, self.epoch, self.best = state["average"], state["epoch"], state["best"]
        self.since_best, self.steps = state["since_best"], state["steps"]


def decoders(model: FiscalTagger) -> dict[str, Decoder]:
    """The CRFs of a model as numpy decoders, one for each layer."""
    result = {}
    for name, tags in model.tagsets.items():
        transitions, first, last = (scores.detach().numpy() for scores in model.crfs[name].scores())  # type: ignore[operator]
        result[name] = Decoder(tags, transitions, first, last)
    return result


@torch.no_grad()
def predict(model: FiscalTagger, examples: Sequence[Example], tokenizer: CharTokenizer) -> list[list[Span]]:
    """Tag examples with the torch model: spans with probabilities, in offsets of the documents' texts."""
    from .runtime import tag_windows  # the runtime holds the one implementation of windows to spans

    def emit(features: np.ndarray[Any, Any], lengths: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        scores = model.emissions(torch.from_numpy(features), torch.from_numpy(lengths))
        return {name: score.numpy() for name, score in scores.items()}

    heads = decoders(model)
    return [tag_windows(e.document, e.shadow, e.tokens, tokenizer, model.config.window, emit, heads) for e in examples]
