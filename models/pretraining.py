"""Masked language modelling over characters: what the encoder can learn from unlabeled official text."""

from __future__ import annotations

import json
import lzma
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from .configuration import TaggerConfig
from .modeling import Encoder
from .tokenizer import MASK, NUM, CharTokenizer, Ints

IGNORE = -100
ENCODER = "encoder.safetensors"


@dataclass(frozen=True)
class PretrainingPlan:
    """What to read and how long to learn.

    `texts` maps a glob below the folder to the share of its lines drawn in each epoch, so that a large off-register file
    does not drown the small one that matters. `minutes` bounds the wall-clock time of this call; a later call resumes.
    """

    folder: str
    output: str
    texts: dict[str, float] = field(default_factory=lambda: {"*": 1.0})
    epochs: int = 10
    minutes: float = 30.0
    window: int = 192
    batch: int = 32
    learning_rate: float = 2e-3
    masked: float = 0.15
    dropout: float = 0.1
    seed: int = 13


def read_lines(path: Path) -> list[str]:
    """The lines of a plain or xz-compressed UTF-8 text."""
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return [line for line in data.decode("utf-8").splitlines() if line.strip()]


class MaskedModel(nn.Module):
    """Encoder with a head that names masked characters; the output embedding is tied to the input's."""

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__()
        self.encoder = Encoder(config)
        self.project = nn.Sequential(nn.Linear(self.encoder.width, config.char_size), nn.GELU(), nn.LayerNorm(config.char_size))
        self.bias = nn.Parameter(torch.zeros(config.char_count))

    def forward(self, features: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy at the masked positions; targets (batch, time) are ids, IGNORE elsewhere."""
        state = self.encoder(features, lengths)
        chosen = targets != IGNORE
        logits = self.project(state[chosen]) @ self.encoder.embeddings.char.weight.T + self.bias
        return nn.functional.cross_entropy(logits, targets[chosen])


def mask_characters(tokenizer: CharTokenizer, chars: Ints, shapes: Ints, share: float, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Mask runs of one to four characters, and figures whole.

    Returns:
        (n, 4) features in which nothing of a masked character is left, bigrams included, and (n,) targets.
    """
    hidden = np.zeros(len(chars), dtype=bool)
    for start in rng.integers(0, len(chars), size=max(1, int(len(chars) * share / 2.2))):
        hidden[start : start + rng.integers(1, 5)] = True
    hidden &= (chars != NUM) | (rng.random(len(chars)) < 0.3)  # a figure's place is easily guessed, its neighbours are not
    targets = np.where(hidden, chars, IGNORE)
    return tokenizer.features(np.where(hidden, MASK, chars), np.where(hidden, 0, shapes)), targets


def batches(tokenizer: CharTokenizer, lines: list[str], plan: PretrainingPlan, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """One epoch: lines in random order as one stream, cut into full windows."""
    order = rng.permutation(len(lines))
    tokens = tokenizer.encode("\n".join(lines[i] for i in order))
    size = plan.window * plan.batch
    for at in range(0, len(tokens) - size + 1, size):
        chars, shapes = tokens.features[at : at + size, 0], tokens.features[at : at + size, 3]
        features, targets = mask_characters(tokenizer, chars, shapes, plan.masked, rng)
        shape = (plan.batch, plan.window)
        yield (
            torch.from_numpy(features.reshape(*shape, 4)),
            torch.full((plan.batch,), plan.window),
            torch.from_numpy(targets.reshape(shape)),
        )


def pretrain(
    config: TaggerConfig, tokenizer: CharTokenizer, plan: PretrainingPlan, fold: Callable[[str], str], report: Callable[[str], None] = print
) -> Path:
    """Train an encoder on the plan's texts until its epochs or minutes are used up.

    Args:
        fold: how a reader shows text to the model (`corpus.shadow`), applied to each line.

    Returns:
        The checkpoint: weights, optimiser and progress; calling again with the same output goes on from it.
    """
    torch.manual_seed(plan.seed)
    config.dropout = plan.dropout
    pools = []
    for pattern, share in plan.texts.items():
        paths = sorted(Path(plan.folder).glob(pattern))
        pools.append(([fold(line) for path in paths for line in read_lines(path)], share))
    found = sum(len(tokenizer.encode(line)) + 1 for pool, share in pools for line in pool[: int(len(pool) * share)])
    if found <= plan.window * plan.batch:
        raise ValueError(f"{plan.folder} holds too little text: one batch is {plan.window * plan.batch} tokens, an epoch draws about {found}")
    model = MaskedModel(config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=plan.learning_rate, weight_decay=0.01)
    output = Path(plan.output)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint, epoch = output / "pretraining.pt", 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        epoch = saved["epoch"]
    (output / "tokenizer.json").write_text(json.dumps(tokenizer.to_dict(), ensure_ascii=False), encoding="utf-8")
    (output / "plan.json").write_text(json.dumps(asdict(plan), indent=1), encoding="utf-8")
    end = time.monotonic() + 60 * plan.minutes
    while epoch < plan.epochs and time.monotonic() < end:
        rng = np.random.default_rng((plan.seed, epoch))
        lines = [line for pool, share in pools for line in _draw(pool, share, rng)]
        loss = _epoch(model, optimiser, batches(tokenizer, lines, plan, rng), plan.learning_rate * (1 - epoch / plan.epochs), end)
        epoch += 1
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch}, checkpoint)
        save_encoder(model.encoder, output)
        report(f"epoch {epoch}/{plan.epochs} loss {loss:.4f}")
    return checkpoint


def save_encoder(encoder: Encoder, folder: Path) -> None:
    """Write `encoder.safetensors` in half precision: what training starts from needs no more."""
    save_file({name: weight.detach().half().contiguous() for name, weight in encoder.state_dict().items()}, folder / ENCODER)


def load_encoder(encoder: Encoder, folder: Path) -> None:
    """Fill an encoder with the weights of `save_encoder`.

    Raises:
        ValueError: the folder holds none, or one of other sizes.
    """
    path = folder / ENCODER
    if not path.exists():
        raise ValueError(f"{folder} holds no pre-trained encoder ({ENCODER}); make one with models.pretraining, or leave `pretrained` out")
    try:
        encoder.load_state_dict({name: weight.float() for name, weight in load_file(path).items()})
    except RuntimeError as error:
        raise ValueError(f"{path} does not fit this model's sizes: {error}") from error


def _draw(pool: list[str], share: float, rng: np.random.Generator) -> list[str]:
    return [pool[i] for i in rng.permutation(len(pool))[: int(len(pool) * share)]]


def _epoch(model: MaskedModel, optimiser: torch.optim.Optimizer, data: Iterator[tuple[Tensor, Tensor, Tensor]], rate: float, end: float) -> float:
    for group in optimiser.param_groups:
        group["lr"] = rate
    model.train()
    losses = []
    for features, lengths, targets in data:
        loss = model(features, lengths, targets)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if time.monotonic() > end:
            break
    return float(np.mean(losses)) if losses else float("nan")
