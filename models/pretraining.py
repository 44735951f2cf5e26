"""Masked language modelling over characters: what the encoder can learn from unlabeled official text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from .checkpoints import CHECKPOINT, load_checkpoint, save_checkpoint
from .configuration import TaggerConfig
from .curves import PAUSE, write_curves
from .masking import IGNORE, mask_units, units
from .modeling import Encoder
from .plans import PretrainingPlan
from .rawtext import Pool
from .tokenizer import CharTokenizer, Ints

ENCODER: Final = "encoder.safetensors"
# What may change between a run and its continuation.
FREE: Final = ("folder", "output", "epochs", "minutes", "checkpoint_minutes", "device")


class MaskedModel(nn.Module):
    """Encoder with a head that names masked characters and the shape of masked figures; a character's output embedding is its input's."""

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__()
        self.encoder = Encoder(config)
        self.project = nn.Sequential(nn.Linear(self.encoder.width, config.char_size), nn.GELU(), nn.LayerNorm(config.char_size))
        self.shapes = nn.Parameter(torch.randn(config.shape_count, config.char_size) * 0.2)
        self.bias = nn.Parameter(torch.zeros(config.char_count + config.shape_count))

    def forward(self, features: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy at the masked positions; targets (batch, time) as of `mask_units`."""
        state = self.encoder(features, lengths)
        chosen = targets != IGNORE
        named = torch.cat([self.encoder.embeddings.char.weight, self.shapes])
        logits = self.project(state[chosen]) @ named.T + self.bias
        return nn.functional.cross_entropy(logits, targets[chosen])


class Batches:
    """One epoch: lines as one stream, cut into full windows, each batch masked by random numbers of its own."""

    def __init__(self, tokenizer: CharTokenizer, lines: Sequence[str], plan: PretrainingPlan, epoch: int) -> None:
        text = "\n".join(lines)
        tokens = tokenizer.encode(text)
        self.tokenizer, self.plan, self.epoch = tokenizer, plan, epoch
        self.features, self.units = tokens.features, units(text, tokens)

    def __len__(self) -> int:
        return len(self.units) // (self.plan.window * self.plan.batch)

    def since(self, first: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Features (batch, window, 4), lengths (batch,) and targets (batch, window) from batch number `first` on."""
        shape = (self.plan.batch, self.plan.window)
        for number in range(first, len(self)):
            part = slice(number * shape[0] * shape[1], (number + 1) * shape[0] * shape[1])
            features, targets = self._masked(part, np.random.default_rng((self.plan.seed, self.epoch, number)))
            yield torch.from_numpy(features.reshape(*shape, 4)), torch.full(shape[:1], shape[1]), torch.from_numpy(targets.reshape(shape))

    def _masked(self, part: slice, rng: np.random.Generator) -> tuple[Ints, Ints]:
        return mask_units(self.tokenizer, self.features[part], self.units[part], self.plan.masked, rng)


class Pretrainer:
    """One run. `run` may be killed at any time; a new Pretrainer with the same plan goes on from the last checkpoint."""

    def __init__(self, plan: PretrainingPlan, tokenizer: CharTokenizer, pools: Sequence[Pool], report: Callable[[str], None]) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.tokenizer, self.pools, self.report = plan, tokenizer, pools, report
        sizes = {**plan.model.model_dump(), "dropout": plan.dropout}
        self.device = torch.device(plan.device)
        self.model = MaskedModel(TaggerConfig(char_count=tokenizer.char_count, bigram_count=tokenizer.bigram_count, **sizes)).to(self.device)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=plan.learning_rate, weight_decay=0.01)
        self.epoch, self.batch, self.loss = 0, 0, 0.0  # batches done of this epoch, and the sum of their losses
        self.history: list[dict[str, float]] = []
        self.output = Path(plan.output)

    def begin_from(self, folder: Path) -> None:
        """Start from the encoder of an earlier run, with its head where its checkpoint lies there too.

        Raises:
            ValueError: the folder holds no encoder, or one of other sizes.
        """
        load_encoder(self.model.encoder, folder)
        if (path := folder / CHECKPOINT).exists():
            saved, own = torch.load(path, weights_only=True, map_location="cpu")["model"], self.model.state_dict()
            self.model.load_state_dict({name: weight for name, weight in saved.items() if name in own})

    def run(self) -> Path:
        """Learn until the plan's epochs or minutes are used up.

        Returns:
            The folder of `encoder.safetensors` and `tokenizer.json`, beside checkpoint and curves.

        Raises:
            ValueError: there is too little text for one batch, or the output holds a run of another plan.
        """
        self._resume()
        (self.output / "tokenizer.json").write_text(json.dumps(self.tokenizer.to_dict(), ensure_ascii=False), encoding="utf-8")
        end = time.monotonic() + 60 * self.plan.minutes
        while self.epoch < self.plan.epochs and time.monotonic() < end:
            self._epoch(end)
        write_curves(self.history, self.output)
        if self.epoch < self.plan.epochs:
            self.report(f"{self.plan.minutes:g} minutes are used up in epoch {self.epoch + 1} of {self.plan.epochs}: the same command goes on here")
        return self.output

    def _epoch(self, end: float) -> None:
        """An epoch from where it stands to its end, or to the end of the time."""
        rng = np.random.default_rng((self.plan.seed, self.epoch))
        lines = [line for pool in self.pools for line in pool.draw(rng)]
        batches = Batches(self.tokenizer, [lines[number] for number in rng.permutation(len(lines))], self.plan, self.epoch)
        if not len(batches):
            need = self.plan.window * self.plan.batch
            raise ValueError(f"{self.plan.folder} holds too little text: one batch is {need} tokens, an epoch draws {len(batches.units)}")
        saved = time.monotonic()
        self.model.train()
        for data in batches.since(self.batch):
            self.loss += self._step(data, self.epoch + self.batch / len(batches))
            self.batch += 1
            now = time.monotonic()
            if self.batch < len(batches) and (now > end or now - saved >= 60 * self.plan.checkpoint_minutes):
                self._save()
                saved = now
                self.report(f"epoch {self.epoch + 1}/{self.plan.epochs}, batch {self.batch} of {len(batches)}: loss {self.loss / self.batch:.4f}")
                if now > end:
                    return
        self.epoch += 1
        self.history.append({"epoch": self.epoch, "loss": round(self.loss / len(batches), 5)})
        self.batch, self.loss = 0, 0.0
        self._save()
        write_curves(self.history, self.output, PAUSE)
        self.report(f"epoch {self.epoch}/{self.plan.epochs}: loss {self.history[-1]['loss']:.4f}")

    def _step(self, data: tuple[Tensor, Tensor, Tensor], done: float) -> float:
        torch.manual_seed((self.plan.seed * 1000 + self.epoch) * 1_000_000 + self.batch)  # dropout, the same after a kill as without one
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.learning_rate * (1 - done / self.plan.epochs)
        loss = self.model(*(part.to(self.device) for part in data))
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        return float(loss.detach())

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch, "batch": self.batch, "loss": self.loss, "history": self.history,
        }  # fmt: skip
        save_checkpoint(state, self.plan, self.output)
        save_encoder(self.model.encoder, self.output)

    def _resume(self) -> None:
        self.output.mkdir(parents=True, exist_ok=True)
        state = load_checkpoint(self.plan, self.output, FREE)
        if state is None:
            return
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.batch, self.loss, self.history = state["epoch"], state["batch"], state["loss"], state["history"]


def save_encoder(encoder: Encoder, folder: Path) -> None:
    """Write `encoder.safetensors` in half precision: what training starts from needs no more."""
    weights = {name: weight.detach().cpu().half().contiguous() for name, weight in encoder.state_dict().items()}
    save_file(weights, folder / f"{ENCODER}.tmp")
    (folder / f"{ENCODER}.tmp").replace(folder / ENCODER)


def load_encoder(encoder: nn.Module, folder: Path) -> None:
    """Fill an encoder with the weights of `save_encoder`; one of fewer layers takes the first.

    Raises:
        ValueError: the folder holds none, or one of other sizes.
    """
    path = folder / ENCODER
    if not path.exists():
        raise ValueError(f"{folder} holds no pre-trained encoder ({ENCODER}); make one with `fiscalzh pretrain`, or leave `pretrained` out")
    try:
        own = encoder.state_dict()
        encoder.load_state_dict({name: weight.float() for name, weight in load_file(path).items() if name in own})
    except RuntimeError as error:
        first = next((line.strip() for line in str(error).splitlines()[1:]), str(error))
        raise ValueError(f"{path} does not fit this model's sizes: {first}") from error
