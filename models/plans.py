"""The plans of training and pre-training: YAML in, checked; single fields set over it; anything unknown is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from reprlib import Repr
from typing import Any, ClassVar, Final, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

_CONFIGS: Final = Path(__file__).parent / "configs"
_SHORT: Final = Repr()  # of a value in an error: one made of references to itself again and again would be gigabytes
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother = 2, 80, 80
PlanT = TypeVar("PlanT", "TrainingPlan", "PretrainingPlan")


class Sizes(BaseModel):
    """The fields of `TaggerConfig` that a plan decides."""

    model_config = ConfigDict(extra="forbid")

    encoder: Literal["bilstm", "cnn", "transformer"] = Field(default="bilstm", description="what reads the characters")
    char_size: int = Field(default=96, ge=1, description="width of the character embedding")
    bigram_size: int = Field(default=48, ge=1, description="width of the embedding of a bigram")
    shape_size: int = Field(default=16, ge=1, description="width of the embedding of a figure's shape")
    hidden_size: int = Field(default=192, ge=1, description="width of the encoder, for bilstm of each direction")
    depth: int = Field(default=2, ge=1, description="layers of the encoder")
    crf: bool = Field(default=True, description="learned transitions between tags; without, only decoding is constrained")
    dropout: float = Field(default=0.3, ge=0, lt=1, description="share of units dropped between the layers")
    window: int = Field(default=256, ge=1, description="tokens a window holds at most, context included")


class TrainingPlan(BaseModel):
    """Everything a training run is determined by."""

    model_config = ConfigDict(extra="forbid")
    shipped: ClassVar[Path] = _CONFIGS / "shipped.yaml"

    output: str = Field(description="folder of the trained model, checkpoints and curves")
    train: list[str] = Field(default=["@train"], description="marked texts, formats of `annotations convert`, folders, @train, @dev, @test")
    dev: list[str] = Field(default=["@dev"], description="likewise; scored after each epoch")
    test: list[str] = Field(default=[], description="likewise; scored once, with the exported model")
    layers: dict[str, list[str]] | None = Field(
        default=None, description="layer to labels, for CoNLL files with labels of their own; found in the files where left out"
    )
    start: str | None = Field(default=None, description="folder of a trained model to go on from in place of `pretrained`; @shipped")
    pretrained: str | None = Field(
        default=None, description="@shipped, a folder of `fiscalzh pretrain`, or a BERT-like Chinese encoder by folder or hub id"
    )
    model: Sizes = Field(default_factory=Sizes, description="sizes of the model; of a BERT-like encoder only dropout and window count")
    epochs: int = Field(default=30, ge=1)
    patience: int = Field(default=8, ge=1, description="epochs without a better dev score before stopping")
    batch_tokens: int = Field(default=1536, ge=256, description="tokens of a batch, padding counted; small ones learn better from few reports")
    learning_rate: float = Field(default=2e-3, gt=0)
    bert_learning_rate: float = Field(default=3e-5, gt=0, description="of the weights of a BERT-like encoder")
    weight_decay: float = 0.01
    warmup: float = Field(default=0.05, ge=0, lt=1, description="share of the steps")
    averaging: float = Field(default=0.998, ge=0, lt=1, description="decay of the moving average of the weights, 0 for none")
    unknown: float = Field(default=0.03, ge=0, lt=1, description="share of characters hidden in training")
    adversarial: float = Field(default=0.0, ge=0, description="how far the embeddings are moved against the loss, 0 for not at all; twice the work")
    generated: int = Field(default=40, ge=0, description="generated reports added to each epoch, others every time")
    linker_generated: int = Field(default=60, ge=0, description="generated reports the linker learns from beside the written ones")
    swap: float = Field(default=0.3, ge=0, le=1, description="share of project names swapped for others in training")
    seed: int = 13
    device: str = Field(default="cpu", description="where to train, as torch names it: cpu, cuda, mps")
    licence: str | None = Field(default=None, description="of the trained model, as the Hugging Face hub names it, for its card")


class PretrainingPlan(BaseModel):
    """What to read and how long to learn.

    `texts` maps a glob below the folder to the share of its lines drawn in each epoch, so that a large off-register file
    does not drown the small one that matters.
    """

    model_config = ConfigDict(extra="forbid")
    shipped: ClassVar[Path] = _CONFIGS / "pretrain.yaml"

    folder: str = Field(description="folder of raw text: .txt, .txt.xz, and reports (.html, .docx, .pdf)")
    output: str = Field(description="folder of the encoder, its vocabulary, checkpoints and curves")
    start: str | None = Field(default=None, description="folder of an earlier run to go on from, its vocabulary kept, or its first layers; @shipped")
    texts: dict[str, float] = Field(default={"**/*": 1.0}, description="glob below the folder to the share of its lines drawn in each epoch")
    reports: list[str] = Field(default=[], description="annotated reports whose characters the vocabulary has to know, as `train` of a training plan")
    min_char: int = Field(default=2, ge=1, description="times a character has to be seen to be known")
    bigrams: int = Field(default=20_000, ge=0, description="bigrams the vocabulary holds at most")
    model: Sizes = Field(default_factory=Sizes, description="sizes of the encoder; its dropout is that of training, not of this")
    epochs: int = Field(default=10, ge=1)
    minutes: float = Field(default=30.0, ge=0, description="wall-clock time of this call; a later call goes on")
    checkpoint_minutes: float = Field(default=3.0, ge=0, description="time that a kill costs at most")
    window: int = Field(default=192, ge=2, description="tokens of a window")
    batch: int = Field(default=32, ge=1, description="windows of a batch")
    learning_rate: float = Field(default=2e-3, gt=0, description="falls linearly to nothing")
    masked: float = Field(default=0.15, gt=0, lt=1, description="share of the tokens hidden")
    dropout: float = Field(default=0.1, ge=0, lt=1, description="share of units dropped between the layers")
    seed: int = 13
    device: str = Field(default="cpu", description="where to train, as torch names it: cpu, cuda, mps")

    @model_validator(mode="after")
    def _positions(self) -> PretrainingPlan:
        if self.window > self.model.window:
            raise ValueError(f"window is {self.window}, but the model reads {self.model.window} tokens at most: lower it or raise model.window")
        return self


def read_plan(kind: type[PlanT], config: Path, overrides: Sequence[str] = ()) -> PlanT:
    """Read a plan from YAML. An override is `field=value` or `group.field=value`, the value itself YAML or a name with @.

    `shipped` names the plan that comes with the package.

    Raises:
        OSError: the file cannot be read.
        ValueError: no YAML, an unknown or ill-typed field, an override without `=`; the message says what is expected.
    """
    path = kind.shipped if str(config) == "shipped" else config
    try:
        data = _loaded(path.read_text(encoding="utf-8")) or {}
        if not isinstance(data, dict):
            raise ValueError(f"{config}: expected lines of FIELD: VALUE; fields are {', '.join(kind.model_fields)}")
        for override in overrides:
            _set(data, override)
    except UnicodeDecodeError as error:
        raise ValueError(f"{config}: not in UTF-8 (byte {error.start + 1}): save it in that encoding") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{config}: no YAML: {' '.join(str(error).split())}") from error
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise ValueError(f"{config}: {_explained(kind, error)}") from error


def _set(data: dict[str, Any], override: str) -> None:
    name, equals, value = override.partition("=")
    if not equals:
        raise ValueError(f"an override is FIELD=VALUE, got {override!r}")
    *groups, field = name.strip().split(".")
    for group in groups:
        data = data.setdefault(group, {})
        if not isinstance(data, dict):
            raise ValueError(f"{group} has no fields of its own to set: expected {group}=VALUE, got {override!r}")
    data[field] = value if value.startswith("@") else _loaded(value)  # no YAML begins with @, what comes with the package does


def _loaded(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except RecursionError as error:
        raise yaml.YAMLError("lists or groups within each other, too deep to read") from error
    except ValueError as error:  # a day that no month has, a number of thousands of digits
        raise yaml.YAMLError(str(error)) from error


def _explained(kind: type[BaseModel], error: ValidationError) -> str:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    name = ".".join(place) or "plan"
    group = _group(kind, place[:-1])
    if first["type"] == "extra_forbidden":
        near = get_close_matches(place[-1], group.model_fields, 1)
        return f"{name}: no such field{f', {near[0]} perhaps' if near else ''}; fields are {', '.join(group.model_fields)}"
    fields = [_group(kind, place[:depth]).model_fields.get(part) for depth, part in enumerate(place)]
    meaning = next((field.description for field in reversed(fields) if field and field.description), None)
    if first["type"] == "missing":
        return f"{name}: needed: {meaning}; set it in the file or with --set {name}=VALUE"
    return f"{name}: {first['msg']}, got {_SHORT.repr(first['input'])}{f' ({meaning})' if meaning else ''}"


def _group(kind: type[BaseModel], place: Iterable[str]) -> type[BaseModel]:
    """The model that the field at the end of `place` belongs to."""
    for part in place:
        field = kind.model_fields.get(part)
        if field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            kind = field.annotation
    return kind
