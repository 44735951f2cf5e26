"""What a trained model says of itself, and the way to the Hugging Face hub."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from huggingface_hub import EvalResult, HfApi, ModelCard, ModelCardData

from ..annotations.labels import FISCAL
from .configuration import TaggerConfig

TEMPLATE: Final = Path(__file__).parent / "card.md.jinja"
# What a model is made of; checkpoints and curves stay at home.
FILES: Final = ("README.md", "config.json", "model.safetensors", "tagger.json", "model.onnx", "linker.npz", "scores.json")
FISCAL_LIMITS: Final = (
    "Project names in dense technical prose are over-marked.",
    "Names of accounts follow the corpus's conventions about 支出, 决算 and 预算 at a name's edge.",
    "Tables are not read.",
)
OTHER_LIMITS: Final = (
    "A figure is one token: a span that begins or ends inside of one is not found.",
    "Text of another kind than it learned from is tagged worse; how much has not been measured.",
)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Scores of a label, in [0, 1], its number of gold spans, and the 95 % interval of F1 where somebody estimated it."""

    precision: float
    recall: float
    f1: float
    gold: int
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card states. `data` and `start` are in words, `minutes` is wall-clock time, `graph` whether `model.onnx` is there."""

    name: str
    layers: Mapping[str, Sequence[str]]
    model: str
    start: str
    data: Sequence[str]
    command: str
    machine: str
    minutes: float
    epochs: int
    seed: int
    limits: Sequence[str]
    tested_on: str = ""
    scores: Mapping[str, LabelScore] | None = None
    licence: str | None = None
    graph: bool = True

    @property
    def labels(self) -> list[str]:
        return [label for labels in self.layers.values() for label in labels]

    @property
    def fiscal(self) -> bool:
        return {name: tuple(labels) for name, labels in self.layers.items()} == dict(FISCAL.layers)

    @property
    def intervals(self) -> bool:
        return any(score.interval for score in (self.scores or {}).values())


def write_card(folder: str | Path, facts: CardFacts) -> Path:
    """Write a model's README.md with the metadata that the hub reads."""
    results = [
        EvalResult("token-classification", "fiscalzh", facts.tested_on, metric_type="f1", metric_value=round(score.f1, 4), metric_name=f"F1 {label}")
        for label, score in (facts.scores or {}).items()
    ]
    data = ModelCardData(
        language="zh", license=facts.licence, library_name="fiscalzh", pipeline_tag="token-classification", tags=["finance", "ner", "chinese"],
        model_name=facts.name, eval_results=results or None,
    )  # fmt: skip
    card = ModelCard.from_template(data, template_path=str(TEMPLATE), facts=facts)
    path = Path(folder) / "README.md"
    card.save(path)
    return path


def push_to_hub(folder: str | Path, repository: str, private: bool = True, message: str = "Upload model") -> str:
    """Upload a model folder that `fiscalzh train` wrote: the model, its card and its scores, nothing else.

    Args:
        repository: its id on the hub, `owner/name`; made where it is not there.

    Returns:
        The commit's address.

    Raises:
        ValueError: the folder holds no model with a card.
    """
    missing = [name for name in ("README.md", "config.json", "model.safetensors", "tagger.json") if not (Path(folder) / name).exists()]
    if missing:
        raise ValueError(f"{folder} lacks {', '.join(missing)}: expected a folder that `fiscalzh train` wrote")
    api = HfApi()
    api.create_repo(repository, private=private, exist_ok=True)
    return api.upload_folder(repo_id=repository, folder_path=folder, commit_message=message, allow_patterns=list(FILES)).commit_url


def describe(config: TaggerConfig) -> str:
    """The model in a few words."""
    if config.backbone is not None:
        kind = config.backbone["model_type"]
        layers, width = config.backbone.get("num_hidden_layers"), config.backbone.get("hidden_size")
        body = f"{kind} encoder of {layers} layers of {width} units, one word piece a character or figure"
    else:
        sizes = f"{config.depth} layers of {config.hidden_size} units{' a direction' if config.encoder == 'bilstm' else ''}"
        body = f"{config.encoder} encoder of {sizes} over character, bigram and number-shape embeddings"
    return f"{body}; a BIOES CRF for each layer of labels; windows of {config.window} tokens"


def this_machine(device: str) -> str:
    """What a model was trained on, without any name of it."""
    if device.startswith("cuda"):
        return f"one {torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    return f"{os.cpu_count()} CPU cores ({platform.machine()}, {platform.system()}), torch {torch.__version__}"
