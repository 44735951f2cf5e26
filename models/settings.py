"""`tagger.json`, the part of an exported model that is no graph: checked when it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .decoding import Decoder
from .tags import TagSet
from .tokenizer import NUM_CHAR, CharTokenizer

SETTINGS: Final = "tagger.json"
MEND: Final = "the model folder is damaged: copy it again, or make one with `fiscalzh train`"

Probability = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class Vocabulary(_Strict):
    """Characters and bigrams in the order of their ids, each as one text."""

    chars: str
    bigrams: str

    @model_validator(mode="after")
    def _whole(self) -> Vocabulary:
        if len(set(self.chars)) < len(self.chars):
            raise ValueError("a character stands in chars twice")
        if len(self.bigrams) % 2 or not {*self.bigrams} <= {*self.chars, NUM_CHAR}:
            raise ValueError("bigrams are no pairs of chars")
        return self

    def tokenizer(self) -> CharTokenizer:
        return CharTokenizer.from_dict(self.model_dump())


class LayerSettings(_Strict):
    """One layer's labels and CRF: (tags, tags) transitions, (tags,) first and last, with four tags a label and one for none."""

    name: str
    labels: list[str] = Field(min_length=1)
    temperature: float = Field(gt=0)
    transitions: list[list[float]]
    first: list[float]
    last: list[float]

    @model_validator(mode="after")
    def _shapes(self) -> LayerSettings:
        tags = 4 * len(self.labels) + 1
        for name, row in (("first", self.first), ("last", self.last), *(("each row of transitions", row) for row in self.transitions)):
            if len(row) != tags:
                raise ValueError(f"{name} has {len(row)} values, expected {tags} for {len(self.labels)} labels")
        if len(self.transitions) != tags:
            raise ValueError(f"transitions has {len(self.transitions)} rows, expected {tags} for {len(self.labels)} labels")
        return self

    def decoder(self) -> Decoder:
        arrays = (np.asarray(values, dtype=np.float32) for values in (self.transitions, self.first, self.last))
        return Decoder(TagSet(tuple(self.labels)), *arrays)


class TaggerSettings(_Strict):
    """What the runtime has to know beside the graph.

    `breaks`: characters that no span holds. `least`: label to the probability below which its spans are left out.
    """

    name: str
    window: int = Field(ge=1)
    tokenizer: Vocabulary
    layers: list[LayerSettings] = Field(min_length=1)
    breaks: str = ""
    least: dict[str, Probability] = {}


def read_settings(folder: Path) -> TaggerSettings:
    """The settings of a model folder.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged; the message begins with its path and says what was expected.
    """
    path = folder / SETTINGS
    try:
        return TaggerSettings.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{path}: {f'{place}: ' if place else ''}{first['msg']}; {MEND}") from error
