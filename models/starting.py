"""What a training run starts from: nothing, a pre-trained encoder of ours, a BERT-like one of others, or a trained tagger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import torch

from .configuration import TaggerConfig
from .modeling import FiscalTagger
from .plans import TrainingPlan
from .pretraining import ENCODER, load_encoder
from .quiet import quiet
from .runtime import SHIPPED
from .settings import SETTINGS, read_settings
from .tokenizer import CharTokenizer
from .wordpieces import load_backbone, map_pieces

WEIGHTS = "model.safetensors"


def tokenizer_of(plan: TrainingPlan, texts: Iterable[str]) -> CharTokenizer:
    """The tokenizer of what the plan starts from; where that is nothing, one learned from the texts.

    Raises:
        ValueError: there is nothing at the place the plan starts from.
    """
    if plan.start:
        return read_settings(trained_folder(plan.start)).tokenizer.tokenizer()
    if plan.pretrained is None:
        return CharTokenizer.learn(texts)
    folder = pretrained_folder(plan.pretrained)
    if folder is None:
        return map_pieces(plan.pretrained).tokenizer
    return CharTokenizer.from_dict(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")))


def model_of(plan: TrainingPlan, tokenizer: CharTokenizer) -> FiscalTagger:
    """The model of a plan before its first step; what it does not start from is random, by the plan's seed.

    Raises:
        ValueError: there is nothing at the place the plan starts from, or nothing of the plan's sizes.
    """
    torch.manual_seed(plan.seed)
    if plan.start:
        return _continued(plan, trained_folder(plan.start))
    sizes = {"char_count": tokenizer.char_count, "bigram_count": tokenizer.bigram_count, **plan.model.model_dump()}
    folder = pretrained_folder(plan.pretrained) if plan.pretrained else None
    if plan.pretrained and folder is None:
        backbone, weights, most = load_backbone(plan.pretrained)
        sizes["window"] = min(plan.model.window, most)
        model = FiscalTagger(TaggerConfig(layers=plan.layers, backbone=backbone, **sizes))
        pieces = map_pieces(plan.pretrained)
        given = {f"encoder.{name}": torch.from_numpy(getattr(pieces, name)) for name in ("pieces", "figures", "marks")}
        given |= {f"encoder.bert.{name}": weight for name, weight in weights.items()}
        model.load_state_dict(given, strict=False)
        return model
    model = FiscalTagger(TaggerConfig(layers=plan.layers, **sizes))
    if folder is not None:
        load_encoder(model.encoder, folder)
    return model


def _continued(plan: TrainingPlan, folder: Path) -> FiscalTagger:
    """The model of a folder; heads of layers whose labels the plan changes begin anew."""
    with quiet():
        source = FiscalTagger.from_pretrained(folder)
    config = source.config
    for name in plan.model.model_fields_set - {"dropout"}:
        if getattr(config, name) != getattr(plan.model, name):
            raise ValueError(f"model.{name} is {getattr(config, name)!r} in {folder} and stays: leave it out, or begin without `start`")
    config.layers = plan.layers or TaggerConfig().layers
    if "dropout" in plan.model.model_fields_set:
        config.dropout = plan.model.dropout
    model = FiscalTagger(config)
    same = {name for name, tags in model.tagsets.items() if source.tagsets.get(name) == tags}
    kept = {name: weight for name, weight in source.state_dict().items() if name.startswith("encoder.") or name.split(".")[1] in same}
    model.load_state_dict(kept, strict=False)
    return model


def trained_folder(name: str) -> Path:
    """The folder of a trained tagger: `@shipped` is the one that comes with the package.

    Raises:
        ValueError: it holds no torch weights.
    """
    folder = SHIPPED if name == "@shipped" else Path(name)
    if not (folder / WEIGHTS).exists():
        raise ValueError(f"{folder} holds no trained weights to go on from ({WEIGHTS}): train a model with `fiscalzh train`, which writes them")
    return folder


def pretrained_folder(name: str) -> Path | None:
    """The folder of a pre-trained encoder of ours, `@shipped` for that of the package; None where it names a BERT-like one.

    Raises:
        ValueError: it is a folder that holds neither, or a trained tagger.
    """
    folder = Path(__file__).parent / "pretrained" if name == "@shipped" else Path(name)
    if (folder / ENCODER).exists():
        return folder
    if (folder / SETTINGS).exists():
        raise ValueError(f"{folder} holds a trained tagger: name it as `start` to go on from it")
    if folder.is_dir() and not (folder / "config.json").exists():
        raise ValueError(f"{folder} holds no pre-trained encoder ({ENCODER}, or config.json with a BERT-like one): make one with `fiscalzh pretrain`")
    return None
