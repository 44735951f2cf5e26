"""Pre-training put together: a folder of raw text in, an encoder for `pretrained` of a training plan out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from .corpus.shadow import shadow_of
from .models.checkpoints import CHECKPOINT
from .models.plans import PretrainingPlan, read_plan
from .models.pretraining import Pretrainer
from .models.rawtext import Pool, read_pools
from .models.starting import pretrained_folder
from .models.tokenizer import CharTokenizer
from .training import load_split


def pretrain_encoder(config: Path, overrides: Sequence[str], say: Callable[[str], None]) -> Path:
    """Learn an encoder from raw text, or go on learning it.

    Returns:
        The folder to name as `pretrained` of a training plan: `encoder.safetensors` and `tokenizer.json`, beside checkpoint and curves.

    Raises:
        ValueError: the plan is malformed, or there is too little text.
    """
    plan = read_plan(PretrainingPlan, config, overrides)
    pools = read_pools(Path(plan.folder), plan.texts, say)
    for pattern, pool in zip(plan.texts, pools, strict=True):
        say(f"{pattern}: {len(pool.lines)} lines, {pool.share:.0%} of them in an epoch")
    output = Path(plan.output)
    begun = (output / CHECKPOINT).exists()
    start = _start(plan.start) if plan.start and not begun else None
    tokenizer = _tokenizer(plan, pools, output if begun else start)
    say(f"{tokenizer.char_count} characters, {tokenizer.bigram_count} bigrams")
    trainer = Pretrainer(plan, tokenizer, pools, say)
    if start:
        trainer.begin_from(start)
    return trainer.run()


def _start(name: str) -> Path:
    folder = pretrained_folder(name)
    if folder is None:
        raise ValueError(f"start: {name} is no folder with an encoder of `fiscalzh pretrain`")
    return folder


def _tokenizer(plan: PretrainingPlan, pools: Sequence[Pool], before: Path | None) -> CharTokenizer:
    """The vocabulary of the folder the run goes on from; where there is none, that of as much text as an epoch reads."""
    if before:
        return CharTokenizer.from_dict(json.loads((before / "tokenizer.json").read_text(encoding="utf-8")))
    rng = np.random.default_rng(plan.seed)
    lines = [line for pool in pools for line in pool.draw(rng)]
    lines += [shadow_of(report.document).text for report in load_split(plan.reports)]
    return CharTokenizer.learn(lines, min_char=plan.min_char, max_bigrams=plan.bigrams)
